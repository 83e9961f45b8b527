import type { Activation, Moments } from '../activation.ts';
import { arcsinePair } from '../special/arcsine.ts';
import { arcsineKernel } from '../special/arcsine-kernel.ts';
import { erf as errorFunction } from '../special/erf.ts';

const SLOPE2 = 4 / Math.PI;

/** Below this q the averages of a pair no longer depend on it, and denormal numbers would cost digits. */
const TINY = 1e-20;

/** asin(s) / s − 1 for s = 2q / (1 + 2q); by its series where the subtraction would cancel. */
function arcsineExcess(q: number): number {
  const s = (2 * q) / (1 + 2 * q);
  // The angle by its tangent: near s = 1 the arcsine would lose half the digits.
  if (s > 0.25) return Math.atan2(2 * q, Math.sqrt(1 + 4 * q)) / s - 1;
  let term = 1;
  let sum = 0;
  for (let n = 1; n <= 14; n++) {
    term *= (s * s * (2 * n - 1)) / (2 * n);
    sum += term / (2 * n + 1);
  }
  return sum;
}

function moments(q: number): Moments {
  const spread = 1 + 2 * q;
  const excess = arcsineExcess(q);
  const ratio = (SLOPE2 * (1 + excess)) / spread;
  return {
    ratio,
    lift: 0,
    drift: 0,
    variance: ratio,
    shortfall: (SLOPE2 * (2 * q - excess)) / spread,
    slope2: SLOPE2 / Math.sqrt(1 + 4 * q),
    radial: SLOPE2 / (spread * Math.sqrt(1 + 4 * q)),
  };
}

/**
 * The error function φ(x) = erf(x), unscaled, by the arcsine kernel.
 *
 * @see Williams 1998, "Computation with infinite neural networks", the kernel of erf
 * @example erf.moments(1).ratio // 0.46455905439754
 */
export const erf: Activation = {
  name: 'erf',
  formula: 'erf(x)',
  reference: 'Williams 1998',
  parity: 'odd',
  homogeneous: false,
  level: 0,
  ratio_at_zero: SLOPE2,
  asymptote: [0, 0],
  kinks: [],
  features: [{ at: 0, width: 1.5 }],
  phi: errorFunction,
  derivative: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
  moments,
  pair: (q) => {
    const at = Math.max(q, TINY);
    return (m) => {
      const { angle, slope } = arcsinePair(at, m, 0.25 + at);
      return { gap: (2 * angle) / Math.PI / at, slope: (2 * slope) / Math.PI };
    };
  },
  unequal: arcsineKernel(0.5, 0.5),
};
