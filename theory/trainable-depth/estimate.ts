import type { Activation } from '../activation.ts';
import { type Network, readPlainBlock } from '../network.ts';
import { checkPositive, ParameterError } from '../parameter-error.ts';
import type { Layer } from '../trajectory/layer.ts';
import { readLayers } from '../trajectory/layers.ts';
import { type Contrast, EPSILON, followContrasts, type Pairs } from './contrast.ts';

/** How to estimate. */
export type EstimateOptions = Pairs & {
  /** the contrast below which inputs are lost; e⁻⁶, what 6 xi_2 leave of 1, by default */
  readonly epsilon?: number;
  /** multiplies the depth: the calibration against measured networks; 1 by default */
  readonly multiplier?: number;
  /** no deeper than this many layers is looked; 2000 by default */
  readonly max_layers?: number;
};

/** An estimated depth. */
export type DepthEstimate = {
  /** layers; null where the contrast is still there after `max_layers` */
  readonly depth: number | null;
  readonly limited_by: 'correlation' | 'float_range' | null;
};

function checkOptions({
  epsilon = EPSILON.low,
  multiplier = 1,
  max_layers = 2000,
  ...pairs
}: EstimateOptions) {
  if (!(epsilon > 0 && epsilon < 2))
    throw new ParameterError('epsilon', 'out_of_range', 'epsilon must lie between 0 and 2.', {
      min: 0,
      max: 2,
    });
  checkPositive({ multiplier });
  if (!(Number.isInteger(max_layers) && max_layers > 0))
    throw new ParameterError('max_layers', 'out_of_range', 'max_layers must be a whole number above 0.', {
      min: 1,
    });
  return { epsilon, multiplier, max_layers, pairs };
}

/**
 * The depth at which a network of equal layers no longer tells inputs apart: c_same − c_diff, which starts as the data
 * give it, falls under epsilon there (between layers, log-linearly). Needs no fixed point, so it holds for skip
 * connections, shifting noise and critical networks too. Without noise equal inputs stay equal at any sigma_w2, so a
 * chaotic network then needs a c_same below 1 (that of inputs of one class) to show its limit.
 *
 * @param activation φ
 * @param layer the layer that is repeatLayer
 * @param options thresholds, starting points and calibration
 * @throws ParameterError for options outside their ranges
 * @see Schoenholz et al. 2017, "Deep information propagation" (trainable while inputs are distinguishable)
 * @example
 * // tanh, sigma_w2 1.5848591756, sigma_b2 0.05, keep 0.9: 6 xi_2 is 27.4
 * estimateDepth(tanh, { sigma_w2: 1.5848591756, sigma_b2: 0.05, noise: { s1: 1, s2: 1 / 0.9, variance: 1 / 9 } })
 * // { depth: 26.93990509, limited_by: 'correlation' }
 */
export function estimateDepth(
  activation: Activation,
  layer: Layer,
  options: EstimateOptions = {},
): DepthEstimate {
  const { epsilon } = checkOptions(options);
  return estimateDepths(activation, layer, [epsilon], options)[0] as DepthEstimate;
}

/**
 * The same for several thresholds, at the cost of the deepest.
 *
 * @param activation φ
 * @param layer the layer that is repeatLayer
 * @param epsilons thresholds, falling
 * @param options starting points and calibration
 * @throws ParameterError for options outside their ranges
 * @see {@link estimateDepth}
 * @example estimateDepths(tanh, layer, [EPSILON.low, EPSILON.high]).map(({ depth }) => depth)
 */
export function estimateDepths(
  activation: Activation,
  layer: Layer,
  epsilons: readonly number[],
  options: Omit<EstimateOptions, 'epsilon'> = {},
): DepthEstimate[] {
  const { multiplier, max_layers, pairs } = checkOptions(options);
  const found: DepthEstimate[] = [];
  const rest = (estimate: DepthEstimate) => epsilons.map((_, i) => found[i] ?? estimate);
  let before: Contrast | null = null;
  for (const here of followContrasts(activation, repeatLayer(layer, max_layers), pairs)) {
    if (!here.in_range) return rest({ depth: multiplier * here.layer, limited_by: 'float_range' });
    for (let i = found.length; i < epsilons.length; i++) {
      const epsilon = epsilons[i] as number;
      if (here.contrast >= epsilon) break;
      const depth =
        before === null ? 0 : before.layer + interpolateCrossing(before.contrast, here.contrast, epsilon);
      found.push({ depth: multiplier * depth, limited_by: 'correlation' });
    }
    if (found.length === epsilons.length) return found;
    if (here.settled) break;
    before = here;
  }
  return rest({ depth: null, limited_by: null });
}

/** Part of a layer after which a contrast that falls from a to b has fallen to epsilon. */
function interpolateCrossing(a: number, b: number, epsilon: number): number {
  return b > 0 ? Math.log(a / epsilon) / Math.log(a / b) : (a - epsilon) / (a - b);
}

function* repeatLayer(layer: Layer, times: number): Generator<Layer> {
  for (let i = 0; i < times; i++) yield layer;
}

/**
 * The deepest network that tells inputs apart at its end, where the layers depend on the depth (a schedule, b² = 1/depth):
 * the largest whole depth with c_same − c_diff ≥ epsilon, by doubling and halving, so that it takes the last depth at
 * which that holds to be the only one.
 *
 * @param activation φ
 * @param layersAt the layers of a network of a given depth
 * @param options thresholds, starting points and calibration
 * @throws ParameterError for options outside their ranges
 * @see Fernandez Sarmiento 2026 (schedules of dropout)
 * @example
 * const layer = { sigma_w2: 0.9, sigma_b2: 0, noise: { s1: 1, s2: 1 / 0.9, variance: 1 / 9 } };
 * const at = (depth: number) => Array.from({ length: depth }, () => layer);
 * estimateScheduledDepth(linear, at).depth // 53
 */
export function estimateScheduledDepth(
  activation: Activation,
  layersAt: (depth: number) => readonly Layer[],
  options: EstimateOptions = {},
): DepthEstimate {
  const { epsilon, multiplier, max_layers, pairs } = checkOptions(options);
  const at = (depth: number) => measureContrast(activation, layersAt(depth), pairs);
  const good = (depth: number) => {
    const { contrast, in_range } = at(depth);
    return in_range && contrast >= epsilon;
  };
  let [low, high] = [0, 1];
  while (good(high)) {
    if (high >= max_layers) return { depth: null, limited_by: null };
    [low, high] = [high, Math.min(2 * high, max_layers)];
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (good(middle)) low = middle;
    else high = middle;
  }
  return { depth: multiplier * low, limited_by: at(high).in_range ? 'correlation' : 'float_range' };
}

/**
 * What a whole network leaves of the contrast, and whether q stayed within float32 on the way.
 *
 * @param activation φ
 * @param layers the network
 * @param pairs where the pairs start
 * @throws ParameterError as `contrasts`
 * @example measureContrast(linear, []).contrast // 0.73
 */
export function measureContrast(
  activation: Activation,
  layers: Iterable<Layer>,
  pairs: Pairs = {},
): Contrast {
  let last: Contrast = { layer: 0, contrast: 0, in_range: true, settled: false };
  let in_range = true;
  for (last of followContrasts(activation, layers, pairs)) in_range &&= last.in_range;
  return { ...last, in_range };
}

/** No deeper than this many layers is looked for the limits of a network. */
export const MAX_LAYERS = {
  equal: 2000,
  /** with a schedule, which is spread again for each depth */
  scheduled: 200,
  /** with a batch norm and skip connections, which carry what a batch has in common past it: dozens of averages a layer */
  normalised: 20,
} as const;

/** The two depth limits of a network. */
export type DepthLimits = {
  /** where c_same − c_diff has fallen to e⁻⁶, what 6 xi_2 leave of 1: the cautious limit */
  readonly low: DepthEstimate;
  /** where it has fallen to e⁻¹²; between the two training is slow and chancy */
  readonly high: DepthEstimate;
  /** the limits are null beyond so many layers */
  readonly max_layers: number;
};

/**
 * The depth limits of a network of plain layers, equal or with a schedule, from the trajectory of two pairs of inputs.
 *
 * @param network its stem says where q starts; its own depth does not matter
 * @param options starting points and calibration; {@link MAX_LAYERS} if none is given
 * @throws ParameterError for options outside their ranges
 * @see {@link estimateDepth}; Schoenholz et al. 2017 (6 xi), the public code of Huang et al. 2019 (12 xi_2)
 * @example estimateLimits(network).low.depth
 */
export function estimateLimits(
  network: Network,
  options: Omit<EstimateOptions, 'epsilon'> = {},
): DepthLimits {
  const max_layers = options.max_layers ?? chooseMaxLayers(network);
  const [low, high] = findLimits(network, [EPSILON.low, EPSILON.high], { ...options, max_layers });
  return { low: low as DepthEstimate, high: high as DepthEstimate, max_layers };
}

/**
 * The cautious depth limit alone, at half of the work.
 *
 * @param network see {@link estimateLimits}
 * @param options see {@link estimateLimits}
 * @throws ParameterError for options outside their ranges
 * @see {@link estimateLimits}
 * @example estimateCautiousLimit(network).depth
 */
export function estimateCautiousLimit(
  network: Network,
  options: Omit<EstimateOptions, 'epsilon'> = {},
): DepthEstimate {
  const max_layers = options.max_layers ?? chooseMaxLayers(network);
  return findLimits(network, [EPSILON.low], { ...options, max_layers })[0] as DepthEstimate;
}

function findLimits(
  network: Network,
  epsilons: readonly number[],
  options: Omit<EstimateOptions, 'epsilon'>,
): DepthEstimate[] {
  const { blocks } = network;
  const own = { q0: network.stem.q0, ...options };
  // (the layers that are counted begin at pre-activations, also where the network reads data)
  const stem = { ...network.stem, ops: [] };
  const readAt = (depth: number) => readLayers({ ...network, stem, depth });
  const { activation, layers } = readAt(1);
  if (typeof blocks !== 'function') return estimateDepths(activation, layers[0] as Layer, epsilons, own);
  return epsilons.map((epsilon) =>
    estimateScheduledDepth(activation, (depth) => readAt(depth).layers, { ...own, epsilon }),
  );
}

function chooseMaxLayers({ blocks }: Network): number {
  if (typeof blocks === 'function') return MAX_LAYERS.scheduled;
  const { batch_norm, carry } = readPlainBlock(blocks);
  return batch_norm && carry > 0 ? MAX_LAYERS.normalised : MAX_LAYERS.equal;
}
