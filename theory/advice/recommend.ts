import type { Activation } from '../activation.ts';
import { checkSize, criticalPoints, halfStablePoints, variancePreserving } from '../critical/lines.ts';
import type { Noise } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';

/** Variances to start training from. */
export type Recommendation = {
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  /** standard deviation of the weights, √(sigma_w2 / fan_in); null without a fan_in */
  readonly std: number | null;
  /** what they fulfil */
  readonly criterion: 'chi_1 = 1' | 'chi_1 = chi_q = 1' | 'q* = 1';
  /** the variance that they keep; null where every one is kept */
  readonly q_star: number | null;
  /** whether that variance attracts others; if not, scale the first layer so that q starts there */
  readonly stable: boolean;
  /** `ic` where they are for IC layers */
  readonly maps?: 'ic';
};

/** The bias variance of the papers' experiments. */
export const USUAL_SIGMA_B2 = 0.05;

/**
 * Variances at which one input's gradient keeps its size. With a bias variance of 0 for φ(ax) = a φ(x), where a bias would
 * make q grow, and of 0.05, as in the published experiments, for others; gelu, swish and their like have no stable such
 * point there, and get the half-stable one. IC layers keep any variance whatever the weights are, and their gradients grow at
 * the same rate; they get q* = 1 and no bias.
 *
 * @param activation φ
 * @param noise moments of the noise
 * @param options `fan_in` for `std`; `sigma_b2` in place of the usual one; `maps` for IC layers
 * @returns null where no weight variance keeps gradient or variance at this sigma_b2
 * @throws ParameterError for a fan_in below 1 or a negative sigma_b2
 * @see Schoenholz et al. 2017 (chi_1 = 1); Pretorius et al. 2018 (sigma_w2 = 2 / s2 for relu)
 * @example recommend(relu, { s1: 1, s2: 1 / 0.9, variance: 1 / 9 }, { fan_in: 200 }).std // √(1.8 / 200) = 0.0948…
 */
export function recommend(
  activation: Activation,
  noise: Noise,
  options: {
    readonly fan_in?: number | undefined;
    readonly sigma_b2?: number | undefined;
    readonly maps?: 'ic' | null | undefined;
  } = {},
): Recommendation | null {
  const ic = options.maps === 'ic';
  const { fan_in, sigma_b2 = ic || activation.homogeneous ? 0 : USUAL_SIGMA_B2 } = options;
  if (fan_in !== undefined && !(fan_in >= 1 && Number.isFinite(fan_in)))
    throw new ParameterError('fan_in', 'out_of_range', 'fan_in must be at least 1.', { min: 1 });
  if (ic) return normalised(noise, sigma_b2, fan_in);
  const critical = criticalPoints(activation, noise, sigma_b2, 'chi_1').points;
  const settled = critical.find(({ stable, status }) => stable && status === 'ok');
  const half =
    settled || options.sigma_b2 !== undefined ? undefined : halfStablePoints(activation, noise).points[0];
  const gradient = settled ?? half ?? critical[0];
  const point = gradient ?? variancePreserving(activation, noise, sigma_b2).points[0];
  if (point === undefined) return null;
  return {
    sigma_w2: point.sigma_w2,
    sigma_b2: point.sigma_b2,
    std: stdOf(point.sigma_w2, fan_in),
    criterion: !gradient ? 'q* = 1' : gradient === half ? 'chi_1 = chi_q = 1' : 'chi_1 = 1',
    q_star: point.q_star,
    stable: point.stable,
  };
}

const stdOf = (sigma_w2: number, fan_in: number | undefined) =>
  fan_in === undefined ? null : Math.sqrt(sigma_w2 / fan_in);

/** For IC layers, whose q′ = sigma_w2 s2 + sigma_b2 does not know q. */
function normalised(noise: Noise, sigma_b2: number, fan_in: number | undefined): Recommendation | null {
  checkSize('sigma_b2', sigma_b2);
  if (sigma_b2 >= 1) return null;
  const sigma_w2 = (1 - sigma_b2) / noise.s2;
  const std = stdOf(sigma_w2, fan_in);
  return { sigma_w2, sigma_b2, std, criterion: 'q* = 1', q_star: 1, stable: true, maps: 'ic' };
}
