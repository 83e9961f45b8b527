import {
  type Activation,
  averageErrors,
  type Behaviour,
  CONSTANT_PART,
  count,
  FARTHEST,
  kept,
  LARGEST,
  OutOfWork,
  ownActivation,
  ParameterError,
} from '../theory/index.ts';
import type { Box } from './enclosure.ts';
import { type Formula, FormulaError, parseFormula } from './parse-formula.ts';
import type { Tape } from './tape.ts';

/** Work in evaluations: of an operation on rectangles, and of reading a formula. */
const WORK = { operation: 4, read: 1500 } as const;

/** So many operations of a formula take as long as one evaluation. */
const OPERATIONS = 4;

/** No stretch is shorter than this part of its distance from 0, or of 1. */
const SHORTEST = 1e-9;

/** The first stretch beside 0. */
const NEAREST = 2 ** -30;

/** Stretches that are looked at in a search for kinks, and kinks that it may find. */
const [MAX_LOOKS, MAX_KINKS] = [4000, 64] as const;

/** The ends of a stretch are looked at so far inside of it, relatively. */
const INSET = 1e-12;

/** A kink is as near to the end of a stretch as this, relatively, where it is that end. */
const AT_END = 1e-14;

/** A kink that is given is the one that was found where they are as near as this, relatively. */
const KINK_ROUNDING = 1e-12;

/** Averages that differ by more than this from those of a finer rule are not returned. */
const TOLERANCE = 1e-9;

/** Where they are compared: variances, and a misalignment of two inputs. */
const CHECKED: readonly { readonly q: number; readonly m?: number }[] = [
  { q: 1e-9 },
  { q: 1e-3 },
  { q: 1, m: 0.3 },
  { q: 100 },
];

/** An entry that a choice rests on, its derivative, what both need, and its value. */
type Choice = {
  readonly on: number;
  readonly slope: number;
  readonly order: readonly number[];
  readonly value: (x: number) => number;
};

/** The side of 0 on which each entry lies that a choice rests on. */
type Sides = ReadonlyMap<number, boolean>;

/** An ellipse is covered by so many rectangles along it and above it. */
const TILES = { across: 5, up: 4 } as const;

/** A formula, and what can be proved of it on a stretch of the line. */
class Examined {
  readonly #tape: Tape;
  readonly #derivative: number;
  readonly #order: readonly number[];
  readonly #choices: readonly Choice[];

  constructor({ tape, phi, derivative }: Formula) {
    this.#tape = tape;
    this.#derivative = derivative;
    this.#order = tape.needed([derivative]);
    // (a choice rests on what may rest on earlier choices)
    this.#choices = tape.decisive([phi, derivative]).map((on) => {
      const slope = tape.derive(on);
      return { on, slope, order: tape.needed([on, slope]), value: tape.compile(on) };
    });
  }

  /** Whether there is anything to choose. */
  get chooses(): boolean {
    return this.#choices.length > 0;
  }

  /** Which way the choices go all over a stretch; a number is a zero within it, and undefined means that it is too long to say. */
  decide(from: number, to: number): Sides | number | undefined {
    const sides = new Map<number, boolean>();
    for (const choice of this.#choices) {
      count(WORK.operation * choice.order.length);
      const boxes = this.#tape.enclose(choice.order, [from, to, 0, 0], (on) => sides.get(on));
      const [low, high] = boxes[choice.on] as Box;
      const side =
        low >= 0 && high > 0
          ? true
          : high <= 0
            ? false
            : decideByEnds(choice, from, to, boxes[choice.slope] as Box);
      if (typeof side !== 'boolean') return side;
      sides.set(choice.on, side);
    }
    return sides;
  }

  /** How φ′ behaves on a stretch without kinks: see `Examine` of the theory. */
  examine(from: number, to: number, scale: number): Behaviour {
    const sides = this.decide(from, to);
    if (!(sides instanceof Map)) return 'rough';
    const slopes = (box: Box): Box => {
      count(WORK.operation * this.#order.length);
      return this.#tape.enclose(this.#order, box, (on) => sides.get(on))[this.#derivative] as Box;
    };
    const [least, most] = slopes([from, to, 0, 0]);
    if (most - least <= CONSTANT_PART * scale) return 'straight';
    const [middle, half] = [(from + to) / 2, (to - from) / 2];
    const [across, up] = [(5 / 3) * half, (4 / 3) * half];
    const isSmall = ([a, b, c, d]: Box) =>
      Math.hypot(Math.max(Math.abs(a), Math.abs(b)), Math.max(Math.abs(c), Math.abs(d))) <= LARGEST * scale;
    if (isSmall(slopes([middle - across, middle + across, -up, up]))) return 'smooth';
    // (smaller rectangles enclose more tightly; below the line φ′ is as above it)
    for (let i = 0; i < TILES.across; i++)
      for (let j = 0; j < TILES.up; j++) {
        const left = middle + across * ((2 * i) / TILES.across - 1);
        const [right, low, high] = [
          left + (2 * across) / TILES.across,
          (j * up) / TILES.up,
          ((j + 1) * up) / TILES.up,
        ];
        if (!isSmall(slopes([left, right, low, high]))) return 'rough';
      }
    return 'smooth';
  }
}

/** The side of a choice that rests on what is monotone on the stretch, or its zero. */
function decideByEnds({ value }: Choice, from: number, to: number, slope: Box): boolean | number | undefined {
  if (!(slope[0] > 0 || slope[1] < 0)) return undefined;
  // (at an end that is a kink itself the value may be that of the other side)
  const inset = Math.max(INSET * (to - from), AT_END * Math.max(Math.abs(from), Math.abs(to)));
  const [left, middle, right] = [from + inset, (from + to) / 2, to - inset].map(value) as [
    number,
    number,
    number,
  ];
  if (left === 0 || right === 0 || Math.sign(left) === Math.sign(right)) return middle > 0;
  const root = bisect(value, from + inset, to - inset);
  const near = AT_END * Math.max(Math.abs(from), Math.abs(to));
  return root - from <= near || to - root <= near ? middle > 0 : root;
}

/** The zero of a function that changes its sign between two points, to the last digit. */
function bisect(value: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const sign = Math.sign(value(low));
  for (let k = 0; k < 200; k++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    const here = value(middle);
    if (here === 0) return middle;
    if (Math.sign(here) === sign) low = middle;
    else high = middle;
  }
  count(20);
  return Math.abs(value(low)) < Math.abs(value(high)) ? low : high;
}

/**
 * Where a formula changes from one of its branches to another: all of these points, or an error. Between two of them every choice is proved to
 * go one way.
 */
function findKinks(examined: Examined, given: readonly number[]): number[] {
  if (!examined.chooses) return [...new Set(given)].sort((a, b) => a - b);
  const kinks = new Set<number>();
  let looks = 0;
  let before: Sides | undefined;
  const cover = (near: number, far: number): void => {
    if (++looks > MAX_LOOKS || kinks.size > MAX_KINKS)
      throw new FormulaError(
        `It has more than ${MAX_KINKS} kinks, or some that cannot be told apart near x = ${show(near)}.`,
      );
    const found = examined.decide(Math.min(near, far), Math.max(near, far));
    if (found instanceof Map) {
      if (before && [...found].some(([on, side]) => before?.get(on) !== side)) kinks.add(near);
      before = found;
      return;
    }
    const shortest = SHORTEST * Math.max(1, Math.abs(near));
    if (typeof found !== 'number' && Math.abs(far - near) < shortest)
      throw new FormulaError(`A kink near x = ${show(near)} could not be located: give it as formula_kinks.`);
    const middle = typeof found === 'number' ? found : (near + far) / 2;
    cover(near, middle);
    cover(middle, far);
  };
  // outwards from 0, to the right and to the left
  let middle: Sides | undefined;
  for (const side of [1, -1]) {
    const own = given.map((x) => side * x).filter((x) => x > 0);
    const ends = [...new Set([0, ...octaves(), ...own])].sort((a, b) => a - b);
    before = middle;
    for (let k = 1; k < ends.length; k++) {
      cover(side * (ends[k - 1] as number), side * (ends[k] as number));
      middle ??= before;
    }
  }
  const isKnown = (x: number) => [...kinks].some((kink) => Math.abs(kink - x) <= KINK_ROUNDING * Math.abs(x));
  return [...kinks, ...given.filter((x) => !isKnown(x))].map((x) => (x === 0 ? 0 : x)).sort((a, b) => a - b);
}

const octaves = (): number[] => {
  const ends = [NEAREST];
  while ((ends.at(-1) as number) < FARTHEST) ends.push(2 * (ends.at(-1) as number));
  return ends;
};

const show = (x: number) => String(Number(x.toPrecision(6)));

/** A function whose work is counted, where it takes longer than those that the theory knows. */
function priced(value: (x: number) => number, operations: number): (x: number) => number {
  // (the theory counts half an evaluation itself)
  const more = Math.round(operations / OPERATIONS - 0.5);
  if (more === 0) return value;
  return (x) => {
    count(more);
    return value(x);
  };
}

function makeActivation(text: string, given: readonly number[]): Activation {
  count(WORK.read);
  const formula = parseFormula(text);
  const { tape } = formula;
  const examined = new Examined(formula);
  const functionOf = (place: number) => priced(tape.compile(place), tape.needed([place]).length);
  const activation = ownActivation({
    name: text,
    phi: functionOf(formula.phi),
    derivative: functionOf(formula.derivative),
    kinks: findKinks(examined, given),
    examine: (from, to, scale) => examined.examine(from, to, scale),
  });
  checkAverages(activation);
  return activation;
}

/** Refuses averages that a finer rule does not confirm, tables aside. */
function checkAverages(activation: Activation): void {
  const { moments, pair } = activation;
  const exact = { ...activation, moments: moments.direct ?? moments, pair: pair.direct ?? pair };
  for (const { q, m } of CHECKED)
    for (const [name, error] of Object.entries(averageErrors(exact, q, m)))
      if (!(error <= TOLERANCE))
        throw new FormulaError(
          `Its averages are not known well enough: at q = ${q} two rules disagree on ${name} by ${show(error)}.`,
        );
}

const TOO_INTRICATE =
  'To examine it takes more work than there is left for it: write it more simply, or ask for it in a call of its own.';

/** Formulas that are kept for the process. */
const MAX_KEPT = 64;

const known = new Map<string, () => Activation>();

/**
 * The activation that a formula describes.
 *
 * @param text an expression in x, see `parseFormula`
 * @param kinks where else it is not smooth, besides what is found
 * @throws ParameterError, with the parameter `formula`, for what is no formula, not finite, not a function of x, too steep, or grows faster than
 * |x| (on one side: than x²)
 * @see Trefethen 2013, "Approximation theory and approximation practice", theorem 8.2: what makes a panel short enough is a bound of φ′ in an
 * ellipse of the complex plane, which is had from arithmetic with rectangles
 * @example activationOf('x*tanh(log(1+exp(x)))').moments(1).ratio // that of mish
 */
export function activationOf(text: string, kinks: readonly number[] = []): Activation {
  const key = JSON.stringify([text, kinks]);
  const found = known.get(key) ?? kept(() => makeActivation(text, kinks));
  known.delete(key);
  known.set(key, found);
  for (const oldest of known.keys()) {
    if (known.size <= MAX_KEPT) break;
    known.delete(oldest);
  }
  try {
    return found();
  } catch (error) {
    if (error instanceof FormulaError || (error instanceof ParameterError && error.parameter === 'phi'))
      throw new ParameterError('formula', 'out_of_range', error.message);
    if (error instanceof OutOfWork) throw new ParameterError('formula', 'out_of_range', TOO_INTRICATE);
    throw error;
  }
}
