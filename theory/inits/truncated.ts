import { normalCdf } from '../special/erf.ts';

/** The variance of a standard normal cut off at ±2 standard deviations: 1 − 4 φ(2) / (2 Φ(2) − 1). */
export const TRUNCATED_VARIANCE = 0.7737413035499231;

/**
 * The variance of a standard normal that is drawn again where it lies beyond ±cut.
 *
 * @param cut in standard deviations, positive; Infinity cuts nothing off
 * @see Johnson, Kotz, Balakrishnan 1994, "Continuous univariate distributions", vol. 1, section 10.1
 * @example truncatedVariance(2) // 0.7737413035499231
 */
export function truncatedVariance(cut: number): number {
  if (cut < 1) return series(cut, 3) / series(cut, 1);
  if (cut > 40) return 1;
  const density = Math.exp((-cut * cut) / 2) / Math.sqrt(2 * Math.PI);
  return 1 - (2 * cut * density) / (2 * normalCdf(cut) - 1);
}

/** ∫ z^(power − 1) exp(−z²/2) dz from 0 to cut: for a narrow cut the closed form cancels. */
function series(cut: number, power: 1 | 3): number {
  let term = cut ** power;
  let sum = 0;
  for (let k = 0; Math.abs(term) > sum * 1e-18; k++) {
    sum += term / (2 * k + power);
    term *= (-cut * cut) / (2 * (k + 1));
  }
  return sum;
}
