import {
  type Activation,
  type DepthEstimate,
  EPSILON,
  type IcLayer,
  type IcState,
  type IcStep,
  icLimit,
  icStep,
  type Layer,
} from '../../theory/index.ts';
import { charge } from '../meter.ts';
import { IC_STEP } from '../prices.ts';
import type { Cost } from '../work.ts';

/**
 * How long a contrast is followed layer by layer before it is taken to shrink by the slope of the limit: until it is as small as
 * `contrast`, in at most so many layers, or where each needs two-dimensional averages until it is as small as `generic`.
 */
const FOLLOWED = { contrast: 1e-3, generic: 0.02, layers: 2000 } as const;

/** One layer of a trajectory. */
type IcRow = {
  layer: number;
  q: number;
  c: number;
  chi_1: number | null;
  chi_2: null;
  gradient_1: number | null;
  gradient_2: null;
};

/** The layers of a network as the maps of IC layers know them: no skip connections. */
function icLayer({ sigma_w2, sigma_b2, noise, mask_correlation = 0, carry = 0, branch = 1 }: Layer): IcLayer {
  if (carry !== 0 || branch !== 1)
    throw new RangeError(
      'carry: with IC layers there is no theory of skip connections here; leave carry and branch out.',
    );
  return { sigma_w2, sigma_b2, noise, mask: mask_correlation };
}

/** One layer, its cost taken off the budget before it is computed. */
function step(activation: Activation, layer: IcLayer, state: IcState, budget: Cost): IcStep {
  charge(
    state.c0 > 0 ? IC_STEP.generic : IC_STEP.centred,
    budget,
    'IC layers with a bias are slow. Ask for fewer layers, fewer rows, or sigma_b2=0.',
  );
  return icStep(activation, layer, state);
}

/**
 * The rows of a trajectory through IC layers. Two generic inputs of the batch are taken to have the correlation 0 at layer 0;
 * the pair that is followed has c0. Gradients of two inputs are not known.
 *
 * @param activation φ
 * @param layers one after the other; the first may read the data (`activation: linear`)
 * @param start variance and correlation at layer 0
 * @param budget what the request may still take
 * @throws HttpProblem where that is used up; RangeError for skip connections
 * @example icTrajectory(relu, layers, { q0: 1, c0: 0.5 }, newBudget())[0] // { layer: 0, q: 1, c: 0.5, … }
 */
export function icTrajectory(
  activation: Activation,
  layers: readonly Layer[],
  { q0, c0 }: { q0: number; c0: number },
  budget: Cost,
): IcRow[] {
  let state: IcState = { q: q0, c0: 0, misalignments: [1 - c0] };
  const rows = [{ layer: 0, q: q0, c: c0, chi_1: null as number | null }];
  for (const [index, layer] of layers.entries()) {
    const next = layer.activation
      ? readingStep(layer, state)
      : step(activation, icLayer(layer), state, budget);
    (rows[index] as (typeof rows)[number]).chi_1 = next.chi_1;
    rows.push({ layer: index + 1, q: next.q, c: 1 - (next.misalignments[0] as number), chi_1: null });
    state = next;
  }
  let gradient = 1;
  return rows
    .toReversed()
    .map((row) => {
      gradient *= row.chi_1 ?? 1;
      return {
        ...row,
        chi_2: null,
        gradient_1: Number.isFinite(gradient) ? gradient : null,
        gradient_2: null,
      };
    })
    .toReversed();
}

/** The layer that reads the data: weights and biases only. */
function readingStep({ sigma_w2, sigma_b2 }: Layer, { q, c0, misalignments }: IcState): IcStep {
  const next = sigma_w2 * q + sigma_b2;
  const share = (sigma_w2 * q) / next;
  return {
    q: next,
    c0: share * c0 + 1 - share,
    misalignments: misalignments.map((m) => share * m),
    chi_1: sigma_w2,
  };
}

/**
 * The depths at which a network of IC layers no longer tells inputs apart: the contrast of equal inputs to different ones (which
 * are generic: of the batch) through the first layers, and from there on the slope chi_c of the limit.
 *
 * @param activation φ
 * @param layer the layer that is repeated
 * @param start variance and correlation of different inputs at layer 0
 * @param budget what the request may still take
 * @returns for e⁻⁶ and for e⁻¹²
 * @throws HttpProblem where the budget is used up; RangeError for skip connections
 * @example icEstimates(relu, layer, { q0: 1, c_diff: 0.27 }, newBudget())[0].depth // 14.1
 */
export function icEstimates(
  activation: Activation,
  layer: Layer,
  { q0, c_diff }: { q0: number; c_diff: number },
  budget: Cost,
): [DepthEstimate, DepthEstimate] {
  const repeated = icLayer(layer);
  let state: IcState = { q: q0, c0: Math.max(c_diff, 0), misalignments: [0, 1 - c_diff] };
  const contrasts = [1 - c_diff];
  // without noise of their own equal inputs stay equal, and different ones different
  const none: DepthEstimate = { depth: null, limited_by: null };
  if (layer.noise.variance * (1 - (layer.mask_correlation ?? 0)) === 0) return [none, none];
  const small = layer.sigma_b2 > 0 ? FOLLOWED.generic : FOLLOWED.contrast;
  while (contrasts.length <= FOLLOWED.layers && (contrasts.at(-1) as number) > small) {
    state = step(activation, repeated, state, budget);
    contrasts.push((state.misalignments[1] as number) - (state.misalignments[0] as number));
  }
  const { chi_c } = icLimit(activation, repeated);
  return [EPSILON.low, EPSILON.high].map((epsilon): DepthEstimate => {
    const below = contrasts.findIndex((contrast) => contrast < epsilon);
    if (below === 0) return { depth: 0, limited_by: 'correlation' };
    const [from, rate] =
      below > 0
        ? [below - 1, (contrasts[below] as number) / (contrasts[below - 1] as number)]
        : [contrasts.length - 1, chi_c];
    if (!(rate < 1)) return none;
    const part = rate > 0 ? Math.log(epsilon / (contrasts[from] as number)) / Math.log(rate) : 1;
    return { depth: from + part, limited_by: 'correlation' };
  }) as [DepthEstimate, DepthEstimate];
}
