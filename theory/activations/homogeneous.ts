import type { Activation, Naming, Pair } from '../activation.ts';
import { angleOf } from '../averages/angle.ts';
import { piecewiseLinear } from './piecewise-linear.ts';

/** sin θ − θ cos θ for 0 ≤ θ ≤ π. Both terms tend to θ, the difference to θ³/3: hence the series for small θ. */
function sinMinusThetaCos(theta: number): number {
  if (theta > 0.5) return Math.sin(theta) - theta * Math.cos(theta);
  const square = theta * theta;
  let sum = 0;
  for (let k = 8, term = 1; k >= 1; k--) {
    // Horner in θ²: the coefficient of θ^(2k+1) is (−1)^(k+1) 2k / (2k+1)!, so that neighbours differ by this ratio.
    term = ((k + 1) / k) * (square / ((2 * k + 2) * (2 * k + 3)));
    sum = 1 - term * sum;
  }
  return (theta * square * sum) / 3;
}

/** The averages of |u₁| and |u₂|: the arc-cosine kernel of order one, made even. */
function absolutePair(m: number): Pair {
  const theta = angleOf(m);
  return { gap: Math.max(m - (2 / Math.PI) * sinMinusThetaCos(theta), 0), slope: 1 - (2 * theta) / Math.PI };
}

/**
 * The activation that is linear on both sides of 0: φ(x) = α x + β |x| with the slopes α ∓ β. The cross terms of an odd
 * and an even function vanish, so that all averages are α² times those of x plus β² times those of |x|.
 *
 * @param left slope for x < 0
 * @param right slope for x > 0
 * @param naming name, formula and reference of the entry
 * @see Cho, Saul 2009, "Kernel methods for deep learning" (arc-cosine kernel of order one); He et al.
 * 2015, "Delving deep into rectifiers", for the leaky family
 * @example homogeneous(0, 1, { name: 'relu', formula: 'max(x, 0)', reference: '' }).moments(4).ratio // 0.5
 */
export function homogeneous(left: number, right: number, naming: Naming): Activation {
  const odd2 = ((left + right) / 2) ** 2;
  const bend = (right - left) / 2;
  const even2 = bend * bend;
  const square = odd2 + even2;
  const mean = bend * Math.sqrt(2 / Math.PI);
  const pair = (m: number): Pair => {
    const { gap, slope } = absolutePair(m);
    return { gap: odd2 * m + even2 * gap, slope: odd2 + even2 * slope };
  };
  return {
    ...naming,
    parity: bend === 0 ? 'odd' : odd2 === 0 ? 'even' : 'none',
    homogeneous: true,
    level: 0,
    ratio_at_zero: square,
    asymptote: [left, right],
    kinks: bend === 0 ? [] : [0],
    features: [],
    phi: (x) => (x > 0 ? right : left) * x,
    derivative: (x) => (x > 0 ? right : left),
    moments: (q) => ({
      ratio: square,
      shortfall: 0,
      lift: mean / Math.sqrt(q),
      drift: mean / 2 / Math.sqrt(q),
      variance: square - mean * mean,
      slope2: square,
      radial: square,
    }),
    pair: () => pair,
    // (√q comes out of φ)
    unequal: () => (m) => {
      const { gap, slope } = pair(m);
      return { overlap: square - gap, slope: m === 0 ? square : slope };
    },
    shifted: (shift) =>
      piecewiseLinear(
        { left, kinks: [-shift], jumps: [right - left], level: (shift > 0 ? right : left) * shift },
        naming,
      ),
  };
}

/**
 * What an activation looks like from far away: its asymptotic slopes, on which all depends where q grows without bound.
 *
 * @param activation φ
 * @example farAway(silu).moments(1).ratio // 0.5, as relu
 */
export function farAway({ name, asymptote: [left, right] }: Activation): Activation {
  return homogeneous(left, right, {
    name,
    formula: `${left} x for x < 0, ${right} x for x > 0`,
    reference: 'Cho and Saul 2009',
  });
}
