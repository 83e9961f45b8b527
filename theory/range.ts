import type { Activation } from './activation.ts';

/** Largest and smallest normal number of float32: beyond them q is lost in training. */
export const FLOAT32 = { max: 3.4028234663852886e38, min: 1.1754943508222875e-38 } as const;

/** Below this q the variance map of a saturating φ is q′ = λq / (1 + bend · q) closely enough (2e-5 of the depth). */
const SMALL = 2e-3;

/** So many layers are followed one by one at most. */
const LAYERS = 1000;

/**
 * The depth at which q, from q0 on, leaves the normal range of float32: a real number of layers, or null where that
 * never happens.
 *
 * @param activation φ
 * @param gain sigma_w2 · s2
 * @param bias sigma_b2
 * @param q0 variance of the first layer's pre-activations, within the range
 * @see Pretorius et al. 2018, "Critical initialisation for deep signal propagation in noisy rectifier neural networks",
 * for the homogeneous case without bias
 * @example rangeDepth(relu, 4, 0, 1) // log2(3.4e38) = 128
 */
export function rangeDepth(activation: Activation, gain: number, bias: number, q0: number): number | null {
  const factor = gain * activation.slope_at_zero2;
  const depth = activation.homogeneous
    ? linearDepth(factor, bias, q0)
    : bias === 0
      ? collapseDepth(activation, gain, factor, q0)
      : null;
  return depth !== null && Number.isFinite(depth) ? depth : null;
}

/** For q′ = factor · q + bias. */
function linearDepth(factor: number, bias: number, q0: number): number | null {
  if (factor < 1) {
    const q_star = bias / (1 - factor);
    if (q_star >= FLOAT32.min) return null;
    return Math.log((FLOAT32.min - q_star) / (q0 - q_star)) / Math.log(factor);
  }
  const growth = factor - 1;
  if (growth === 0) return bias > 0 ? (FLOAT32.max - q0) / bias : null;
  // q + bias / growth grows by the factor; multiplied out by growth, so that it holds as growth → 0.
  return Math.log1p((growth * (FLOAT32.max - q0)) / (growth * q0 + bias)) / Math.log(factor);
}

/** For a saturating φ without bias. */
function collapseDepth(activation: Activation, gain: number, factor: number, q0: number): number | null {
  if (factor >= 1) return null;
  let q = q0;
  let layers = 0;
  while (q > SMALL && layers < LAYERS) {
    q *= gain * activation.moments(q).ratio;
    layers++;
  }
  if (q <= FLOAT32.min) return layers;
  // 1/q + shift grows by 1/factor.
  const shift = activation.bend / (1 - factor);
  return layers + Math.log((1 / FLOAT32.min + shift) / (1 / q + shift)) / -Math.log(factor);
}
