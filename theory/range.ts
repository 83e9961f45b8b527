import type { Activation } from './activation.ts';

/** Largest and smallest normal number of float32: beyond them q is lost in training. */
export const FLOAT32 = { max: 3.4028234663852886e38, min: 1.1754943508222875e-38 } as const;

/** Where E[φ²] / q is this near to its limit, relatively, the map near 0 is close enough to its parabola. */
const SMALL = 4e-3;

/** Above this q the asymptotic slopes of φ give the growth to about 1e-4. */
const LARGE = 1e8;

/** A relative change this small is a fixed point. */
const UNCHANGED = 1e-12;

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
  const depth = activation.homogeneous
    ? linearDepth(gain * activation.ratio_at_zero, bias, q0)
    : walkDepth(activation, gain, bias, q0);
  return depth !== null && Number.isFinite(depth) ? depth : null;
}

/** So many layers nobody has: q stays in range as far as anybody can tell. */
const NEVER = 1e10;

/**
 * {@link rangeDepth} as a limit of networks that somebody may build.
 *
 * @param of as of `rangeDepth`
 * @returns null beyond 10¹⁰ layers, too
 * @see {@link rangeDepth}
 * @example rangeLimit(relu, 2, 0.05, 1) // null
 */
export function rangeLimit(...of: Parameters<typeof rangeDepth>): number | null {
  const depth = rangeDepth(...of);
  return depth !== null && depth < NEVER ? depth : null;
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

/**
 * For any φ: layer by layer, up to where the map is close to one with a closed form. That is λq / (1 + bend · q) near 0, and
 * the linear map of the asymptotic slopes far away.
 */
function walkDepth(activation: Activation, gain: number, bias: number, q0: number): number | null {
  const constant = gain * activation.level * activation.level + bias;
  const limit = activation.ratio_at_zero;
  const factor = gain * limit;
  const [left, right] = activation.asymptote;
  const growth = (gain * (left * left + right * right)) / 2;
  if (constant > 0 && growth <= 1) return null;
  let q = q0;
  for (let layers = 0; layers < LAYERS; layers++) {
    if (q <= FLOAT32.min) return layers;
    const { ratio, shortfall } = activation.moments(q);
    if (constant === 0 && factor < 1 && Math.abs(shortfall) < SMALL * limit) {
      // 1/q + shift grows by 1/factor.
      const shift = shortfall / limit / q / (1 - factor);
      return layers + Math.log((1 / FLOAT32.min + shift) / (1 / q + shift)) / -Math.log(factor);
    }
    if (q >= FLOAT32.max) return layers;
    if (q > LARGE && growth > 1 && Number.isFinite(growth))
      return layers + (linearDepth(growth, constant, q) ?? 0);
    const next = gain * ratio * q + constant;
    if (Math.abs(next - q) <= UNCHANGED * q) return null;
    q = next;
  }
  return null;
}
