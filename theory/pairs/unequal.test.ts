import { describe, expect, test } from 'vitest';
import type { Activation } from '../activation.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { wrap } from '../activations/wrap.ts';
import { logisticMixture } from '../averages/special.ts';
import { normalMean } from '../testing/averages.ts';
import { random } from '../testing/random.ts';
import { computeKernel, numericUnequal, unequalPair } from './unequal.ts';

const { abs, erf, gelu, hard_tanh, leaky_relu, relu, scaled_erf, selu, silu, softplus, tanh } = ACTIVATIONS;

/** By the independent panels of the tests, u_b given u_a. */
function defined({ phi, derivative, kinks, level }: Activation, q_a: number, q_b: number, c: number) {
  const ratio = c * Math.sqrt(q_b / q_a);
  const rest = Math.sqrt(q_b * (1 - c) * (1 + c));
  const over = (f: (u: number) => number, g: (v: number) => number) =>
    normalMean(
      (u) => f(u) * normalMean(g, ratio * u, rest, kinks),
      0,
      Math.sqrt(q_a),
      [...kinks, ...kinks.map((kink) => kink / ratio)],
      rest / Math.abs(ratio),
    );
  const up = (x: number) => phi(x) - level;
  return { overlap: over(up, up) / Math.sqrt(q_a * q_b), slope: over(derivative, derivative) };
}

describe('against the definition, by independent quadrature', () => {
  const next = random(11);
  test.each([
    tanh,
    relu,
    abs,
    leaky_relu,
    erf,
    scaled_erf,
    hard_tanh,
    selu,
    silu,
    gelu,
    softplus,
  ])('$name', (activation) => {
    for (let i = 0; i < 4; i++) {
      const [q_a, q_b] = [10 ** (2 * next() - 1), 10 ** (2 * next() - 1)];
      const c = [0.3, -0.7, 0.99, 0.05 + 0.9 * next()][i] as number;
      const found = unequalPair(activation, q_a, q_b)(1 - c);
      const wanted = defined(activation, q_a, q_b, c);
      const what = `${q_a}, ${q_b}, ${c}`;
      const scale = Math.sqrt(activation.moments(q_a).slope2 * activation.moments(q_b).slope2);
      expect(Math.abs(found.overlap - wanted.overlap) / scale, what).toBeLessThan(1e-12);
      expect(Math.abs(found.slope - wanted.slope) / scale, what).toBeLessThan(1e-12);
      // the two inputs are alike
      const turned = unequalPair(activation, q_b, q_a)(1 - c);
      expect(turned.overlap).toBeCloseTo(found.overlap, 12);
      expect(turned.slope).toBeCloseTo(found.slope, 12);
    }
  });
});

test('tanh against its mixture of arcsine kernels, at hard places', () => {
  const { variances, weights } = logisticMixture();
  for (const [q_a, q_b] of [
    [1e-4, 2],
    [0.5, 0.500001],
    [3, 1e4],
    [1e-30, 1e-28],
  ] as const)
    for (const m of [0, 1e-12, 1e-3, 1, 1.9, 2]) {
      let overlap = 0;
      variances.forEach((v, i) => {
        variances.forEach((w, j) => {
          const shared = Math.sqrt(q_a) * Math.sqrt(q_b) * (1 - m);
          const own = v * w + v * q_b + w * q_a + q_a * q_b * m * (2 - m);
          const weight = ((2 / Math.PI) * (weights[i] as number) * (weights[j] as number)) as number;
          overlap += (weight * Math.atan2(shared, Math.sqrt(own))) / (Math.sqrt(q_a) * Math.sqrt(q_b));
        });
      });
      const scale = Math.sqrt(tanh.moments(q_a).ratio * tanh.moments(q_b).ratio);
      const found = unequalPair(tanh, q_a, q_b)(m).overlap;
      expect(Math.abs(found - overlap) / scale, `${q_a}, ${q_b}, ${m}`).toBeLessThan(2e-13);
    }
});

test('equal variances: the averages that the entries have', () => {
  for (const activation of [tanh, erf, relu, selu, silu, softplus, wrap(erf, { output_shift: 0.3 })])
    for (const q of [0.3, 5])
      for (const m of [1e-9, 1e-2, 0.6, 1.2, 1.99]) {
        const { gap, slope } = activation.pair(q)(m);
        const found = numericUnequal(activation)(q, q)(m);
        const { ratio, lift } = activation.moments(q);
        const overlap = ratio - 2 * activation.level * lift - gap;
        expect(found.overlap, `${activation.name} ${q} ${m}`).toBeCloseTo(overlap, 12);
        expect(found.slope, `${activation.name} ${q} ${m}`).toBeCloseTo(slope, 12);
        expect(unequalPair(activation, q, q)(m).overlap).toBeCloseTo(overlap, 12);
      }
});

describe('closed forms against the quadrature in two dimensions, and the other way round', () => {
  const { sigmoid, sin, cos } = ACTIVATIONS;
  const shaped = wrap(sin, { input_scale: -0.5, input_shift: 0.7, output_scale: -2, output_shift: 0.2 });
  test.each([
    ['tanh', tanh, 1e12],
    ['sigmoid', sigmoid, 1e12],
    ['gelu', gelu, 1e12],
    ['erf', erf, 1e12],
    ['relu with an affine map', wrap(relu, { output_scale: -3, input_scale: -0.2 }), 1e12],
    ['sin', sin, 3],
    ['cos', cos, 3],
    ['a shifted sine', shaped, 10],
  ] as const)(
    '%s',
    (_, activation, largest) => {
      expect(activation.unequal).toBeDefined();
      for (const q_a of [1e-6, 1, 1e4, 1e12])
        for (const ratio of [1e-8, 0.5, 0.999, 30])
          for (const m of [0, 1e-9, 1e-4, 0.3, 1, 1.5, 2]) {
            const q_b = q_a * ratio;
            if (Math.max(q_a, q_b) > largest) continue;
            const [closed, wanted] = [
              unequalPair(activation, q_a, q_b)(m),
              numericUnequal(activation)(q_a, q_b)(m),
            ];
            const [a, b] = [activation.moments(q_a), activation.moments(q_b)];
            const place = `${q_a}, ${q_b}, ${m}`;
            const off = Math.abs(closed.overlap - wanted.overlap) / Math.sqrt(Math.abs(a.ratio * b.ratio));
            expect(off, place).toBeLessThan(1e-13);
            const slopeOff = Math.abs(closed.slope - wanted.slope) / Math.sqrt(a.slope2 * b.slope2);
            expect(slopeOff, place).toBeLessThan(1e-14);
          }
    },
    120_000,
  );

  test('sin and cos of variances at which nothing is left', () => {
    expect(computeKernel(sin, 2000, 0.3, 1)).toEqual({ product: 0, slope: 0 });
    expect(computeKernel(cos, 2000, 0.3, 1).product).toBeCloseTo(0, 15);
    // two equal inputs keep theirs
    expect(computeKernel(sin, 2000, 0.9999, 2000.0001).product).toBeCloseTo(Math.exp(-0.2) / 2, 4);
  });
});

test('plain averages, with one variance and with two', () => {
  expect(computeKernel(relu, 1, 0).product).toBeCloseTo(1 / (2 * Math.PI), 15);
  expect(computeKernel(relu, 1, 1)).toEqual({ product: 0.5, slope: 0.5 });
  for (const activation of [tanh, softplus, ACTIVATIONS.cos])
    for (const [q, q_b, c] of [
      [0.7, 0.7, 0.4],
      [0.7, 2, -0.4],
      [3, 3, -1],
      [2, 0.5, 1],
    ] as const) {
      const { phi, derivative } = activation;
      const ratio = c * Math.sqrt(q_b / q);
      const rest = Math.sqrt(q_b * (1 - c * c));
      const inner = (f: (x: number) => number, u: number) =>
        rest === 0 ? f(ratio * u) : normalMean(f, ratio * u, rest);
      const both = (f: (x: number) => number) => normalMean((u) => f(u) * inner(f, u), 0, Math.sqrt(q));
      const found = computeKernel(activation, q, c, q_b);
      expect(found.product, `${activation.name} ${q} ${q_b} ${c}`).toBeCloseTo(both(phi), 12);
      expect(found.slope, `${activation.name} ${q} ${q_b} ${c}`).toBeCloseTo(both(derivative), 12);
    }
  expect(() => computeKernel(tanh, 1, 1.1)).toThrow('c must');
});

test('far from 1, and what is refused', () => {
  expect(unequalPair(tanh, 1e-100, 1e-90)(0.25).overlap).toBeCloseTo(0.75, 14);
  expect(unequalPair(erf, 1e-200, 1e-190)(0.25).overlap).toBeCloseTo((0.75 * 4) / Math.PI, 14);
  expect(unequalPair(relu, 1e-200, 1e200)(0)).toEqual({ overlap: 0.5, slope: 0.5 });
  expect(() => unequalPair(tanh, 0, 1)).toThrow('q_a');
});
