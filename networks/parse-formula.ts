import jsep from 'jsep';
import { type OperationName, Tape, TapeTooLong } from './tape.ts';

/** A formula has at most so many characters, operations (of it, and with those of its derivative), and levels of brackets. */
export const FORMULA_LIMITS = { characters: 200, operations: 100, all: 2000, nesting: 40 } as const;

/** What is wrong with a formula, as a sentence. */
export class FormulaError extends Error {}

function refuse(message: string): never {
  throw new FormulaError(message);
}

/** `^` is a power, as `**`. */
jsep.addBinaryOp('^', jsep.binary_ops['**'] as number, true);
/** Brackets stay in the tree: −x² is −(x²), and (−x)² is not. */
jsep.hooks.add('gobble-token', function keepBrackets(this: jsep.HookScope, env: { node?: jsep.Expression }) {
  if (this.char === '(') env.node = { type: 'Brackets', content: this.gobbleGroup() };
});

/** Writes a function onto a tape. */
type Write = (tape: Tape, ...given: number[]) => number;

const operation =
  (op: OperationName): Write =>
  (tape, a) =>
    tape.apply(op, a as number);

const max: Write = (tape, a, b) =>
  tape.choose(tape.subtract(a as number, b as number), a as number, b as number);
const min: Write = (tape, a, b) =>
  tape.choose(tape.subtract(b as number, a as number), a as number, b as number);

/** A function of formulas: how many arguments it has, and what it is. */
type FormulaFunction = { readonly takes: number; readonly write: Write };

const one = (write: Write): FormulaFunction => ({ takes: 1, write });
const two = (write: Write): FormulaFunction => ({ takes: 2, write });

/** The functions that a formula may call. */
const FUNCTIONS: ReadonlyMap<string, FormulaFunction> = new Map(
  Object.entries({
    exp: one(operation('exp')),
    log: one((tape, a) => writeLog(tape, a as number)),
    log1p: one((tape, a) => writeLog1p(tape, a as number)),
    expm1: one(operation('expm1')),
    sqrt: one(operation('sqrt')),
    cbrt: one(operation('cbrt')),
    sin: one(operation('sin')),
    cos: one(operation('cos')),
    tan: one((tape, a) => tape.divide(tape.apply('sin', a as number), tape.apply('cos', a as number))),
    sinh: one(operation('sinh')),
    cosh: one(operation('cosh')),
    tanh: one(operation('tanh')),
    asinh: one(operation('asinh')),
    atan: one(operation('atan')),
    erf: one(operation('erf')),
    sigmoid: one(operation('sigmoid')),
    softplus: one(operation('softplus')),
    relu: one((tape, a) => tape.choose(a as number, a as number, tape.constant(0))),
    silu: one((tape, a) => tape.multiply(a as number, tape.apply('sigmoid', a as number))),
    gelu: one((tape, a) => tape.multiply(a as number, tape.apply('normalCdf', a as number))),
    abs: one((tape, a) => tape.choose(a as number, a as number, tape.negate(a as number))),
    sign: one((tape, a) => tape.choose(a as number, tape.constant(1), tape.constant(-1))),
    step: one((tape, a) => tape.choose(a as number, tape.constant(1), tape.constant(0))),
    max: two(max),
    min: two(min),
    pow: two((tape, a, b) => writePower(tape, a as number, b as number)),
    clip: {
      takes: 3,
      write: (tape, a, low, high) => min(tape, max(tape, a as number, low as number), high as number),
    },
  } satisfies Record<string, FormulaFunction>),
);

/** The names that stand for numbers. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);

/** Names that a formula may use, as a sentence. */
export const FORMULA_NAMES = `A formula has x, numbers, pi, e, + - * / ^, brackets, a comparison before ? and :, and ${[...FUNCTIONS.keys()].join(', ')}.`;

/** log(1 + eᵘ) is softplus(u), which does not overflow. */
function writeLog(tape: Tape, a: number): number {
  const sum = tape.argumentsOf(a, 'add');
  if (sum?.some((place) => tape.valueOf(place) === 1)) {
    const other = tape.valueOf(sum[0]) === 1 ? sum[1] : sum[0];
    return writeLog1p(tape, other);
  }
  return tape.apply('log', a);
}

function writeLog1p(tape: Tape, a: number): number {
  const power = tape.argumentsOf(a, 'exp');
  return power ? tape.apply('softplus', power[0]) : tape.apply('log1p', a);
}

/** a / (1 + eᵘ) is a · sigmoid(−u), and (eᵘ − e⁻ᵘ) / (eᵘ + e⁻ᵘ) is tanh u: they do not overflow. */
function writeQuotient(tape: Tape, a: number, b: number): number {
  const sum = tape.argumentsOf(b, 'add');
  if (sum?.some((place) => tape.valueOf(place) === 1)) {
    const other = tape.valueOf(sum[0]) === 1 ? sum[1] : sum[0];
    const power = tape.argumentsOf(other, 'exp');
    if (power) return tape.multiply(a, tape.apply('sigmoid', tape.negate(power[0])));
  }
  const [up, down] = [tape.argumentsOf(a, 'subtract'), tape.argumentsOf(b, 'add')];
  const [rise, fall] = [up, down].map((pair) => pair && exponents(tape, pair));
  const isTanh =
    rise && fall && rise[0] === fall[0] && rise[1] === fall[1] && rise[1] === tape.negate(rise[0]);
  return isTanh ? tape.apply('tanh', rise[0]) : tape.divide(a, b);
}

/** u and v of a pair eᵘ, eᵛ. */
function exponents(tape: Tape, [a, b]: readonly [number, number]): readonly [number, number] | undefined {
  const [u, v] = [tape.argumentsOf(a, 'exp'), tape.argumentsOf(b, 'exp')];
  return u && v && [u[0], v[0]];
}

function writePower(tape: Tape, a: number, b: number): number {
  const [base, exponent] = [tape.valueOf(a), tape.valueOf(b)];
  if (base !== undefined && exponent !== undefined) return tape.constant(base ** exponent);
  if (exponent !== undefined) {
    if (exponent === 0.5) return tape.apply('sqrt', a);
    return tape.power(a, exponent);
  }
  if (base === Math.E) return tape.apply('exp', b);
  return tape.apply('exp', tape.multiply(b, tape.apply('log', a)));
}

/** The operators between two numbers. */
const OPERATORS: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['+', (tape, a, b) => tape.add(a as number, b as number)],
  ['-', (tape, a, b) => tape.subtract(a as number, b as number)],
  ['*', (tape, a, b) => tape.multiply(a as number, b as number)],
  ['/', (tape, a, b) => writeQuotient(tape, a as number, b as number)],
  ['^', (tape, a, b) => writePower(tape, a as number, b as number)],
  ['**', (tape, a, b) => writePower(tape, a as number, b as number)],
]);

/** Comparisons a < b as the number that is then above 0, and whether the branches change places. */
const COMPARISONS: ReadonlyMap<string, { readonly first: 'a' | 'b'; readonly turned: boolean }> = new Map([
  ['>', { first: 'a', turned: false }],
  ['<', { first: 'b', turned: false }],
  ['>=', { first: 'b', turned: true }],
  ['<=', { first: 'a', turned: true }],
]);

const POWERS = ['^', '**'];

const isPower = ({ type, operator }: jsep.Expression) =>
  type === 'BinaryExpression' && POWERS.includes(operator as string);

/** −a^b as it is meant: jsep reads (−a)^b. */
function bindMinus(node: jsep.Expression): jsep.Expression {
  const { left, operator, right } = node as jsep.BinaryExpression;
  if (!isPower(node) || left.type !== 'UnaryExpression') return node;
  const { operator: sign, argument } = left as jsep.UnaryExpression;
  const inner = bindMinus({ type: 'BinaryExpression', operator, left: argument, right });
  return { type: 'UnaryExpression', operator: sign, argument: inner, prefix: true };
}

/** Writes a tree onto a tape. */
class Writer {
  readonly #tape: Tape;
  #depth = 0;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  write(node: jsep.Expression): number {
    if (++this.#depth > FORMULA_LIMITS.nesting * 3) refuse(TOO_DEEP);
    const place = this.#writeNode(bindMinus(node));
    this.#depth--;
    return place;
  }

  #writeNode(node: jsep.Expression): number {
    switch (node.type) {
      case 'Brackets': {
        const { content } = node;
        if (!content || typeof content !== 'object') refuse('There is nothing between two brackets.');
        return this.write(content as jsep.Expression);
      }
      case 'Literal': {
        const { value, raw } = node as jsep.Literal;
        if (typeof value !== 'number') refuse(`${show(raw)} is not a number. ${FORMULA_NAMES}`);
        if (!Number.isFinite(value)) refuse(`${show(raw)} is too large a number.`);
        return this.#tape.constant(value as number);
      }
      case 'Identifier':
        return this.#writeName((node as jsep.Identifier).name);
      case 'UnaryExpression': {
        const { operator, argument } = node as jsep.UnaryExpression;
        if (operator === '-') return this.#tape.negate(this.write(argument));
        if (operator === '+') return this.write(argument);
        return refuse(`The operator ${show(operator)} is not known here. ${FORMULA_NAMES}`);
      }
      case 'BinaryExpression': {
        const { operator, left, right } = node as jsep.BinaryExpression;
        if (COMPARISONS.has(operator))
          refuse(
            `A comparison stands before ? only, as x > 0 ? x : 0. (${show(operator)} stands elsewhere.)`,
          );
        const write = OPERATORS.get(operator);
        if (!write) return refuse(`The operator ${show(operator)} is not known here. ${FORMULA_NAMES}`);
        return write(this.#tape, this.write(left), this.write(right));
      }
      case 'ConditionalExpression':
        return this.#writeChoice(node as jsep.ConditionalExpression);
      case 'CallExpression':
        return this.#writeCall(node as jsep.CallExpression);
      case 'Compound':
      case 'SequenceExpression':
        return refuse(
          'It is several expressions: write * between two factors, . as the decimal sign, and %2B for + in an address.',
        );
      default:
        return refuse(`${NAMES[node.type] ?? 'This'} is not allowed. ${FORMULA_NAMES}`);
    }
  }

  #writeName(name: string): number {
    if (name === 'x') return this.#tape.x();
    const value = NUMBERS.get(name);
    if (value !== undefined) return this.#tape.constant(value);
    if (FUNCTIONS.has(name)) return refuse(`${name} needs brackets: ${name}(x).`);
    return refuse(`"${show(name)}" is not known here. ${FORMULA_NAMES}`);
  }

  #writeCall({ callee, arguments: given }: jsep.CallExpression): number {
    const name = callee.type === 'Identifier' ? (callee as jsep.Identifier).name : undefined;
    if (name === undefined) return refuse(`Only functions can be called. ${FORMULA_NAMES}`);
    const known = FUNCTIONS.get(name);
    if (!known) {
      if (name === 'x' || NUMBERS.has(name)) return refuse(`Write * between ${name} and a bracket.`);
      return refuse(`There is no function "${show(name)}". ${FORMULA_NAMES}`);
    }
    if (given.length !== known.takes || given.some((one) => !one))
      return refuse(
        `${name} takes ${known.takes} argument${known.takes > 1 ? 's' : ''}, not ${given.length}.`,
      );
    return known.write(this.#tape, ...given.map((argument) => this.write(argument)));
  }

  #writeChoice({ test, consequent, alternate }: jsep.ConditionalExpression): number {
    const inner = (test.type === 'Brackets' ? test.content : test) as jsep.Expression;
    const { operator, left, right } = inner as jsep.BinaryExpression;
    const comparison = inner?.type === 'BinaryExpression' ? COMPARISONS.get(operator) : undefined;
    if (!comparison) return refuse('Before ? stands one comparison, as x > 0 or x <= 1.');
    const [a, b] = [this.write(left), this.write(right)];
    const on = comparison.first === 'a' ? this.#tape.subtract(a, b) : this.#tape.subtract(b, a);
    const [then, otherwise] = [this.write(consequent), this.write(alternate)];
    return comparison.turned
      ? this.#tape.choose(on, otherwise, then)
      : this.#tape.choose(on, then, otherwise);
  }
}

const NAMES: Readonly<Record<string, string>> = {
  MemberExpression: 'A dot or a square bracket behind a name',
  ArrayExpression: 'A list',
  ThisExpression: '"this"',
};

const TOO_DEEP = `It is nested too deeply: at most ${FORMULA_LIMITS.nesting} levels of brackets.`;

const show = (text: string) => (text.length > 20 ? `${text.slice(0, 20)}…` : text);

/** What may stand in a formula at all. */
const CHARACTERS = /^[\w\s+\-*/^().,?:<>=]*$/;

/** The most brackets that are open at the same time. */
function nesting(text: string): number {
  let [open, most] = [0, 0];
  for (const character of text) {
    if (character === '(') most = Math.max(most, ++open);
    else if (character === ')') open--;
  }
  return most;
}

/** A formula, read. */
export type Formula = { readonly tape: Tape; readonly phi: number; readonly derivative: number };

/**
 * Reads a formula for φ(x), and differentiates it.
 *
 * @param text as `x*tanh(log(1+exp(x)))`
 * @returns a tape, and where φ and φ′ stand on it
 * @throws FormulaError for what is no formula, longer or deeper than {@link FORMULA_LIMITS}, or no function of x
 * @example parseFormula('-x^2') // −(x²)
 */
export function parseFormula(text: string): Formula {
  const { characters, operations, all } = FORMULA_LIMITS;
  if (text.length > characters)
    refuse(`It has ${text.length} characters; at most ${characters} are allowed.`);
  if (text.trim() === '') refuse(`It is empty. ${FORMULA_NAMES}`);
  const strange = [...text].find((character) => !CHARACTERS.test(character));
  if (strange !== undefined)
    refuse(`The character ${JSON.stringify(strange)} is not allowed. ${FORMULA_NAMES}`);
  if (nesting(text) > FORMULA_LIMITS.nesting) refuse(TOO_DEEP);
  const tree = readTree(text);
  const tape = new Tape(all);
  try {
    tape.x();
    const phi = new Writer(tape).write(tree);
    if (tape.length > operations)
      refuse(`It has ${tape.length} operations; at most ${operations} are allowed.`);
    if (!tape.varies(phi)) refuse('It is not a function of x: it has the same value everywhere.');
    return { tape, phi, derivative: tape.derive(phi) };
  } catch (error) {
    if (error instanceof TapeTooLong) refuse('It has too many operations.');
    throw error;
  }
}

function readTree(text: string): jsep.Expression {
  try {
    return jsep(text);
  } catch (error) {
    return refuse(
      `It cannot be read: ${(error as Error).message.replace(/ at character (\d+)$/, ', at character $1')}.`,
    );
  }
}
