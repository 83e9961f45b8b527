import type { Activation, Moments } from './activation.ts';
import { computeExcess, type FixedPoint, growth, NEUTRAL, type VarianceMap } from './variance.ts';
import { count, kept } from './work.ts';

/** Averages of an activation over {@link GRID}. */
type Profile = {
  readonly ratio: Float64Array;
  readonly shortfall: Float64Array;
  readonly radial: Float64Array;
  /** where E[φ²] falls as q grows */
  readonly falling: readonly number[];
};

/** Four points a decade: between two of them the growth has one extremum at the most. */
const [LOW, HIGH, PER_DECADE] = [-14, 14, 4];

const GRID = Float64Array.from(
  { length: (HIGH - LOW) * PER_DECADE + 1 },
  (_, k) => 10 ** (LOW + k / PER_DECADE),
);

/** A growth this small at its extremum is a touch: one fixed point, stable from one side. */
const TOUCH = 1e-14;

/** A step in ln q this small is rounding, and one out of the bracket this small, too. */
const [ROUNDING_STEP, BRACKET_STEP] = [4e-16, 1e-11] as const;

const profiles = new WeakMap<Activation['moments'], () => Profile>();

function getProfile({ moments }: Activation): Profile {
  const known = profiles.get(moments);
  if (known) return known();
  const profile = kept(() => makeProfile(moments));
  profiles.set(moments, profile);
  return profile();
}

function makeProfile(moments: Activation['moments']): Profile {
  const { direct = moments } = moments;
  const [ratio, shortfall, radial] = Array.from({ length: 3 }, () => new Float64Array(GRID.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const falling: number[] = [];
  // (closed forms, too, take time)
  count(4 * GRID.length);
  for (const [k, q] of GRID.entries()) {
    const all = direct(q);
    ratio[k] = all.ratio;
    shortfall[k] = all.shortfall;
    radial[k] = all.radial;
    if (isFalling(all)) falling.push(q);
  }
  return { ratio, shortfall, radial, falling };
}

/** Where E[φ²] falls by less than this part of E[φ′²], that is rounding. */
const FALLING = 1e-12;
const isFalling = ({ radial, slope2 }: Moments) => radial < -FALLING * slope2;

/** Whether E[φ²] grows with q all the way between two variances, so that q moves one way there. */
export function grows(activation: Activation, one: number, other: number): boolean {
  const { falling } = getProfile(activation);
  if (falling.length === 0) return true;
  const [low, high] = [Math.min(one, other), Math.max(one, other)];
  const ends = [low, high].filter((q) => q > 0 && q < Number.POSITIVE_INFINITY);
  return !falling.some((q) => q > low && q < high) && !ends.some((q) => isFalling(activation.moments(q)));
}

/**
 * All fixed points of the variance map of any activation, by the changes of sign of q′/q − 1 and of its derivative over
 * a grid of 28 decades that is computed once per activation; each is then refined to rounding. Two fixed points bisectBetween
 * neighbouring grid points are found because the derivative changes its sign between them.
 *
 * @see Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos", the length map
 */
export function scanFixedPoints(activation: Activation, gain: number, bias: number): FixedPoint[] {
  const map = { activation, gain, bias };
  const pole = gain * activation.level * activation.level + bias;
  const { ratio, shortfall, radial } = getProfile(activation);
  const averages = { ratio: 0, shortfall: 0, radial: 0 };
  const found: number[] = [];
  let [first, before]: (Look | undefined)[] = [];
  for (let k = 0; k < GRID.length; k++) {
    const q = GRID[k] as number;
    averages.ratio = ratio[k] as number;
    averages.shortfall = shortfall[k] as number;
    averages.radial = radial[k] as number;
    const { value, slope, signless } = growth(map, q, averages);
    // (where φ is linear near 0 or far away, at slope 1)
    if (signless) continue;
    const here = { q, value, slope };
    // Below the grid the map is linear.
    if (!before && pole > 0 && value < 0) found.push(pole / -(value - pole / q));
    if (before) found.push(...findRootsBetween(map, before, here));
    first ??= here;
    before = here;
  }
  if (before && before.value > 0 && isBounded(map)) found.push(findBeyondGrid(map, before));
  const points = found.map((q) => makeFixedPoint(map, q));
  return pole > 0 ? points : [makeZeroPoint(map, first?.value ?? 0), ...points];
}

/** Whether q falls where it is large enough. */
function isBounded({ activation: { asymptote }, gain }: VarianceMap): boolean {
  const [left, right] = asymptote;
  return (gain * (left * left + right * right)) / 2 < 1 - NEUTRAL;
}

/** The fixed point beyond the grid, of a bounded map that still grows at its end. */
function findBeyondGrid(map: VarianceMap, from: Look): number {
  let high = from.q;
  let { value } = from;
  while (value > 0 && high < Number.MAX_VALUE / 100) {
    high *= 100;
    ({ value } = growth(map, high));
  }
  return findCrossing(map, [from.q, from.value], [high, value]);
}

/** A variance, the growth there and its slope. */
type Look = { readonly q: number; readonly value: number; readonly slope: number };

/**
 * Near a tangency several roots lie close together, where the growth is small, and smaller than its slope lets it be far from a root. Such
 * an interval is cut into so many.
 */
const [TANGENT, PART, CUTS] = [5e-3, 0.35, 64] as const;

function findRootsBetween(map: VarianceMap, from: Look, to: Look): readonly number[] {
  const small = Math.abs(from.value) <= TANGENT && Math.abs(to.value) <= TANGENT;
  if (!small || !(isNearRoot(from) || isNearRoot(to))) return findSimpleRoots(map, from, to);
  const found: number[] = [];
  let before = from;
  for (let k = 1; k <= CUTS; k++) {
    const q = from.q * (to.q / from.q) ** (k / CUTS);
    const next = k === CUTS ? { ...to, signless: false } : { q, ...growth(map, q) };
    if (next.signless) continue;
    found.push(...findSimpleRoots(map, before, next));
    before = next;
  }
  return found;
}

const isNearRoot = ({ value, slope }: Look) => Math.abs(value) < PART * Math.abs(slope);

/** A slope that is such a part of the value changes its sign by rounding: there is no extremum that could be a root. */
const FLAT = 1e-6;

const isFlat = (...looks: Look[]) =>
  looks.every(({ value, slope }) => Math.abs(slope) < FLAT * Math.abs(value));

const NO_ROOTS: readonly number[] = [];

/** The roots between two variances between which the growth has one extremum at the most: none, one, or two that it lies between. */
function findSimpleRoots(map: VarianceMap, from: Look, to: Look): readonly number[] {
  const [high, rises] = [from.value > 0, from.slope > 0];
  if (high !== to.value > 0) return [findCrossing(map, [from.q, from.value], [to.q, to.value])];
  if (rises === to.slope > 0 || rises === high || isFlat(from, to)) return NO_ROOTS;
  const turn = bisectBetween(from.q, to.q, (q) => growth(map, q).slope, rises);
  const extremum = growth(map, turn).value;
  if (Math.abs(extremum) <= TOUCH) return [turn];
  if (extremum > 0 === high) return NO_ROOTS;
  return [
    findCrossing(map, [from.q, from.value], [turn, extremum]),
    findCrossing(map, [turn, extremum], [to.q, to.value]),
  ];
}

/** Where q′ − q has no sign so near to a fixed point, relative to it, rounding decides whether the map crosses the diagonal there. */
const BESIDE = 1e-10;

function makeFixedPoint(map: VarianceMap, q: number): FixedPoint {
  const chi_q = map.gain * map.activation.moments(q).radial;
  const crosses = growth(map, q * (1 - BESIDE)).value > 0 && growth(map, q * (1 + BESIDE)).value < 0;
  return { q, chi_q, stable: crosses && chi_q > -1 };
}

/** The fixed point q = 0 of a map without a constant term; at slope 1 the growth beside it decides whether it is stable. */
function makeZeroPoint(map: VarianceMap, beside: number): FixedPoint {
  const over = computeExcess(map);
  return { q: 0, chi_q: over + 1, stable: over < 0 || (over === 0 && beside <= 0) };
}

/** A variance and the growth there. */
type End = readonly [q: number, value: number];

/** Where the growth changes its sign between two variances, to rounding: Newton's method in ln q inside the bracket. */
function findCrossing(map: VarianceMap, [low, below]: End, [high, above]: End): number {
  let [a, b] = [Math.log(low), Math.log(high)];
  const straight = (a * above - b * below) / (above - below);
  let x = straight > a && straight < b ? straight : (a + b) / 2;
  let best = { x, size: Number.POSITIVE_INFINITY };
  for (let step = 0; step < 80; step++) {
    const q = Math.exp(x);
    const { value, slope } = growth(map, q);
    if (value === 0) return q;
    if (Math.abs(value) < best.size) best = { x, size: Math.abs(value) };
    if (value > 0 === below > 0) a = x;
    else b = x;
    const next = x - value / slope;
    const inside = next > a && next < b;
    const moved = Math.abs(next - x);
    if (moved <= ROUNDING_STEP * Math.max(1, Math.abs(x)) || b - a <= ROUNDING_STEP)
      return Math.exp(inside ? next : x);
    // a step of Newton's that leaves the bracket by rounding alone has arrived
    if (!inside && moved <= BRACKET_STEP) break;
    x = inside ? next : (a + b) / 2;
  }
  return Math.exp(best.x);
}

/**
 * Where f changes its sign between two positive points, to rounding: steps of regula falsi (in ln q) that halve the
 * weight of an end which stays, the Illinois rule, and bisection where that stalls.
 */
function bisectBetween(low: number, high: number, f: (q: number) => number, positiveBelow: boolean): number {
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
