import type { Activation } from '../activation.ts';
import { quarticNoise } from '../gradients/quartics.ts';
import { gradientSpread } from '../gradients/variance-mean.ts';
import { ParameterError } from '../parameter-error.ts';
import { absorbShift } from '../techniques/laws.ts';
import { noisyAverages } from '../trajectory/averages.ts';
import type { Layer } from '../trajectory/layer.ts';
import { varianceLimit } from '../variance.ts';
import { gainOf } from '../variance-map.ts';

/**
 * The depth at which the gradients of networks of this width stray by a factor of e, Var(ln g) = V K/N = 1: beyond it what
 * one network does is a matter of chance, whatever its chi_1. Networks of width 100 were trained to twice that depth and more
 * (docs/atlas.md), so it is no limit of the trainable depth.
 *
 * @param activation φ
 * @param layer the layer that is repeated, with s3 and s4 in its noise
 * @param width number of units N of every layer
 * @param q0 where q starts, which decides where it settles; 1 by default
 * @returns layers, N/V; null for layers with a skip connection or an IC layer, and where q does not settle, so that no leading correction is
 * known
 * @throws ParameterError for a width below 1, or noise without the higher moments
 * @see derived here: docs/theory.md
 * @example widthDepth(relu, { sigma_w2: 1.8, sigma_b2: 0, noise: noiseOf('bernoulli', { keep: 0.9 }) }, 170) // 30
 */
export function widthDepth(activation: Activation, layer: Layer, width: number, q0 = 1): number | null {
  if (!(width >= 1 && width < Number.POSITIVE_INFINITY))
    throw new ParameterError('width', 'out_of_range', 'width must be at least 1.', { min: 1 });
  const { sigma_w2, carry = 0, branch = 1, maps } = layer;
  if (carry !== 0 || branch !== 1 || maps === 'ic' || sigma_w2 === 0) return null;
  const noise = quarticNoise(layer.noise);
  const { activation: phi, bias } = absorbShift(activation, noise);
  const { q_star } = varianceLimit(
    phi,
    gainOf(phi, sigma_w2, noise.s2),
    layer.sigma_b2 + sigma_w2 * bias,
    q0,
  );
  // (of homogeneous φ every q will do)
  const q = activation.homogeneous ? q_star || q0 : q_star;
  if (!q) return null;
  const chi_q = sigma_w2 * noisyAverages(activation, q, noise, 0).radial;
  if (Math.abs(chi_q) >= 1 && !activation.homogeneous) return null;
  const { V } = gradientSpread(activation, { sigma_w2, q, chi_q, noise });
  return V > 0 ? width / V : null;
}
