import { crossoverDepth, type PairFactors } from '../theory/gradients/noise-floor.ts';
import { ParameterError } from '../theory/parameter-error.ts';

/** How the product of two inputs' gradients is averaged over networks. */
export type GradientMetric = 'signed_mean' | 'rms' | 'absolute';

/** What the gradient starts from: one that does not depend on the weights, or a wide output whose square is the loss. */
export type ReadOut = 'fixed' | 'wide';

/** A network as `governingScale` looks at it. */
export type GoverningInput = PairFactors & {
  /** slope of the variance map; needed for a wide read-out. linear and relu: chi_1 */
  readonly chi_q?: number;
  /** whether there is a bias (or a mean), so that q_ab stays where it is; true by default */
  readonly biased?: boolean;
  /** cosine of the two gradients at the read-out, 1 by default */
  readonly cosine?: number;
  /** over how many networks the signed mean is taken; unlimited by default */
  readonly networks?: number;
};

/** Which depth scale the product of two inputs' gradients obeys. */
export type GoverningScale = {
  /** deep below the read-out */
  readonly scale: 'xi_1' | 'xi_2';
  /** so many layers below the read-out it takes over; nearer to it xi_2 rules */
  readonly from: number;
  /** factor of the metric per layer there */
  readonly factor: number;
  readonly reason: string;
};

/**
 * Which depth scale governs the product of two inputs' gradients, and from which depth below the read-out on.
 *
 * - A fixed read-out, the signed mean over all networks: xi_2, throughout.
 * - A fixed read-out, rms or absolute value (or a signed mean over few networks): xi_2 down to the noise floor, xi_1 below.
 * - A wide read-out with the loss |z|²/2: the loss depends on each layer's q through chi_q per layer, which adds
 *   chi_q^K z to the gradient. The mean product then has a part that falls as chi_q² per layer beside the usual
 *   chi_c. linear and relu have chi_q = chi_1: without bias that part wins with the scale of the single input (both are
 *   chi_1² per layer then, counted in the layer's own q and q_ab), with bias where chi_1² > chi_c. For bounded φ chi_q is small, and
 *   the mean stays with xi_2.
 *
 * @see derived here: docs/theory.md; Huang et al. 2019 for the observation that one depth scale governs both
 * @example governingScale('rms', 'fixed', { chi_1: 1, chi_c: 0.8, kappa_ab: 1, width: 100 }).from // 8.029…
 */
export function governingScale(
  metric: GradientMetric,
  read_out: ReadOut,
  input: GoverningInput,
): GoverningScale {
  const { chi_1, chi_c, chi_q, biased = true, cosine = 1, networks = Number.POSITIVE_INFINITY } = input;
  const floor = crossoverDepth(input, cosine, metric === 'signed_mean' ? networks : 1);
  const response = read_out === 'wide' ? tied(input, chi_q, biased) : null;
  if (response && (floor === null || floor === Number.POSITIVE_INFINITY)) return response;
  // (below the floor the fluctuations follow the single input, which with a bias falls as chi_1, slower than chi_1²)
  if (response)
    return {
      ...response,
      from: Math.min(response.from, floor as number),
      factor: biased ? chi_1 : response.factor,
    };
  if (floor === null)
    return {
      scale: 'xi_2',
      from: 0,
      factor: chi_c,
      reason: 'chi_c equals chi_1: the two inputs are one, and both scales are the same.',
    };
  if (floor === Number.POSITIVE_INFINITY)
    return {
      scale: 'xi_2',
      from: 0,
      factor: read_out === 'wide' && !biased ? chi_c * chi_c : chi_c,
      reason:
        read_out === 'wide'
          ? 'The signed mean has no noise floor, and what the wide read-out adds (chi_q² per layer) falls faster than chi_c.'
          : 'The signed mean over all networks has no noise floor, and a fixed read-out leaves nothing that chi_c does not govern.',
    };
  return {
    scale: 'xi_1',
    from: floor,
    factor: chi_1,
    reason: `${
      metric === 'signed_mean' ? 'Averaged over a finite number of networks' : 'At finite width'
    }, the product of two gradients does not sink under its fluctuations, which are a fixed part of the single-input gradient.`,
  };
}

/** Where the part that a wide read-out adds takes over, if it does. */
function tied(input: GoverningInput, chi_q: number | undefined, biased: boolean): GoverningScale | null {
  if (chi_q === undefined) throw new ParameterError('chi_q', 'missing', 'A wide read-out needs chi_q.');
  const { chi_1, chi_c } = input;
  const added = chi_q * chi_q;
  const usual = biased ? chi_c : chi_c * chi_c;
  if (!(added > usual) || Math.abs(chi_q) < chi_1 * (1 - 1e-9)) return null;
  return {
    scale: 'xi_1',
    // the geometric sum of both parts has added 1 by then
    from: Math.log(2) / Math.log(added / usual),
    factor: added,
    reason:
      'With the same weights forward and backward a wide read-out makes the gradient follow the variance, which here moves with chi_q = chi_1: chi_1² per layer, whatever the inputs’ own masks.',
  };
}
