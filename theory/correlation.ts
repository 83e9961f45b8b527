import type { Activation, Moments } from './activation.ts';
import { alignedSlope } from './averages/one-input.ts';
import { reportFault } from './fault.ts';
import { count } from './work.ts';

/** A fixed point of the correlation map and the map's slope there. */
export type CorrelationLimit = { readonly c_star: number; readonly chi_c: number };

/** A correlation map c′ = F(c) at fixed q, for the misalignment m = 1 − c: m′ = loss + weight · gap(m). */
export type CorrelationMap = {
  /** what multiplies the gap: sigma_w2 · E[s_a s_b], or that over the growth of q for the normalised map */
  readonly weight: number;
  /** 1 − F(1), not negative: the misalignment that noise makes between two equal inputs */
  readonly loss: number;
  /** the variance q at which the averages are taken */
  readonly q: number;
  /** whether there is neither bias nor mean, so that uncorrelated inputs stay uncorrelated exactly */
  readonly centred: boolean;
};

/**
 * The stable fixed point of the correlation map at fixed q. In m = 1 − c the fixed point is the root of
 * loss / m + weight · gap(m) / m − 1. The gap is Σ aₙ² (1 − cⁿ) over the Hermite coefficients aₙ of φ, so gap(m)/m is a
 * power series in c with non-negative coefficients, convex and falling in m: the equation is one for `poleRoot`, and
 * nothing in it cancels near c = 1. With a loss there is exactly one root; without, c = 1 is the stable point while the
 * slope there is at most 1, and above that the other root is.
 *
 * c* is never negative: F(0) is not, and a power series with such coefficients that add up to at most 1 stays above the
 * diagonal between −1 and 0.
 *
 * @param activation φ
 * @param moments averages of φ at map.q
 * @param map the map
 * @returns c* in [0, 1] and the slope there, which satisfy the map; NaN where what was found does not (a fault, which is reported),
 * and a NaN slope where it is rounding beside that at c = 1
 * @see Poole et al. 2016 (the correlation map); Schoenholz et al. 2017 (with dropout, and its slope); Daniely et al. 2016, "Toward deeper understanding of neural networks", for the power series
 * @example correlationLimit(relu, relu.moments(1), { weight: 1.8, loss: 0.1, q: 1, centred: false }).c_star // 0.62714588…
 */
export function correlationLimit(
  activation: Activation,
  moments: Moments,
  map: CorrelationMap,
): CorrelationLimit {
  const { weight, loss, q } = map;
  // Where nothing comes out of φ there is no correlation.
  if (!Number.isFinite(weight)) return UNKNOWN;
  const aligned = weight === 0 ? 0 : weight * alignedSlope(activation, moments.slope2);
  if (loss === 0 && aligned <= 1 + AT_ONE) return { c_star: 1, chi_c: aligned };

  const pair = activation.pair(q);
  // (of a φ whose jumps hardly any input reaches m* is of the order of that probability, squared)
  if (
    aligned === Number.POSITIVE_INFINITY &&
    loss === 0 &&
    weight * pair(SMALLEST_MISALIGNMENT).gap <= SMALLEST_MISALIGNMENT
  )
    return { c_star: 1, chi_c: Number.NaN };
  if (map.centred && activation.parity === 'odd') return { c_star: 0, chi_c: weight * pair(1).slope };

  const m = poleRoot(
    loss,
    (at) => {
      const { gap, slope } = pair(Math.min(at, 1));
      const steepness = (weight * gap) / at;
      return { value: steepness - 1, slope: (weight * slope - steepness) / at };
    },
    guessRoot(loss, aligned - 1, weight * moments.variance - 1),
  );
  const found = at(m) ?? at(bisect((x) => loss / x + (weight * pair(x).gap) / x - 1));
  if (found) return found;
  reportFault('c_star', { activation: activation.description ?? activation.name, ...map, misalignment: m });
  return UNKNOWN;

  /** The answer where the misalignment satisfies the map. */
  function at(root: number): CorrelationLimit | undefined {
    const misalignment = Math.min(root, 1);
    const { gap, slope } = pair(misalignment);
    // (a sum of terms that are not negative, but for rounding)
    const chi_c = weight * Math.max(slope, 0);
    const off = (loss + weight * gap - misalignment) / (1 - chi_c);
    const holds = Math.abs(off) <= misalignment * Math.max(WITHIN, ROUNDING / (1 - chi_c));
    // (of a φ with dead zones a slope that is rounding beside that at c = 1 has no digits)
    const known = activation.kinks.length === 0 || activation.parity === 'even' || chi_c > DIGITS * aligned;
    const jumps = aligned === Number.POSITIVE_INFINITY;
    return holds ? { c_star: 1 - misalignment, chi_c: known || jumps ? chi_c : Number.NaN } : undefined;
  }
}

/** Where the map is so straight that rounding turns its tangents: the root of a falling function in (0, 1], or 1. */
function bisect(f: (x: number) => number): number {
  let [low, high] = [Math.log(Number.MIN_VALUE), 0];
  for (let step = 0; step < 64; step++) {
    const middle = (low + high) / 2;
    if (f(Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

const UNKNOWN: CorrelationLimit = { c_star: Number.NaN, chi_c: Number.NaN };

/** A misalignment that is 0 beside any correlation. */
const SMALLEST_MISALIGNMENT = 1e-200;

/** Slopes are known to about this part of that at c = 1. */
const DIGITS = 1e-13;

/** A slope at c = 1 that is above 1 by rounding. */
const AT_ONE = 1e-12;

/** A step of Newton's leads away from m* = 1 − c* by this part of it at the most, or by what rounding makes of it. */
const [WITHIN, ROUNDING] = [1e-10, 64 * Number.EPSILON];

/** The root for the chord between m = 0 and m = 1 in place of the convex function: the root is at or left of it. */
function guessRoot(loss: number, atZero: number, atOne: number): number {
  const fall = Math.max(atZero - atOne, Number.MIN_VALUE);
  const root = Math.sqrt(atZero * atZero + 4 * fall * loss);
  const guess = atZero > 0 ? (atZero + root) / (2 * fall) : (2 * loss) / (root - atZero);
  return guess > 0 ? Math.min(guess, 1) : 1;
}

/** Value and derivative of a function at a point. */
export type Local = { readonly value: number; readonly slope: number };

/** A relative step this small is the last: the error after it is of the order of its square. */
const CLOSE = 1e-8;

/**
 * The positive root of pole / x + d(x), where d is convex and decreasing. Each step solves the equation with d replaced
 * by its tangent, the pole kept exact. A tangent lies below a convex function, so every iterate after the first is at
 * most the root and they rise to it: quadratically, from any start, without a bracket. Both fixed points that the
 * theory needs have this shape: q* with the bias variance as the pole, and m* = 1 − c* with the loss of correlation at
 * full alignment as the pole; each keeps its digits down to a vanishing pole and a vanishing d(0), which is where
 * iterating the map, or bisecting for q and c, lose them.
 */
export function poleRoot(pole: number, d: (x: number) => Local, start: number, close = CLOSE): number {
  let x = start;
  let risen = false;
  for (let i = 0; i < 200; i++) {
    count(2);
    const next = tangentRoot(pole, x, d(x));
    // A step down after a step up can only be rounding: it is as good as d allows.
    if (Math.abs(next - x) <= close * x || (risen && next < x)) return next;
    risen ||= next > x;
    x = next;
  }
  return x;
}

/** The positive root y of pole / y + value + slope (y − x). */
function tangentRoot(pole: number, x: number, { value, slope }: Local): number {
  const fall = Math.max(-slope, 0);
  const level = value + fall * x;
  const root = Math.sqrt(level * level + 4 * fall * pole);
  // Of the two forms of the quadratic's root, the one that does not subtract.
  const y = level > 0 ? (level + root) / (2 * fall) : (2 * pole) / (root - level);
  // Where rounding (or a first guess far to the right, with no pole) leaves no positive root, move on and look again.
  if (y > 0 && y < Number.POSITIVE_INFINITY) return y;
  return y > 0 ? 4 * x : x / 4;
}
