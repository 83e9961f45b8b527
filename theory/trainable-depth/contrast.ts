import type { Activation } from '../activation.ts';
import { checkPositive, ParameterError } from '../parameter-error.ts';
import { FLOAT32 } from '../range.ts';
import { createStepper, type Layer, type State } from '../trajectory/layer.ts';

/** What 6 xi_2 layers leave of a difference of 1, and what 12 leave: the two thresholds in use. */
export const EPSILON = { low: Math.exp(-6), high: Math.exp(-12) } as const;

/** Correlation of two digits of MNIST of different classes, with the usual normalisation of the pixels. */
export const DATA_CORRELATION = 0.27;

/** Where two pairs of inputs start: equal ones, or of one class, and different ones. */
export type Pairs = {
  /** variance of the first pre-activations; 1 by default */
  readonly q0?: number;
  /** correlation of inputs that belong together; 1 by default */
  readonly c_same?: number;
  /** correlation of inputs that do not; {@link DATA_CORRELATION} by default */
  readonly c_diff?: number;
};

/** How far the network tells the two pairs apart at a depth. */
export type Contrast = {
  readonly layer: number;
  /** c_same − c_diff */
  readonly contrast: number;
  /** whether q is within the normal range of float32 */
  readonly in_range: boolean;
  /** whether the last layer moved nothing, so that more of its kind will not either */
  readonly settled: boolean;
};

/** What moves less than this in a layer, relatively, moves by less than 1e-11 in thousands. */
const UNCHANGED = 2e-15;

/**
 * c_same − c_diff, layer by layer: what a network of this depth can still learn from, for any layers (schedules, skip
 * connections, shifting noise, IC layers), where depth scales may not exist. What IC layers take away is what inputs that
 * do not belong together share.
 *
 * @param activation φ
 * @param layers one after the other; may be endless
 * @param pairs where the pairs start
 * @throws ParameterError unless q0 > 0 and −1 ≤ c_diff < c_same ≤ 1; for IC layers and a negative c_diff
 * @see Schoenholz et al. 2017, "Deep information propagation": a network is trainable as deep as inputs stay distinguishable
 * @example [...followContrasts(linear, [{ sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE }])][1].contrast // 0.73
 */
export function* followContrasts(
  activation: Activation,
  layers: Iterable<Layer>,
  { q0 = 1, c_same = 1, c_diff = DATA_CORRELATION }: Pairs = {},
): Generator<Contrast> {
  checkPositive({ q0 });
  if (!(c_diff >= -1 && c_diff < c_same && c_same <= 1))
    throw new ParameterError(
      c_diff >= -1 && c_diff < 1 ? 'c_same' : 'c_diff',
      'out_of_range',
      'c_diff and c_same must satisfy −1 ≤ c_diff < c_same ≤ 1.',
      { min: -1, max: 1 },
    );
  const step = createStepper(activation);
  // (two generic inputs are inputs that do not belong together)
  let state: State = { q: q0, misalignments: [1 - c_same, 1 - c_diff], common: 1 - c_diff };
  let layer = 0;
  const look = (settled: boolean): Contrast => ({
    layer,
    settled,
    contrast: (state.misalignments[1] as number) - (state.misalignments[0] as number),
    in_range: state.q >= FLOAT32.min && state.q <= FLOAT32.max,
  });
  yield look(false);
  let last: Layer | undefined;
  for (const next of layers) {
    const before = state;
    state = step(state, next);
    layer++;
    yield look(next === last && isUnchanged(before, state));
    last = next;
  }
}

/** Whether two states are the same. */
function isUnchanged(a: State, b: State): boolean {
  const members = ({ q, misalignments, common = 0 }: State) => [q, common, ...misalignments];
  const now = members(b);
  return members(a).every((x, i) => Math.abs(x - (now[i] as number)) <= UNCHANGED * Math.abs(x));
}
