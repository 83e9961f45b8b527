import { describe, expect, test } from 'vitest';
import type { Activation } from '../activation.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { computeNoise } from '../techniques/index.ts';
import { random } from '../testing/random.ts';
import { type IcLayer, type IcState, icEvaluation, icLimit, icStep } from './ic.ts';
import { averageNormalised } from './normalised.ts';

const { relu, tanh, linear, abs, elu } = ACTIVATIONS;
const layer = (sigma_w2: number, keep: number, sigma_b2 = 0): IcLayer => ({
  sigma_w2,
  sigma_b2,
  noise: computeNoise('ic', { keep }),
});

/** Correlations of a pair and of generic inputs, and the gradient factors, layer by layer. */
function walk(activation: Activation, of: IcLayer, c: number, c0: number, depth = 6) {
  let state: IcState = { q: 1, c0, misalignments: [1 - c, 1 - c0] };
  return Array.from({ length: depth }, () => {
    const step = icStep(activation, of, state);
    state = step;
    const [pair, generic] = step.misalignments.map((m) => 1 - m);
    return { q: step.q, pair: pair ?? Number.NaN, generic: generic ?? Number.NaN, chi_1: step.chi_1 };
  });
}

test('relu without bias, in closed form', () => {
  const { at, gain } = averageNormalised(relu, 3, 0);
  expect(at(1).slope).toBeCloseTo(Math.PI / (2 * (Math.PI - 1)), 14);
  expect(at(1).lost).toBeCloseTo(1, 14);
  expect(at(0).slope).toBeCloseTo(Math.PI / (Math.PI - 1), 14);
  expect(gain * 3).toBeCloseTo(Math.PI / (Math.PI - 1), 14);
  for (const c of [-0.5, 0.3, 0.9]) {
    const kernel = (Math.sqrt(1 - c * c) + (Math.PI - Math.acos(c)) * c) / (2 * Math.PI);
    const k = (kernel - 1 / (2 * Math.PI)) / (1 / 2 - 1 / (2 * Math.PI));
    expect(1 - at(1 - c).lost).toBeCloseTo(k, 13);
  }
});

test('slopes of K at 0 and 1 for tanh', () => {
  const slopes = (q: number) => [1, 0].map((m) => averageNormalised(tanh, q, 0).at(m).slope);
  expect(slopes(1)[0]).toBeCloseTo(0.9305, 3);
  expect(slopes(1)[1]).toBeCloseTo(1.178, 3);
  expect(slopes(2)[0]).toBeCloseTo(0.886, 3);
  expect(slopes(2)[1]).toBeCloseTo(1.344, 3);
});

describe('six layers, as published next to simulations', () => {
  const rows: [string, Activation, IcLayer, number, number, number, number[], number][] = [
    ['relu .95', relu, layer(2, 0.95), 0.8, 0, 2.105, [0.709, 0.611, 0.512, 0.416, 0.329, 0.253], 1.467],
    ['relu c0', relu, layer(2, 0.8), 0.9, 0.5, 2.5, [0.578, 0.404, 0.268, 0.171, 0.106, 0.064], 1.467],
    ['relu .3', relu, layer(0.3, 0.8), 0.9, 0, 0.375, [0.694, 0.501, 0.342, 0.223, 0.14, 0.086], 1.467],
    ['tanh', tanh, layer(1.5, 0.8), 0.9, 0, 1.875, [0.709, 0.531, 0.388, 0.28, 0.201, 0.144], 1.325],
    ['bias', relu, layer(2, 0.8, 0.5), 0.9, 0, 3, [0.745, 0.58, 0.445, 0.344, 0.276, 0.232], 1.517],
    [
      'shared',
      relu,
      { ...layer(2, 0.5), mask: 'shared' },
      0.9,
      0,
      4,
      [0.867, 0.827, 0.778, 0.721, 0.656, 0.586],
      1.467,
    ],
  ];
  test.each(rows)('%s', (_, activation, of, c, c0, q, expected, gradient) => {
    const found = walk(activation, of, c, c0);
    found.forEach((row, l) => {
      expect(Math.abs(row.q - q)).toBeLessThan(5.1e-4);
      expect(Math.abs(row.pair - (expected[l] as number))).toBeLessThan(6e-4);
      if (l > 0) expect(Math.abs(row.chi_1 - gradient)).toBeLessThan(5.1e-4);
      expect(row.generic).toBeCloseTo(of.sigma_b2 / row.q, 12);
    });
  });

  test('what the data have in common makes the first gradient steep', () => {
    expect(walk(relu, layer(2, 0.8), 0.9, 0.5)[0]?.chi_1).toBeCloseTo(8.62, 2);
  });
});

test('where it settles', () => {
  const relu95 = icLimit(relu, layer(2, 0.95));
  expect(relu95.q_star).toBeCloseTo(2 / 0.95, 14);
  expect(relu95.c_star).toBe(0);
  expect(-1 / Math.log(relu95.chi_c)).toBeCloseTo(2.77, 2);
  expect(-1 / Math.log(icLimit(relu, layer(2, 1)).chi_c)).toBeCloseTo(3.23, 2);
  expect(relu95.chi_1).toBeCloseTo(Math.PI / (Math.PI - 1), 13);
  expect(icLimit(relu, layer(0.3, 0.5)).chi_1).toBeCloseTo(relu95.chi_1, 13);
  expect(icLimit(linear, layer(2, 0.9)).chi_c).toBeCloseTo(0.9, 14);
  expect(icLimit(abs, layer(2, 0.9)).chi_c).toBeCloseTo(0, 14);
  expect(icLimit(relu, layer(0, 0.9, 0.5))).toMatchObject({ q_star: 0.5, c_star: 1, chi_c: 0 });
  // c* = c0 is a fixed point of the step, with the slope that is said
  for (const [activation, of] of [
    [relu, layer(2, 0.8, 0.5)],
    [tanh, layer(1.5, 0.7, 1)],
  ] as const) {
    const { q_star, c_star, chi_c, chi_aligned, chi_1 } = icLimit(activation, of);
    const at = (m: number) => {
      const step = icStep(activation, of, { q: q_star, c0: c_star, misalignments: [m] });
      expect(step.chi_1).toBeCloseTo(chi_1, 13);
      return step.misalignments[0] as number;
    };
    expect(at(1 - c_star)).toBeCloseTo(1 - c_star, 13);
    expect((at(1 - c_star + 1e-4) - at(1 - c_star - 1e-4)) / 2e-4).toBeCloseTo(chi_c, 6);
    expect((at(1e-4) - at(0)) / 1e-4).toBeCloseTo(chi_aligned, 1);
  }
});

test('the average over what is common: against the definition by brute force', () => {
  // K for relu at c0 = .4, c = .7: a lattice over g, e and the rest of the second input
  const [q, c0, c] = [1.3, 0.4, 0.7];
  const rho = (c - c0) / (1 - c0);
  const step = 0.04;
  const at = Array.from({ length: 401 }, (_, k) => (k - 200) * step);
  const weight = at.map((z) => (step * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI));
  const mean = (of: (z: number) => number) =>
    at.reduce((sum, z, k) => sum + (weight[k] as number) * of(z), 0);
  let k = 0;
  for (let g = -7; g <= 7; g += 0.5) {
    const phi = (e: number) => elu.phi(Math.sqrt(q) * (Math.sqrt(c0) * g + Math.sqrt(1 - c0) * e));
    const first = mean(phi);
    const square = mean((e) => phi(e) ** 2);
    const both = mean((e) => phi(e) * mean((f) => phi(rho * e + Math.sqrt(1 - rho * rho) * f)));
    k +=
      ((0.5 * Math.exp((-g * g) / 2)) / Math.sqrt(2 * Math.PI)) *
      ((both - first * first) / (square - first * first));
  }
  expect(1 - averageNormalised(elu, q, c0).at(1 - c).lost).toBeCloseTo(k, 4);
});

test('odd and even activations: one side of what is common stands for both', () => {
  for (const phi of [tanh, abs, linear]) {
    const [mirrored, whole] = [phi, { ...phi, parity: 'none' as const }].map((one) =>
      averageNormalised(one, 1.4, 0.3),
    );
    expect(mirrored?.gain).toBeCloseTo(whole?.gain as number, 12);
    for (const m of [0.2, 0.7, 1.3]) {
      expect(mirrored?.at(m).lost).toBeCloseTo(whole?.at(m).lost as number, 12);
      expect(mirrored?.at(m).slope).toBeCloseTo(whole?.at(m).slope as number, 12);
    }
  }
});

test('evaluation: the variance shift', () => {
  const at = (keep: number, layers: number) => icEvaluation(relu, 2, computeNoise('ic', { keep }), layers);
  expect(at(0.95, 4).map((s) => Number(s.toFixed(3)))).toEqual([0.95, 0.904, 0.861, 0.822]);
  expect(at(0.95, 11).at(-1)).toBeCloseTo(0.655, 3);
  expect(at(0.8, 4).map((s) => Number(s.toFixed(3)))).toEqual([0.805, 0.662, 0.564, 0.502]);
  expect(at(0.8, 30).at(-1)).toBeCloseTo(0.42, 2);
  expect(at(1, 3)).toEqual([1, 1, 1]);
});

test('correlation of two units through dropout is keep times theirs', () => {
  const next = random(4);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const [draws, keep] = [50000, 0.8];
  let [sum, square] = [0, 0];
  for (let i = 0; i < draws; i++) {
    const x = normal();
    const y = 0.6 * x + 0.8 * normal();
    const product = next() < keep && next() < keep ? (x * y) / keep : 0; // over the standard deviations √keep
    sum += product;
    square += product * product;
  }
  const error = Math.sqrt(square / draws) / Math.sqrt(draws);
  // a linear φ has K(c) = c: the layer's correlation is keep · c too
  const step = icStep(linear, layer(1, keep), { q: 1, c0: 0, misalignments: [0.4] });
  expect(1 - (step.misalignments[0] as number)).toBeCloseTo(0.48, 14);
  expect(Math.abs(sum / draws - 0.48)).toBeLessThan(4 * error);
});

test('what is wrong is said', () => {
  expect(() => icLimit(relu, layer(-1, 0.9))).toThrow(
    /sigma_w2 must be a finite number that is not negative/,
  );
  expect(() => icStep(relu, layer(1, 0.9, Number.NaN), { q: 1, c0: 0, misalignments: [] })).toThrow(
    /sigma_b2/,
  );
  expect(() => icStep(relu, layer(1, 0.9), { q: 1, c0: 1, misalignments: [] })).toThrow(/c0 must be from 0/);
});
