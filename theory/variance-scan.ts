import type { Activation, Moments } from './activation.ts';
import { excess, type FixedPoint, growth, type VarianceMap } from './variance-map.ts';

/** Averages of an activation over a grid of q that is even in ln q. */
type Profile = { readonly q: Float64Array; readonly moments: readonly Moments[] };

/** Four points a decade: between two of them the growth has one extremum at the most. */
const [LOW, HIGH, PER_DECADE] = [-14, 14, 4];

/** A growth this small at its extremum is a touch: one fixed point, stable from one side. */
const TOUCH = 1e-14;

/** A step in ln q this small is rounding. */
const STILL = 4e-16;

const profiles = new WeakMap<Activation['moments'], Profile>();

function profileOf({ moments }: Activation): Profile {
  const known = profiles.get(moments);
  if (known) return known;
  const q = Float64Array.from(
    { length: (HIGH - LOW) * PER_DECADE + 1 },
    (_, k) => 10 ** (LOW + k / PER_DECADE),
  );
  const profile = { q, moments: Array.from(q, moments.direct ?? moments) };
  profiles.set(moments, profile);
  return profile;
}

/** Where E[φ²] falls by less than this part of E[φ′²], that is rounding. */
const FALLING = 1e-12;

/**
 * Whether E[φ²] grows with q all the way between two variances, so that q moves one way there.
 *
 * @param activation φ
 * @param one variance, not negative
 * @param other variance, infinite for all that are larger
 * @example grows(cos, 0.1, 1) // false
 */
export function grows(activation: Activation, one: number, other: number): boolean {
  const { q: grid, moments } = profileOf(activation);
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  const falls = ({ radial, slope2 }: Moments) => radial < -FALLING * slope2;
  const inside = moments.filter((_, k) => (grid[k] as number) > low && (grid[k] as number) < high);
  const ends = [low, high].filter((q) => q > 0 && q < Number.POSITIVE_INFINITY);
  return ![...inside, ...ends.map((q) => activation.moments(q))].some(falls);
}

/**
 * All fixed points of the variance map of any activation, by the changes of sign of q′/q − 1 and of its derivative over
 * a grid of 28 decades that is computed once per activation; each is then refined to rounding. Two fixed points between
 * neighbouring grid points are found because the derivative changes its sign between them.
 *
 * @param activation φ, not homogeneous
 * @param gain sigma_w2 · s2, positive
 * @param bias sigma_b2
 * @returns the fixed points in rising order, 0 included
 * @see Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos", the length map
 * @example scanned(silu, 2.05, 0.05).map(({ stable }) => stable) // [true, false]
 */
export function scanned(activation: Activation, gain: number, bias: number): FixedPoint[] {
  const map = { activation, gain, bias };
  const pole = gain * activation.level * activation.level + bias;
  const { q: grid, moments } = profileOf(activation);
  const looked = Array.from(grid, (q, k) => growth(map, q, moments[k]));
  const valueAt = (k: number) => (looked[k] as Look).value;
  const slopeAt = (k: number) => (looked[k] as Look).slope;
  const found: number[] = [];
  let before = -1;
  for (let k = 0; k < grid.length; k++) {
    const value = valueAt(k);
    // No growth has no sign: where φ is linear near 0, at slope 1.
    if (value === 0) continue;
    const to = grid[k] as number;
    if (before < 0) {
      // Below the grid the map is linear.
      if (pole > 0 && value < 0)
        found.push(
          k === 0 ? pole / -(value - pole / to) : crossing(map, [grid[0] as number, valueAt(0)], [to, value]),
        );
    } else {
      const from = grid[before] as number;
      const [high, rises] = [valueAt(before) > 0, slopeAt(before) > 0];
      if (high !== value > 0) found.push(crossing(map, [from, valueAt(before)], [to, value]));
      else if (rises !== slopeAt(k) > 0 && rises !== high) {
        const turn = between(from, to, (q) => growth(map, q).slope, rises);
        const extremum = growth(map, turn).value;
        if (Math.abs(extremum) <= TOUCH) found.push(turn);
        else if (extremum > 0 !== high) {
          found.push(crossing(map, [from, valueAt(before)], [turn, extremum]));
          found.push(crossing(map, [turn, extremum], [to, value]));
        }
      }
    }
    before = k;
  }
  const points = found.map((q) => pointAt(map, q));
  return pole > 0 ? points : [zero(map, looked.find(({ value }) => value !== 0)?.value ?? 0), ...points];
}

/** A growth and its slope. */
type Look = ReturnType<typeof growth>;

function pointAt(map: VarianceMap, q: number): FixedPoint {
  const moments = map.activation.moments(q);
  const { value, slope } = growth(map, q, moments);
  const chi_q = map.gain * moments.radial;
  // slope is chi_q − 1 at a fixed point, but keeps its sign where chi_q is nearly 1
  return { q, chi_q, stable: slope < -Math.abs(value) && slope > -2 };
}

/** The fixed point q = 0 of a map without a constant term; at slope 1 the growth beside it decides whether it is stable. */
function zero(map: VarianceMap, beside: number): FixedPoint {
  const over = excess(map);
  return { q: 0, chi_q: over + 1, stable: over < 0 || (over === 0 && beside <= 0) };
}

/** A variance and the growth there. */
type End = readonly [q: number, value: number];

/** Where the growth changes its sign between two variances, to rounding: Newton's method in ln q inside the bracket. */
function crossing(map: VarianceMap, [low, below]: End, [high, above]: End): number {
  let [a, b] = [Math.log(low), Math.log(high)];
  const straight = (a * above - b * below) / (above - below);
  let x = straight > a && straight < b ? straight : (a + b) / 2;
  for (let step = 0; step < 80; step++) {
    const q = Math.exp(x);
    const { value, slope } = growth(map, q);
    if (value === 0) return q;
    if (value > 0 === below > 0) a = x;
    else b = x;
    const next = x - value / slope;
    const inside = next > a && next < b;
    // (a step of Newton's that leaves the bracket by rounding alone has arrived)
    if (Math.abs(next - x) <= STILL * Math.max(1, Math.abs(x)) || b - a <= STILL)
      return Math.exp(inside ? next : x);
    x = inside ? next : (a + b) / 2;
  }
  return Math.exp(x);
}

/**
 * Where f changes its sign between two positive points, to rounding: steps of regula falsi (in ln q) that halve the
 * weight of an end which stays, the Illinois rule, and bisection where that stalls.
 */
function between(low: number, high: number, f: (q: number) => number, positiveBelow: boolean): number {
  let [a, b] = [Math.log(low), Math.log(high)];
  let [fa, fb] = [f(low), f(high)];
  let kept = 0;
  for (let step = 0; step < 80 && b - a > 4e-16 * Math.max(1, Math.abs(a)); step++) {
    const straight = (a * fb - b * fa) / (fb - fa);
    const x = straight > a && straight < b && step % 12 !== 11 ? straight : (a + b) / 2;
    const fx = f(Math.exp(x));
    if (fx === 0) return Math.exp(x);
    if (fx > 0 === positiveBelow) {
      if (kept === 1) fb /= 2;
      [a, fa, kept] = [x, fx, 1];
    } else {
      if (kept === -1) fa /= 2;
      [b, fb, kept] = [x, fx, -1];
    }
  }
  return Math.exp(Math.abs(fa) < Math.abs(fb) ? a : b);
}
