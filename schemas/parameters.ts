import * as z from 'zod';
import type { About, ValuesSchema } from './endpoint.ts';
import { didYouMean } from './problem.ts';
import { nameFor, remarkOn } from './synonyms.ts';

/**
 * The range of a numeric parameter, ends included; `smallest` is the smallest size of a value other than 0; `whole` where only
 * whole numbers make sense.
 */
export type Bounds = { min: number; max: number; smallest?: number; whole?: boolean };

/** Smaller numbers than this, other than 0, are slips or attacks: no answer depends on them. */
const SMALLEST_NUMBER = 1e-15;

/** The most values that one list or range may hold. */
export const MAX_VALUES = 10_000;

/** A range as text, for the OpenAPI document. */
export const rangeSchema = z
  .string()
  .regex(/^[^,/]+\.\.[^,/]+\/[0-9]+$/)
  .meta({
    id: 'Range',
    description: 'start..stop/count, both ends included: `1..4/31` is 31 values from 1 to 4',
    examples: ['1..4/31'],
  });

/** A range in the OpenAPI document. */
export const RANGE: ValuesSchema = { $ref: '#/components/schemas/Range' };

/** A list of values in the OpenAPI document. */
export const listOf = (items: ValuesSchema): ValuesSchema => ({ type: 'array', items, minItems: 1 });

const numberWithin = ({ min, max, whole }: Bounds): ValuesSchema => ({
  type: whole ? 'integer' : 'number',
  minimum: min,
  maximum: max,
});

/** A list of numbers or a range in the OpenAPI document. */
export const numbersOrRange = (bounds: Bounds): ValuesSchema => ({
  anyOf: [listOf(numberWithin(bounds)), RANGE],
});

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const RANGE_TEXT = /^(.+)\.\.(.+)\/(.+)$/;

/**
 * A numeric query parameter: one number (`1.5`), a list (`1,1.5,2`) or a range with both ends (`1..4/31` is 31 values
 * from 1 to 4). The parsed value is always an array.
 */
export function numbers(bounds: Bounds, description: string) {
  return z
    .string('This parameter is required.')
    .transform((text, context): number[] => {
      const values = parseNumbers(text, bounds);
      if (typeof values !== 'string') return values;
      context.addIssue({ code: 'custom', message: values, input: text });
      return z.NEVER;
    })
    .meta({
      bounds,
      values: numbersOrRange(bounds),
      description: `${description} From ${bounds.min} to ${bounds.max}. A ${bounds.whole ? 'whole ' : ''}number, a list \`1,1.5,2\` or a range \`1..4/31\` (start..stop/count, both ends included).`,
    });
}

/** A numeric query parameter that is one number. */
export function number(bounds: Bounds, description: string) {
  return z
    .string()
    .transform((text, context): number => {
      const value = parseNumber(text, bounds);
      if (typeof value === 'number') return value;
      context.addIssue({ code: 'custom', message: value, input: text });
      return z.NEVER;
    })
    .meta({
      bounds,
      values: numberWithin(bounds),
      description: `${description} ${bounds.whole ? 'A whole number' : 'One number'} from ${bounds.min} to ${bounds.max}.`,
    });
}

/** How many significant digits the numbers of an answer have: a parameter of every table. */
export const digits = number(
  { min: 1, max: 17, whole: true },
  'Of json, csv and txt: round numbers to so many significant digits (all by default). Whole numbers, such as counts, stay as they are.',
);

/** The values of a list or range, or a sentence that says what is wrong with it. */
function parseNumbers(text: string, bounds: Bounds): number[] | string {
  const values: number[] = [];
  for (const part of text.split(',')) {
    const more = part.includes('..') ? parseRange(part, bounds) : parseNumber(part, bounds);
    if (typeof more === 'string') return `${more}${meantDecimal(text)}`;
    for (const value of Array.isArray(more) ? more : [more]) values.push(value);
    if (values.length > MAX_VALUES) return `More than ${MAX_VALUES} values; ask for fewer in one call.`;
  }
  return values;
}

function parseRange(text: string, bounds: Bounds): number[] | string {
  const match = RANGE_TEXT.exec(text);
  if (!match) {
    const ends = text.split('..').every((end) => NUMBER.test(end)) ? show(text) : '1..4';
    return `"${show(text)}" is not a range. Write start..stop/count, for example ${ends}/31.`;
  }
  const [start, stop, count] = [
    parseNumber(match[1] as string, bounds),
    parseNumber(match[2] as string, bounds),
    parseNumber(match[3] as string, { min: 2, max: MAX_VALUES }),
  ];
  if (typeof start === 'string') return start;
  if (typeof stop === 'string') return stop;
  if (typeof count === 'string' || !Number.isInteger(count))
    return `"${show(match[3] as string)}" is not a count of values: a whole number from 2 to ${MAX_VALUES}.`;
  const between = (stop - start) / (count - 1);
  if (bounds.whole && !Number.isInteger(between))
    return `"${show(text)}" has steps of ${between}; here every value is a whole number.`;
  // The ends are given back exactly; between them start + i (stop - start) / (count - 1) is the nearest to what is meant.
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 ? stop : start + (i * (stop - start)) / (count - 1),
  );
}

function parseNumber(
  text: string,
  { min, max, smallest = SMALLEST_NUMBER, whole = false }: Bounds,
): number | string {
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(value)) return `"${show(text)}" is not a number.${meant(text, { min, max })}`;
  if (value < min || value > max)
    return `${show(text)} is out of range: give a number from ${min} to ${max}.${value >= 2 ? percent(value, { min, max }) : ''}`;
  if (whole && !Number.isInteger(value)) return `${show(text)} is not a whole number.`;
  if (value !== 0 && Math.abs(value) < smallest)
    return `${show(text)} is too small: give 0, or a number of at least ${smallest} in size.`;
  return value;
}

/** What a text that is no number may have meant, as a sentence. */
function meant(text: string, bounds: Bounds): string {
  const [, percentage] = /^([\d.]+)\s*%$/.exec(text) ?? [];
  if (percentage !== undefined) return percent(Number(percentage), bounds);
  const parts = text.split(':');
  if (parts.length === 3) {
    const [start, stop, count] = parts.map((part) => (NUMBER.test(part) ? Number(part) : Number.NaN));
    const whole = Number.isInteger(count) && (count as number) >= 2 && (start as number) < (stop as number);
    return ` A range is start..stop/count${whole ? `: ${start}..${stop}/${count}` : ', for example 1..4/31'}.`;
  }
  if (text.includes(';'))
    return ' Values are separated by commas, and a decimal fraction has a point: 1.5,2.';
  return '';
}

/** A percentage as the fraction that it is, of a parameter that is a probability. */
const percent = (value: number, { min, max }: Bounds) =>
  value > 0 && value <= 100 && min >= 0 && max <= 1
    ? ` For ${value} %, give ${Number((value / 100).toPrecision(12))}.`
    : '';

/**
 * What a list of two whole numbers may have meant where the decimal sign is a comma, as a sentence; empty for other texts.
 *
 * @example meantDecimal('0,1') // ' If 0,1 is a decimal fraction, write it with a point: 0.1.'
 */
export const meantDecimal = (text: string): string =>
  /^[+-]?\d+,\d+$/.test(text)
    ? ` If ${show(text)} is a decimal fraction, write it with a point: ${show(text.replace(',', '.'))}.`
    : '';

/** The start of a text, to be quoted. */
export const show = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** How many wrong parts of a list are reported: suggestions for thousands of names would take long to make. */
const MAX_REPORTED = 3;

/** What a part of a list stands for, or what is wrong with it. */
export type Read<Value> = readonly Value[] | { readonly wrong: string };

/** A query parameter that is a list: each part between commas is read by itself. The parsed value is always an array. */
export function list<Value>(read: (part: string) => Read<Value>, about: About) {
  return z
    .string('This parameter is required.')
    .transform((text, context): Value[] => {
      const values: Value[] = [];
      let wrong = 0;
      for (const part of text.split(',')) {
        const found = read(part);
        if (!('wrong' in found)) values.push(...found);
        else context.addIssue({ code: 'custom', message: found.wrong, input: text });
        if ('wrong' in found && ++wrong === MAX_REPORTED) break;
      }
      return wrong > 0 ? z.NEVER : values;
    })
    .meta(about);
}

/**
 * A query parameter that takes one or several of a fixed set of names (`tanh` or `tanh,relu`), or what they are also called. The
 * parsed value is always an array.
 */
export const choices = <const Name extends string>(names: readonly Name[], description: string) =>
  list<Name>(
    (part) => {
      const name = nameFor(part, names);
      return name === undefined ? { wrong: notAmong(part, names) } : [name];
    },
    {
      names,
      values: listOf({ type: 'string', enum: [...names] }),
      description: `${description} One of ${names.join(', ')}, or a list of them.`,
    },
  );

/** A query parameter that takes one of a fixed set of names, and no list of them. */
export function choice<const Name extends string>(names: readonly Name[], description: string) {
  return z
    .string()
    .transform((given, context): Name => {
      const name = nameFor(given, names);
      if (name !== undefined) return name;
      context.addIssue({ code: 'custom', message: notAmong(given, names), input: given });
      return z.NEVER;
    })
    .meta({
      names,
      values: { type: 'string', enum: [...names] },
      description: `${description} One of ${names.join(', ')}.`,
    });
}

/** A member of a plan that is one of a fixed set of names, spelled as they are. */
export function oneOf<const Name extends string>(names: readonly Name[]) {
  return z.enum(names as readonly [Name, ...Name[]], {
    error: ({ input }) => {
      if (typeof input !== 'string') return undefined;
      const meant = nameFor(input, names);
      return meant ? `"${input}" is "${meant}" here.` : notAmong(input, names);
    },
  });
}

/** What to say of a name that is none of those there are: `"tahn" is not one of tanh, relu. Did you mean "tanh"?` */
export function notAmong(given: string, names: readonly string[]): string {
  const shown = show(given);
  const remark = remarkOn(given);
  if (remark !== undefined) return `"${shown}" ${remark}`;
  return `"${shown}" is not one of ${names.join(', ')}.${didYouMean(given, names)}`;
}
