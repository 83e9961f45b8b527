import type { Activation, Family, Moments, Pair } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';
import { arcsineKernel, arcsinePair, erf as errorFunction } from '../averages/special.ts';
import { tabulated } from '../averages/tables.ts';
import { lag, tanhMoments, tanhPair, tanhUnequal } from './tanh-averages.ts';
import { wrap } from './wrap.ts';

const SLOPE2 = 4 / Math.PI;

/** Below this q the averages of a pair no longer depend on it, and denormal numbers would cost digits. */
const TINY_VARIANCE = 1e-20;

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

function erfMoments(q: number): Moments {
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
 */
const erf: Activation = {
  name: 'erf',
  parity: 'odd',
  homogeneous: false,
  level: 0,
  ratio_at_zero: SLOPE2,
  asymptote: [0, 0],
  kinks: [],
  features: [{ at: 0, width: 1.5 }],
  phi: errorFunction,
  derivative: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
  moments: erfMoments,
  pair: (q) => {
    const at = Math.max(q, TINY_VARIANCE);
    return (m) => {
      const { angle, slope } = arcsinePair(at, m, 0.25 + at);
      return { gap: (2 * angle) / Math.PI / at, slope: (2 * slope) / Math.PI };
    };
  },
  unequal: arcsineKernel(0.5, 0.5),
};

const exactTanh: Activation = {
  name: 'tanh',
  parity: 'odd',
  homogeneous: false,
  level: 0,
  ratio_at_zero: 1,
  asymptote: [0, 0],
  kinks: [],
  features: [{ at: 0, width: Math.PI / 2 }],
  phi: Math.tanh,
  derivative: (x) => {
    const fall = Math.exp(-2 * Math.abs(x));
    return (4 * fall) / (1 + fall) ** 2;
  },
  moments: tanhMoments,
  pair: tanhPair,
  unequal: tanhUnequal,
};

const tanh = tabulated(exactTanh, { last: 1 });

const exactShrink = numeric({
  name: 'tanhshrink',
  parity: 'odd',
  asymptote: [1, 1],
  kinks: [],
  features: [{ at: 0, width: Math.PI / 2 }],
  phi: (x) => Math.sign(x) * lag(Math.abs(x), Math.tanh(Math.abs(x))),
  derivative: (x) => Math.tanh(x) ** 2,
});

/** From this variance on the averages of tanh give those of x − tanh x without losing more than a digit. */
const LARGE_VARIANCE = 1;

/** With E[x₁ tanh x₂] = q c E[tanh′] and tanh′ = 1 − tanh². */
function shrinkFromTanh(q: number): (m: number) => Pair {
  const lead = 2 * q * tanhMoments(q).ratio - 1;
  const pair = tanhPair(q);
  return (m) => {
    const { gap, slope } = pair(m);
    return { gap: gap + m * lead, slope: slope + lead };
  };
}

/** Below this angle between the inputs the kink of softsign's slope makes averages slow. */
const LEAST_ANGLE = 0.35;

/** The activations that are bounded, and what the tangent at 0 has more than tanh. */
export const SATURATING = {
  // Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos"; Schoenholz et al. 2017, "Deep
  // information propagation"
  tanh,
  erf,
  // (slope 1 at 0)
  scaled_erf: {
    ...wrap(erf, { input_scale: Math.sqrt(Math.PI) / 2 }, 'scaled_erf'),
    input_scale: 1,
    ratio_at_zero: 1,
  },
  // (tanh(x/2) + 1) / 2
  sigmoid: {
    ...wrap(tanh, { input_scale: 0.5, output_scale: 0.5, output_shift: 1 }, 'sigmoid'),
    input_scale: 1,
  },
  // Bergstra et al. 2009, "Quadratic polynomials learn better image features". Its second derivative jumps at 0; on each side it
  // is analytic up to a pole at distance 1
  softsign: tabulated(
    numeric({
      name: 'softsign',
      parity: 'odd',
      asymptote: [0, 0],
      kinks: [0],
      features: [{ at: 0, width: 1 }],
      phi: (x) => x / (1 + Math.abs(x)),
      derivative: (x) => (1 + Math.abs(x)) ** -2,
    }),
    { least: LEAST_ANGLE },
  ),
  // x³/3 near 0
  tanhshrink: tabulated(
    { ...exactShrink, pair: (q) => (q < LARGE_VARIANCE ? exactShrink.pair(q) : shrinkFromTanh(q)) },
    { last: -1 },
  ),
} as const satisfies Family;
