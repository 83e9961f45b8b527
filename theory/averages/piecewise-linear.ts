import type { Pair } from '../activation.ts';
import { angleOf } from './angle.ts';
import { integrals } from './plackett.ts';
import { withRises } from './rises.ts';

/** Slope left of every kink, what each kink adds to the slope, and to φ itself where it jumps (nothing if left out). */
export type Bends = {
  readonly left: number;
  readonly kinks: readonly number[];
  readonly jumps: readonly number[];
  readonly rises?: readonly number[];
};

/**
 * The two-input averages of a piecewise linear φ, by one-dimensional integrals. With kinks at tᵢ where the
 * slope jumps by dᵢ, τᵢ = tᵢ/√q and the angle θ = arccos(1 − m) between the inputs,
 *
 * - E[φ′(u₁)φ′(u₂)] = E[φ′²] − Σ dᵢdⱼ ∫₀^θ gᵢⱼ(t) dt,
 * - gap / q = m E[φ′²] − Σ dᵢdⱼ ∫₀^θ (cos t − cos θ) gᵢⱼ(t) dt,
 *
 * with gᵢⱼ(t) = exp(−(τᵢ² + τⱼ² − 2 τᵢτⱼ cos t) / (2 sin² t)) / 2π, the density of the inputs at a pair of kinks: the
 * derivative of a bivariate normal probability by its correlation. Where φ itself jumps, see {@link withRises}.
 *
 * @param bends φ up to a constant
 * @param slope2 E[φ′²] at q
 * @param q variance of the inputs, positive
 * @returns the averages as a function of the misalignment m in (0, 2]
 * @see Plackett 1954, "A reduction formula for normal multivariate integrals"; Cho, Saul 2009, for kinks at 0
 * @example piecewiseLinearPair({ left: 0, kinks: [0], jumps: [1] }, 0.5, 1)(1).gap // 0.5 − 1/(2π)
 */
export function piecewiseLinearPair(bends: Bends, slope2: number, q: number): (m: number) => Pair {
  const { kinks, jumps } = bends;
  const terms: { near: number; far: number; weight: number }[] = [];
  kinks.forEach((one, i) => {
    kinks.forEach((other, j) => {
      if (j > i) return;
      const weight = ((i === j ? 1 : 2) / (2 * Math.PI)) * (jumps[i] as number) * (jumps[j] as number);
      terms.push({
        near: Math.abs(one - other) / Math.sqrt(q),
        far: Math.abs(one + other) / Math.sqrt(q),
        weight,
      });
    });
  });
  const risen = withRises(bends, q);
  return (m) => {
    const theta = angleOf(m);
    let [lost, slope] = [0, slope2];
    for (const { near, far, weight } of terms) {
      const [flat, moment] = integrals(near, far, theta);
      slope -= weight * flat;
      lost += weight * moment;
    }
    return risen({ gap: m * slope2 - lost, slope }, theta);
  };
}
