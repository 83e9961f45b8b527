import { type Law, type Noise, type NoiseParameters, readKeep, readValues, type Strength } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';

/**
 * What the kept units are multiplied by. `stationary` (the usual one here): 1 over the keep rate in the long run, 1 + p
 * for tenure 1. `inverted`: 1 / (1 − p), as of ordinary inverted dropout; it is too much, by 1 / (1 − p²) in the long
 * run. `each_pass`: 1 over the keep rate of that pass.
 */
export type TabuScale = 'stationary' | 'inverted' | 'each_pass';

/**
 * Tabu dropout: each forward pass proposes each unit with probability p = 1 − keep, and the proposal is overruled where
 * the unit was dropped in the pass before (in any of the last `tenure` passes). In the long run the rate of drops is
 * p / (1 + tenure · p), at most a half.
 *
 * @see Ma et al. 2018, "Dropout with tabu strategy for regularizing deep neural networks" (arXiv 1808.09907); Hasan et
 * al. 2022 (arXiv 2501.00538) for the tenure
 */
export const tabu: Law = (given) => tabuNoise(given);

/**
 * The moments of tabu dropout in the long run or at one forward pass, with any of the scales.
 *
 * @param given keep or drop of the proposal, and tenure in passes
 * @param options `pass`, counted from 1, for the transient (the long run without); `scale`, see {@link TabuScale}
 * @throws ParameterError for keep outside (0, 1], both keep and drop, a tenure that is not a whole number from 1 to 1000,
 * or a pass that is not a whole number, 1 or more
 * @see Ma et al. 2018, arXiv 1808.09907; the moments follow from the chain of `tabuDropRate`
 * @example tabuNoise({ drop: 0.5 }, { pass: 1 }) // { s1: 0.75, s2: 1.125, variance: 0.5625, s3: 1.6875, s4: 2.53125 }
 */
export function tabuNoise(
  given: Strength & NoiseParameters,
  options: { readonly pass?: number; readonly scale?: TabuScale } = {},
): Noise {
  const { keep, drop } = readKeep(given);
  const { tenure } = readValues('tabu', given);
  const { pass, scale = 'stationary' } = options;
  const dropped = tabuDropRate(drop, tenure, pass);
  // 1 − p / (1 + tenure p), without the subtraction
  const kept_rate = (1 + (tenure - 1) * drop) / (1 + tenure * drop);
  const kept = pass === undefined ? kept_rate : 1 - dropped;
  const factor = scale === 'inverted' ? 1 / keep : scale === 'stationary' ? 1 / kept_rate : 1 / kept;
  const s1 = factor * kept;
  return { s1, s2: factor * s1, variance: factor * s1 * dropped, s3: factor ** 2 * s1, s4: factor ** 3 * s1 };
}

/**
 * The probability that tabu dropout drops a unit, at one forward pass or in the long run. Two drops of a unit are more than `tenure` passes apart, so
 * that d_t = p (1 − d_{t−1} − … − d_{t−tenure}), from no marks on: p (1 − (−p)^t) / (1 + p) for tenure 1.
 *
 * @param p probability that a pass proposes the unit, 0 to 1
 * @param tenure forward passes for which a dropped unit is protected
 * @param pass counted from 1; the long run without
 * @throws ParameterError for a p outside [0, 1], or a tenure or pass that is not a whole number, 1 or more
 * @see Ma et al. 2018, arXiv 1808.09907, for the rule; Feller 1968, volume 1, chapter XIII, for renewal chains
 * @example tabuDropRate(0.5, 1, 3) // 0.375
 */
export function tabuDropRate(p: number, tenure = 1, pass?: number): number {
  checkTabu(p, tenure);
  if (pass === undefined) return p / (1 + tenure * p);
  if (!(Number.isInteger(pass) && pass >= 1))
    throw new ParameterError('pass', 'out_of_range', 'pass must be a whole number, 1 or more.', { min: 1 });
  if (tenure === 1) return (p * (1 - (-p) ** pass)) / (1 + p);
  return renewDrops(p, tenure, pass, 0)[pass - 1] as number;
}

/** Probabilities of a drop at passes 1, 2, … of which 0 was a drop with probability `first` and those before were none. */
export function renewDrops(p: number, tenure: number, count: number, first: number): number[] {
  const rates: number[] = [];
  for (let t = 1, marked = first; t <= count; t++) {
    const rate = p * (1 - marked);
    rates.push(rate);
    const left = t === tenure ? first : (rates[t - tenure - 1] ?? 0);
    marked += rate - left;
  }
  return rates;
}

/** Refuses a p that is no probability, or a tenure that is no count. */
export function checkTabu(p: number, tenure: number): void {
  if (!(p >= 0 && p <= 1))
    throw new ParameterError('p', 'out_of_range', 'p must be from 0 to 1.', { min: 0, max: 1 });
  if (!(Number.isInteger(tenure) && tenure >= 1))
    throw new ParameterError('tenure', 'out_of_range', 'tenure must be a whole number, 1 or more.', {
      min: 1,
    });
}
