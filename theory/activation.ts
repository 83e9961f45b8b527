import type { ActivationName, OwnParameters } from '../catalogue/activations.ts';
import type { Feature } from './averages/quadrature.ts';

/**
 * One-input Gaussian averages of an activation φ at pre-activation variance q. They are counted from φ(0) and divided
 * by q, so that nothing overflows or cancels however small or large q is; z is a standard normal variable and u = √q z.
 */
export type Moments = {
  /** (E[φ(u)²] − φ(0)²) / q */
  readonly ratio: number;
  /** the limit of `ratio` at q → 0, less `ratio`; without that subtraction where it would cancel in a closed form */
  readonly shortfall: number;
  /** (E[φ(u)] − φ(0)) / q */
  readonly lift: number;
  /** the derivative of E[φ(u)] by q */
  readonly drift: number;
  /** (E[φ(u)²] − E[φ(u)]²) / q */
  readonly variance: number;
  /** E[φ′(u)²], with the derivative that training uses: jumps of φ have none */
  readonly slope2: number;
  /** the derivative of E[φ(u)²] by q: E[z φ(u) φ′(u)] / √q (it holds at kinks too), and what the jumps of φ add */
  readonly radial: number;
};

/** Two-input averages at variance q and correlation 1 − m of the inputs, with m the misalignment. */
export type Pair = {
  /** (E[φ(u)²] − E[φ(u₁)φ(u₂)]) / q, computed without that subtraction */
  readonly gap: number;
  /** the derivative of `gap` by m: E[φ′(u₁)φ′(u₂)], in which a jump of φ counts as a delta function */
  readonly slope: number;
  /** E[φ′(u₁)φ′(u₂)] without the jumps, as training has it; left out where φ has none, because it is `slope` then */
  readonly gradient?: number;
};

/** Averages of two inputs that have variances q_a and q_b of their own. */
export type UnequalPair = {
  /** E[(φ(u_a) − φ(0))(φ(u_b) − φ(0))] / √(q_a q_b) */
  readonly overlap: number;
  /** E[φ′(u_a) φ′(u_b)] */
  readonly slope: number;
};

/** The averages at variances q_a and q_b, positive, as a function of the misalignment m = 1 − c in [0, 2]. */
export type UnequalKernel = (q_a: number, q_b: number) => (m: number) => UnequalPair;

/** Averages as a function of the variance q > 0; `direct` takes them without tables, where there are tables. */
export type WithDirect<T> = ((q: number) => T) & { readonly direct?: (q: number) => T };

/** A jump of φ itself: where, and the values on its left and on its right. */
export type Step = { readonly at: number; readonly from: number; readonly to: number };

/** A parameter of an activation: its usual value and the range that it may have. */
export type Parameter = { readonly default: number; readonly min: number; readonly max: number };

/** An activation function as data: what the theory needs to know of it, and nothing else. */
export type Activation = {
  readonly name: string;
  /** what it is where the name alone does not tell: an affine map around φ */
  readonly description?: string;
  readonly parity: 'odd' | 'even' | 'none';
  /** φ(a x) = a φ(x) for a > 0: the variance map is then linear and the correlation map does not depend on q */
  readonly homogeneous: boolean;
  /** φ(0) */
  readonly level: number;
  /** limit of `Moments.ratio` as q → 0: φ′(0)² for smooth φ with φ(0) = 0; infinite for a kink at 0 with φ(0) ≠ 0 */
  readonly ratio_at_zero: number;
  /** φ(x)/x for x → −∞ and x → ∞; infinite where φ grows as x² */
  readonly asymptote: readonly [number, number];
  /** false for an odd φ with slope 0 far away whose E[φ²]/q rises with q somewhere: its variance map may have several fixed points */
  readonly saturates?: boolean;
  /** points where φ is not smooth */
  readonly kinks: readonly number[];
  /** where φ itself jumps, if anywhere: each of these points is one of `kinks` */
  readonly steps?: readonly Step[];
  /** where φ bends, and over what distance */
  readonly features: readonly Feature[];
  readonly phi: (x: number) => number;
  readonly derivative: (x: number) => number;
  /** the averages of one input at variance q > 0 */
  readonly moments: WithDirect<Moments>;
  /** the averages of two inputs at variance q > 0, as a function of the misalignment m in (0, 2] */
  readonly pair: WithDirect<(m: number) => Pair>;
  /** closed forms of the averages of two inputs of different variances, where there are any */
  readonly unequal?: UnequalKernel;
  /** the size of the factor that an affine map puts before φ; 1 where it is left out */
  readonly input_scale?: number;
  /** closed forms of φ(x + shift), where there are any */
  readonly shifted?: (shift: number) => Activation;
};

/** What stands for an activation in the file of its family: itself, or where it has parameters a function of them. */
type Member<Name extends ActivationName> = [OwnParameters<Name>] extends [never]
  ? Activation
  : (values: Readonly<Record<OwnParameters<Name>, number>>) => Activation;

/** Activations that are much alike, by name. */
export type Family = { readonly [Name in ActivationName]?: Member<Name> };
