import { errorFunction, normalCdf } from '../theory/index.ts';
import * as box from './enclosure.ts';

/** A function of up to three numbers: its value, its value on rectangles, and its derivative on a tape. */
type Operation = {
  readonly value: (a: number, b: number, c: number) => number;
  /** `positive` says on which side of 0 the first argument of a choice lies */
  readonly enclose: (a: box.Box, b: box.Box, c: box.Box, positive: boolean) => box.Box;
  /** where its derivative is kept: `own` is the value, `a`, `b`, `c` are the arguments, `da`, `db`, `dc` their derivatives */
  readonly derive: (tape: Tape, of: Arguments & { readonly own: number }) => number;
};

type Arguments = Readonly<Record<'a' | 'b' | 'c' | 'da' | 'db' | 'dc', number>>;

/** A function of one number by its derivative with respect to it. */
const single = (
  value: (a: number) => number,
  enclose: (a: box.Box) => box.Box,
  slope: (tape: Tape, a: number, own: number) => number,
): Operation => ({
  value,
  enclose,
  derive: (tape, { a, da, own }) => (tape.isZero(da) ? da : tape.multiply(slope(tape, a, own), da)),
});

const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const erfSlope = (x: number) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
const erfSlopeBox = (u: box.Box) =>
  box.multiply(box.point(2 / Math.sqrt(Math.PI)), box.exp(box.negate(box.squared(u))));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const sech2 = (x: number) => {
  const e = Math.exp(-2 * Math.abs(x));
  return (4 * e) / ((1 + e) * (1 + e));
};

/** What a tape computes with. */
export type OperationName =
  | ('add' | 'subtract' | 'multiply' | 'divide' | 'negate' | 'power' | 'root' | 'choose')
  | ('exp' | 'log' | 'log1p' | 'expm1' | 'sqrt' | 'cbrt' | 'softplus' | 'sigmoid')
  | ('sin' | 'cos' | 'sinh' | 'cosh' | 'tanh' | 'sech2' | 'atan' | 'asinh')
  | ('erf' | 'erfSlope' | 'normalCdf' | 'density');

/** The derivatives of all of them are made of them. */
const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  add: {
    value: (a, b) => a + b,
    enclose: box.add,
    derive: (tape, { da, db }) => tape.add(da, db),
  },
  subtract: {
    value: (a, b) => a - b,
    enclose: box.subtract,
    derive: (tape, { da, db }) => tape.subtract(da, db),
  },
  multiply: {
    value: (a, b) => a * b,
    enclose: box.multiply,
    derive: (tape, { a, b, da, db }) => tape.add(tape.multiply(da, b), tape.multiply(a, db)),
  },
  divide: {
    value: (a, b) => a / b,
    enclose: box.divide,
    // (u′ − (u/v) v′) / v
    derive: (tape, { b, da, db, own }) => tape.divide(tape.subtract(da, tape.multiply(own, db)), b),
  },
  negate: single(
    (a) => -a,
    box.negate,
    (tape) => tape.constant(-1),
  ),
  /** a to the whole power b, at least 2 */
  power: {
    value: (a, b) => a ** b,
    enclose: (a, b) => box.power(a, b[0]),
    derive: (tape, { a, b, da }) => {
      const n = tape.valueOf(b) as number;
      return tape.multiply(tape.multiply(b, tape.power(a, n - 1)), da);
    },
  },
  /** a to the power of the constant b */
  root: {
    value: (a, b) => a ** b,
    enclose: box.exponential,
    derive: (tape, { a, b, da }) => {
      const p = tape.valueOf(b) as number;
      return tape.multiply(tape.multiply(b, tape.power(a, p - 1)), da);
    },
  },
  exp: single(Math.exp, box.exp, (_, __, own) => own),
  log: single(Math.log, box.log, (tape, a) => tape.divide(tape.constant(1), a)),
  log1p: single(
    Math.log1p,
    (a) => box.log(box.add(box.point(1), a)),
    (tape, a) => tape.divide(tape.constant(1), tape.add(tape.constant(1), a)),
  ),
  expm1: single(
    Math.expm1,
    (a) =>
      box.isReal(a) ? [Math.expm1(a[0]), Math.expm1(a[1]), 0, 0] : box.subtract(box.exp(a), box.point(1)),
    (tape, a) => tape.apply('exp', a),
  ),
  sqrt: single(Math.sqrt, box.sqrt, (tape, _, own) => tape.divide(tape.constant(0.5), own)),
  cbrt: single(Math.cbrt, box.cbrt, (tape, _, own) => tape.divide(tape.constant(1 / 3), tape.power(own, 2))),
  sin: single(Math.sin, box.sin, (tape, a) => tape.apply('cos', a)),
  cos: single(Math.cos, box.cos, (tape, a) => tape.negate(tape.apply('sin', a))),
  sinh: single(Math.sinh, box.sinh, (tape, a) => tape.apply('cosh', a)),
  cosh: single(Math.cosh, box.cosh, (tape, a) => tape.apply('sinh', a)),
  tanh: single(Math.tanh, box.tanh, (tape, a) => tape.apply('sech2', a)),
  /** 1 / cosh² */
  sech2: single(sech2, box.sech2, (tape, a, own) =>
    tape.multiply(tape.constant(-2), tape.multiply(own, tape.apply('tanh', a))),
  ),
  atan: single(Math.atan, box.atan, (tape, a) =>
    tape.divide(tape.constant(1), tape.add(tape.constant(1), tape.power(a, 2))),
  ),
  asinh: single(Math.asinh, box.asinh, (tape, a) =>
    tape.divide(tape.constant(1), tape.apply('sqrt', tape.add(tape.constant(1), tape.power(a, 2)))),
  ),
  erf: single(errorFunction, box.aboutMiddle(errorFunction, erfSlopeBox), (tape, a) =>
    tape.apply('erfSlope', a),
  ),
  /** the derivative of erf */
  erfSlope: single(erfSlope, erfSlopeBox, (tape, a, own) =>
    tape.multiply(tape.constant(-2), tape.multiply(a, own)),
  ),
  normalCdf: single(normalCdf, box.aboutMiddle(normalCdf, box.density), (tape, a) =>
    tape.apply('density', a),
  ),
  density: single(density, box.density, (tape, a, own) => tape.negate(tape.multiply(a, own))),
  sigmoid: single(sigmoid, box.sigmoid, (tape, a, own) =>
    tape.multiply(own, tape.apply('sigmoid', tape.negate(a))),
  ),
  softplus: single(
    (a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))),
    box.softplus,
    (tape, a) => tape.apply('sigmoid', a),
  ),
  /** b where a is above 0, c elsewhere */
  choose: {
    value: (a, b, c) => (a > 0 ? b : c),
    enclose: (_, b, c, positive) => (positive ? b : c),
    derive: (tape, { a, db, dc }) => tape.choose(a, db, dc),
  },
};

type Constant = { readonly op: 'constant'; readonly value: number };
type Applied = { readonly op: OperationName; readonly a: number; readonly b: number; readonly c: number };

/** One entry of a tape: the variable x, a number, or an operation on earlier entries. */
type Entry = { readonly op: 'x' } | Constant | Applied;

const isConstant = (entry: Entry): entry is Constant => entry.op === 'constant';
const isOperation = (entry: Entry): entry is Applied => entry.op !== 'x' && entry.op !== 'constant';

/** What numbers or rectangles a tape has at all its entries. */
export type Enclosures = readonly box.Box[];

/** The side of 0 on which an entry lies that a choice rests on: true for positive, undefined where it is not known. */
export type Decide = (on: number) => boolean | undefined;

/** Thrown where more is asked of a tape than it holds. */
export class TapeTooLong extends Error {}

/**
 * A function of x as a list of operations, each on the results of earlier ones. Equal entries are one. The same list is computed with numbers
 * and with rectangles, and holds the derivatives of its entries where they were asked for.
 */
export class Tape {
  readonly #entries: Entry[] = [];
  readonly #places = new Map<string, number>();
  readonly #derivatives = new Map<number, number>();
  readonly #most: number;

  /** @param most entries that it may have */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#entries.length;
  }

  #put(entry: Entry): number {
    const key = Object.values(entry)
      .map((part) => (Object.is(part, -0) ? '-0' : String(part)))
      .join();
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.#entries.length >= this.#most) throw new TapeTooLong();
    this.#entries.push(entry);
    this.#places.set(key, this.#entries.length - 1);
    return this.#entries.length - 1;
  }

  /** The variable. */
  x(): number {
    return this.#put({ op: 'x' });
  }

  constant(value: number): number {
    return this.#put({ op: 'constant', value });
  }

  /** The number at a place, if it is a constant. */
  valueOf(place: number): number | undefined {
    const entry = this.#entries[place] as Entry;
    return isConstant(entry) ? entry.value : undefined;
  }

  isZero(place: number): boolean {
    return this.valueOf(place) === 0;
  }

  /** What an operation at a place is applied to, if it is that operation. */
  argumentsOf(place: number, op: OperationName): readonly [number, number] | undefined {
    const entry = this.#entries[place] as Entry;
    return isOperation(entry) && entry.op === op ? [entry.a, entry.b] : undefined;
  }

  /** An operation; of constants it is a constant. */
  apply(op: OperationName, a: number, b = a, c = a): number {
    const [one, two, three] = [this.valueOf(a), this.valueOf(b), this.valueOf(c)];
    if (one !== undefined && two !== undefined && three !== undefined)
      return this.constant(OPERATIONS[op].value(one, two, three));
    return this.#put({ op, a, b, c });
  }

  add(a: number, b: number): number {
    if (this.isZero(a)) return b;
    return this.isZero(b) ? a : this.apply('add', a, b);
  }

  subtract(a: number, b: number): number {
    if (this.isZero(b)) return a;
    if (a === b) return this.constant(0);
    // (1 − 1/cosh² has no digits near 0, where it is tanh²)
    const sech2 = this.valueOf(a) === 1 ? this.argumentsOf(b, 'sech2') : undefined;
    if (sech2) return this.power(this.apply('tanh', sech2[0]), 2);
    return this.isZero(a) ? this.negate(b) : this.apply('subtract', a, b);
  }

  negate(a: number): number {
    return this.argumentsOf(a, 'negate')?.[0] ?? this.apply('negate', a);
  }

  multiply(a: number, b: number): number {
    if (this.isZero(a) || this.valueOf(b) === 1) return a;
    if (this.isZero(b) || this.valueOf(a) === 1) return b;
    return a === b ? this.power(a, 2) : this.apply('multiply', a, b);
  }

  divide(a: number, b: number): number {
    if (this.isZero(a) && this.valueOf(b) === undefined) return a;
    return this.valueOf(b) === 1 ? a : this.apply('divide', a, b);
  }

  /** a to a constant power. */
  power(a: number, p: number): number {
    if (p === 0) return this.constant(1);
    if (p === 1) return a;
    if (p < 0) return this.divide(this.constant(1), this.power(a, -p));
    return this.apply(Number.isInteger(p) && p <= 64 ? 'power' : 'root', a, this.constant(p));
  }

  choose(a: number, b: number, c: number): number {
    return b === c ? b : this.apply('choose', a, b, c);
  }

  /** The derivative of an entry by x. */
  derive(place: number): number {
    // (from the first entry on: those that a derivative needs are there)
    for (let k = 0; k <= place; k++) {
      if (this.#derivatives.has(k)) continue;
      const entry = this.#entries[k] as Entry;
      this.#derivatives.set(k, this.#deriveEntry(entry, k));
    }
    return this.#derivatives.get(place) as number;
  }

  #deriveEntry(entry: Entry, own: number): number {
    if (!isOperation(entry)) return this.constant(entry.op === 'x' ? 1 : 0);
    const { op, a, b, c } = entry;
    const at = (place: number) => this.#derivatives.get(place) as number;
    return OPERATIONS[op].derive(this, { own, a, b, c, da: at(a), db: at(b), dc: at(c) });
  }

  /** The entries that some of them need, in order. */
  needed(places: readonly number[]): number[] {
    const needed = new Set(places);
    for (let k = this.#entries.length - 1; k >= 0; k--) {
      const entry = this.#entries[k] as Entry;
      if (needed.has(k) && isOperation(entry))
        for (const place of [entry.a, entry.b, entry.c]) needed.add(place);
    }
    return [...needed].sort((a, b) => a - b);
  }

  /** Whether an entry depends on x. */
  varies(place: number): boolean {
    return this.needed([place]).some((k) => this.#entries[k]?.op === 'x');
  }

  /** The entries that choices rest on, of those that some entries need, in order. */
  decisive(places: readonly number[]): number[] {
    const found = this.needed(places).flatMap((place) => this.argumentsOf(place, 'choose')?.[0] ?? []);
    return [...new Set(found)].sort((a, b) => a - b);
  }

  /** An entry as a function of x. */
  compile(place: number): (x: number) => number {
    const order = this.needed([place]);
    const registers = new Float64Array(order.length);
    const at = new Map(order.map((entry, k) => [entry, k]));
    const steps: {
      readonly value: Operation['value'];
      readonly to: number;
      readonly a: number;
      readonly b: number;
      readonly c: number;
    }[] = [];
    const variables: number[] = [];
    for (const [k, entry] of order.map((one) => this.#entries[one] as Entry).entries()) {
      if (entry.op === 'x') variables.push(k);
      else if (isConstant(entry)) registers[k] = entry.value;
      else {
        const [a, b, c] = [entry.a, entry.b, entry.c].map((one) => at.get(one) as number) as [
          number,
          number,
          number,
        ];
        steps.push({ value: OPERATIONS[entry.op].value, to: k, a, b, c });
      }
    }
    const result = order.length - 1;
    return (x) => {
      for (const k of variables) registers[k] = x;
      for (let i = 0; i < steps.length; i++) {
        const step = steps[i] as (typeof steps)[number];
        registers[step.to] = step.value(
          registers[step.a] as number,
          registers[step.b] as number,
          registers[step.c] as number,
        );
      }
      return registers[result] as number;
    };
  }

  /** What the needed entries hold for all x of a rectangle; nowhere from a choice on that is not decided. */
  enclose(order: readonly number[], x: box.Box, decide: Decide): Enclosures {
    const boxes: box.Box[] = [];
    for (const k of order) {
      const entry = this.#entries[k] as Entry;
      if (!isOperation(entry)) boxes[k] = isConstant(entry) ? box.point(entry.value) : x;
      else {
        const { op, a, b, c } = entry;
        const positive = op === 'choose' ? decide(a) : true;
        boxes[k] =
          positive === undefined
            ? box.NOWHERE
            : OPERATIONS[op].enclose(boxes[a] as box.Box, boxes[b] as box.Box, boxes[c] as box.Box, positive);
      }
    }
    return boxes;
  }
}
