import type { ScheduleName } from '../../catalogue/techniques.ts';
import {
  type Activate,
  type AddNoise,
  changeKeep,
  type Network,
  type PlainLayer,
  plainBlock,
} from '../network.ts';
import { EPSILON } from '../trainable-depth/contrast.ts';
import { type EstimateOptions, measureContrast } from '../trainable-depth/estimate.ts';
import { readLayers } from '../trajectory/layers.ts';
import { SCHEDULES } from '../trajectory/schedules.ts';
import { type Recommendation, recommend } from './recommend.ts';

/** What advice is asked about: layers whose variances are to be recommended. */
export type AdviceInput = {
  readonly activation: Activate;
  readonly noise: AddNoise;
  /** whether a batch norm stands before the noise, as in IC layers */
  readonly batch_norm?: boolean | undefined;
  /** the number of layers that is wanted */
  readonly depth: number;
  readonly fan_in?: number | undefined;
  /** units of every layer; with it the depth that such a width carries is among the limits */
  readonly width?: number | undefined;
  readonly sigma_b2?: number | undefined;
  /** activations to look at instead */
  readonly alternatives?: readonly Activate[];
  /** what a change must fulfil besides, to be enough: asked where the theory is satisfied; nothing if left out */
  readonly also?: (changed: Network) => boolean;
  /** data and calibration of the depth limits; max_layers, beyond which a limit is null, is twice the depth by default */
  readonly estimate?: Omit<EstimateOptions, 'epsilon'>;
};

/** A change, and whether the wanted depth is trainable with it: below the cautious limit, and as `AdviceInput.also` wants it. */
export type Change = {
  readonly enough: boolean;
  /** c_same − c_diff at the wanted depth; e⁻⁶ is the cautious limit */
  readonly contrast: number;
} & (
  | { readonly change: 'less_drop'; readonly keep: number; readonly drop: number; readonly sigma_w2: number }
  | { readonly change: 'schedule'; readonly schedule: ScheduleName; readonly drop: number }
  | {
      readonly change: 'activation';
      readonly activation: string;
      readonly sigma_w2: number;
      readonly sigma_b2: number;
    }
  | { readonly change: 'smaller_bias'; readonly sigma_w2: number; readonly sigma_b2: number }
  | { readonly change: 'residual'; readonly carry: 1; readonly branch: number; readonly sigma_w2: number }
);

/** Bias variances to try below the recommended one, as φ sees them. */
const SMALLER_BIASES = [0.02, 0.01, 0.001, 0] as const;

/**
 * Changes that bring a depth within reach: the largest drop that does, another schedule of the same mean drop, other
 * activations, a smaller bias variance (the network is then nearly linear), and residual branches. Weights are chosen
 * anew for each so that chi_1 = 1 in every layer; for noise that only multiplies, that is sigma_w2 ∝ 1 / s2. One after the
 * other, so that who has seen enough can stop.
 *
 * @param input what advice was asked about
 * @param recommended the recommendation for it
 * @throws ParameterError for options outside their ranges
 * @see Fernandez Sarmiento 2026 (schedules); Yang, Schoenholz 2017 (residual branches)
 * @example [...nearestChanges({ activation, noise, depth: 50 }, recommended)][0].change
 */
export function* nearestChanges(input: AdviceInput, recommended: Recommendation): Generator<Change> {
  const { noise, alternatives = [], activation, batch_norm, depth } = input;
  const { keep } = noise;
  const unit = recommended.sigma_w2 * noise.noise.s2; // sigma_w2 · s2, the same for every strength of the noise
  const network = recommendedNetwork(input, recommended);
  const look = (changed: Network) => judgeChange(input, changed);

  if (keep !== null && keep < 1) {
    const found = findLargestDrop(input, recommended, unit);
    if (found) yield found;
    for (const { name, drops } of Object.values(SCHEDULES)) {
      const rates = drops(depth, 1 - keep);
      if (name === 'constant' || Math.max(...rates) >= 1) continue;
      const layers = rates.map((drop) => {
        const own = changeKeep(noise, { keep: 1 - drop });
        return plainBlock({ ...plainLayer(input, recommended), noise: own, sigma_w2: unit / own.noise.s2 });
      });
      const spread: Network = { ...network, blocks: (layer) => layers[layer - 1] as (typeof layers)[number] };
      yield { change: 'schedule', schedule: name, drop: Math.max(...rates), ...look(spread) };
    }
  }
  for (const other of alternatives) {
    if (other.name === activation.name) continue;
    const found = recommend(other.phi, noise.noise, { batch_norm });
    if (found === null) continue;
    const { sigma_w2, sigma_b2 } = found;
    const changed = recommendedNetwork({ ...input, activation: other }, found);
    yield { change: 'activation', activation: other.name, sigma_w2, sigma_b2, ...look(changed) };
  }
  const bias = findSmallerBias(input, recommended);
  if (bias) yield bias;
  for (const branch of [1, 1 / depth]) {
    const blocks = plainBlock({ ...plainLayer(input, recommended), carry: 1, branch });
    const { sigma_w2 } = recommended;
    yield { change: 'residual', carry: 1, branch, sigma_w2, ...look({ ...network, blocks }) };
  }
}

function plainLayer(
  { activation, noise }: Pick<AdviceInput, 'activation' | 'noise'>,
  { sigma_w2, sigma_b2, batch_norm = false }: Recommendation,
): PlainLayer {
  return { activation, noise, batch_norm, sigma_w2, sigma_b2, carry: 0, branch: 1 };
}

/** The network that was asked about, with the recommended variances; q starts where it stays. */
export function recommendedNetwork(
  input: Pick<AdviceInput, 'activation' | 'noise' | 'depth'>,
  recommended: Recommendation,
): Network {
  const blocks = plainBlock(plainLayer(input, recommended));
  return { stem: { q0: recommended.q_star || 1, ops: [] }, blocks, depth: input.depth, mask: 'independent' };
}

/** The contrast at the wanted depth, with the calibration applied to the depth. */
function judgeChange({ estimate = {}, also }: AdviceInput, changed: Network) {
  const { multiplier = 1, max_layers: _, ...pairs } = estimate;
  const { activation, layers } = readLayers(changed);
  const { contrast, in_range } = measureContrast(activation, layers, { q0: changed.stem.q0, ...pairs });
  const distinct = in_range && contrast >= EPSILON.low ** multiplier;
  return { contrast, enough: distinct && (also?.(changed) ?? true) };
}

/** The strongest noise with which the depth lies within the cautious limit, by halving in the logarithm of drop. */
function findLargestDrop(input: AdviceInput, recommended: Recommendation, unit: number): Change | null {
  const { noise } = input;
  const at = (drop: number): Change => {
    const weaker = changeKeep(noise, { drop });
    const sigma_w2 = unit / weaker.noise.s2;
    const changed = recommendedNetwork({ ...input, noise: weaker }, { ...recommended, sigma_w2 });
    return { change: 'less_drop', keep: 1 - drop, drop, sigma_w2, ...judgeChange(input, changed) };
  };
  let best = at(1e-9);
  let high = 1 - (noise.keep ?? 1);
  if (!best.enough || high <= 1e-9) return null;
  let low = 1e-9;
  while (high / low > 1.0005) {
    const middle = Math.sqrt(low * high);
    const found = at(middle);
    if (found.enough) [low, best] = [middle, found];
    else high = middle;
  }
  return best;
}

/**
 * The smallest keep with which the depth lies within the cautious limit, with weights chosen anew for it.
 *
 * @param input what advice was asked about; its noise says of which technique, and its keep does not matter
 * @param recommended the recommendation for it
 * @returns null where even the weakest noise is too much, and for techniques without a keep
 * @throws ParameterError as {@link nearestChanges}
 * @see Schoenholz et al. 2017, "Deep information propagation": trainable while inputs are distinguishable
 * @example findSmallestKeep({ activation, noise, depth: 50 }, recommended)
 */
export function findSmallestKeep(input: AdviceInput, recommended: Recommendation): number | null {
  if (input.noise.keep === null) return null;
  const unit = recommended.sigma_w2 * input.noise.noise.s2;
  const strongest = { ...input, noise: changeKeep(input.noise, { keep: SMALLEST_KEEP }) };
  const found = findLargestDrop(strongest, recommended, unit);
  return found?.change === 'less_drop' ? found.keep : null;
}

/** No smaller keep is looked at. */
const SMALLEST_KEEP = 0.001;

/** Steps of the search for a branch: they leave 1e-12 of it. */
const HALVINGS = 60;

/**
 * The largest b² of y = x + b layer(x) with which the depth lies within the cautious limit.
 *
 * @param input what advice was asked about
 * @param recommended the recommendation for it
 * @returns at most 1; null where even the smallest branch is too much
 * @throws ParameterError as {@link nearestChanges}
 * @see Yang, Schoenholz 2017, "Mean field residual networks: on the edge of chaos"
 * @example findLargestBranch({ activation, noise, depth: 50 }, recommended)
 */
export function findLargestBranch(input: AdviceInput, recommended: Recommendation): number | null {
  const network = recommendedNetwork(input, recommended);
  const isEnough = (branch: number) =>
    judgeChange(input, {
      ...network,
      blocks: plainBlock({ ...plainLayer(input, recommended), carry: 1, branch }),
    }).enough;
  if (isEnough(1)) return 1;
  let [low, high] = [Math.log(1e-9), 0];
  if (!isEnough(Math.exp(low))) return null;
  for (let i = 0; i < HALVINGS && high - low > 1e-12; i++) {
    const middle = (low + high) / 2;
    if (isEnough(Math.exp(middle))) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

/** The largest of the smaller bias variances that is enough, else the one that brings most. */
function findSmallerBias(input: AdviceInput, recommended: Recommendation): Change | null {
  const { activation, noise, batch_norm } = input;
  let best: Change | null = null;
  const unit = 1 / (activation.phi.input_scale ?? 1) ** 2;
  for (const sigma_b2 of SMALLER_BIASES.map((seen) => unit * seen)) {
    if (sigma_b2 >= recommended.sigma_b2) continue;
    const other = recommend(activation.phi, noise.noise, { sigma_b2, batch_norm });
    // (the half-stable point has a bias variance of its own)
    if (other?.sigma_b2 !== sigma_b2) continue;
    const { sigma_w2 } = other;
    const found = judgeChange(input, recommendedNetwork(input, other));
    if (!best || found.enough || found.contrast > best.contrast)
      best = { change: 'smaller_bias', sigma_w2, sigma_b2, ...found };
    if (found.enough) break;
  }
  return best;
}
