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
