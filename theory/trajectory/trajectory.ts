import type { Activation } from '../activation.ts';
import { checkCorrelation, checkPositive, ParameterError } from '../parameter-error.ts';
import { FLOAT32 } from '../range.ts';
import { type GoesOn, never } from '../work.ts';
import { createStepper, type Layer, type State } from './layer.ts';
import { unequalStep } from './unequal.ts';

/** One layer of a trajectory. */
export type TrajectoryRow = {
  /** 0 is where the trajectory starts */
  readonly layer: number;
  /** variance of the pre-activations (of the data in row 0 of a trajectory that starts there); null out of range */
  readonly q: number | null;
  /** correlation of two inputs */
  readonly c: number;
  /** factor of one input's squared gradient from the next layer back to this one; null in the last row */
  readonly chi_1: number | null;
  /** factor of two inputs' gradient product from the next layer back to this one; null in the last row */
  readonly chi_c: number | null;
  /** one input's squared gradient here, in units of that at the last layer; null out of range */
  readonly gradient_1: number | null;
  /** two inputs' gradient product here, in units of that at the last layer; null out of range */
  readonly gradient_2: number | null;
  /** variance of the second input, where it has one of its own; null out of range */
  readonly q_b?: number | null;
  /** chi_1 of the second input, where it has a variance of its own */
  readonly chi_1_b?: number | null;
  /** gradient_1 of the second input, where it has a variance of its own */
  readonly gradient_1_b?: number | null;
};

/** A network followed layer by layer. */
export type Trajectory = {
  readonly rows: readonly TrajectoryRow[];
  /** the first layer whose q is outside the normal range of float32, or null */
  readonly leaves_float32: number | null;
};

/** The same where not everything may have been followed to the end: what was not is null. */
export type PartialTrajectory = Omit<Trajectory, 'rows'> & {
  readonly rows: readonly (Omit<TrajectoryRow, 'c'> & { readonly c: number | null })[];
};

/** Where a trajectory starts. */
export type Start = {
  /** variance of the first pre-activations (or mean square of the data) */
  readonly q0: number;
  /** correlation of the two inputs there, −1 to 1 */
  readonly c0: number;
  /** variance of the second input there, if it differs */
  readonly q0_b?: number;
  /** correlation of two generic inputs of a batch there, from 0 (default) to below 1, which IC layers take away */
  readonly c_batch?: number;
};

/** What is followed: both variances, the misalignment, and the factors across the layer that led there; NaN is not followed. */
type Place = {
  readonly q: number;
  readonly q_b: number;
  readonly misalignment: number;
  /** of the first input, the second one, and both */
  readonly factors?: readonly [number, number, number];
};

const UNKNOWN: Place = {
  ...{ q: Number.NaN, q_b: Number.NaN, misalignment: Number.NaN },
  factors: [Number.NaN, Number.NaN, Number.NaN],
};

/**
 * Variance, correlation and gradient factors of two inputs, layer by layer. Gradients assume, as the
 * theory does, that backward weights are independent of the forward pass; widths are equal.
 *
 * @param activation φ
 * @param layers see `readLayers`
 * @param start q0 and c0; q0_b, and rows say q_b, chi_1_b and gradient_1_b too; c_batch for IC layers
 * @throws ParameterError for a q0 or q0_b that is not positive, a c0 outside [−1, 1], a c_batch outside [0, 1); for IC layers
 * with two variances, or where so much is common that their averages are not known
 * @see Poole et al. 2016 (forward batch_norm); Schoenholz et al. 2017, "Deep information propagation" (dropout, gradients);
 * Huang et al. 2019, "Mean field theory for deep dropout networks" (two inputs' gradients)
 * @example
 * const layer = { sigma_w2: 1.8, sigma_b2: 0, noise: { s1: 1, s2: 1 / 0.9, variance: 1 / 9 } };
 * trajectory(relu, [layer, layer], { q0: 1, c0: 1 }).rows[1].c // 0.9
 */
export function trajectory(activation: Activation, layers: readonly Layer[], start: Start): Trajectory {
  // (nothing is left out, so that everything is followed to the end)
  return trajectoryWithin(activation, layers, start, never) as Trajectory;
}

/**
 * The same where not everything need be followed: the correlation, which takes most work, is left out before the variances.
 *
 * @param activation φ
 * @param layers see `readLayers`
 * @param start see {@link trajectory}
 * @param goesOn called where averages take more work than they may (`Meter`): true to go on with the variances alone, whose averages are
 * those of one input, or to stop where that cannot be had either; false to throw
 * @returns rows of all layers, with null for what was not followLayers
 * @throws ParameterError as {@link trajectory}; OutOfWork where `goesOn` is false
 * @see {@link trajectory}
 * @example trajectoryWithin(tanh, layers, { q0: 1, c0: 0.9 }, () => true).rows[1].c
 */
export function trajectoryWithin(
  activation: Activation,
  layers: readonly Layer[],
  start: Start,
  goesOn: GoesOn,
): PartialTrajectory {
  const places = followLayers(activation, layers, start, goesOn);
  const two = start.q0_b !== undefined;
  const rows: PartialTrajectory['rows'][number][] = [];
  let back = [1, 1, 1] as [number, number, number];
  for (let layer = layers.length; layer >= 0; layer--) {
    const { q, q_b, misalignment } = places[layer] as Place;
    const factors = places[layer + 1]?.factors ?? null;
    if (factors) back = back.map((product, i) => product * (factors[i] as number)) as typeof back;
    rows.push({
      layer,
      q: toFinite(q),
      c: toFinite(1 - misalignment),
      chi_1: toFinite(factors?.[0]),
      chi_c: toFinite(factors?.[2]),
      gradient_1: toFinite(back[0]),
      gradient_2: toFinite(back[2]),
      ...(two && { q_b: toFinite(q_b), chi_1_b: toFinite(factors?.[1]), gradient_1_b: toFinite(back[1]) }),
    });
  }
  rows.reverse();
  const lost = places.findIndex(({ q, q_b }) => isOutOfFloat32(q) || isOutOfFloat32(q_b));
  return { rows, leaves_float32: lost < 0 ? null : lost };
}

/** The places of all layers, the start among them. */
function followLayers(
  activation: Activation,
  layers: readonly Layer[],
  start: Start,
  goesOn: GoesOn,
): Place[] {
  const { q0, c0, q0_b = q0, c_batch = 0 } = start;
  checkPositive({ q0, q0_b });
  checkCorrelation({ c0 });
  if (!(c_batch >= 0 && c_batch < 1))
    throw new ParameterError('c_batch', 'out_of_range', 'c_batch must be from 0 to below 1.', {
      min: 0,
      max: 1,
    });
  const two = q0_b !== q0;
  const common = layers.some(({ batch_norm }) => batch_norm) ? { common: 1 - c_batch } : {};
  let first: State = { q: q0, misalignments: [1 - c0], ...common };
  let second: State = { q: q0_b, misalignments: [] };
  let together = true;
  const [one, other, both] = [createStepper(activation), createStepper(activation), unequalStep(activation)];
  const step = (layer: Layer): Place => {
    if (two && together) {
      const [misalignment] = first.misalignments as [number];
      const next = both({ q: first.q, q_b: second.q, misalignment }, layer);
      first = { q: next.q, misalignments: [next.misalignment] };
      second = { q: next.q_b, misalignments: [] };
      return { ...next, factors: [next.chi_1, next.chi_1_b, next.chi_c] };
    }
    const next = one(first, layer);
    const beside = two ? other(second, layer) : next;
    [first, second] = [next, beside];
    const [misalignment = Number.NaN] = next.misalignments;
    const factors = [next.chi_1, beside.chi_1, next.chi_c[0] ?? Number.NaN] as const;
    return { q: next.q, q_b: beside.q, misalignment, factors };
  };
  const attempt = (layer: Layer): Place => {
    try {
      return step(layer);
    } catch (thrown) {
      if (!goesOn(thrown)) throw thrown;
      if (!together) return UNKNOWN;
      together = false;
      first = { ...first, misalignments: [] };
      return attempt(layer);
    }
  };
  const places: Place[] = [{ q: q0, q_b: q0_b, misalignment: 1 - c0 }];
  for (const layer of layers) places.push(places.at(-1) === UNKNOWN ? UNKNOWN : attempt(layer));
  return places;
}

const isOutOfFloat32 = (q: number) => q < FLOAT32.min || q > FLOAT32.max;

const toFinite = (x?: number): number | null => (x !== undefined && Number.isFinite(x) ? x : null);
