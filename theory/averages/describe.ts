import type { Step } from '../activation.ts';
import { ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import type { Description } from './numeric.ts';
import { type Feature, legendre } from './quadrature.ts';
import { chebyshevFit, chebyshevPoints } from './tables.ts';

/** How φ′ behaves on a stretch of the line: constant to the last digit, well approximated by a polynomial, or neither. */
export type Behaviour = 'straight' | 'smooth' | 'rough';

/**
 * Says how φ′ behaves between two points that have no kink between them. `smooth` promises that φ′ is analytic and at most
 * {@link LARGEST} · scale in size within the ellipse around the stretch whose half-axes are 5/3 and 4/3 of half its length.
 */
export type Examine = (from: number, to: number, scale: number) => Behaviour;

/** φ and φ′ as functions, and what else is known of them. */
export type Given = {
  readonly name: string;
  readonly phi: (x: number) => number;
  readonly derivative: (x: number) => number;
  /** points where φ is not smooth, rising */
  readonly kinks: readonly number[];
  /** if left out, φ′ is looked at in some points of each stretch */
  readonly examine?: Examine;
};

/** See {@link Examine}. */
export const LARGEST = 8;

/** A derivative that varies by such a part of its scale is constant. */
export const CONSTANT_PART = 16 * Number.EPSILON;

/** Beyond this every tail has settled, or does not. */
export const FARTHEST = 2 ** 64;

/**
 * The first stretch beside 0, and the shortest ones, of the distance from 0 where that is more than 1. (Stretches end nowhere where a kink that
 * nobody listed is likely to be: two halves of |x − 1| are straight.)
 */
const [NEAREST, SHORTEST] = [1.037 * 2 ** -30, 1e-9] as const;

/** No φ has more of these. */
const [MAX_FEATURES, MAX_LOOKS, MAX_KINKS] = [300, 6000, 64] as const;

/** Half the length of a panel over the width of the feature that it lies on: as in quadrature.ts. */
const ON_FEATURE = 0.6;

/** A number that overflows nearer to 0 than this does so where averages look. */
const LEAST_END = 32;

/** What is wrong with φ, as a sentence about it. */
function refuse(message: string): never {
  throw new ParameterError('phi', 'out_of_range', message);
}

const show = (x: number) => String(Number(x.toPrecision(6)));

/**
 * The description of an activation that `numeric` takes, from φ and φ′ alone: parity, asymptotes, jumps, and where it bends.
 * What it finds rests on finitely many values of φ′, unless `examine` knows more: a spike between them is not seen.
 *
 * @param given φ, φ′ and its kinks
 * @throws ParameterError for a φ that is not finite, constant, too steep, too intricate, or grows faster than x²
 * @example describeActivation({ name: 'own', phi: (x) => Math.hypot(x, 1), derivative: (x) => x / Math.hypot(x, 1), kinks: [] }).parity // 'even'
 */
export function describeActivation(given: Given): Description {
  const { name, kinks } = given;
  if (kinks.length > MAX_KINKS) refuse(`It has more than ${MAX_KINKS} kinks.`);
  for (const x of [0, -Number.MIN_VALUE, Number.MIN_VALUE]) checkFinite(given, x);
  const scaleAt = measureScale(given);
  checkLevel(given, scaleAt);
  const ends = { left: findEnd(given, -1, scaleAt), right: findEnd(given, 1, scaleAt) };
  const lines = continueLines(given, ends);
  const look = makeLook({ ...given, ...lines }, scaleAt);
  const right = coverSide(1, kinks, ends.right, look);
  const left = coverSide(-1, kinks, ends.left, look);
  const features = [...left.features.reverse(), ...right.features];
  if (features.length > MAX_FEATURES) refuse('It bends in too many places: averages would take too long.');
  const { derivative } = lines;
  const phi = keepDigits({ ...given, ...lines }, features);
  const whole: Given = { ...given, phi, derivative };
  const parity = findParity(whole, features);
  const steps = findSteps(whole, scaleAt);
  if (steps.some(({ at }) => at === 0))
    refuse('It jumps at x = 0 itself, and the theory counts averages from φ(0).');
  if (steps.length > 0 && features.length > 0)
    refuse(`It jumps at x = ${show(steps[0]?.at ?? 0)}. Only a φ of straight lines may jump.`);
  // (averages over the sum of two inputs see a kink as a bend)
  if (kinks.length > 1) features.push(...spaceKinks(kinks));
  const asymptote = [
    findAsymptote(whole, -1, { end: ends.left, straight: left.straight, scale: scaleAt(1) }),
    findAsymptote(whole, 1, { end: ends.right, straight: right.straight, scale: scaleAt(1) }),
  ] as const;
  // (the theory of a q that runs away knows one parabola)
  if (asymptote.every((slope) => !Number.isFinite(slope)))
    refuse('It grows faster than |x| on both sides. On one side it may, as relu(x)^2.');
  const rising = parity === 'odd' && asymptote[1] === 0 && !isFalling(whole);
  return {
    ...{ name, parity, features, asymptote },
    ...continueAsymptotes(whole, asymptote),
    kinks: [...kinks],
    ...(rising && { saturates: false }),
    ...(steps.length > 0 && { steps }),
  };
}

/** Whether |φ(x)/x| falls all the way from 0, so that E[φ²]/q falls with q. */
function isFalling({ phi }: Given): boolean {
  count(DISTANCES.length);
  const steepness = DISTANCES.map((x) => Math.abs(phi(x) / x));
  return steepness.every(
    (one, k) => k === 0 || one <= (steepness[k - 1] as number) * (1 + 4 * Number.EPSILON),
  );
}

/** Kinks as features as wide as the distance to the nearest other one. */
const spaceKinks = (kinks: readonly number[]): Feature[] =>
  kinks.map((at) => ({
    at,
    width: Math.min(...kinks.filter((other) => other !== at).map((other) => Math.abs(other - at))),
  }));

/** Refuses a value at 0 that is not the limit beside it: everything is counted from it. */
function checkLevel({ phi }: Given, scaleAt: (x: number) => number): void {
  const [level, beside] = [phi(0), 2 * NEAREST];
  for (const y of [phi(-beside), phi(beside)])
    if (Math.abs(y - level) > 2 * beside * scaleAt(1) + JUMP.value * (Math.abs(y) + Math.abs(level)))
      refuse('It jumps at x = 0 itself, and the theory counts averages from φ(0).');
}

function checkFinite({ phi, derivative }: Given, x: number): void {
  count(1);
  if (!Number.isFinite(phi(x)))
    refuse(`It is not finite at x = ${show(x)}: ${String(phi(x))}. An activation has a value at every x.`);
  if (!Number.isFinite(derivative(x)))
    refuse(`It is too steep at x = ${show(x)}: its derivative is not finite there.`);
}

/** Distances from 0 at which φ is looked at: eight an octave. */
const DISTANCES: readonly number[] = Array.from({ length: 94 * 8 + 1 }, (_, k) => {
  const octave = 2 ** (Math.floor(k / 8) - 30);
  return octave * (1 + (k % 8) / 8);
});

/** The place of the distance 1. */
const UNIT = 30 * 8;

/** Near 0 a φ′ that is smaller than such a part of what it is up to 1 may be lost in rounding. */
const SMALLEST_PART = 1e-12;

/** The largest |φ′| up to a distance from 0, on both sides. */
function measureScale({ derivative }: Given): (x: number) => number {
  count(2 * DISTANCES.length);
  let largest = 0;
  const scales = DISTANCES.map((x) => {
    for (const slope of [derivative(x), derivative(-x)])
      if (Number.isFinite(slope)) largest = Math.max(largest, Math.abs(slope));
    return largest;
  });
  if (largest === 0 || DISTANCES.every((x) => derivative(x) === 0 && derivative(-x) === 0))
    refuse('It is constant wherever it was looked at: no gradient passes it.');
  const least = largest === 0 ? 1 : Math.min(largest, scales.find((one) => one > 0) ?? 1);
  return (x) => {
    const k = Math.min(Math.max(8 * (Math.log2(Math.abs(x)) + 30), 0), DISTANCES.length - 1);
    return Math.max(
      scales[Math.ceil(k)] as number,
      SMALLEST_PART * (scales[UNIT] as number),
      least * Number.EPSILON,
    );
  };
}

/** φ is examined up to this part of the distance at which it overflows: beside it squares do. */
const SAFE_PART = 0.45;

/** Where a side of φ is followed to, and the line that it is beyond, where numbers overflow there. */
type End = { readonly at: number; readonly line?: { readonly slope: number; readonly offset: number } };

/**
 * Where numbers overflow φ may have been a line for long, as (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ): it is continued then. Anything else that is not finite is
 * refused.
 */
function findEnd(given: Given, side: 1 | -1, scaleAt: (x: number) => number): End {
  const { phi, derivative } = given;
  const hasValue = (x: number) => Number.isFinite(phi(side * x)) && Number.isFinite(derivative(side * x));
  count(DISTANCES.length);
  const first = DISTANCES.findIndex((x) => !hasValue(x));
  if (first < 0) return { at: FARTHEST };
  const bad = DISTANCES[first] as number;
  let [low, high] = [DISTANCES[first - 1] ?? 0, bad];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (hasValue(middle)) low = middle;
    else high = middle;
  }
  if (low < LEAST_END) checkFinite(given, side * high);
  const [from, scale] = [SAFE_PART * low, scaleAt(SAFE_PART * low)];
  const points = Array.from({ length: 1024 }, (_, k) => from + ((low - from) * k) / 1024);
  count(points.length);
  const slope = derivative(side * 1.5 * from);
  const offset = phi(side * from) - slope * side * from;
  const straight = points.every((x) => {
    const rounding = 64 * Number.EPSILON * (Math.abs(slope * x) + Math.abs(offset) + scale);
    return (
      Math.abs(derivative(side * x) - slope) <= CONSTANT_PART * scale &&
      Math.abs(phi(side * x) - (slope * side * x + offset)) <= rounding
    );
  });
  if (!straight) checkFinite(given, side * high);
  return { at: from, line: { slope, offset } };
}

/** φ and φ′ with the lines that they are where numbers overflow. */
function continueLines(
  { phi, derivative }: Given,
  { left, right }: { readonly left: End; readonly right: End },
): Pick<Given, 'phi' | 'derivative'> {
  if (!left.line && !right.line) return { phi, derivative };
  const lineAt = (x: number) => (x > right.at ? right.line : x < -left.at ? left.line : undefined);
  return {
    phi: (x) => {
      const line = lineAt(x);
      return line ? line.slope * x + line.offset : phi(x);
    },
    derivative: (x) => lineAt(x)?.slope ?? derivative(x),
  };
}

/** φ as the integral of φ′ beside 0, where values of φ have lost digits, as those of √(1 + x²) − 1 have. */
function keepDigits({ phi, derivative, kinks }: Given, features: readonly Feature[]): (x: number) => number {
  const reach = Math.min(
    1,
    ...kinks.map(Math.abs),
    ...features.map(({ at, width }) => NEAR_ZERO * Math.max(width, Math.abs(at))),
  );
  const level = phi(0);
  const climb = integralOf(derivative);
  const isExact = DISTANCES.filter((x) => x < reach).every((x) =>
    [x, -x].every((at) => {
      const rise = climb(at);
      return Math.abs(phi(at) - level - rise) <= LOST * Math.abs(rise);
    }),
  );
  count(12 * DISTANCES.length);
  if (level !== 0 || isExact) return phi;
  return (x) => (Math.abs(x) < reach ? climb(x) : phi(x));
}

/** Within such a part of a feature's width five nodes integrate φ′ to the last digit, see one-input.ts. */
const NEAR_ZERO = 0.02;

/** Where φ differs by such a part from the integral of φ′, it has lost digits. */
const LOST = 1e-13;

const { nodes: FIVE, weights: FIVE_WEIGHTS } = legendre(5);

/** ∫ f from 0 to x. */
function integralOf(f: (x: number) => number): (x: number) => number {
  return (x) => {
    let sum = 0;
    for (let k = 0; k < FIVE.length; k++)
      sum += (FIVE_WEIGHTS[k] as number) * f((x * (1 + (FIVE[k] as number))) / 2);
    return (x * sum) / 2;
  };
}

/** φ and φ′ with their asymptotes where numbers overflow far beyond all bends, as those of √(1 + x²) do from 1e154 on. */
function continueAsymptotes(
  { phi, derivative }: Given,
  [left, right]: readonly [number, number],
): Pick<Given, 'phi' | 'derivative'> {
  if (!Number.isFinite(left + right)) return { phi, derivative };
  const slopeAt = (x: number) => (x < 0 ? left : right);
  return {
    phi: (x) => {
      const y = phi(x);
      return Number.isFinite(y) ? y : slopeAt(x) * x;
    },
    derivative: (x) => {
      const slope = derivative(x);
      return Number.isFinite(slope) ? slope : slopeAt(x);
    },
  };
}

/** Whether φ is odd or even, as far as rounding lets one see: at all distances, and on every feature. */
function findParity({ phi, kinks }: Given, features: readonly Feature[]): Description['parity'] {
  const isMirrored = features.every(({ at, width }, k) => {
    const other = features[features.length - 1 - k] as Feature;
    return other.at === -at && other.width === width;
  });
  if (!isMirrored || !kinks.every((kink) => kinks.includes(kink === 0 ? 0 : -kink))) return 'none';
  const onFeatures = features.flatMap(({ at, width }) =>
    Array.from({ length: 17 }, (_, k) => at + (ON_FEATURE * width * (k - 8)) / 8),
  );
  count(2 * (DISTANCES.length + onFeatures.length));
  const holds = (sign: 1 | -1) =>
    [...DISTANCES, ...onFeatures].every(
      (x) => Math.abs(phi(-x) - sign * phi(x)) <= 4 * Number.EPSILON * Math.abs(phi(x)),
    );
  if (phi(0) === 0 && holds(-1)) return 'odd';
  return holds(1) ? 'even' : 'none';
}

/** {@link Examine} by values of φ′ at 25 points: its Chebyshev coefficients fall as those of such a function do. */
function examineValues({ derivative }: Given): Examine {
  const nodes = chebyshevPoints(25);
  return (from, to, scale) => {
    count(nodes.length);
    const values = nodes.map((node) => derivative(from + node * (to - from)));
    const series = chebyshevFit(values);
    const rest = series.subarray(1);
    if (rest.every((one) => Math.abs(one) <= CONSTANT_PART * scale)) return 'straight';
    const falls = rest.every(
      (one, k) => Math.abs(one) <= Math.max(2 * LARGEST * 3 ** -(k + 1), 1e-13) * scale,
    );
    return falls ? 'smooth' : 'rough';
  };
}

/** So many values tell a φ′ that is `smooth` from a constant. */
const VALUES = 33;

function isConstant({ derivative }: Given, from: number, to: number, scale: number): boolean {
  const first = derivative(from + (to - from) / VALUES);
  for (let k = 2; k < VALUES; k++) {
    count(1);
    if (Math.abs(derivative(from + ((to - from) * k) / VALUES) - first) > CONSTANT_PART * scale) return false;
  }
  return true;
}

/** Examines a stretch, so many times at most. */
function makeLook(given: Given, scaleAt: (x: number) => number): (from: number, to: number) => Behaviour {
  const examine = given.examine ?? examineValues(given);
  let looks = 0;
  return (from, to) => {
    if (++looks > MAX_LOOKS)
      refuse(
        `It does not settle: beside x = ${show(from)} it still bends on the scale of ${show(Math.abs(to - from))}, and there are too many such places.`,
      );
    const scale = scaleAt(Math.max(Math.abs(from), Math.abs(to)));
    const found = examine(from, to, scale);
    return found === 'smooth' && isConstant(given, from, to, scale) ? 'straight' : found;
  };
}

/**
 * The features of one side of 0: stretches that grow with the distance from 0 as the panels of the rules may, and are halved where φ′ asks
 * for it.
 */
function coverSide(
  side: 1 | -1,
  kinks: readonly number[],
  { at: end }: End,
  look: (from: number, to: number) => Behaviour,
): { readonly features: Feature[]; readonly straight: boolean } {
  const features: Feature[] = [];
  const lookAt = (from: number, to: number) => (side > 0 ? look(from, to) : look(-to, -from));
  const add = (from: number, to: number) =>
    features.push({ at: (side * (from + to)) / 2, width: (to - from) / 2 / ON_FEATURE });
  const divide = (from: number, to: number): void => {
    const found = lookAt(from, to);
    if (found === 'straight') return;
    if (found === 'smooth') {
      add(from, to);
      return;
    }
    const middle = (from + to) / 2;
    if (to - from < SHORTEST * Math.max(1, from))
      refuse(`It is too steep or not smooth near x = ${show(side * middle)}.`);
    divide(from, middle);
    divide(middle, to);
  };
  const ends = [
    ...kinks
      .map((kink) => side * kink)
      .filter((x) => x > 0 && x < end)
      .sort((a, b) => a - b),
    end,
  ];
  const first = ends[0] as number;
  // The longest first stretch. All shorter ones are looked at before it, or a bend beside 0 could hide in it.
  let reach = Math.min(NEAREST, first);
  let here = lookAt(0, reach);
  if (here === 'rough') divide(0, reach);
  while (here !== 'rough' && reach < first) {
    const longer = Math.min(2 * reach, first);
    const next = lookAt(0, longer);
    if (next === 'rough') break;
    [reach, here] = [longer, next];
  }
  if (here === 'smooth') add(0, reach);
  let last: Behaviour = here;
  for (let from = reach; from < end; ) {
    const barrier = ends.find((x) => x > from) as number;
    const to = Math.min(2 * from, barrier);
    last = lookAt(from, to);
    // (the rules make panels as long as 1.8 times their distance from the nearest feature, if there is one)
    if (last === 'smooth' && features.length === 0) add(from, to);
    else if (last !== 'straight' && lookAt(from, Math.min(3 * from, barrier)) === 'rough') divide(from, to);
    from = to;
  }
  return { features, straight: last === 'straight' };
}

/** So far from a kink its two sides are continued to it. */
const BESIDE = 1e-9;

/** A jump is more than such a part of what φ is there, and than such a part of what φ changes by so near to the kink. */
const JUMP = { value: 1e-9, change: 1e-6 } as const;

/** Where φ itself jumps. */
function findSteps({ phi, derivative, kinks }: Given, scaleAt: (x: number) => number): Step[] {
  return kinks.flatMap((at) => {
    const away = BESIDE * Math.max(1, Math.abs(at));
    const side = (apart: number) => phi(at + apart) - apart * derivative(at + apart);
    const [from, to] = [side(-away), side(away)];
    const least =
      JUMP.value * (Math.abs(from) + Math.abs(to)) + JUMP.change * away * scaleAt(Math.max(1, Math.abs(at)));
    return Math.abs(to - from) > least ? [{ at, from, to }] : [];
  });
}

/** The limit of φ(x)/x. */
function findAsymptote(
  { phi, derivative }: Given,
  side: 1 | -1,
  { end, straight, scale }: { readonly end: End; readonly straight: boolean; readonly scale: number },
): number {
  count(3);
  const slope = end.line?.slope ?? (straight ? derivative(side * FARTHEST) : undefined);
  if (slope !== undefined) return Math.abs(slope) <= CONSTANT_PART * scale ? 0 : slope;
  const [near, middle, far] = [2 ** 40, 2 ** 50, 2 ** 60].map((x) => phi(side * x)) as [
    number,
    number,
    number,
  ];
  if (far === 0 && middle === 0) return 0;
  const powers = [Math.log2(Math.abs(middle / near)) / 10, Math.log2(Math.abs(far / middle)) / 10];
  const slopes = [middle / 2 ** 50, far / 2 ** 60].map((slope) => side * slope) as [number, number];
  if (powers.every((power) => power < 0.99)) return 0;
  if (Math.abs(slopes[1] - slopes[0]) <= 1e-6 * Math.abs(slopes[1])) return slopes[1];
  if (powers.every((power) => Math.abs(power - 2) < 1e-3)) return slopes[1] * Number.POSITIVE_INFINITY;
  if (powers.every((power) => power > 1.01))
    refuse(
      `It grows as x^${show(powers[1] as number)} on one side. Known are growth up to x, and as x^2 on one side.`,
    );
  return refuse('What φ(x)/x tends to, far from 0, could not be found.');
}
