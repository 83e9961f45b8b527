import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { normalMean } from '../testing/averages.ts';
import { averageErrors, numeric } from './numeric.ts';
import { subtractLevel } from './one-input.ts';
import { gaussianRule, legendre } from './quadrature.ts';
import { averageNearAligned, hermiteSeries } from './two-inputs.ts';

const relative = (a: number, b: number) => Math.abs(a - b) / Math.abs(b);

test('Gauss–Legendre rules are exact up to degree 2n − 1', () => {
  for (const n of [1, 2, 5, 16, 24]) {
    const { nodes, weights } = legendre(n);
    for (let degree = 0; degree < 2 * n; degree += 2)
      expect(nodes.reduce((sum, x, k) => sum + (weights[k] as number) * x ** degree, 0)).toBeCloseTo(
        2 / (degree + 1),
        14,
      );
  }
});

test('opposed inputs, c = −1, where no average between them is left', () => {
  for (const name of [
    'silu',
    'mish',
    'gelu_tanh',
    'selu',
    'relu6',
    'hard_tanh',
    'softsign',
    'tanh',
  ] as const) {
    const { phi, derivative, pair, kinks } = ACTIVATIONS[name];
    for (const q of [0.3, 5, 1e8, 1e40]) {
      const { gap, slope } = pair(q)(2);
      const sigma = Math.sqrt(q);
      const mirrored = [...kinks, ...kinks.map((kink) => -kink)];
      const mean = (f: (x: number) => number) => normalMean(f, 0, sigma, mirrored);
      expect(relative(gap, mean((x) => (phi(x) - phi(-x)) ** 2) / 2 / q), `${name} at ${q}`).toBeLessThan(
        1e-11,
      );
      if (q < 1e9) expect(Math.abs(slope - mean((x) => derivative(x) * derivative(-x)))).toBeLessThan(1e-13);
    }
  }
});

test('piecewise linear φ keep their digits far out, where differences of x would lose them', () => {
  for (const q of [1e30, 1e80]) {
    expect(relative(ACTIVATIONS.hard_tanh.pair(q)(1).gap, 1 / q)).toBeLessThan(1e-12);
    expect(relative(ACTIVATIONS.relu6.pair(q)(1).gap, 9 / q)).toBeLessThan(1e-12);
  }
});

test('a Gaussian rule has weights that add up to 1 and an end at each kink', () => {
  for (const sigma of [1e-6, 0.3, 1, 50, 1e4]) {
    const { nodes, weights } = gaussianRule([sigma / 2], [{ at: 0, width: 1 }], sigma / 5, sigma);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 14);
    expect(nodes.some((x) => x === sigma / 2)).toBe(false);
    expect(nodes.length).toBeLessThan(2000);
  }
});

test('the subtractLevel keeps its digits near 0', () => {
  const shape = { phi: Math.exp, derivative: Math.exp, kinks: [], features: [{ at: 0, width: 1 }] };
  for (const x of [1e-15, -1e-9, 1e-4, 0.019, 0.021, 2])
    expect(relative(subtractLevel(shape)(x), Math.expm1(x))).toBeLessThan(2e-14);
});

test('the Hermite coefficients of sine are known', () => {
  // E[cos u₁ cos u₂] = e^−q cosh(qc)
  const { squares } = hermiteSeries(ACTIVATIONS.sin, 1.5, 60)(60);
  for (let n = 0, term = Math.exp(-1.5); n < 12; n++, term *= 1.5 / n)
    expect(Math.abs((squares[n] as number) - (n % 2 === 0 ? term : 0))).toBeLessThan(1e-15);
});

test('the numeric route finds the closed forms, by the series and beside c = ±1', () => {
  for (const name of ['tanh', 'erf', 'gelu', 'relu', 'leaky_relu', 'abs', 'hard_tanh'] as const) {
    const closed = ACTIVATIONS[name];
    const numerical = numeric(closed);
    for (const q of [1e-6, 0.7, 12, 3e4]) {
      const found = numerical.moments(q);
      const wanted = closed.moments(q);
      for (const key of ['ratio', 'variance', 'slope2', 'radial'] as const)
        expect(relative(found[key], wanted[key]), `${name} ${key} ${q}`).toBeLessThan(1e-13);
      for (const m of [1e-7, 0.02, 0.4, 1, 1.7, 1.99]) {
        const two = numerical.pair(q)(m);
        const exact = closed.pair(q)(m);
        expect(
          Math.abs(two.gap - exact.gap) / Math.max(exact.gap, m > 1 ? wanted.variance : 0),
          `${name} ${q} ${m}`,
        ).toBeLessThan(2e-13);
        expect(Math.abs(two.slope - exact.slope) / wanted.slope2).toBeLessThan(2e-13);
      }
    }
  }
});

test('series and conditional average agree where both hold', () => {
  for (const name of ['silu', 'elu', 'softsign', 'hard_swish'] as const) {
    const shape = ACTIVATIONS[name];
    const [one, other] = [shape.pair(2)(0.3), averageNearAligned(shape, 2)(0.3)];
    expect(relative(one.gap, other.gap)).toBeLessThan(1e-13);
    expect(relative(one.slope, other.slope)).toBeLessThan(1e-13);
  }
});

test('the error estimate is small for every entry', () => {
  for (const [name, activation] of Object.entries(ACTIVATIONS))
    for (const q of [1e-3, 1, 8]) {
      const tails = activation.moments(q).slope2 < 1e-12;
      for (const [key, error] of Object.entries(averageErrors(activation, q, 0.4)))
        expect(error, `${name} ${key} ${q}`).toBeLessThan(tails ? 1 + 1e-12 : 1e-12);
    }
});

test('an odd activation has no mean at all, with and without tables', () => {
  for (const { moments } of [ACTIVATIONS.hard_tanh, ACTIVATIONS.softsign, ACTIVATIONS.tanh])
    for (const q of [1e-5, 0.3, 20, 1e12]) expect(moments(q)).toMatchObject({ lift: 0, drift: 0 });
});

test('uncorrelated inputs by the second rule', () => {
  expect(averageErrors(ACTIVATIONS.silu, 1, 1).gap).toBeLessThan(1e-14);
});
