import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { noiseOf } from '../techniques/index.ts';
import { normalMean } from '../testing/averages.ts';
import { dropoutMoments, quarticNoise } from './noise.ts';
import { noisyPairQuartics, noisyQuartics } from './noisy-quartics.ts';
import { pairQuartics, quartics } from './quartics.ts';

type Outcome = { readonly p: number; readonly s: number; readonly t: number };

/** Alpha dropout from its definition: a unit is a x + b, or a x₀ + b. */
function alphaOutcomes(keep: number): Outcome[] {
  const x0 = -1.7580993408473766;
  const a = (keep + x0 * x0 * keep * (1 - keep)) ** -0.5;
  const b = -a * (1 - keep) * x0;
  return [
    { p: keep, s: a, t: b },
    { p: 1 - keep, s: 0, t: a * x0 + b },
  ];
}

test.each([
  'tanh',
  'selu',
  'sigmoid',
] as const)('%s: every outcome of the noise in turn, with independent averages', (name) => {
  const activation = ACTIVATIONS[name];
  const { phi, derivative, kinks } = activation;
  const [q, c, keep] = [1.3, 0.4, 0.7];
  const outcomes = alphaOutcomes(keep);
  const noise = quarticNoise(noiseOf('alpha', { keep }));
  const mean = (f: (x: number) => number) => normalMean(f, 0, Math.sqrt(q), kinks);
  const over = (of: (y: (x: number) => number, s: number) => number) =>
    outcomes.reduce((sum, { p, s, t }) => sum + p * of((x) => s * phi(x) + t, s), 0);
  const one = noisyQuartics(quartics(activation, q), noise);
  expect(one.square).toBeCloseTo(
    over((y) => mean((x) => y(x) ** 2)),
    12,
  );
  expect(one.fourth).toBeCloseTo(
    over((y) => mean((x) => y(x) ** 4)),
    12,
  );
  expect(one.mixed).toBeCloseTo(
    over((y, s) => mean((x) => (s * derivative(x) * y(x)) ** 2)),
    12,
  );

  const rest = Math.sqrt(q * (1 - c * c));
  const spread = [...kinks, ...kinks.map((kink) => kink / c)];
  const both = (f: (u: number) => number, g: (v: number) => number) =>
    normalMean((u) => f(u) * normalMean(g, c * u, rest, kinks), 0, Math.sqrt(q), spread, rest / c);
  for (const mask of ['independent', 'shared'] as const) {
    const two = noisyPairQuartics(quartics(activation, q), pairQuartics(activation, q, c), noise, mask);
    const pairs = outcomes.flatMap((a) =>
      mask === 'shared' ? [{ p: a.p, a, b: a }] : outcomes.map((b) => ({ p: a.p * b.p, a, b })),
    );
    const power = (i: number, j: number) =>
      pairs.reduce(
        (sum, { p, a, b }) =>
          sum +
          p *
            both(
              (u) => (a.s * phi(u) + a.t) ** i,
              (v) => (b.s * phi(v) + b.t) ** j,
            ),
        0,
      );
    expect(two.product, mask).toBeCloseTo(power(1, 1), 11);
    expect(two.squares, mask).toBeCloseTo(power(2, 2), 11);
    expect(two.cube, mask).toBeCloseTo(power(3, 1), 11);
    if (mask === 'independent')
      expect(two.mixed).toBeCloseTo(
        pairs.reduce(
          (sum, { p, a, b }) =>
            sum +
            p *
              both(
                (u) => (a.s * derivative(u)) ** 2,
                (v) => (b.s * phi(v) + b.t) ** 2,
              ),
          0,
        ),
        11,
      );
  }
});

test('noise that only multiplies, in closed form', () => {
  const { linear } = ACTIVATIONS;
  const [one, two, noise] = [quartics(linear, 1), pairQuartics(linear, 1, 1), dropoutMoments(0.5)];
  expect(noisyQuartics(one, noise).fourth).toBeCloseTo(24, 12);
  expect(noisyPairQuartics(one, two, noise, 'independent').squares).toBeCloseTo(12, 12);
  expect(noisyPairQuartics(one, two, noise, 'shared').cube).toBeCloseTo(24, 12);
});
