import {
  type Activation,
  type DepthEstimate,
  type DepthScales,
  MAX_LAYERS,
  type Noise,
  type Recommendation,
  recommend,
} from '../theory/index.ts';
import { caveatOf } from './caveat.ts';
import { shorten } from './shorten.ts';
import { beyondAll } from './why-null.ts';

/** What a sentence about an initialiser is made from. */
type Diagnosed = {
  readonly scales: Pick<DepthScales, 'status' | 'gradient' | 'chi_1' | 'q_star' | 'xi_2'>;
  readonly given: Pick<Recommendation, 'sigma_w2' | 'sigma_b2'>;
  readonly fan_in: number;
  /** null where it takes too much work to follow */
  readonly dies: DepthEstimate | null;
  /** null where nothing can be recommended */
  readonly recommended: Recommendation | null;
  /** whether the layers are IC layers */
  readonly normalised: boolean;
};

/** How near two variances are the same, relatively. */
const EQUAL_WITHIN = 1e-6;

const isSame = (a: number, b: number) => Math.abs(a - b) <= EQUAL_WITHIN * Math.max(a, b);

/**
 * What is to be recommended in place of given weights, and the critical weight variance at their own bias variance.
 *
 * @param activation φ
 * @param noise moments of the noise
 * @param sigma_b2 bias variance of the initialiser
 * @returns nulls where there is nothing; `critical_sigma_w2` also where chi_1 is 1 at other biases only
 * @throws ParameterError as `recommend`
 * @example recommendedFor(gelu, NO_NOISE, 0) // { recommended: { sigma_w2: 1.983…, sigma_b2: 0.1729…, … }, critical_sigma_w2: null }
 */
export function recommendedFor(activation: Activation, noise: Noise, sigma_b2: number) {
  const recommended = recommend(activation, noise, { sigma_b2 });
  const here = recommended?.sigma_b2 === sigma_b2 && recommended.criterion !== 'q* = 1';
  return { recommended, critical_sigma_w2: here ? recommended.sigma_w2 : null };
}

/**
 * What an initialiser means, in sentences: how deep signals go, what gradients and variance do, what to take instead, and that it
 * is said of a plain stack.
 *
 * @param diagnosed the numbers that it is made from
 * @example diagnosis({ … })
 */
export function diagnosis(diagnosed: Diagnosed): string {
  const { normalised } = diagnosed;
  return [
    describeDepth(diagnosed),
    ...describeVariance(diagnosed),
    ...describeGradients(diagnosed),
    ...describeAlternative(diagnosed),
    ...(normalised ? [NORMALISED] : [PLAIN]),
  ].join(' ');
}

/**
 * Whether weights are those with which networks with norms and skip connections usually start: a standard deviation of .02, whatever the width.
 *
 * @param std standard deviation of the weights
 * @example isUsualOfNormalised(0.02) // true
 */
export const isUsualOfNormalised = (std: number): boolean => Math.abs(std - 0.02) < 5e-4;

/** What is said of such weights before it is known what they are of. */
export const WHICH_BLOCK =
  'Which block is it? A standard deviation of 0.02 is that of transformers (GPT-2, BERT, ViT), whose layers are normalised and have skip connections. For those say preset=gpt2_small, bert_base, vit_b … (see /v1/architectures) or block=transformer with norm_at, width, tokens. For a plain stack of fully connected layers without norms and skip connections say block=plain.';

/** What every answer means. */
const PLAIN =
  'This is about a plain stack: fully connected layers, without normalisation or skip connections.';

/** What is to be said of layers that normalise. */
const NORMALISED =
  'An IC layer normalises its input, so that the scale of the weights matters only against that of the biases. This is about a plain stack of such layers, without skip connections.';

function describeDepth({ dies, scales }: Diagnosed): string {
  if (!dies) return 'To follow the signal until it dies takes more work than one request may take.';
  const { depth, limited_by } = dies;
  if (depth === null) {
    if (scales.gradient === null || scales.gradient === 'stable')
      return `Inputs stay distinguishable for more than ${MAX_LAYERS.equal} layers.`;
    return `Where signals die is not known: ${beyondAll(MAX_LAYERS.equal, scales)}`;
  }
  return limited_by === 'float_range'
    ? `The variance leaves the range of float32 after about ${Math.round(depth)} layers.`
    : `Two inputs are no longer told apart after about ${Math.round(depth)} layers.`;
}

/** What the variance does where it does not settle; the numbers of the row are limits there. */
function describeVariance({ scales: { status } }: Diagnosed): string[] {
  if (status === 'collapses') return ['The variance falls to 0, where chi_1 is that of the limit.'];
  if (status === 'diverges') return ['The variance grows without bound, and chi_1 is that of the limit.'];
  if (status === 'no_fixed_point')
    return ['The variance neither settles nor grows, so that there is no chi_1.'];
  return [];
}

function describeGradients({ scales: { gradient, chi_1 } }: Diagnosed): string[] {
  if (gradient === null) return [];
  // (of φ that grows as x² chi_1 grows with the variance)
  const factor = chi_1 === null ? 'more from layer to layer' : `chi_1 ${shorten(chi_1, 5)} a layer`;
  return [`Gradients are ${gradient} (${factor}).`];
}

/** What to take instead; nothing where gradients keep their size already, in a variance that settles, or where it is what was given. */
function describeAlternative({ scales, given, fan_in, recommended }: Diagnosed): string[] {
  const { status, gradient } = scales;
  if (!recommended) return [];
  // (nothing is gained where gradients keep their size already, and the variance would not settle there either)
  const settles = !['collapses', 'diverges'].includes(status);
  if (gradient === 'stable' && (settles || ['collapses', 'grows'].includes(recommended.variance))) return [];
  const { sigma_w2, sigma_b2, criterion, q_star } = recommended;
  const biased = isSame(sigma_b2, given.sigma_b2) ? '' : `, with biases of sigma_b2 ${shorten(sigma_b2, 5)}`;
  if (!biased && isSame(sigma_w2, given.sigma_w2))
    return gradient === 'stable' || q_star === null
      ? []
      : [`With these weights they keep their size where q starts at ${shorten(q_star, 5)}.`];
  const kept =
    gradient === 'stable' ? 'Gradients and the variance would keep their size' : 'They would keep their size';
  const what = criterion === 'q* = 1' ? 'The variance would stay at 1' : kept;
  const at = `${what} at sigma_w2 ${shorten(sigma_w2, 5)}, std ${shorten(Math.sqrt(sigma_w2 / fan_in), 5)}${biased}`;
  const caveat = caveatOf(recommended);
  return [caveat ? `${at}; there ${caveat}.` : `${at}.`];
}
