import type { Activation, Moments, Pair, UnequalPair } from '../activation.ts';
import { arcsinePair } from '../special/arcsine.ts';
import { normalCdf } from '../special/erf.ts';

const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** Below this q the averages of a pair no longer depend on it, and denormal numbers would cost digits. */
const TINY = 1e-20;

/** Above this q gelu is relu, whose averages do not depend on it, and squares of q would leave the range of numbers. */
const HUGE = 1e60;

function moments(q: number): Moments {
  const spread = 1 + q;
  const root = Math.sqrt(1 + 2 * q);
  // E[Φ(u)²] = 1/4 + rest, and the density of two equal inputs at 0, E[Φ′(u)²] = peak
  const angle = Math.atan2(q, root) / (2 * Math.PI);
  const peak = 1 / (2 * Math.PI * root);
  const rest = angle + (2 * q * peak) / spread;
  const lift = 1 / Math.sqrt(2 * Math.PI * spread);
  return {
    ratio: 0.25 + rest,
    shortfall: -rest,
    lift,
    drift: (lift * (1 + q / 2)) / spread,
    variance: 0.25 + rest - q * lift * lift,
    slope2: 0.25 + angle + peak * q * (2 / spread + 1 / (root * root)),
    radial: 0.25 + angle + (peak * q * (1 + (2 * (2 + q)) / spread - (2 * q) / (root * root))) / spread,
  };
}

/**
 * E[φφ] = q c κ(c) + q² P(c) (1 + c² (1 − q)/(1 + q)), where κ = E[Φ(u₁)Φ(u₂)] = 1/4 + asin(qc/(1 + q))/2π and
 * P = E[Φ′(u₁)Φ′(u₂)] = 1/(2π √((1 + q)² − q²c²)); and E[φ′φ′] = κ + q c P (2/(1 + q) + 4π² P²). Each difference
 * from c = 1 is multiplied out.
 */
function pairAt(q: number): (m: number) => Pair {
  const spread = 1 + q;
  const root = Math.sqrt(1 + 2 * q);
  const aligned = Math.atan2(q, root) / (2 * Math.PI);
  return (m) => {
    const c = 1 - m;
    const { angle, slope } = arcsinePair(q, m, 1 + 2 * q);
    const turn = angle / (2 * Math.PI);
    const own = 0.25 + aligned;
    const lost = m * (2 - m);
    // P(1) − P(c) = q² (1 − c²) P(1) P(c) / (√… + √…)
    const fallen = (slope * q * q * lost) / (root * (root + 1 / slope));
    const gap =
      m * own + c * turn + (q / (2 * Math.PI)) * ((2 * fallen) / spread + (slope * lost * (1 - q)) / spread);
    const sides = own - turn;
    return { gap, slope: sides + ((q * c * slope) / (2 * Math.PI)) * (2 / spread + slope * slope) };
  };
}

/**
 * The same with variances a and b and covariance s: E[φφ] = s κ + a b P (1 + a (1 − c²))/(1 + a) + s² P/(1 + b) and
 * E[φ′φ′] = κ + s P (1/(1 + a) + 1/(1 + b) + 4π² P²), with 1/(2πP)² = (1 + a)(1 + b) − s², by Gaussian integration by parts.
 */
function unequal(a: number, b: number): (m: number) => UnequalPair {
  const size = Math.sqrt(a) * Math.sqrt(b);
  return (m) => {
    const c = 1 - m;
    const apart2 = 1 + a + b + a * b * m * (2 - m);
    const apart = Math.sqrt(apart2);
    const both = 0.25 + Math.atan2(size * c, apart) / (2 * Math.PI);
    const peak = 1 / (2 * Math.PI * apart);
    const rest = (1 + a * m * (2 - m)) / (1 + a) + (c * c) / (1 + b);
    return {
      overlap: c * both + size * peak * rest,
      slope: both + size * c * peak * (1 / (1 + a) + 1 / (1 + b) + 1 / apart2),
    };
  };
}

/**
 * The Gaussian error linear unit φ(x) = x Φ(x), exactly, with Φ the normal distribution function.
 *
 * @see Hendrycks, Gimpel 2016, "Gaussian error linear units"; Tsuchida et al. 2021, "Avoiding kernel fixed points:
 * computing with ELU and GELU infinite networks", for the kernel
 * @example gelu.moments(1).ratio // 0.42522…
 */
export const gelu: Activation = {
  name: 'gelu',
  formula: 'x Φ(x), Φ the normal distribution function',
  reference: 'Hendrycks and Gimpel 2016; Tsuchida et al. 2021',
  parity: 'none',
  homogeneous: false,
  level: 0,
  ratio_at_zero: 0.25,
  asymptote: [0, 1],
  kinks: [],
  features: [{ at: 0, width: 2 }],
  phi: (x) => x * normalCdf(x),
  derivative: (x) => normalCdf(x) + x * density(x),
  moments,
  pair: (q) => pairAt(Math.min(Math.max(q, TINY), HUGE)),
  unequal,
};
