import type { Activation, Pair } from '../activation.ts';

const MOMENTS = { ratio: 0.5, shortfall: 0, mean2: 0.5 / Math.PI, slope2: 0.5, radial: 0.5 };

/** sin θ − θ cos θ for 0 ≤ θ ≤ π/2. Both terms tend to θ, the difference to θ³/3: hence the series for small θ. */
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

function pair(m: number): Pair {
  // The angle between the inputs, arccos(1 − m), written so that it keeps its digits as m → 0.
  const theta = 2 * Math.asin(Math.sqrt(m / 2));
  return {
    gap: (Math.PI * m - sinMinusThetaCos(theta)) / (2 * Math.PI),
    slope: (Math.PI - theta) / (2 * Math.PI),
  };
}

/**
 * The rectifier φ(x) = max(x, 0), by the arc-cosine kernel of order one.
 *
 * @see Cho, Saul 2009, "Kernel methods for deep learning", the arc-cosine kernels of order 0 (slope) and 1
 * @example relu.moments(4).ratio // 0.5
 */
export const relu: Activation = {
  name: 'relu',
  formula: 'max(x, 0)',
  reference: 'Cho and Saul 2009',
  parity: 'none',
  homogeneous: true,
  slope_at_zero2: 0.5,
  bend: 0,
  kinks: [0],
  phi: (x) => Math.max(x, 0),
  derivative: (x) => (x > 0 ? 1 : 0),
  moments: () => MOMENTS,
  pair: () => pair,
};
