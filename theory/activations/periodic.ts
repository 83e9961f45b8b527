import type { Activation, Family } from '../activation.ts';

/** (1 − e⁻ˣ) / x and its distance from 1, for x > 0. */
const meanDecay = (x: number) => (x === 0 ? 1 : -Math.expm1(-x) / x);
const meanDecayLoss = (x: number) => {
  if (x > 0.5) return 1 - meanDecay(x);
  let sum = 0;
  for (let n = 17; n >= 1; n--) sum = (x / (n + 1)) * (1 - sum);
  return sum;
};

/**
 * The activation φ(x) = sin(x + shift) = cos(shift) sin x + sin(shift) cos x. The cross terms of an odd and an even
 * function vanish; the rest follows from E[sin u₁ sin u₂] = e^−q sinh(qc) and E[cos u₁ cos u₂] = e^−q cosh(qc).
 *
 * @see Rahimi, Recht 2008, "Random features for large-scale kernel machines"; Han et al. 2022, "Fast
 * neural kernel embeddings for general activations", for both kernels
 */
function trigonometric(shift: number, name: string): Activation {
  const [odd, even] = [roundToZero(Math.cos(shift)), roundToZero(Math.sin(shift))];
  const [odd2, even2] = [odd * odd, even * even];
  const signed = odd2 - even2;
  return {
    name,
    parity: even === 0 ? 'odd' : odd === 0 ? 'even' : 'none',
    homogeneous: false,
    level: even,
    ratio_at_zero: signed,
    asymptote: [0, 0],
    kinks: [],
    features: [{ at: 0, width: 1.5 }],
    phi: (x) => odd * Math.sin(x) + even * Math.cos(x),
    derivative: (x) => odd * Math.cos(x) - even * Math.sin(x),
    moments: (q) => {
      const falling = Math.exp(-2 * q);
      // E[φ] = sin(shift) e^(−q/2)
      const lift = (-even * meanDecay(q / 2)) / 2;
      const risen = -Math.expm1(-2 * q) / 2;
      return {
        ratio: signed * meanDecay(2 * q),
        shortfall: signed * meanDecayLoss(2 * q),
        lift,
        drift: (-even * Math.exp(-q / 2)) / 2,
        // of cos: (1 − e^−q)² / 2
        variance: odd2 * meanDecay(2 * q) + (even2 * q * meanDecay(q) ** 2) / 2,
        slope2: odd2 * (1 - risen) + even2 * risen,
        radial: signed * falling,
      };
    },
    pair: (q) => (m) => {
      const [near, far] = [q * m, q * (2 - m)];
      const apart = m * meanDecay(near);
      const [toNear, toFar] = [Math.exp(-near), Math.exp(-far)];
      const difference = m <= 1 ? -toNear * Math.expm1(near - far) : toFar * Math.expm1(far - near);
      return {
        gap: (apart * (odd2 * (1 + toFar) - even2 * Math.expm1(-far))) / 2,
        slope: (odd2 * (toNear + toFar) + even2 * difference) / 2,
      };
    },
    unequal: (q_a, q_b) => {
      const size = Math.sqrt(q_a) * Math.sqrt(q_b);
      const apart = (Math.sqrt(q_a) - Math.sqrt(q_b)) ** 2 / 2;
      // (1 − e^(−q/2)) of each input: what cos lacks from 1
      const sunk = (Math.expm1(-q_a / 2) / Math.sqrt(q_a)) * (Math.expm1(-q_b / 2) / Math.sqrt(q_b));
      return (m) => {
        const side = m <= 1 ? 1 : -1;
        const shared = size * (m <= 1 ? 1 - m : m - 1); // |s|
        // e^(−(a + b)/2) times e^|s|, sinh |s|, cosh s and cosh s − 1
        const near = Math.exp(-apart - size * (m <= 1 ? m : 2 - m));
        const sine = (-near * Math.expm1(-2 * shared)) / 2;
        const cosine = (near * (1 + Math.exp(-2 * shared))) / 2;
        const risen = (near * Math.expm1(-shared) ** 2) / 2;
        return {
          overlap: (side * odd2 * sine) / size + even2 * (sunk + risen / size),
          slope: odd2 * cosine + side * even2 * sine,
        };
      };
    },
    shifted: (more) => trigonometric(shift + more, name),
  };
}

/** The sine or cosine of a multiple of π/2 is meant to be 0 where rounding leaves 6e-17. */
const roundToZero = (value: number) => (Math.abs(value) < 1e-16 ? 0 : value);

/** Rahimi, Recht 2008, "Random features for large-scale kernel machines". E[φ²] of cos falls with q: chi_q is negative. */
export const PERIODIC = {
  sin: trigonometric(0, 'sin'),
  cos: trigonometric(Math.PI / 2, 'cos'),
} as const satisfies Family;
