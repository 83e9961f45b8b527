import type { Activation, Family, Pair } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';
import { type Bends, bentSlopes, piecewiseLinearPair } from '../averages/piecewise.ts';
import { findAngle } from '../averages/special.ts';
import { tabulated } from '../averages/tables.ts';
import { wrap } from './wrap.ts';

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
  const theta = findAngle(m);
  return { gap: Math.max(m - (2 / Math.PI) * sinMinusThetaCos(theta), 0), slope: 1 - (2 * theta) / Math.PI };
}

/**
 * The activation that is linear on both sides of 0: φ(x) = α x + β |x| with the slopes α ∓ β. The cross terms of an odd
 * and an even function vanish, so that all averages are α² times those of x plus β² times those of |x|.
 *
 * @see Cho, Saul 2009, "Kernel methods for deep learning" (arc-cosine kernel of order one); He et al.
 * 2015, "Delving deep into rectifiers", for the leaky family
 */
export function homogeneous(left: number, right: number, name: string): Activation {
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
    name,
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
        name,
      ),
  };
}

/** Kinks nearer to each other than so many standard deviations make the closed form lose two digits. */
const CLOSE_KINKS = 0.1;

/**
 * A piecewise linear activation, which may jump. Its one-input averages are those of polynomials between kinks, which the
 * panels integrate to the last digit and without the cancellation of truncated Gaussian moments at large and small q;
 * its two-input averages are one-dimensional integrals (`piecewiseLinearPair`).
 */
export function piecewiseLinear(bends: Bends & { readonly level: number }, name: string): Activation {
  const { left, kinks, jumps, level, rises = kinks.map(() => 0) } = bends;
  const derivative = (x: number) => {
    let slope = left;
    for (let i = 0; i < kinks.length; i++) if (x > (kinks[i] as number)) slope += jumps[i] as number;
    return slope;
  };
  // Counted from 0 outwards, so that nothing is subtracted near 0.
  const middle = derivative(-Number.MIN_VALUE);
  const outwards = (order: readonly number[]) => {
    let [from, value, slope] = [0, level, middle];
    return order.map((i) => {
      const near = value + slope * ((kinks[i] as number) - from);
      from = kinks[i] as number;
      // leftwards a jump is taken back
      const side = from < 0 ? -1 : 1;
      value = near + side * (rises[i] as number);
      slope += side * (jumps[i] as number);
      return { i, from, near, value, slope };
    });
  };
  const indices = kinks.map((_, i) => i);
  const rightwards = outwards(indices.filter((i) => (kinks[i] as number) >= 0));
  const leftwards = outwards(indices.filter((i) => (kinks[i] as number) < 0).reverse());
  const phi = (x: number) => {
    const side = x < 0 ? leftwards : rightwards;
    for (let i = side.length - 1; i >= 0; i--) {
      const { from, value, slope } = side[i] as (typeof side)[number];
      if (x < 0 ? x < from : x > from) return value + slope * (x - from);
    }
    return middle * x + level;
  };
  const steps = [...leftwards, ...rightwards]
    .filter(({ i }) => rises[i] !== 0)
    .map(({ from: at, near, value }) => ({ at, from: at < 0 ? value : near, to: at < 0 ? near : value }));
  const spacing = Math.min(...kinks.slice(1).map((kink, i) => kink - (kinks[i] as number)));
  const right = jumps.reduce((sum, jump) => sum + jump, left);
  const odd =
    level === 0 &&
    kinks.every((kink, i) =>
      kinks.some(
        (other, j) => other === -kink && jumps[j] === -(jumps[i] as number) && rises[j] === rises[i],
      ),
    );
  const entry = numeric({
    name,
    parity: odd ? 'odd' : 'none',
    asymptote: [left, right],
    kinks,
    ...(steps.length > 0 && { steps }),
    features: kinks.length > 1 ? kinks.map((at) => ({ at, width: spacing })) : [],
    phi,
    derivative,
  });
  return {
    ...entry,
    // Under a Gaussian much wider than the distance of the kinks the terms of the closed form cancel, if φ is bounded.
    pair: (q) =>
      left === 0 && right === 0 && spacing < CLOSE_KINKS * Math.sqrt(q) && spacing < Number.POSITIVE_INFINITY
        ? entry.pair(q)
        : piecewiseLinearPair(bends, entry.moments(q).slope2, q),
    shifted: (shift) =>
      piecewiseLinear(
        { left, jumps, rises, kinks: kinks.map((kink) => kink - shift), level: phi(shift) },
        name,
      ),
  };
}

/** A {@link piecewiseLinear} activation that answers from tables. */
export function tabulatedPiecewiseLinear(
  bends: Bends & { readonly level: number },
  name: string,
): Activation {
  const exact = piecewiseLinear(bends, name);
  const { kinks, jumps } = bends;
  const slopes = bentSlopes({ kinks, jumps, turns: kinks.map(() => 0) }, exact.moments);
  return tabulated(exact, { slopes, last: 1 });
}

const hard_tanh = tabulatedPiecewiseLinear(
  { left: 0, kinks: [-1, 1], jumps: [1, -1], level: 0 },
  'hard_tanh',
);

/** The activations that consist of straight lines, but for those that let nothing through around 0 (shrink.ts). */
export const PIECEWISE_LINEAR = {
  // Saxe, McClelland, Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks"
  linear: homogeneous(1, 1, 'linear'),
  // Cho, Saul 2009, "Kernel methods for deep learning", the arc-cosine kernels of order 0 (slope) and 1
  relu: homogeneous(0, 1, 'relu'),
  abs: homogeneous(-1, 1, 'abs'),
  // Maas, Hannun, Ng 2013, "Rectifier nonlinearities improve neural network acoustic models"
  leaky_relu: ({ slope }) => homogeneous(slope, 1, 'leaky_relu'),
  // He et al. 2015, "Delving deep into rectifiers"; at initialisation: that training moves the slope is not in the theory
  prelu: ({ slope }) => homogeneous(slope, 1, 'prelu'),
  // Krizhevsky 2010, "Convolutional deep belief networks on CIFAR-10"
  relu6: tabulatedPiecewiseLinear({ left: 0, kinks: [0, 6], jumps: [1, -1], level: 0 }, 'relu6'),
  // Collobert 2004, "Large scale machine learning"
  hard_tanh,
  // Howard et al. 2019, "Searching for MobileNetV3"; as in PyTorch, JAX and Keras 3. Keras 2 and ONNX have 0.2 x + 0.5 inside
  // (Courbariaux, Bengio, David 2015, "BinaryConnect"): that is this one at input_scale 1.2
  hard_sigmoid: wrap(hard_tanh, { input_scale: 1 / 3, output_scale: 0.5, output_shift: 1 }, 'hard_sigmoid'),
} as const satisfies Family;
