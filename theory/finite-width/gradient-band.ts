import { ParameterError } from '../parameter-error.ts';

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
