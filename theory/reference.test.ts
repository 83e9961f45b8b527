import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { localExponent, PATHS } from '../research/scaling/exact-map.ts';
import {
  ACTIVATIONS,
  type Activation,
  activationAt,
  calculateGain,
  initVariances,
  KAPPA_RELU,
  type Noise,
  plainMean,
  plainSquare,
  varianceLimit,
  variancePreserving,
} from './index.ts';
import { computeNoise } from './techniques/index.ts';
import { solve } from './testing/solve.ts';

const read = (name: string) =>
  readFileSync(new URL(`../fixtures/reference/${name}`, import.meta.url), 'utf8');

type Names = {
  activation: keyof typeof ACTIVATIONS;
  sigma_w2: number;
  sigma_b2: number;
  keep: number;
};

const rowOf = ({ activation, sigma_w2, sigma_b2, keep }: Names) =>
  solve({ activation, sigma_w2, sigma_b2, keep });

/** F″(1) = sigma_w2 q* E[φ″²], from the loss of slope at small misalignment: S(0) − S(m) = m q E[φ″²] − …, extrapolated. */
function curvature({ activation, sigma_w2 }: Names, q: number): number {
  const pair = ACTIVATIONS[activation].pair(q);
  const { slope2 } = ACTIVATIONS[activation].moments(q);
  const steps = [1, 2, 3, 4, 5, 6, 7].map((k) => (k * 2e-3) / (1 + q));
  // Neville's scheme for the limit m → 0
  const values = steps.map((m) => (slope2 - pair(m).slope) / m);
  for (let level = 1; level < steps.length; level++)
    for (let i = 0; i < steps.length - level; i++) {
      const [a, b] = [steps[i] as number, steps[i + level] as number];
      values[i] = (b * (values[i] as number) - a * (values[i + 1] as number)) / (b - a);
    }
  return sigma_w2 * (values[0] as number);
}

/** The quantities of the table, from the answer. */
function quantity(name: string, given: Names): number | null {
  const row = rowOf(given);
  const { q_star, chi_1 } = row;
  const columns = {
    q: q_star,
    c: row.c_star,
    chi: row.chi_aligned,
    chib: chi_1,
    chi2: row.chi_c,
    chi2_over_normalised: row.chi_c,
    chiq: row.chi_q,
    xi1: row.xi_1 === null || chi_1 === null ? null : row.xi_1 * (chi_1 > 1 ? -1 : 1),
    xi2: row.xi_2,
    xiq: row.xi_q,
    h: q_star && (1 - row.keep_effective) * (1 - given.sigma_b2 / q_star),
    g: q_star && curvature(given, q_star),
  };
  if (!Object.hasOwn(columns, name)) throw new Error(`no column for ${name}`);
  return columns[name as keyof typeof columns];
}

test('all 198 values of the table of mean-field vectors', () => {
  const lines = read('mean_field_vectors.csv').trim().split('\n').slice(1);
  expect(lines).toHaveLength(198);
  for (const line of lines) {
    const [name, sigma_w2, sigma_b2, keep, what, value] = line.split(',') as [string, ...string[]];
    const given = {
      activation: name.replace('_sb0', '') as Names['activation'],
      sigma_w2: sigma_w2 === 'any' ? 1.3 : Number(sigma_w2),
      sigma_b2: Number(sigma_b2),
      keep: Number(keep),
    };
    const found = quantity(what as string, given);
    const wanted = Number(value);
    const scale = Math.max(Math.abs(wanted), what === 'c' || what === 'h' ? 1 : 0);
    // The table's own digits: its depth scales carry about 1e-13 times the scale itself.
    const tolerance = what === 'g' ? 1e-8 : 1e-12 * Math.max(1, Math.abs(wanted));
    expect(Math.abs((found ?? Number.NaN) - wanted) / scale, line).toBeLessThan(tolerance);
  }
});

type Vector = {
  name: string;
  params: Names & Record<string, number>;
  value: number;
  tolerance: number;
  kind: string;
};
const vectors = JSON.parse(read('vectors.json')) as Vector[];

/** What each family of published values means in terms of the theory, by the start of its name. */
const MEANINGS: Record<string, (params: Vector['params']) => number | null> = {
  moment1_: ({ activation, q }) => plainMean(ACTIVATIONS[activation], q as number),
  moment2_: ({ activation, q }) => plainSquare(ACTIVATIONS[activation], q as number),
  sigma_star_: ({ activation }) => Math.sqrt(unitSquare(activation)),
  chi_var_: ({ activation, sigma }) => {
    const q = (sigma as number) ** 2;
    return (q * ACTIVATIONS[activation].moments(q).radial) / plainSquare(ACTIVATIONS[activation], q);
  },
  xi_c_tanh: (params) => rowOf(params).xi_2,
  critical_: (params) => criticalWeight(params),
  chi1_grad_: (params) => rowOf(params).chi_1,
  chi1_grad_htanh: (params) => rowOf({ ...params, activation: 'hard_tanh' }).chi_1,
  selu_fixed_point: () => nearest(varianceLimit(ACTIVATIONS.selu, 1, 0).fixed_points, 1).q,
  // chi_1 = chi_q = 1 at once, at the published point
  half_stable_gelu_CW: ({ activation }) => halfStable(activation).sigma_w2,
  half_stable_gelu_Cb: ({ activation }) => halfStable(activation).sigma_b2,
  dks_gelu_Q1: (params) => plainSquare(shaped(params), 1),
  dks_tanh_Q1: (params) => plainSquare(shaped(params), 1),
  dks_gelu_C0: (params) => plainMean(shaped(params), 1) ** 2,
  dks_softplus_C0: (params) => plainMean(shaped(params), 1) ** 2 / plainSquare(shaped(params), 1),
  dks_tanh_dQ1: (params) => shaped(params).moments(1).radial,
  dks_softplus_dQ1: (params) => shaped(params).moments(1).radial,
  dks_tanh_dC1: (params) => shaped(params).moments(1).slope2,
  dks_gelu_dC1: (params) => shaped(params).moments(1).slope2,
  gelu_q: ({ q }) => plainSquare(ACTIVATIONS.gelu, q as number),
  nf_gamma_: ({ activation }) => 1 / Math.sqrt(ACTIVATIONS[activation].moments(1).variance),
  qstar_: (params) => rowOf(params).q_star,
  cstar_: (params) => rowOf(params).c_star,
  xi2_: (params) => rowOf(params).xi_2,
  crit_relu_: (params) => criticalWeight(params),
  tanh_drop_qstar: (params) => rowOf(params).q_star,
  tanh_drop_cstar: (params) => rowOf(params).c_star,
  tanh_drop_slope1: (params) => rowOf(params).chi_aligned,
  tanh_drop_xi2: (params) => rowOf(params).xi_2,
  erf_q: ({ q }) => ACTIVATIONS.erf.moments(q as number).ratio * (q as number),
  erf_kernel_: ({ q, c }) =>
    ACTIVATIONS.erf.moments(q as number).ratio - ACTIVATIONS.erf.pair(q as number)(1 - (c as number)).gap,
  erf_dot_: ({ q }) => ACTIVATIONS.erf.moments(q as number).slope2,
  relu_cmap_: ({ c }) => 1 - 2 * ACTIVATIONS.relu.pair(1)(1 - (c as number)).gap,
  // F(c) = χ F_relu(c) + 1 − χ/keep at χ = 1 is the map of a network only where q* is finite; by its definition:
  relu_chi1_: ({ keep }) => formalReluPoint(keep),
  crit_relu_multgauss_: ({ variance }) =>
    criticalAt(ACTIVATIONS.relu, computeNoise('gaussian', { variance: variance as number })),
  torch_relu_dropout_gain_: ({ drop }) =>
    Math.sqrt(criticalAt(ACTIVATIONS.relu, computeNoise('bernoulli', { drop: drop as number }))),
  // relu with its mean taken off: E[φ′²] over the variance of φ
  dks_relu_max_slope: () => ACTIVATIONS.relu.moments(1).slope2 / ACTIVATIONS.relu.moments(1).variance,
  relu_kink_coefficient: () => KAPPA_RELU,
  // along chi_aligned = 1, at a field so weak that the exponent has converged
  nu_rho_smooth: () =>
    -(localExponent({ activation: ACTIVATIONS.tanh, q: 1 }, PATHS.field, 1e-8, 'xi_2') ?? 0),
  nu_rho_kinked: () =>
    -(localExponent({ activation: ACTIVATIONS.relu, q: 1 }, PATHS.field, 1e-8, 'xi_2') ?? 0),
  sigma_w2_torch_kaiming_relu: () =>
    initVariances('kaiming_normal', { fan_in: 100, gain: calculateGain('relu') }).sigma_w2,
  sigma_w2_mlx_linear_default: () => initVariances('mlx_linear', { fan_in: 100 }).sigma_w2,
  sigma_w2_torch_tanh_gain: () =>
    initVariances('xavier_normal', { fan_in: 100, fan_out: 100, gain: calculateGain('tanh') }).sigma_w2,
  sigma_w2_torch_selu_gain: () =>
    initVariances('kaiming_normal', { fan_in: 100, gain: calculateGain('selu') }).sigma_w2,
};

const nearest = <P extends { q: number }>(points: readonly P[], q: number): P =>
  points.reduce((best, point) => (Math.abs(point.q - q) < Math.abs(best.q - q) ? point : best));

/** An activation inside the affine map that the vector gives. */
function shaped({ activation, q, ...values }: Record<string, unknown>) {
  return activationAt(activation as Names['activation'], values as Record<string, number>);
}

/** The q with E[φ²] = 1, by bisection. */
function unitSquare(activation: Names['activation']): number {
  let [low, high] = [0.01, 100];
  for (let i = 0; i < 60; i++) {
    const q = Math.sqrt(low * high);
    if (plainSquare(ACTIVATIONS[activation], q) < 1) low = q;
    else high = q;
  }
  return low;
}

/** Where E[φ′²] = d E[φ²] / dq, so that chi_1 and chi_q reach 1 together, for silu and gelu. */
function halfStable(name: Names['activation']) {
  const activation = ACTIVATIONS[name];
  let [low, high] = [0.05, 50];
  const sign = (q: number) => activation.moments(q).slope2 > activation.moments(q).radial;
  for (let i = 0; i < 60; i++) {
    const q = (low + high) / 2;
    if (sign(q) === sign(low)) low = q;
    else high = q;
  }
  const sigma_w2 = 1 / activation.moments(low).slope2;
  return { sigma_w2, sigma_b2: low - sigma_w2 * plainSquare(activation, low) };
}

/** The sigma_w2 that preserves the variance without bias. */
function criticalAt(activation: Activation, noise: Noise): number {
  return variancePreserving(activation, noise, 0).points[0]?.sigma_w2 ?? Number.NaN;
}

/** The sigma_w2 with chi_1 = 1, by bisection over the answers. */
function criticalWeight(params: Partial<Names> & { activation: Names['activation'] }): number {
  let [low, high] = [0.1, 10];
  for (let i = 0; i < 60; i++) {
    const sigma_w2 = (low + high) / 2;
    const { chi_1 } = rowOf({ sigma_b2: 0, keep: 1, ...params, sigma_w2 });
    if ((chi_1 ?? 0) < 1) low = sigma_w2;
    else high = sigma_w2;
  }
  return (low + high) / 2;
}

function formalReluPoint(keep: number): number {
  let c = 0;
  for (let i = 0; i < 10_000; i++) c = 2 - 2 * ACTIVATIONS.relu.pair(1)(1 - c).gap - 1 / keep;
  return c;
}

describe('published values', () => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (name, {
    params,
    value,
    tolerance,
  }) => {
    const known = Object.keys(MEANINGS).filter((start) => name.startsWith(start));
    const longest = known.sort((a, b) => b.length - a.length)[0];
    const found = MEANINGS[longest as string]?.(params);
    expect(Math.abs((found ?? Number.NaN) - value)).toBeLessThanOrEqual(Math.max(tolerance, 4e-12));
  });
});

describe('wrong values in circulation are refuted', () => {
  type Bad = {
    name: string;
    claimed: number;
    correct: number;
    params?: { sigma_w2?: number; sigma_b2: number };
  };
  test.each(
    (JSON.parse(read('known_bad_values.json')) as Bad[]).map((bad) => [bad.name, bad] as const),
  )('%s', (name, { claimed, correct, params }) => {
    if (name === 'swish_Cb_public_code') {
      const found = halfStable('silu').sigma_b2;
      expect(found).toBeCloseTo(correct, 7);
      expect(Math.abs(found - claimed)).toBeGreaterThan(0.4);
      return;
    }
    if (name === 'autoinit_dropout_relu_keep0.5') {
      const found = computeNoise('bernoulli', { keep: 0.5 }).s2 * plainSquare(ACTIVATIONS.relu, 1);
      expect(found).toBeCloseTo(correct, 12);
      expect(Math.abs(found - claimed)).toBeGreaterThan(0.1);
      return;
    }
    if (name === 'tf_EdgeOfChaos_swish') {
      // chi_1 = 1 at the upper, unstable one of two fixed points; the claimed weight variance has none.
      const { silu } = ACTIVATIONS;
      const upper = varianceLimit(silu, correct, 0.04).fixed_points.at(-1);
      expect(correct * silu.moments(upper?.q as number).slope2).toBeCloseTo(1, 8);
      expect(varianceLimit(silu, claimed, 0.04).fixed_points).toEqual([]);
      return;
    }
    const given = { activation: 'tanh', sigma_b2: 0.05, keep: 1, ...params } as const;
    const isScale = params?.sigma_w2 !== undefined;
    const found = isScale ? rowOf(given as Names).xi_2 : criticalWeight(given);
    expect(found).toBeCloseTo(correct, 8);
    expect(Math.abs((found as number) - claimed) / claimed).toBeGreaterThan(3e-4);
    if (!isScale)
      expect(Math.abs((rowOf({ ...given, sigma_w2: claimed }).chi_1 ?? 1) - 1)).toBeGreaterThan(1e-4);
  });
});
