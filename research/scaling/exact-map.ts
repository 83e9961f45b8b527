import type { Activation } from '../../theory/activation.ts';
import { poleRoot } from '../../theory/correlation.ts';
import { checkPositive, ParameterError } from '../../theory/parameter-error.ts';
import type { Distance } from '../../theory/scaling/form.ts';

/** The whole correlation map of an activation at fixed q, with detuning and field chosen freely. */
export type ExactMap = {
  readonly activation: Activation;
  /** variance of the pre-activations at which the averages are taken */
  readonly q: number;
};

/** A fixed point of the map. */
export type ExactState = {
  /** misalignment 1 − c* */
  readonly m: number;
  /** slope at c* */
  readonly chi_c: number;
  /** 1/|ln chi_c|; null where it is unbounded */
  readonly xi_2: number | null;
  /** dm/dh = 1/(1 − chi_c); null where it is unbounded */
  readonly susceptibility: number | null;
};

/**
 * The fixed point of m′ = h + (1 + t) (E[φ²] − E[φφ]) / (q E[φ′²]) with nothing expanded: what the leading order of
 * `orderParameter` is to be compared with. A network has this map when its chi_aligned is 1 + t and its h is this h at
 * this q; where no network has, the map is formal. m is good to about ε/m relative, xi_2 to about ε·xi_2.
 *
 * @see Fernandez Sarmiento 2026, section 3 and its fits ("formal channel"); Schoenholz et al. 2017 (the map)
 * @example stateOf({ activation: relu, q: 1 }, { t: 0, h: 1e-3 }).xi_2 // 14.344810…
 */
export function stateOf({ activation, q }: ExactMap, { t, h }: Distance): ExactState {
  if (!(t >= -1 && t < Number.POSITIVE_INFINITY))
    throw new ParameterError('t', 'out_of_range', 't must be finite and at least −1.', { min: -1 });
  if (!(h >= 0 && h <= 1))
    throw new ParameterError('h', 'out_of_range', 'h must lie between 0 and 1.', { min: 0, max: 1 });
  checkPositive({ q });
  const pair = activation.pair(q);
  const weight = (1 + t) / activation.moments(q).slope2;
  const slopeAt = (m: number) => (m === 0 ? 1 + t : weight * pair(m).slope);
  const m =
    h === 0 && t <= 0
      ? 0
      : Math.min(
          poleRoot(
            h,
            (at) => {
              const { gap, slope } = pair(Math.min(at, 1));
              const steepness = (weight * gap) / at;
              return { value: steepness - 1, slope: (weight * slope - steepness) / at };
            },
            t > 0 ? Math.min(t + Math.sqrt(h), 1) : Math.sqrt(h),
          ),
          1,
        );
  const chi_c = slopeAt(m);
  const rate = Math.abs(Math.log(chi_c));
  return {
    m,
    chi_c,
    xi_2: rate > 0 ? 1 / rate : null,
    susceptibility: chi_c < 1 ? 1 / (1 - chi_c) : null,
  };
}

/**
 * The misalignment after each layer, by the exact map.
 *
 * @see Poole et al. 2016 (iterated correlation map); Fernandez Sarmiento 2026, section 3 (relaxation)
 * @example relaxation({ activation: relu, q: 1 }, { t: 0, h: 0 }, 1, 1)[1] // 1 − 1/π
 */
export function relaxation(
  { activation, q }: ExactMap,
  { t, h }: Distance,
  m0: number,
  layers: number,
): Float64Array {
  const pair = activation.pair(q);
  const weight = (1 + t) / activation.moments(q).slope2;
  const path = new Float64Array(layers + 1);
  path[0] = m0;
  for (let l = 0; l < layers; l++) {
    const m = path[l] as number;
    path[l + 1] = h + (m > 0 ? weight * pair(m).gap : 0);
  }
  return path;
}

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
