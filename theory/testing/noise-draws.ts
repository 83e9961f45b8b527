import type { Noise } from '../noise.ts';
import { computeNoise } from '../techniques/index.ts';

/** Draws s, or s and t, of one unit. */
export type Draw = (next: () => number) => number | readonly [s: number, t: number];

/** A normal number, by Box and Muller. */
export const normal = (next: () => number) =>
  Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
const mask = (keep: number) => (next: () => number) => (next() < keep ? 1 / keep : 0);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** A Gamma variable with a whole or half-whole shape. */
const gamma = (shape: number, next: () => number) => {
  let sum = shape % 1 === 0 ? 0 : normal(next) ** 2 / 2;
  for (let k = 1; k <= shape; k++) sum -= Math.log(1 - next());
  return sum;
};

/** Each technique with the moments that the theory gives it, and with draws made from its definition alone. */
export const NOISE_DRAWS: [name: string, noise: Noise, draw: Draw][] = [
  ['bernoulli', computeNoise('bernoulli', { keep: 0.8 }), mask(0.8)],
  ['ic', computeNoise('ic', { keep: 0.95 }), mask(0.95)],
  ['gaussian', computeNoise('gaussian', { variance: 0.25 }), (next) => 1 + 0.5 * normal(next)],
  ['uniform', computeNoise('uniform', { low: 0.2, high: 1.5 }), (next) => 0.2 + 1.3 * next()],
  ['uniform keep', computeNoise('uniform', { keep: 0.6 }), (next) => 1 + Math.sqrt(2) * (2 * next() - 1)],
  [
    'beta',
    computeNoise('beta', { a: 0.5, b: 2 }),
    (next) => {
      const [a, b] = [gamma(0.5, next), gamma(2, next)];
      return (a / (a + b)) * 5;
    },
  ],
  [
    'concrete',
    computeNoise('concrete', { keep: 0.8, temperature: 0.4 }),
    (next) => {
      const u = next();
      return sigmoid((Math.log(4) + Math.log(u / (1 - u))) / 0.4) / 0.8;
    },
  ],
  ['tabu', computeNoise('tabu', { drop: 0.5, tenure: 2 }), mask(0.75)],
  [
    'vsd, one reflection',
    computeNoise('vsd', { mean_alpha: 0.3 }),
    // the unit-averaged draw of two units of equal alpha; a reflection across (1, 2) leaves the noise as it is
    (next) => {
      const [x, y] = [normal(next), normal(next)].map((z) => Math.sqrt(0.3) * z) as [number, number];
      const turned = (2 * (x + 2 * y)) / 5;
      return 1 + x - turned;
    },
  ],
  [
    'advanced',
    computeNoise('advanced', { mu: 0.7, sigma: 1.5 }),
    (next) => sigmoid(0.7 + 1.5 * normal(next)) / sigmoid(0.7 / Math.sqrt(1 + (3.14 / 8) * 2.25)),
  ],
  [
    'alpha',
    computeNoise('alpha', { keep: 0.8 }),
    (next) => {
      const [kept, dropped] = alphaOutcomes(0.8);
      const { s, t } = next() < 0.8 ? kept : dropped;
      return [s, t];
    },
  ],
];

/** What the noise makes of a unit x, s x + t, and the probability of it. */
export type Outcome = { readonly p: number; readonly s: number; readonly t: number };

/** Alpha dropout from its definition: a unit is a x + b, or a x₀ + b. */
export function alphaOutcomes(keep: number): [kept: Outcome, dropped: Outcome] {
  const x0 = -1.7580993408473766;
  const a = (keep + x0 * x0 * keep * (1 - keep)) ** -0.5;
  const b = -a * (1 - keep) * x0;
  return [
    { p: keep, s: a, t: b },
    { p: 1 - keep, s: 0, t: a * x0 + b },
  ];
}
