import { ParameterError } from '../../theory/parameter-error.ts';
import {
  checkScaling,
  type Distance,
  inverseDepthScale,
  kinkedCurve,
  orderParameter,
  type ScalingForm,
} from '../../theory/scaling/form.ts';
import { checkBudget } from '../../theory/trajectory/schedules.ts';

/** The exponents of a universality class; m is the misalignment 1 − c*, t the detuning, h the field of the noise. */
export type Exponents = {
  /** xi ~ |t|^−nu_t at h = 0 */
  readonly nu_t: number;
  /** m ~ t^beta at h = 0 */
  readonly beta: number;
  /** m ~ layer^−theta_rel at t = h = 0; null where the comparison has no layers */
  readonly theta_rel: number | null;
  /** dm/dh ~ |t|^−gamma at h = 0 */
  readonly gamma: number;
  /** m ~ h^(1/delta) at t = 0 */
  readonly delta: number;
  /** xi ~ h^−nu_rho at t = 0 */
  readonly nu_rho: number;
  /** −d²f/dt² ~ |t|^−alpha at h = 0, with f the free energy */
  readonly alpha: number;
  readonly description: string;
  readonly reference: string;
};

const SOURCE = 'Fernandez Sarmiento 2026, table of exponents';

/**
 * Exponents of networks near criticality, smooth and kinked, and of two mean-field magnets for comparison. In each class
 * gamma = beta (delta − 1), alpha + 2 beta + gamma = 2 and nu_rho = nu_t / (beta delta).
 *
 * @see Fernandez Sarmiento 2026, "Universality in dropout", table of exponents
 * @example EXPONENTS.kinked.delta // 1.5
 */
export const EXPONENTS = {
  smooth: {
    nu_t: 1,
    beta: 1,
    theta_rel: 1,
    gamma: 1,
    delta: 2,
    nu_rho: 1 / 2,
    alpha: -1,
    description: 'networks whose φ′ is continuous: tanh, erf, gelu, …',
    reference: SOURCE,
  },
  kinked: {
    nu_t: 1,
    beta: 2,
    theta_rel: 2,
    gamma: 1,
    delta: 3 / 2,
    nu_rho: 1 / 3,
    alpha: -3,
    description: 'networks whose φ′ jumps: relu, hard tanh, …',
    reference: SOURCE,
  },
  sherrington_kirkpatrick: {
    nu_t: 1 / 2,
    beta: 1,
    theta_rel: null,
    gamma: 1,
    delta: 2,
    nu_rho: 1 / 4,
    alpha: -1,
    description: 'mean-field spin glass, for comparison',
    reference: SOURCE,
  },
  ising: {
    nu_t: 1 / 2,
    beta: 1 / 2,
    theta_rel: null,
    gamma: 1,
    delta: 3,
    nu_rho: 1 / 3,
    alpha: 0,
    description: 'mean-field ferromagnet, for comparison',
    reference: SOURCE,
  },
} as const satisfies Record<string, Exponents>;

/** The two classes of networks. */
export type Universality = 'smooth' | 'kinked';

/**
 * The depth scale xi_2 near criticality, to leading order: 1 / {@link inverseDepthScale}.
 *
 * @see Fernandez Sarmiento 2026, section 3
 * @example criticalDepthScale({ universality: 'smooth', g: 0.5 }, { t: 0, h: 0.01 }) // 10
 */
export function criticalDepthScale(form: ScalingForm, distance: Distance): number | null {
  const rate = inverseDepthScale(form, distance);
  return rate > 0 ? 1 / rate : null;
}

/**
 * The detuning |t| at which a network crosses over from being ruled by the noise (nearer) to being ruled by the detuning:
 * smooth √(g h), kinked κ^{2/3} h^{1/3}.
 *
 * @see Fernandez Sarmiento 2026, section 3 (crossover)
 * @example crossoverDetuning({ universality: 'smooth', g: 0.25 }, 0.01) // 0.05
 */
export function crossoverDetuning(form: ScalingForm, h: number): number {
  checkScaling(form, { t: 0, h });
  return form.universality === 'smooth' ? Math.sqrt(form.g * h) : form.kappa ** (2 / 3) * Math.cbrt(h);
}

/**
 * The field at which noise takes over at a detuning t, the inverse of {@link crossoverDetuning}: t²/g or |t|³/κ².
 *
 * @see Fernandez Sarmiento 2026, section 3 (crossover)
 * @example crossoverField({ universality: 'smooth', g: 0.25 }, -0.05) // 0.01
 */
export function crossoverField(form: ScalingForm, t: number): number {
  checkScaling(form, { t, h: 0 });
  return form.universality === 'smooth' ? (t * t) / form.g : Math.abs(t) ** 3 / form.kappa ** 2;
}

/** Factors that bring every network of a class onto one curve: m · of_m and xi · of_xi against t · of_t. */
export type ScalingFactors = { readonly of_t: number; readonly of_m: number; readonly of_xi: number };

/**
 * The factors that make t, m and xi of networks at a field h collapse. The scaled detuning has the sign of the
 * published figures, positive below criticality: −t/√(2gh) for smooth and −t/(κ^{2/3} h^{1/3}) for kinked networks.
 *
 * @see Fernandez Sarmiento 2026, section 3 (two-parameter collapse, with the signs of the corrected manuscript); the
 * factors of xi are derived here: docs/theory.md
 * @example scalingFactors({ universality: 'smooth', g: 0.5 }, 0.01) // { of_t: -10, of_m: 5, of_xi: 0.1 }
 */
export function scalingFactors(form: ScalingForm, h: number): ScalingFactors {
  checkScaling(form, { t: 0, h });
  if (h === 0)
    throw new ParameterError('h', 'out_of_range', 'h must be positive for a collapse.', { min: 0 });
  if (form.universality === 'smooth') {
    const rate = Math.sqrt(2 * form.g * h);
    return { of_t: -1 / rate, of_m: Math.sqrt(form.g / (2 * h)), of_xi: rate };
  }
  const rate = form.kappa ** (2 / 3) * Math.cbrt(h);
  return { of_t: -1 / rate, of_m: (form.kappa / h) ** (2 / 3), of_xi: rate };
}

/** One network's place in the collapsed picture. */
export type Collapsed = {
  readonly t_scaled: number;
  readonly m_scaled: number;
  readonly xi_scaled: number | null;
};

/**
 * A measured or computed network in scaled variables.
 *
 * @see Fernandez Sarmiento 2026, section 3 (collapse)
 * @example collapse({ universality: 'smooth', g: 0.5 }, { t: 0, h: 0.01, m: 0.2, xi: 10 }) // { t_scaled: 0, m_scaled: 1, xi_scaled: 1 }
 */
export function collapse(
  form: ScalingForm,
  state: Distance & { readonly m: number; readonly xi: number | null },
): Collapsed {
  const { of_t, of_m, of_xi } = scalingFactors(form, state.h);
  return {
    t_scaled: of_t * state.t + 0, // (+ 0: no negative zero)
    m_scaled: of_m * state.m,
    xi_scaled: state.xi === null ? null : of_xi * state.xi,
  };
}

/**
 * The curve that scaled networks fall on: smooth √(1 + x²) − x, kinked y(−x)².
 *
 * @see Fernandez Sarmiento 2026, section 3 (scaling functions)
 * @example orderCurve('kinked', 1) // 0.5698402909980532
 */
export function orderCurve(universality: Universality, t_scaled: number): number {
  if (universality === 'kinked') return kinkedCurve(-t_scaled) ** 2;
  const root = Math.sqrt(1 + t_scaled * t_scaled);
  return t_scaled > 0 ? 1 / (root + t_scaled) : root - t_scaled;
}

/**
 * The curve of the scaled depth scale: smooth 1/√(1 + x²), kinked 1/(3y(−x)/2 + x).
 *
 * @see derived here: docs/theory.md, from Fernandez Sarmiento 2026, section 3
 * @example depthCurve('smooth', 0) // 1
 */
export function depthCurve(universality: Universality, t_scaled: number): number {
  if (universality === 'smooth') return 1 / Math.sqrt(1 + t_scaled * t_scaled);
  return 1 / (1.5 * kinkedCurve(-t_scaled) + t_scaled);
}

/**
 * The free energy whose minimum over m ≥ 0 is the equation of state: smooth −t m²/2 + g m³/6 − h m, kinked
 * −t m²/2 + (2κ/5) m^{5/2} − h m. Its slope is minus the change of m in one layer.
 *
 * @see Fernandez Sarmiento 2026, section 3 (free energy)
 * @example freeEnergy({ universality: 'smooth', g: 0.5 }, { t: 0, h: 0.01 }, 0.2) // -0.0013333333333333335
 */
export function freeEnergy(form: ScalingForm, distance: Distance, m: number): number {
  checkScaling(form, distance);
  if (!(m >= 0)) throw new ParameterError('m', 'out_of_range', 'm must not be negative.', { min: 0 });
  const { t, h } = distance;
  const bend = form.universality === 'smooth' ? (form.g * m) / 6 : 0.4 * form.kappa * Math.sqrt(m);
  return m * m * (bend - t / 2) - h * m;
}

/**
 * The free energy at the fixed point. Without noise and above criticality it is −2t³/(3g²) or −t⁵/(10κ⁴), below it 0:
 * hence the exponents alpha −1 and −3.
 *
 * @see Fernandez Sarmiento 2026, section 3 (free energy on shell)
 * @example equilibriumFreeEnergy({ universality: 'smooth', g: 0.5 }, { t: 0.1, h: 0 }) // −2 · 0.1³ / (3 · 0.5²) = −0.0026666666666666666
 */
export function equilibriumFreeEnergy(form: ScalingForm, distance: Distance): number {
  return freeEnergy(form, distance, orderParameter(form, distance));
}

/**
 * How the misalignment of two inputs dies out at criticality (t = h = 0): smooth m_l = 1 / (1/m0 + g l/2), kinked
 * m_l = (1/√m0 + κ l/2)^−2. From far away, whatever m0: 2/(g l) and 4/(κ² l²).
 *
 * @see Fernandez Sarmiento 2026, section 3 (relaxation); Hayou, Doucet, Rousseau 2019 (2/(g l); 9π²/(2l²) for relu); with
 * m0 derived here: docs/theory.md (the solution of dm/dl = −g m²/2 or −κ m^{3/2})
 * @example criticalRelaxation({ universality: 'kinked', kappa: KAPPA_RELU }, 100) // 0.0044413219804901…
 */
export function criticalRelaxation(
  form: ScalingForm,
  layer: number,
  m0 = Number.POSITIVE_INFINITY,
): number | null {
  checkScaling(form, { t: 0, h: 0 });
  if (!(layer >= 0 && layer < Number.POSITIVE_INFINITY))
    throw new ParameterError('layer', 'out_of_range', 'layer must not be negative.', { min: 0 });
  if (!(m0 > 0)) throw new ParameterError('m0', 'out_of_range', 'm0 must be positive.', { min: 0 });
  const inverse =
    form.universality === 'smooth'
      ? 1 / m0 + (form.g * layer) / 2
      : (1 / Math.sqrt(m0) + (form.kappa * layer) / 2) ** 2;
  return inverse > 0 ? 1 / inverse : null;
}

/**
 * The largest gain in effective depth scale over the constant schedule at criticality, that of the saturated schedules:
 * (h_max/h̄)^{1/2} for smooth, (h_max/h̄)^{2/3} for kinked networks. Since the rate is concave in h, the constant schedule
 * has the smallest depth scale of all.
 *
 * @see Fernandez Sarmiento 2026, section 5 (smooth); the kinked exponent is derived here: docs/theory.md
 * @example saturationGain('smooth', 0.25) // 2
 */
export function saturationGain(universality: Universality, fraction: number): number {
  if (!(fraction > 0 && fraction <= 1))
    throw new ParameterError('fraction', 'out_of_range', 'fraction must lie between 0 and 1.', {
      min: 0,
      max: 1,
    });
  return fraction ** (universality === 'smooth' ? -1 / 2 : -2 / 3);
}

/**
 * The saturated schedule: the largest allowed value in as many layers as the budget fills, the rest in the next, none
 * elsewhere. Of all schedules with this mean and maximum these have the largest local-stationary depth scale; `early` is
 * the one that maximises the reach as well.
 *
 * @see Fernandez Sarmiento 2026, section 5 (optimal schedules under a budget)
 * @example saturatedSchedule(5, 0.1, 0.2) // [0.2, 0.2, 0.1, 0, 0]
 */
export function saturatedSchedule(
  depth: number,
  mean: number,
  max: number,
  end: 'early' | 'late' = 'early',
): number[] {
  checkBudget(depth, mean);
  if (!(max >= mean && max <= 1 && max > 0))
    throw new ParameterError('max', 'out_of_range', 'max must lie between the mean and 1.', {
      min: mean,
      max: 1,
    });
  // (a share that is a whole number but for rounding is a whole number)
  const share = (depth * mean) / max;
  const full = Math.floor(share + 1e-12 * depth);
  const rest = Math.max(depth * mean - full * max, 0);
  const values = Array.from({ length: depth }, (_, l) =>
    l < full ? max : l === full ? roundRest(rest, max) : 0,
  );
  return end === 'early' ? values : values.reverse();
}

const roundRest = (rest: number, max: number) => (rest < 1e-12 * max ? 0 : Number(rest.toPrecision(14)));

/**
 * The reach of the early saturated schedule over that of the constant one, for many layers:
 * R = [f − (e^{−τ(1−f)} − e^{−τ})/τ] / (f [1 − (1 − e^{−τ})/τ]). It is 2 − f in shallow and 1 in deep networks.
 *
 * @see derived here: docs/theory.md, with the limits of Fernandez Sarmiento 2026, section 5
 * @example reachRatio(1, 1 / 2) // 1.42083928…
 */
export function reachRatio(tau: number, fraction: number): number {
  if (!(tau > 0)) throw new ParameterError('tau', 'out_of_range', 'tau must be positive.', { min: 0 });
  if (!(fraction > 0 && fraction <= 1))
    throw new ParameterError('fraction', 'out_of_range', 'fraction must lie between 0 and 1.', {
      min: 0,
      max: 1,
    });
  const f = fraction;
  // For shallow networks both brackets are of order τ and cancel: their series, to relative order τ³.
  if (tau < 1e-3) {
    const bracket = (x: number) => x * x * (1 / 2 - (tau * x) / 6 + (tau * tau * x * x) / 24);
    return (bracket(1) - bracket(1 - f)) / (f * bracket(1));
  }
  const above = f - (Math.exp(-tau * (1 - f)) - Math.exp(-tau)) / tau;
  return above / (f * (1 + Math.expm1(-tau) / tau));
}
