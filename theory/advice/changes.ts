import type { ScheduleName } from '../../catalogue/techniques.ts';
import type { Activation } from '../activation.ts';
import { EPSILON } from '../trainable-depth/contrast.ts';
import { contrastAt } from '../trainable-depth/estimate.ts';
import { layersOf } from '../trajectory/layers.ts';
import { SCHEDULES } from '../trajectory/schedules.ts';
import type { AdviceInput, Changed } from './question.ts';
import { type Recommendation, recommend } from './recommend.ts';

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
 * @example [...nearestChanges({ activation: relu, noise: bernoulli.noise, keep: 0.9, depth: 50 }, recommended)][0].change
 */
export function* nearestChanges(input: AdviceInput, recommended: Recommendation): Generator<Change> {
  const { noise, keep, alternatives = [], activation, maps } = input;
  const unit = recommended.sigma_w2 * noise({ keep }).s2; // sigma_w2 · s2, the same for every strength of the noise
  const look = (phi: Activation, at: Look) => judged(input, phi, at);

  if (keep < 1) {
    const found = largestDrop(input, recommended, unit);
    if (found) yield found;
    for (const { name, drops } of Object.values(SCHEDULES)) {
      const rates = drops(input.depth, 1 - keep);
      if (name === 'constant' || Math.max(...rates) >= 1) continue;
      const noises = rates.map((drop) => noise({ keep: 1 - drop }));
      const at = { ...recommended, sigma_w2: noises.map(({ s2 }) => unit / s2), noise: noises };
      yield { change: 'schedule', schedule: name, drop: Math.max(...rates), ...look(activation, at) };
    }
  }
  for (const phi of alternatives) {
    if (phi.name === activation.name) continue;
    const other = recommend(phi, noise({ keep }), { maps });
    if (other === null) continue;
    const at = { ...other, noise: noise({ keep }) };
    const { sigma_w2, sigma_b2 } = other;
    yield { change: 'activation', activation: phi.name, sigma_w2, sigma_b2, ...look(phi, at) };
  }
  const bias = smallerBias(input, recommended);
  if (bias) yield bias;
  for (const branch of [1, 1 / input.depth]) {
    const at = { ...recommended, noise: noise({ keep }), branch, carry: 1 };
    const { sigma_w2 } = recommended;
    yield { change: 'residual', carry: 1, branch, sigma_w2, ...look(activation, at) };
  }
}

type Look = Omit<Changed, 'activation' | 'drop'> & { readonly drop?: number; readonly maps?: 'ic' };

/** The contrast at the wanted depth, with the calibration applied to the depth. */
function judged({ depth, keep, estimate = {}, also }: AdviceInput, activation: Activation, at: Look) {
  const { multiplier = 1, max_layers: _, ...pairs } = estimate;
  const layers = layersOf({ ...at, depth });
  const start = at.q_star ? { q0: at.q_star, ...pairs } : pairs;
  const { contrast, in_range } = contrastAt(activation, layers, start);
  const distinct = in_range && contrast >= EPSILON.low ** multiplier;
  return { contrast, enough: distinct && (also?.({ drop: 1 - keep, ...at, activation }) ?? true) };
}

/** The strongest noise with which the depth lies within the cautious limit, by halving in the logarithm of drop. */
function largestDrop(input: AdviceInput, recommended: Recommendation, unit: number): Change | null {
  const { activation, noise, keep } = input;
  const at = (drop: number): Change => {
    const weaker = noise({ keep: 1 - drop });
    const sigma_w2 = unit / weaker.s2;
    const found = judged(input, activation, { ...recommended, sigma_w2, noise: weaker, drop });
    return { change: 'less_drop', keep: 1 - drop, drop, sigma_w2, ...found };
  };
  let best = at(1e-9);
  let high = 1 - keep;
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

/** The largest of the smaller bias variances that is enough, else the one that brings most. */
function smallerBias(input: AdviceInput, recommended: Recommendation): Change | null {
  const { activation, noise, keep, maps } = input;
  let best: Change | null = null;
  const unit = 1 / (activation.input_scale ?? 1) ** 2;
  for (const sigma_b2 of SMALLER_BIASES.map((seen) => unit * seen)) {
    if (sigma_b2 >= recommended.sigma_b2) continue;
    const other = recommend(activation, noise({ keep }), { sigma_b2, maps });
    // (the half-stable point has a bias variance of its own)
    if (other?.sigma_b2 !== sigma_b2) continue;
    const { sigma_w2 } = other;
    const found = judged(input, activation, { ...other, noise: noise({ keep }) });
    if (!best || found.enough || found.contrast > best.contrast)
      best = { change: 'smaller_bias', sigma_w2, sigma_b2, ...found };
    if (found.enough) break;
  }
  return best;
}
