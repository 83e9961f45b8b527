import type { Activation } from './activation.ts';

/** The variance map q′ = gain · E[φ(√q z)²] + bias. */
export type VarianceMap = {
  readonly activation: Activation;
  /** sigma_w2 · s2 */
  readonly gain: number;
  /** sigma_b2 */
  readonly bias: number;
};

/** A fixed point of the variance map, the map's slope there, and whether q returns to it from both sides. */
export type FixedPoint = { readonly q: number; readonly chi_q: number; readonly stable: boolean };

/** So many layers are followed to see where q settles. */
const LAYERS = 400;

/**
 * The next layer's variance.
 *
 * @param map the map
 * @param q variance of the pre-activations, positive
 * @see Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos", the length map
 * @example nextVariance({ activation: relu, gain: 1, bias: 0.1 }, 1) // 0.6
 */
export function nextVariance({ activation, gain, bias }: VarianceMap, q: number): number {
  return gain * (q * activation.moments(q).ratio + activation.level * activation.level) + bias;
}

/**
 * The relative growth q′/q − 1 and its derivative by ln q, from averages at q.
 *
 * @param map the map
 * @param q variance of the pre-activations, positive
 * @param averages `ratio` and `radial` of the activation at q
 * @example growth({ activation: relu, gain: 1, bias: 0.1 }, 0.2, relu.moments(0.2)).value // 0
 */
export function growth(
  { activation, gain, bias }: VarianceMap,
  q: number,
  { ratio, radial }: { readonly ratio: number; readonly radial: number } = activation.moments(q),
): { value: number; slope: number } {
  const pole = (gain * activation.level * activation.level + bias) / q;
  return { value: pole + gain * ratio - 1, slope: gain * (radial - ratio) - pole };
}

/**
 * Whether the next layer's variance is larger.
 *
 * @param map the map
 * @param q variance, positive
 * @example rising({ activation: relu, gain: 3, bias: 0 }, 1) // true
 */
export function rising(map: VarianceMap, q: number): boolean {
  return growth(map, q).value > 0;
}

/**
 * The fixed point that q settles at when it is followed layer by layer, or undefined where it settles at none of them.
 *
 * @param map the map
 * @param q0 where it starts
 * @param points the fixed points of the map
 * @example settles({ activation: cos, gain: 1, bias: 0 }, 1, scanned(cos, 1, 0))?.q // 0.6392…
 */
export function settles(map: VarianceMap, q0: number, points: readonly FixedPoint[]): FixedPoint | undefined {
  let q = q0;
  for (let layer = 0; layer < LAYERS && q > 0 && q < Number.MAX_VALUE; layer++) {
    const near = points.find((point) => point.stable && Math.abs(q - point.q) <= 1e-3 * point.q);
    if (near) return near;
    q = nextVariance(map, q);
  }
  return undefined;
}
