import { ParameterError } from '../parameter-error.ts';
import { type ExactMap, relaxation, stateOf } from './exact-map.ts';
import type { Distance } from './form.ts';

/** What is followed along a path. */
export type Observable = 'm' | 'xi_2' | 'susceptibility';

/** Roads through the plane of t and h on which exponents are measured, each in one positive number. */
export const PATHS = {
  /** t = 0: delta (m ~ s^(1/delta)) and nu_rho (xi_2 ~ s^−nu_rho) */
  field: (s) => ({ t: 0, h: s }),
  /** above criticality, without noise: beta and nu_t */
  above: (s) => ({ t: s, h: 0 }),
  /** below criticality, without noise: nu_t and gamma */
  below: (s) => ({ t: -s, h: 0 }),
  /** bias-free relu with dropout, where t = −h = −drop */
  bias_free_relu: (s) => ({ t: -s, h: s }),
} as const satisfies Record<string, (s: number) => Distance>;

/**
 * The slope of ln(observable) against ln(s) of the exact map: the exponent that a fit over a narrow window around s
 * would find. Towards criticality it tends to the universal one; at accessible noise it is not there yet.
 *
 * @param map activation and q
 * @param path a road to criticality as s → 0
 * @param s where on it, positive
 * @param observable what is followed
 * @returns the central difference over a factor 1.1 on either side; null where the observable is 0 or unbounded
 * @throws ParameterError as `stateOf`, and for s not positive
 * @see Fernandez Sarmiento 2026, section 3 and its fits; local slopes derived here: docs/theory.md
 * @example localExponent({ activation: relu, q: 1 }, PATHS.field, 1e-10, 'm') // 0.6666666…
 */
export function localExponent(
  map: ExactMap,
  path: (s: number) => Distance,
  s: number,
  observable: Observable,
): number | null {
  if (!(s > 0)) throw new ParameterError('s', 'out_of_range', 's must be positive.', { min: 0 });
  const low = stateOf(map, path(s / STEP))[observable];
  const high = stateOf(map, path(s * STEP))[observable];
  if (!low || !high) return null;
  return Math.log(high / low) / (2 * Math.log(STEP));
}

const STEP = 1.1;

/**
 * The local exponent theta_rel of relaxation at criticality, −d ln m / d ln l of the exact map at t = h = 0.
 *
 * @param map activation and q; for relu any q
 * @param layer where, at least 2; all layers up to 1.1 times this are followed
 * @param m0 misalignment at layer 0, in (0, 2]; 0.5 by default
 * @throws ParameterError for a layer below 2
 * @see Fernandez Sarmiento 2026, section 3 (relaxation)
 * @example localRelaxationExponent({ activation: relu, q: 1 }, 4000) // 1.99…
 */
export function localRelaxationExponent(map: ExactMap, layer: number, m0 = 0.5): number {
  if (!(layer >= 2))
    throw new ParameterError('layer', 'out_of_range', 'layer must be at least 2.', { min: 2 });
  const to = Math.ceil(layer * STEP);
  const from = Math.floor(layer / STEP);
  const path = relaxation(map, { t: 0, h: 0 }, m0, to);
  return Math.log((path[from] as number) / (path[to] as number)) / Math.log(to / from);
}
