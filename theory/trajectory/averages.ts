import type { Activation, Pair } from '../activation.ts';
import { alignedSlope } from '../averages/one-input.ts';
import type { Noise } from '../noise.ts';

/** What one layer's noise makes of the averages of φ at one q; all of them divided by q or derivatives by q. */
export type NoisyAverages = {
  /** E[(s φ + t)²] / q */
  readonly square: number;
  /** the derivative of E[(s φ + t)²] by q */
  readonly radial: number;
  /** E[φ′²], without the noise */
  readonly slope2: number;
  /** (E[(s φ + t)²] − E[(s_a φ + t_a)(s_b φ + t_b)]) / q for two equal inputs: what noise of their own takes */
  readonly unshared: number;
};

/**
 * The averages of a noisy activation at one variance. With `mask_correlation` r, two inputs have E[s_a s_b] =
 * s1² + r Var s, and likewise for t. This and {@link twoInputs} are all that trajectories, critical points and residual
 * branches ask of an activation.
 *
 * @param activation φ
 * @param q variance of the pre-activations, positive
 * @param noise the moments of the noise
 * @param mask_correlation 0 for masks of their own, 1 for a shared mask
 * @see Schoenholz et al. 2017, "Deep information propagation" (dropout); Pretorius et al. 2018, "Critical initialisation
 * for deep signal propagation in noisy rectifier neural networks" (second moment of the noise)
 * @example noisyAverages(relu, 1, { s1: 1, s2: 2, variance: 1 }, 0).square // 1
 */
export function noisyAverages(
  activation: Activation,
  q: number,
  noise: Noise,
  mask_correlation: number,
): NoisyAverages {
  const { ratio, lift, drift, slope2, radial } = activation.moments(q);
  const { s1, s2, variance, t1 = 0, t2 = 0, st = 0 } = noise;
  const { level } = activation;
  const own = 1 - mask_correlation;
  const second = ratio + (level * level) / q; // E[φ²] / q
  const first = lift + level / q; // E[φ] / q
  return {
    square: s2 * second + 2 * st * first + t2 / q,
    radial: s2 * radial + 2 * st * drift,
    slope2,
    unshared: own * (variance * second + 2 * (st - s1 * t1) * first + (t2 - t1 * t1) / q),
  };
}

/** E[s_a s_b]: what multiplies the averages of two inputs. */
export function sharedSquare({ s1, variance }: Noise, mask_correlation: number): number {
  return s1 * s1 + mask_correlation * variance;
}

/**
 * E[s_a t_b] and E[t_a t_b]: what noise that shifts adds between two inputs.
 *
 * @param noise the moments of the noise
 * @param mask_correlation 0 for masks of their own, 1 for a shared mask
 * @see Klambauer et al. 2017, "Self-normalizing neural networks" (alpha dropout)
 * @example sharedShifts({ s1: 1, s2: 2, variance: 1 }, 0) // { st: 0, tt: 0 }
 */
export function sharedShifts(
  { s1, t1 = 0, t2 = 0, st = 0 }: Noise,
  mask_correlation: number,
): { readonly st: number; readonly tt: number } {
  const own = 1 - mask_correlation;
  return { st: own * s1 * t1 + mask_correlation * st, tt: own * t1 * t1 + mask_correlation * t2 };
}

/**
 * The averages of two inputs for every misalignment m = 1 − c from 0 (where they are those of one input) to 2.
 *
 * @param activation φ
 * @param q variance of the pre-activations, positive
 * @returns gap(m) = (E[φ²] − E[φφ]) / q and its derivative, E[φ′φ′]
 * @see Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos" (correlation map)
 * @example twoInputs(linear, 1)(1.5).gap // 1.5
 */
export function twoInputs(activation: Activation, q: number): (m: number) => Pair {
  const { slope2 } = activation.moments(q);
  const pair = activation.pair(q);
  const same = { gap: 0, slope: alignedSlope(activation, slope2), gradient: slope2 };
  return (m) => (m > 0 ? pair(m) : same);
}
