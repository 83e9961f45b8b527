import type { Activation, Family, Pair } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';
import { bentSlopes } from '../averages/piecewise.ts';
import { findAngle } from '../averages/special.ts';
import { tabulated } from '../averages/tables.ts';
import { homogeneous } from './piecewise-linear.ts';

/** (2 θ + θ cos 2θ) − (3/2) sin 2θ for 0 ≤ θ ≤ π: of the order of θ⁵, hence the series for small θ. */
function arcExcess(theta: number): number {
  const x = 2 * theta;
  if (theta > 0.5) return theta * (2 + Math.cos(x)) - 1.5 * Math.sin(x);
  let [term, sum] = [(x ** 5 / 120) as number, 0];
  for (let k = 2; k <= 10; k++) {
    sum += (k - 1) * term;
    term *= (-x * x) / ((2 * k + 2) * (2 * k + 3));
  }
  return sum;
}

/** At q = 1: E[φ²] − E[φφ], by the arc-cosine kernel of order two, and E[φ′φ′], four times that of order one. */
function unitPair(m: number): Pair {
  const theta = findAngle(m);
  return {
    gap: m * (2 - m) + arcExcess(theta) / (2 * Math.PI),
    slope: (2 / Math.PI) * (Math.sin(theta) + (Math.PI - theta) * (1 - m)),
  };
}

/** Under a shift φ is a parabola beyond a kink. */
const shiftReluSquared = (shift: number): Activation => ({
  ...numeric({
    ...relu_squared,
    kinks: [-shift],
    phi: (x) => Math.max(x + shift, 0) ** 2,
    derivative: (x) => 2 * Math.max(x + shift, 0),
  }),
  shifted: (more) => shiftReluSquared(shift + more),
});

/**
 * The squared rectifier φ(x) = max(x, 0)²: E[φ²] = 3q²/2, so that from a large q each layer's variance is the square of the one
 * before, up to a factor, and from a small one too.
 *
 * @see So et al. 2021, "Primer: searching for efficient transformers for language modeling"; Cho, Saul 2009, "Kernel
 * methods for deep learning", the arc-cosine kernels of orders 1 (slope) and 2
 */
const relu_squared: Activation = {
  name: 'relu_squared',
  parity: 'none',
  homogeneous: false,
  level: 0,
  ratio_at_zero: 0,
  asymptote: [0, Number.POSITIVE_INFINITY],
  kinks: [0],
  features: [],
  phi: (x) => Math.max(x, 0) ** 2,
  derivative: (x) => 2 * Math.max(x, 0),
  moments: (q) => ({
    ratio: 1.5 * q,
    shortfall: -1.5 * q,
    lift: 0.5,
    drift: 0.5,
    variance: 1.25 * q,
    slope2: 2 * q,
    radial: 3 * q,
  }),
  pair: (q) => (m) => {
    const { gap, slope } = unitPair(m);
    return { gap: q * gap, slope: q * slope };
  },
  shifted: shiftReluSquared,
};

/** φ′ and φ″ jump at ±3. */
const CURVATURE = { kinks: [-3, 3], jumps: [-1 / 2, -1 / 2], turns: [1 / 3, -1 / 3] } as const;

const hard_swish = numeric({
  name: 'hard_swish',
  parity: 'none',
  asymptote: [0, 1],
  kinks: CURVATURE.kinks,
  features: [{ at: 0, width: 4 }],
  phi: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
});

/** The activations that have parabolas in them. */
export const PIECEWISE_QUADRATIC = {
  relu_squared,
  // Howard et al. 2019, "Searching for MobileNetV3": 0, a parabola and x
  hard_swish: tabulated(hard_swish, { slopes: bentSlopes(CURVATURE, hard_swish.moments), last: 1 }),
} as const satisfies Family;

/**
 * What an activation looks like from far away: its asymptotic slopes, on which all depends where q grows without bound. Of a φ
 * that grows as x² it is the squared rectifier, up to a factor and a sign.
 */
export function farAway({ name, asymptote: [left, right] }: Activation): Activation {
  return Number.isFinite(left + right) ? homogeneous(left, right, name) : relu_squared;
}
