import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { computeNoise } from '../techniques/index.ts';
import { normalMean } from '../testing/averages.ts';
import { alphaOutcomes } from '../testing/noise-draws.ts';
import { dropoutMoments, noisyQuartics, pairNoise, quarticNoise, quartics } from './quartics.ts';

test.each([
  'tanh',
  'selu',
  'sigmoid',
] as const)('%s: every outcome of the noise in turn, with independent averages', (name) => {
  const activation = ACTIVATIONS[name];
  const { phi, derivative, kinks } = activation;
  const [q, keep] = [1.3, 0.7];
  const outcomes = alphaOutcomes(keep);
  const noise = quarticNoise(computeNoise('alpha', { keep }));
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
});

test('noise that only multiplies, in closed form', () => {
  expect(noisyQuartics(quartics(ACTIVATIONS.linear, 1), dropoutMoments(0.5)).fourth).toBeCloseTo(24, 12);
  expect(() => dropoutMoments(0)).toThrow('keep');
  expect(pairNoise(dropoutMoments(0.5), 'independent')).toEqual({ s11: 1, s22: 4, s31: 4 });
});
