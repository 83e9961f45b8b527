import type { Moments } from '../activation.ts';
import { normalCdf } from '../special/erf.ts';
import { count } from '../work.ts';
import { chebyshevFit, chebyshevValue } from './chebyshev.ts';
import { cumulated } from './cumulated.ts';
import { RIGHT, type SlopeRow } from './pair-table.ts';

/** φ″ of a φ that consists of parabolas and lines: constant between kinks, and infinite at the kinks. */
export type Curvature = {
  readonly kinks: readonly number[];
  /** the jump of φ′ at each kink */
  readonly jumps: readonly number[];
  /** the jump of φ″ at each kink; φ″ is 0 left of all of them */
  readonly turns: readonly number[];
};

/**
 * E[φ′(u₁)φ′(u₂)] of a φ that consists of parabolas and lines, for the angles t of a table, by Price's theorem: as cos t falls, E[f f] falls by q E[f′f′] for each unit, and the derivatives of such an f are steps and jumps,
 * whose averages are normal densities and probabilities. Each angle adds the integral from the angle before.
 *
 * @param curvature of φ
 * @param moments of φ, for E[φ′²]
 * @see Price 1958, "A useful theorem for nonlinear devices having Gaussian inputs"; Plackett 1954, "A reduction formula for
 * normal multivariate integrals"
 * @example bentSlopes({ kinks: [0], jumps: [1], turns: [0] }, relu.moments)(1, Float64Array.of(Math.PI / 2)) // [1/4]
 */
export function bentSlopes({ kinks, jumps, turns }: Curvature, moments: (q: number) => Moments): SlopeRow {
  const curved = turns.some((turn) => turn !== 0);
  return (q, angles) => {
    // (two exponentials a pair of kinks, at eight nodes between angles)
    count(4 * kinks.length ** 2 * angles.length);
    const k = kinks.map((kink) => kink / Math.sqrt(q));
    const smooth = curved ? betweenKinks(k, { kinks, jumps, turns }, q, angles) : () => 0;
    const { slope2 } = moments(q);
    return cumulated(angles, (t) => together(k, jumps, t) + smooth(t)).map((fallen) => slope2 - fallen);
  };
}

/** What φ″ between the kinks adds to q sin t E[φ″φ″]: by itself, and with the jumps of φ′. */
function betweenKinks(
  k: readonly number[],
  { jumps, turns }: Curvature,
  q: number,
  angles: Float64Array,
): (t: number) => number {
  let [level, square] = [0, 0];
  k.forEach((from, i) => {
    level += turns[i] as number;
    square += level * level * (normalCdf(k[i + 1] ?? Number.POSITIVE_INFINITY) - normalCdf(from));
  });
  const lost = cumulated(angles, (t) => together(k, turns, t));
  const steps = chebyshevFit(lost.map((fallen) => square - fallen));
  const density = k.map((at) => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI));
  return (t) => {
    const [sine, cosine] = [Math.sin(t), Math.cos(t)];
    let crossed = 0;
    k.forEach((at, i) => {
      // the mean of φ″ between kinks, where the other input is at a kink
      let mean = 0;
      k.forEach((other, j) => {
        mean += (turns[j] as number) * normalCdf((cosine * at - other) / sine);
      });
      crossed += (jumps[i] as number) * (density[i] as number) * mean;
    });
    return sine * (q * chebyshevValue(steps, t / RIGHT) + 2 * Math.sqrt(q) * crossed);
  };
}

/** sin t · Σ wᵢ wⱼ p(kᵢ, kⱼ; t), p the density of two standard normal variables at an angle t. */
function together(k: readonly number[], weights: readonly number[], t: number): number {
  const [sine, cosine] = [Math.sin(t / 2), Math.cos(t / 2)];
  let sum = 0;
  for (let i = 0; i < k.length; i++)
    for (let j = 0; j <= i; j++) {
      const near = ((k[i] as number) - (k[j] as number)) / sine;
      const far = ((k[i] as number) + (k[j] as number)) / cosine;
      const weight = (i === j ? 1 : 2) * (weights[i] as number) * (weights[j] as number);
      if (weight !== 0) sum += weight * Math.exp(-(near * near + far * far) / 8);
    }
  return sum / (2 * Math.PI);
}
