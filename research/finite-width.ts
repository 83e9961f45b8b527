import type { Activation } from '../theory/activation.ts';
import {
  noisyQuartics,
  type PairQuartics,
  pairNoise,
  pairQuartics,
  type QuarticNoise,
  type Quartics,
  quartics,
} from '../theory/gradients/quartics.ts';
import { ParameterError } from '../theory/parameter-error.ts';
import { noisyAverages, sharedShifts } from '../theory/trajectory/averages.ts';
import type { Layer } from '../theory/trajectory/layer.ts';
import { type Start, trajectory } from '../theory/trajectory/trajectory.ts';
import { noisyPairQuartics } from './noisy-pairs.ts';

/** A layer of finite width, without a skip connection. */
export type FiniteLayer = {
  /** weight variance: weights are N(0, sigma_w2 / fan_in) */
  readonly sigma_w2: number;
  /** bias variance */
  readonly sigma_b2: number;
  readonly noise: QuarticNoise;
};

/** A variance over random networks, in its two parts. */
export type Variance = {
  /** of the quantity in the next layer's eyes: of the variance (correlation) that its units have given the layer before */
  readonly kernel: number;
  /** what is added by reading it off N units of the layer itself: 2q²/N for q, (1 − c²)²/N for c */
  readonly sampling: number;
};

/** How far two inputs stray at one layer. */
export type ForwardSpread = {
  readonly layer: number;
  readonly q: number;
  readonly c: number;
  /** variance of q, over weights and masks */
  readonly q_variance: Variance;
  /** covariance of the two inputs' q */
  readonly q_covariance: Variance;
  /** variance of c */
  readonly c_variance: Variance;
};

/** Covariances of q_aa, q_bb and q_ab. */
type Covariances = { aa: number; cross: number; mixed: number; ab: number };

/** Averages are kept where q and c move less than this. */
const UNMOVED = 1e-13;

/**
 * The spread of q and c over random networks of a finite width, to leading order in 1/N, layer by layer. Layer 0 has the
 * given q and c exactly. Each layer adds the fluctuation of a mean over N units; what came before is passed on by the
 * slopes of the maps. (The means move by terms of order 1/N too, which are not given here.)
 *
 * @param activation φ
 * @param layers weights, biases and noise up to the fourth moment
 * @param start q0 and c0 of the first pre-activations
 * @param width number of units N of every layer
 * @param mask `independent` (default) for masks of their own, `shared` for the same mask
 * @throws ParameterError for a width below 1, numbers out of range, skip connections, IC layers, or a q that leaves the range of double precision
 * @see derived here: docs/theory.md (central limit of the layer's averages, given the layer before, pushed through the
 * maps of Poole et al. 2016 and Schoenholz et al. 2017)
 * @example
 * const layer = { sigma_w2: 1, sigma_b2: 0, noise: dropoutMoments(1) };
 * forwardSpread(linear, [layer], { q0: 1, c0: 0 }, 100)[1].q_variance // { kernel: 0.02, sampling: 0.02 }
 */
export function forwardSpread(
  activation: Activation,
  layers: readonly FiniteLayer[],
  start: Start,
  width: number,
  mask: 'independent' | 'shared' = 'independent',
): ForwardSpread[] {
  if (!(width >= 1 && width < Number.POSITIVE_INFINITY))
    throw new ParameterError('width', 'out_of_range', 'width must be at least 1.', { min: 1 });
  for (const { carry = 0, branch = 1, batch_norm } of layers as readonly Layer[])
    if (carry !== 0 || branch !== 1 || batch_norm)
      throw new ParameterError(
        batch_norm ? 'batch_norm' : carry === 0 ? 'branch' : 'carry',
        'not_applicable',
        'The spread of layers with skip connections or IC layers is not known.',
      );
  if (activation.steps)
    throw new ParameterError(
      'activation',
      'not_applicable',
      'The spread of an activation that jumps is not known.',
    );
  const mask_correlation = mask === 'shared' ? 1 : 0;
  const { rows } = trajectory(
    activation,
    layers.map((layer) => ({ ...layer, mask_correlation })),
    start,
  );
  let now: Covariances = { aa: 0, cross: 0, mixed: 0, ab: 0 };
  let known: { q: number; c: number; one: Quartics; two: PairQuartics } | null = null;
  return rows.map(({ layer, q, c }) => {
    if (q === null || q === 0)
      throw new ParameterError(
        'depth',
        'out_of_range',
        `q leaves the range of double precision at layer ${layer}.`,
        { max: layer - 1 },
      );
    const row = describeLayer(layer, q, c, now, width);
    const next = layers[layer];
    if (next) {
      if (!known || Math.abs(known.q - q) > UNMOVED * q || Math.abs(known.c - c) > UNMOVED)
        known = { q, c, one: quartics(activation, q), two: pairQuartics(activation, q, c) };
      now = advanceCovariances(
        now,
        next,
        { ...known, ...findSlopes(activation, next, q, mask_correlation) },
        width,
        mask,
      );
    }
    return row;
  });
}

function describeLayer(layer: number, q: number, c: number, now: Covariances, width: number): ForwardSpread {
  const { aa, cross, mixed, ab } = now;
  const square = (q * q) / width;
  return {
    layer,
    q,
    c,
    q_variance: { kernel: aa, sampling: 2 * square },
    q_covariance: { kernel: cross, sampling: 2 * c * c * square },
    c_variance: {
      kernel: Math.max(ab - 2 * c * mixed + (c * c * (aa + cross)) / 2, 0) / (q * q),
      sampling: (1 - c * c) ** 2 / width,
    },
  };
}

/** The slope of the variance map, and what E[s_a t_b] E[φ_a] brings to that of q_ab. */
function findSlopes(
  activation: Activation,
  { sigma_w2, noise }: FiniteLayer,
  q: number,
  correlation: number,
) {
  const { drift } = activation.moments(q);
  return {
    chi_q: sigma_w2 * noisyAverages(activation, q, noise, correlation).radial,
    pushed: sigma_w2 * sharedShifts(noise, correlation).st * drift,
  };
}

/** Covariances one layer on: what was there through the slopes of the maps, and the layer's own. */
function advanceCovariances(
  { aa, cross, mixed, ab }: Covariances,
  { sigma_w2, noise }: FiniteLayer,
  at: { q: number; c: number; one: Quartics; two: PairQuartics; chi_q: number; pushed: number },
  width: number,
  mask: 'independent' | 'shared',
): Covariances {
  const { q, c, one, two, chi_q, pushed } = at;
  const { s11 } = pairNoise(noise, mask);
  const along = sigma_w2 * s11 * two.slopes; // ∂q_ab′/∂q_ab
  // ∂q_ab′/∂q_aa, E[φ″φ] by parts
  const across = (sigma_w2 * s11 * (two.pull - q * c * two.slopes)) / (2 * q) + pushed;
  const own = (sigma_w2 * sigma_w2) / width;
  const { square, fourth } = noisyQuartics(one, noise);
  const { product, squares, cube } = noisyPairQuartics(one, two, noise, mask);
  return {
    aa: chi_q * chi_q * aa + own * (fourth - square * square),
    cross: chi_q * chi_q * cross + own * (squares - square * square),
    mixed: chi_q * (along * mixed + across * (aa + cross)) + own * (cube - square * product),
    ab:
      along * along * ab +
      4 * along * across * mixed +
      2 * across * across * (aa + cross) +
      own * (squares - product * product),
  };
}

/** The spread of one input's q: over networks, and over masks within a network. */
export type SplitSpread = {
  readonly layer: number;
  readonly q: number;
  /** variance, over random weights, of the mean over masks */
  readonly weights: Variance;
  /** mean, over random weights, of the variance over masks: what one given network shows from one pass to the next */
  readonly masks: Variance;
};

/**
 * The variance of one input's q at finite width, split into what belongs to the weights and what the masks do within a
 * given network. The first is the covariance of two passes of the same input with masks of their own.
 *
 * @param activation φ
 * @param layers weights, biases and noise
 * @param q0 variance of the first pre-activations
 * @param width number of units N of every layer
 * @throws ParameterError as `forwardSpread`
 * @see derived here: docs/theory.md (law of total variance)
 * @example splitSpread(tanh, layers, 1, 128)[1].masks.kernel
 */
export function splitSpread(
  activation: Activation,
  layers: readonly FiniteLayer[],
  q0: number,
  width: number,
): SplitSpread[] {
  return forwardSpread(activation, layers, { q0, c0: 1 }, width).map(
    ({ layer, q, q_variance: total, q_covariance: weights }) => ({
      layer,
      q,
      weights,
      masks: {
        kernel: Math.max(total.kernel - weights.kernel, 0),
        sampling: Math.max(total.sampling - weights.sampling, 0),
      },
    }),
  );
}

/** How far the squared gradient of a network of finite width strays from its mean over networks. */
export type GradientBand = {
  /** standard deviation over the mean, over weights and masks */
  readonly relative_deviation: number;
  /** the median over the mean: a typical network has smaller gradients than the average one */
  readonly median: number;
  /** ends of the band that holds the given part of all networks, over the mean */
  readonly low: number;
  readonly high: number;
};

/** Standard normal quantiles of two-sided bands. */
const QUANTILES = {
  '0.5': 0.6744897501960817,
  '0.68': 0.994457883209753,
  '0.95': 1.959963984540054,
} as const;

/**
 * The band in which the squared gradient of one input lies, K layers below the read-out of networks of width N: log-normal
 * with Var(ln g) = V K/N. With the V of `gradientSpread` over weights and masks; with that of `gradientSpreadOfWeights`
 * over weights alone (the mean over masks of a given network), with their difference over masks within a network.
 *
 * @param V growth of Var(ln g) per layer, times N; not negative
 * @param at K layers, width N, and `part` of the networks that the band holds, 0.95 by default
 * @throws ParameterError for numbers out of range
 * @see derived here: docs/theory.md
 * @example gradientBand(4.735, { K: 30, width: 128 }).low // 0.0728…
 */
export function gradientBand(
  V: number,
  at: { readonly K: number; readonly width: number; readonly part?: 0.5 | 0.68 | 0.95 },
): GradientBand {
  const { K, width, part = 0.95 } = at;
  if (!(V >= 0 && K >= 0 && width > 0 && Number.isFinite((V * K) / width)))
    throw new ParameterError(
      !(V >= 0) ? 'V' : K >= 0 ? 'width' : 'K',
      'out_of_range',
      'V and K must not be negative, and width must be positive.',
      { min: 0 },
    );
  const quantile = QUANTILES[String(part) as keyof typeof QUANTILES];
  if (quantile === undefined)
    throw new ParameterError('part', 'out_of_range', 'part must be 0.5, 0.68 or 0.95.');
  const variance = (V * K) / width;
  const deviation = Math.sqrt(variance);
  return {
    relative_deviation: Math.sqrt(Math.expm1(variance)),
    median: Math.exp(-variance / 2),
    low: Math.exp(-variance / 2 - quantile * deviation),
    high: Math.exp(-variance / 2 + quantile * deviation),
  };
}

/**
 * The width at which two networks in three have, K layers below the read-out, gradients within a factor of e of the
 * median: N = V K. Narrower ones are ruled by chance more than by chi_1.
 *
 * @param V see `gradientSpread`
 * @param K layers
 * @throws ParameterError for negative numbers
 * @see derived here: docs/theory.md
 * @example widthForGradients(4.735, 30) // 142.05
 */
export function widthForGradients(V: number, K: number): number {
  if (!(V >= 0 && K >= 0))
    throw new ParameterError(V >= 0 ? 'K' : 'V', 'out_of_range', 'V and K must not be negative.', { min: 0 });
  return V * K;
}
