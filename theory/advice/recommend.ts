import type { Activation } from '../activation.ts';
import {
  type CriticalPoint,
  criticalPoints,
  halfStablePoints,
  variancePreserving,
} from '../critical/lines.ts';
import type { Noise } from '../noise.ts';
import { checkNotNegative, ParameterError } from '../parameter-error.ts';

/**
 * What the variance does in a recommended network: it is drawn to q_star from both sides (`stable`) or from one alone
 * (`half_stable`), stays as it is wherever it starts (`neutral`), or, with chi_1 = 1 all the same, falls to 0 slower than
 * exponentially (`collapses`) or grows by the bias variance in every layer (`grows`).
 */
export type RecommendedVariance = 'stable' | 'half_stable' | 'neutral' | 'collapses' | 'grows';

/** Variances to start training from. */
export type Recommendation = {
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  /** standard deviation of the weights, √(sigma_w2 / fan_in); null without a fan_in */
  readonly std: number | null;
  /** what they fulfil */
  readonly criterion: 'chi_1 = 1' | 'chi_1 = chi_q = 1' | 'q* = 1';
  /** the variance that they keep; null where every one is kept, or none is */
  readonly q_star: number | null;
  /** whether that variance attracts others; if not, scale the first layer so that q starts there */
  readonly stable: boolean;
  /** see {@link RecommendedVariance} */
  readonly variance: RecommendedVariance;
  /** `ic` where they are for IC layers */
  readonly batch_norm?: boolean;
};

/** The bias variance of the papers' experiments. */
export const USUAL_SIGMA_B2 = 0.05;

/**
 * The bias variance to take where none is given: 0 for φ(ax) = a φ(x), where a bias would make q grow, else that of the
 * published experiments as φ sees it, behind the factor that an affine map puts before it.
 *
 * @param activation φ
 * @example chooseBias(wrap(sin, { input_scale: 10 })) // 0.0005
 */
export function chooseBias({ homogeneous, input_scale = 1 }: Activation): number {
  return homogeneous ? 0 : USUAL_SIGMA_B2 / input_scale ** 2;
}

/** Weights of more than this variance nobody means: φ is then so flat that only its tails are left. */
const LARGEST = 1000;

/** A point to recommend, and what it fulfils. */
type Candidate = Pick<Recommendation, 'criterion' | 'variance'> & {
  readonly point: CriticalPoint | undefined;
};

/**
 * The variances at which one input's gradient keeps its size: the only place that decides what is recommended. Of all points with
 * chi_1 = 1 the first of these: one at a finite q that attracts, one that keeps every q, one where q falls to 0 slower than
 * exponentially (tanh without bias), the half-stable point, whose sigma_b2 is its own (gelu, swish and their like have no
 * stable one at small biases), one where q grows by the bias variance in every layer (relu with bias). Where there is none of them, weights
 * that keep q = 1. A point from which q runs away is never recommended. IC layers keep any variance whatever the weights are,
 * and their gradients grow at the same rate; they get q* = 1 and no bias.
 *
 * @param activation φ
 * @param noise moments of the noise
 * @param options `fan_in` for `std`; `sigma_b2` in place of {@link chooseBias}; `maps` for IC layers
 * @returns null where no weight variance keeps gradient or variance; its sigma_b2 may be another than was asked about
 * @throws ParameterError for a fan_in below 1 or a negative sigma_b2
 * @see Schoenholz et al. 2017 (chi_1 = 1); Pretorius et al. 2018 (sigma_w2 = 2 / s2 for relu); Roberts, Yaida, Hanin 2022
 * (the half-stable point)
 * @example recommend(relu, { s1: 1, s2: 1 / 0.9, variance: 1 / 9 }, { fan_in: 200 }).std // √(1.8 / 200) = 0.0948…
 */
export function recommend(
  activation: Activation,
  noise: Noise,
  options: {
    readonly fan_in?: number | undefined;
    readonly sigma_b2?: number | undefined;
    readonly batch_norm?: boolean | undefined;
  } = {},
): Recommendation | null {
  const ic = options.batch_norm;
  const { fan_in, sigma_b2 = ic ? 0 : chooseBias(activation) } = options;
  if (fan_in !== undefined && !(fan_in >= 1 && Number.isFinite(fan_in)))
    throw new ParameterError('fan_in', 'out_of_range', 'fan_in must be at least 1.', { min: 1 });
  if (ic) return recommendForIc(noise, sigma_b2, fan_in);
  for (const { point, criterion, variance } of listCandidates(activation, noise, sigma_b2))
    if (point && point.sigma_w2 <= LARGEST) {
      const { sigma_w2, sigma_b2, q_star, stable } = point;
      return { sigma_w2, sigma_b2, std: toStd(sigma_w2, fan_in), criterion, q_star, stable, variance };
    }
  return null;
}

/** What may be recommended, the best first; later ones are computed only where there are no earlier ones. */
function* listCandidates(activation: Activation, noise: Noise, sigma_b2: number): Generator<Candidate> {
  const { points } = criticalPoints(activation, noise, sigma_b2, 'chi_1');
  const critical = (status: CriticalPoint['status'], stable: boolean) =>
    points.find((point) => point.status === status && point.stable === stable);
  const criterion = 'chi_1 = 1';
  yield { criterion, variance: 'stable', point: critical('ok', true) };
  yield { criterion, variance: 'neutral', point: critical('neutral', false) };
  yield { criterion, variance: 'collapses', point: critical('collapses', true) };
  yield {
    criterion: 'chi_1 = chi_q = 1',
    variance: 'half_stable',
    point: halfStablePoints(activation, noise).points[0],
  };
  yield { criterion, variance: 'grows', point: critical('diverges', false) };
  const kept = variancePreserving(activation, noise, sigma_b2).points.find(({ stable }) => stable);
  yield { criterion: 'q* = 1', variance: 'stable', point: kept };
}

const toStd = (sigma_w2: number, fan_in: number | undefined) =>
  fan_in === undefined ? null : Math.sqrt(sigma_w2 / fan_in);

/** For IC layers, whose q′ = sigma_w2 s2 + sigma_b2 does not know q. */
function recommendForIc(noise: Noise, sigma_b2: number, fan_in: number | undefined): Recommendation | null {
  checkNotNegative({ sigma_b2 });
  if (sigma_b2 >= 1) return null;
  const sigma_w2 = (1 - sigma_b2) / noise.s2;
  return {
    ...{ sigma_w2, sigma_b2, std: toStd(sigma_w2, fan_in) },
    ...{ criterion: 'q* = 1', q_star: 1, stable: true, variance: 'stable', batch_norm: true },
  };
}
