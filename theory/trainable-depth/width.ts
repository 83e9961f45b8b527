import { quarticNoise } from '../gradients/quartics.ts';
import { gradientSpread } from '../gradients/variance-mean.ts';
import { type Network, readPlainLayer } from '../network.ts';
import { ParameterError } from '../parameter-error.ts';
import { absorbShift } from '../techniques/index.ts';
import { noisyAverages } from '../trajectory/averages.ts';
import { computeGain, varianceLimit } from '../variance.ts';

/**
 * The depth at which the gradients of networks of this width stray by a factor of e, Var(ln g) = V K/N = 1: beyond it what
 * one network does is a matter of chance, whatever its chi_1. Networks of width 100 were trained to twice that depth and more
 * (docs/atlas.md), so it is no limit of the trainable depth.
 *
 * @param network of equal layers, with s3 and s4 in their noise; q0 of its stem decides where q settles
 * @param width number of units N of every layer; the network's own by default
 * @returns layers, N/V; null for layers with a skip connection or an IC layer, and where q does not settle, so that no leading correction is
 * known
 * @throws ParameterError for a width below 1, or noise without the higher moments
 * @see derived here: docs/theory.md
 * @example
 * const stack = { activation: 'relu', technique: 'bernoulli', keep: 0.9, sigma_w2: 1.8, sigma_b2: 0, mask: 'independent', q0: 1 };
 * widthDepth(plainNetwork(stack), 170) // 30
 */
export function widthDepth(network: Network, width = network.width ?? Number.NaN): number | null {
  if (!(width >= 1 && width < Number.POSITIVE_INFINITY))
    throw new ParameterError('width', 'out_of_range', 'width must be at least 1.', { min: 1 });
  const {
    activation: act,
    noise: own,
    sigma_w2,
    carry,
    branch,
    batch_norm,
    ...layer
  } = readPlainLayer(network);
  if (carry !== 0 || branch !== 1 || batch_norm || sigma_w2 === 0) return null;
  const { phi: activation } = act;
  const { q0 } = network.stem;
  const noise = quarticNoise(own.noise);
  const { activation: phi, bias } = absorbShift(activation, noise);
  const { q_star } = varianceLimit(
    phi,
    computeGain(phi, sigma_w2, noise.s2),
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
