import { describe, expect, test } from 'vitest';
import type { Activation, Moments } from '../activation.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { piecewiseLinear } from '../activations/piecewise-linear.ts';
import { random } from '../testing/random.ts';
import { tabulated } from './tables.ts';

const TABULATED = Object.entries(ACTIVATIONS as Record<string, Activation>).filter(
  ([, { moments }]) => moments.direct,
);

/** Beside the edges of decades, and anywhere between them. */
function variances(seed: number): number[] {
  const next = random(seed);
  const edges = [0.01, 0.0999999, 0.1, 0.99999, 1, 9.99999];
  return [...edges, ...Array.from({ length: 8 }, () => 10 ** (3 * next() - 2))];
}

test('most activations without closed forms for two inputs have tables', () => {
  expect(TABULATED.map(([name]) => name).sort()).toEqual(
    (
      'celu elu gelu_tanh hard_sigmoid hard_swish hard_tanh log_sigmoid mish quick_gelu relu6 selu sigmoid silu ' +
      'softplus softsign tanh tanhshrink'
    ).split(' '),
  );
});

describe.each(TABULATED)('%s', (name, activation) => {
  // (where φ′ vanishes at 0 the averages fall by powers of q within a decade)
  const near = activation.ratio_at_zero === 0 ? 1e-13 : 3e-14;
  const exact = {
    moments: activation.moments.direct as Activation['moments'],
    pair: activation.pair.direct as Activation['pair'],
  };

  test('averages of one input are those without tables', () => {
    for (const q of [1e-4, 0.003, ...variances(1), 30, 1e4, 3e8]) {
      const [found, wanted] = [activation.moments(q), exact.moments(q)];
      const wide = Math.sqrt(wanted.variance / q);
      const scales: Moments = {
        ratio: Math.abs(wanted.ratio),
        shortfall: Math.abs(wanted.ratio) + Math.abs(wanted.shortfall),
        lift: wide,
        drift: wide,
        variance: wanted.variance,
        slope2: wanted.slope2,
        radial: Math.sqrt(wanted.variance * wanted.slope2) + Math.abs(wanted.radial),
      };
      for (const key of Object.keys(scales) as (keyof Moments)[])
        expect(Math.abs(found[key] - wanted[key]) / scales[key], `${key} at ${q}`).toBeLessThan(near);
    }
  });

  test('averages of two inputs are those without tables', () => {
    // (near c = 1 the exact softsign takes a millisecond a point, and has no table)
    const aligned = name === 'softsign' ? [0.04] : [1e-12, 1e-6, 1e-3, 0.03];
    for (const q of variances(2)) {
      const [found, wanted] = [activation.pair(q), exact.pair(q)];
      const { slope2 } = exact.moments(q);
      for (const m of [...aligned, 0.2, 0.6, 0.95, 1]) {
        // (the power series in c of a kinked φ cancels to 1e-13 itself; against an independent quadrature the tables are better)
        expect(Math.abs(found(m).gap / wanted(m).gap - 1), `gap at ${q}, ${m}`).toBeLessThan(2e-13);
        expect(Math.abs(found(m).slope - wanted(m).slope) / slope2, `slope at ${q}, ${m}`).toBeLessThan(near);
      }
    }
  });

  test('outside the tables the exact ones answer', () => {
    for (const q of [1e-6, 1e11]) expect(activation.moments(q)).toEqual(exact.moments(q));
    expect(activation.pair(0.001)(0.5)).toEqual(exact.pair(0.001)(0.5));
    expect(activation.pair(2)(1.5)).toEqual(exact.pair(2)(1.5));
  });
});

test('averages that no table of a bearable size holds are left to the exact ones', () => {
  // cosine of high frequency: exp(−q ω²/2) and its like run over many scales within a decade
  const { cos } = ACTIVATIONS;
  const fast: Activation = {
    ...cos,
    moments: (q) => cos.moments(4e6 * q),
    pair: (q) => cos.pair(4e6 * q),
  };
  expect(tabulated(fast).pair(1e-2)(0.3)).toEqual(fast.pair(1e-2)(0.3));
});

test('the order of a table is found from the averages that it holds: dead zones, which one input hardly shows', () => {
  for (const kink of [0.2, 0.5, 1.3]) {
    const exact = piecewiseLinear({ left: 1, kinks: [-kink, kink], jumps: [-1, 1], level: 0 }, 'dead zone');
    const table = tabulated(exact);
    for (const q of variances(3).filter((v) => v > (kink / 7) ** 2))
      for (const m of [1e-6, 1e-3, 0.05, 0.3, 0.9]) {
        const [found, wanted] = [table.pair(q)(m), exact.pair(q)(m)];
        const { slope2 } = exact.moments(q);
        expect(Math.abs(found.gap - wanted.gap) / (m * slope2), `gap at ${q}, ${m}`).toBeLessThan(2e-13);
        expect(Math.abs(found.slope - wanted.slope) / slope2, `slope at ${q}, ${m}`).toBeLessThan(2e-13);
      }
  }
});
