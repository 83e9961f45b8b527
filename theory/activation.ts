/**
 * One-input Gaussian averages of an activation φ at pre-activation variance q. They are ratios, so that nothing
 * overflows or cancels however small or large q is; z is a standard normal variable and u = √q z.
 */
export type Moments = {
  /** E[φ(u)²] / q */
  readonly ratio: number;
  /** φ′(0)² − E[φ(u)²] / q, computed without that subtraction where it would cancel; 0 for homogeneous φ */
  readonly shortfall: number;
  /** E[φ(u)]² / q */
  readonly mean2: number;
  /** E[φ′(u)²] */
  readonly slope2: number;
  /** E[z φ(u) φ′(u)] / √q, the derivative of E[φ(u)²] by q (it holds at kinks too) */
  readonly radial: number;
};

/** Two-input averages at variance q and correlation 1 − m of the inputs, with m the misalignment. */
export type Pair = {
  /** (E[φ(u)²] − E[φ(u₁)φ(u₂)]) / q, computed without that subtraction */
  readonly gap: number;
  /** E[φ′(u₁)φ′(u₂)], which is the derivative of `gap` by m */
  readonly slope: number;
};

/** An activation function as data: what the theory needs to know of it, and nothing else. */
export type Activation = {
  readonly name: string;
  /** φ as a formula, for people */
  readonly formula: string;
  /** where the closed forms or the method come from */
  readonly reference: string;
  readonly parity: 'odd' | 'even' | 'none';
  /** φ(a x) = a φ(x) for a > 0: the variance map is then linear and the correlation map does not depend on q */
  readonly homogeneous: boolean;
  /** φ′(0)²; for homogeneous φ, E[φ²] / q */
  readonly slope_at_zero2: number;
  /** b in E[φ²] = φ′(0)² q (1 − b q + …), for the depth at which a collapsing q underflows; 0 for homogeneous φ */
  readonly bend: number;
  /** points where φ is not smooth */
  readonly kinks: readonly number[];
  readonly phi: (x: number) => number;
  readonly derivative: (x: number) => number;
  /** the averages of one input at variance q > 0 */
  readonly moments: (q: number) => Moments;
  /** the averages of two inputs at variance q > 0, as a function of the misalignment m in (0, 1] */
  readonly pair: (q: number) => (m: number) => Pair;
};
