import type { Activation } from '../activation.ts';
import { FLOAT32 } from '../range.ts';
import { type Layer, type Step, stepper } from './layer.ts';

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
  readonly chi_2: number | null;
  /** one input's squared gradient here, in units of that at the last layer; null out of range */
  readonly gradient_1: number | null;
  /** two inputs' gradient product here, in units of that at the last layer; null out of range */
  readonly gradient_2: number | null;
};

/** A network followed layer by layer. */
export type Trajectory = {
  readonly rows: readonly TrajectoryRow[];
  /** the first layer whose q is outside the normal range of float32, or null */
  readonly leaves_float32: number | null;
};

/** Where a trajectory starts. */
export type Start = {
  /** variance of the first pre-activations (or mean square of the data) */
  readonly q0: number;
  /** correlation of the two inputs there, −1 to 1 */
  readonly c0: number;
};

/**
 * Variance, correlation and gradient factors of two inputs of equal variance, layer by layer. Gradients assume, as the
 * theory does, that backward weights are independent of the forward pass; widths are equal.
 *
 * @param activation φ
 * @param layers see `layersOf`
 * @param start q0 and c0
 * @throws RangeError for a q0 that is not positive or a c0 outside [−1, 1]
 * @see Poole et al. 2016 (forward maps); Schoenholz et al. 2017, "Deep information propagation" (dropout, gradients);
 * Huang et al. 2019, "Mean field theory for deep dropout networks" (two inputs' gradients)
 * @example
 * const layers = layersOf({ depth: 2, sigma_w2: 1.8, sigma_b2: 0, noise: { s1: 1, s2: 1 / 0.9, variance: 1 / 9 } });
 * trajectory(relu, layers, { q0: 1, c0: 1 }).rows[1].c // 0.9
 */
export function trajectory(activation: Activation, layers: readonly Layer[], { q0, c0 }: Start): Trajectory {
  if (!(q0 > 0 && q0 < Number.POSITIVE_INFINITY))
    throw new RangeError('q0 must be a positive finite number.');
  if (!(c0 >= -1 && c0 <= 1)) throw new RangeError('c0 must lie between −1 and 1.');
  const step = stepper(activation);
  const states: Pick<Step, 'q' | 'misalignments'>[] = [{ q: q0, misalignments: [1 - c0] }];
  const factors: (readonly [number, number])[] = [];
  for (const layer of layers) {
    const next = step(states.at(-1) as Step, layer);
    states.push(next);
    factors.push([next.chi_1, next.chi_2[0] as number]);
  }
  const rows: TrajectoryRow[] = [];
  let back = [1, 1];
  for (let layer = layers.length; layer >= 0; layer--) {
    const { q, misalignments } = states[layer] as Step;
    const factor = factors[layer] ?? null;
    if (factor) back = [(back[0] as number) * factor[0], (back[1] as number) * factor[1]];
    rows.push({
      layer,
      q: finite(q),
      c: 1 - (misalignments[0] as number),
      chi_1: factor?.[0] ?? null,
      chi_2: factor?.[1] ?? null,
      gradient_1: finite(back[0] as number),
      gradient_2: finite(back[1] as number),
    });
  }
  rows.reverse();
  const lost = states.findIndex(({ q }) => !(q >= FLOAT32.min && q <= FLOAT32.max));
  return { rows, leaves_float32: lost < 0 ? null : lost };
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
