import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../theory/activations/index.ts';
import { dropoutMoments, quarticNoise, readShifts } from '../theory/gradients/quartics.ts';
import { gradientSpread } from '../theory/gradients/variance-mean.ts';
import { computeNoise } from '../theory/techniques/index.ts';
import { NOISE_DRAWS } from '../theory/testing/noise-draws.ts';
import { covariance, randomNetworks } from '../theory/testing/random-network.ts';
import { solve } from '../theory/testing/solve.ts';
import {
  type FiniteLayer,
  forwardSpread,
  gradientBand,
  splitSpread,
  type Variance,
  widthForGradients,
} from './finite-width.ts';

const { linear, relu, tanh } = ACTIVATIONS;
const sum = ({ kernel, sampling }: Variance) => kernel + sampling;
const stack = (depth: number, layer: FiniteLayer): FiniteLayer[] => Array(depth).fill(layer);

test('one layer, in closed form', () => {
  const layer = { sigma_w2: 1, sigma_b2: 0, noise: dropoutMoments(1) };
  const row = forwardSpread(linear, [layer], { q0: 1, c0: 0 }, 100)[1];
  expect(row?.q_variance.kernel).toBeCloseTo(0.02, 14);
  expect(row?.q_variance.sampling).toBeCloseTo(0.02, 14);
  expect(sum(row?.c_variance as Variance)).toBeCloseTo(2 / 100, 14);
  // relu: sigma_w⁴ (3q²/(2 keep³) − (q/(2 keep))²) / N
  const dropped = forwardSpread(
    relu,
    [{ ...layer, sigma_w2: 1.8, noise: dropoutMoments(0.9) }],
    { q0: 2, c0: 1 },
    50,
  );
  expect(dropped[1]?.q_variance.kernel).toBeCloseTo((1.8 ** 2 * (6 / 0.729 - (1 / 0.9) ** 2)) / 50, 12);
});

test('deep: the stationary variance U / (N (1 − chi_q²)); shared masks and no noise keep equal inputs equal', () => {
  const layer = { sigma_w2: 1.5, sigma_b2: 0.05, noise: dropoutMoments(1) };
  const rows = forwardSpread(tanh, stack(60, layer), { q0: 0.418037200533, c0: 1 }, 128);
  // U 0.12661462292, chi_q 0.551983205664
  expect(rows[60]?.q_variance.kernel).toBeCloseTo(0.12661462292 / 128 / (1 - 0.551983205664 ** 2), 11);
  for (const { c_variance, q_variance, q_covariance } of rows) {
    expect(sum(c_variance)).toBeLessThan(1e-15);
    expect(q_covariance.kernel).toBeCloseTo(q_variance.kernel, 14);
  }
  const noisy = { ...layer, noise: quarticNoise(computeNoise('gaussian', { variance: 0.3 })) };
  for (const row of forwardSpread(tanh, stack(5, noisy), { q0: 1, c0: 1 }, 128, 'shared'))
    expect(sum(row.c_variance)).toBeLessThan(1e-15);
});

test('given weights and over weights: nothing over masks without noise, most of it with strong noise', () => {
  const layer = (keep: number) => ({ sigma_w2: 1.76, sigma_b2: 0.05, noise: dropoutMoments(keep) });
  const quiet = splitSpread(tanh, stack(5, layer(1)), 0.6, 128)[5];
  expect(sum(quiet?.masks as Variance)).toBeLessThan(1e-15);
  const loud = splitSpread(tanh, stack(20, layer(0.5)), 1.8, 128)[20];
  expect(sum(loud?.masks as Variance)).toBeGreaterThan(10 * sum(loud?.weights as Variance));
  const total = forwardSpread(tanh, stack(20, layer(0.5)), { q0: 1.8, c0: 1 }, 128)[20]
    ?.q_variance as Variance;
  expect(sum(loud?.masks as Variance) + sum(loud?.weights as Variance)).toBeCloseTo(sum(total), 14);
});

const draws = (name: string) => NOISE_DRAWS.find(([own]) => own === name) as (typeof NOISE_DRAWS)[number];

const CASES = [
  ['tanh', 1.76, 0.05, 'bernoulli', 'independent'],
  ['relu', 1.7, 0.05, 'bernoulli', 'independent'],
  ['elu', 1.1, 0.05, 'alpha', 'independent'],
  ['sigmoid', 3, 0.05, 'alpha', 'shared'],
  ['softplus', 0.8, 0.05, 'uniform', 'independent'],
] as const;

test.each(
  CASES,
)('random networks of width 48, %s %d, %d, %s, %s masks: within 4 standard errors and 5 (l + 1)/N', (name, sigma_w2, sigma_b2, technique, mask) => {
  const [width, depth] = [48, 4];
  const phi = ACTIVATIONS[name];
  const [, moments, draw] = draws(technique);
  const noise = quarticNoise(moments);
  const start = { q0: 0.8, c0: 0.6 };
  const rows = forwardSpread(phi, stack(depth, { sigma_w2, sigma_b2, noise }), start, width, mask);
  const next = randomNetworks(
    {
      phi: phi.phi,
      derivative: phi.derivative,
      sigma_w2,
      sigma_b2,
      keep: 1,
      noise: (uniform) => {
        const drawn = draw(uniform);
        return typeof drawn === 'number' ? [drawn, 0] : drawn;
      },
      shared: mask === 'shared' ? 1 : 0,
      width,
      depth,
      ...start,
      read_out: 'fixed',
    },
    3,
  );
  const networks = Array.from({ length: 2500 }, () => next());
  for (const l of [0, 1, 2, 4]) {
    const row = rows[l] as (typeof rows)[number];
    const aa = networks.map((found) => found.aa[l] as number);
    const bb = networks.map((found) => found.bb[l] as number);
    const c = networks.map(
      ({ ab }, i) => (ab[l] as number) / Math.sqrt((aa[i] as number) * (bb[i] as number)),
    );
    for (const [what, found, wanted] of [
      ['q', covariance(aa, aa), row.q_variance],
      ['q_a, q_b', covariance(aa, bb), row.q_covariance],
      ['c', covariance(c, c), row.c_variance],
    ] as const)
      expect(Math.abs(found.mean - sum(wanted)), `${what} at layer ${l}`).toBeLessThan(
        4 * found.error + (5 * (l + 1) * sum(wanted)) / width,
      );
  }
});

test('gradients of networks with alpha dropout: V, within 4 standard errors and 10 %', () => {
  const [width, depth, top, bottom] = [48, 9, 7, 1];
  const [sigma_w2, sigma_b2] = [1.1, 0.05];
  const [, moments, draw] = draws('alpha');
  const elu = ACTIVATIONS.elu;
  const solved = solve({ activation: 'elu', technique: 'alpha', keep: 0.8, sigma_w2, sigma_b2 });
  const { V } = gradientSpread(elu, {
    sigma_w2,
    q: solved.q_star as number,
    chi_q: solved.chi_q as number,
    noise: quarticNoise(moments),
  });
  const next = randomNetworks(
    {
      ...{ phi: elu.phi, derivative: elu.derivative, sigma_w2, sigma_b2, keep: 1, width, depth },
      ...{ q0: solved.q_star as number, c0: 0.5, read_out: 'fixed' },
      noise: (uniform) => draw(uniform) as readonly [number, number],
    },
    7,
  );
  const networks = Array.from({ length: 1500 }, () => next());
  const at = (l: number) => {
    const logs = networks.map(({ gaa }) => Math.log(gaa[l] as number));
    return covariance(logs, logs);
  };
  const [low, high] = [at(bottom), at(top)];
  const scale = width / (top - bottom);
  const error = scale * Math.hypot(low.error, high.error);
  expect(Math.abs(scale * (low.mean - high.mean) - V)).toBeLessThan(4 * error + 0.1 * V);
  // (what the shift adds is more than that)
  const { V: without } = gradientSpread(elu, {
    sigma_w2,
    q: solved.q_star as number,
    chi_q: solved.chi_q as number,
    noise: { ...quarticNoise(moments), t2: 0, st: 0, shifts: readShifts({ s1: 1, s2: 1, variance: 0 }) },
  });
  expect(Math.abs(without - V)).toBeGreaterThan(0.01 * V);
});

test('gradients: the log-normal band', () => {
  const band = gradientBand(4.735, { K: 30, width: 128 });
  expect(band.low).toBeCloseTo(0.0728, 4);
  expect(band.high).toBeCloseTo(4.526, 3);
  expect(band.median).toBeCloseTo(Math.exp(-(4.735 * 30) / 256), 14);
  expect(gradientBand(4.735, { K: 0, width: 128 })).toEqual({
    relative_deviation: 0,
    median: 1,
    low: 1,
    high: 1,
  });
  expect(gradientBand(2, { K: 10, width: 1e9, part: 0.5 }).high).toBeCloseTo(1, 3);
  expect(widthForGradients(4.735, 30)).toBeCloseTo(142.05, 10);
  expect(() => gradientBand(-1, { K: 1, width: 1 })).toThrow('V');
  // @ts-expect-error a part that is not offered
  expect(() => gradientBand(1, { K: 1, width: 1, part: 0.9 })).toThrow('part');
  expect(() => widthForGradients(1, -1)).toThrow('K');
});

test('what is refused', () => {
  expect(() => quarticNoise({ s1: 1, s2: 2, variance: 1 })).toThrow('s3 and s4');
  expect(() => quarticNoise({ s1: 1, s2: 2, variance: 1, s3: 4, s4: 8, t2: 1 })).toThrow('shifts');
  const layer = { sigma_w2: 1, sigma_b2: 0, noise: dropoutMoments(1) };
  expect(() => forwardSpread(tanh, [layer], { q0: 1, c0: 1 }, 0)).toThrow('width');
  const normalised = { ...layer, batch_norm: true };
  expect(() => forwardSpread(tanh, [normalised], { q0: 1, c0: 1 }, 9)).toThrow('IC layers');
  expect(() => forwardSpread(linear, stack(3, { ...layer, sigma_w2: 1e200 }), { q0: 1, c0: 1 }, 9)).toThrow(
    'range',
  );
});
