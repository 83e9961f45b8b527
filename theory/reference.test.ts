import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACTIVATIONS, depthScales } from './index.ts';

const read = (name: string) =>
  readFileSync(new URL(`../fixtures/reference/${name}`, import.meta.url), 'utf8');

type Names = { activation: keyof typeof ACTIVATIONS; sigma_w2: number; sigma_b2: number; keep: number };

const rowOf = ({ activation, sigma_w2, sigma_b2, keep }: Names) =>
  depthScales({ activation, sigma_w2, sigma_b2, keep, technique: 'bernoulli', mask: 'independent', q0: 1 });

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
  moment1_: ({ activation, q }) =>
    Math.sqrt(ACTIVATIONS[activation].moments(q as number).mean2 * (q as number)),
  moment2_: ({ activation, q }) => ACTIVATIONS[activation].moments(q as number).ratio * (q as number),
  sigma_star_: ({ activation }) => 1 / Math.sqrt(ACTIVATIONS[activation].moments(1).ratio),
  chi_var_: ({ activation, sigma }) => {
    const { radial, ratio } = ACTIVATIONS[activation].moments((sigma as number) ** 2);
    return radial / ratio;
  },
  xi_c_tanh: (params) => rowOf(params).xi_2,
  critical_: (params) => criticalWeight(params),
  chi1_grad_: (params) => rowOf(params).chi_1,
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
};

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
  )('%s', (_, { claimed, correct, params }) => {
    const given = { activation: 'tanh', sigma_b2: 0.05, keep: 1, ...params } as const;
    const isScale = params?.sigma_w2 !== undefined;
    const found = isScale ? rowOf(given as Names).xi_2 : criticalWeight(given);
    expect(found).toBeCloseTo(correct, 8);
    expect(Math.abs((found as number) - claimed) / claimed).toBeGreaterThan(3e-4);
    if (!isScale)
      expect(Math.abs((rowOf({ ...given, sigma_w2: claimed }).chi_1 ?? 1) - 1)).toBeGreaterThan(1e-4);
  });
});
