import type { Activation, Pair } from '../activation.ts';
import { angleOf } from '../averages/angle.ts';
import { numeric } from '../averages/numeric.ts';

/** (2 θ + θ cos 2θ) − (3/2) sin 2θ for 0 ≤ θ ≤ π: of the order of θ⁵, hence the series for small θ. */
function excess(theta: number): number {
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
function pair(m: number): Pair {
  const theta = angleOf(m);
  return {
    gap: m * (2 - m) + excess(theta) / (2 * Math.PI),
    slope: (2 / Math.PI) * (Math.sin(theta) + (Math.PI - theta) * (1 - m)),
  };
}

/** Under a shift φ is a parabola beyond a kink. */
const shifted = (shift: number): Activation => ({
  ...numeric({
    ...relu_squared,
    kinks: [-shift],
    phi: (x) => Math.max(x + shift, 0) ** 2,
    derivative: (x) => 2 * Math.max(x + shift, 0),
  }),
  shifted: (more) => shifted(shift + more),
});

/**
 * The squared rectifier φ(x) = max(x, 0)²: E[φ²] = 3q²/2, so that from a large q each layer's variance is the square of the one
 * before, up to a factor, and from a small one too.
 *
 * @see So et al. 2021, "Primer: searching for efficient transformers for language modeling"; Cho, Saul 2009, "Kernel
 * methods for deep learning", the arc-cosine kernels of orders 1 (slope) and 2
 * @example relu_squared.moments(2).ratio // 3
 */
export const relu_squared: Activation = {
  name: 'relu_squared',
  formula: 'max(x, 0)²',
  reference: 'So et al. 2021; Cho and Saul 2009',
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
    const { gap, slope } = pair(m);
    return { gap: q * gap, slope: q * slope };
  },
  shifted,
};
