import * as z from 'zod';
import { ACTIVATION_NAMES, ACTIVATION_PARAMETERS } from '../catalogue/activations.ts';
import type { Range } from '../catalogue/range.ts';
import {
  MASK_NAMES,
  type MaskName,
  NOISE_PARAMETERS,
  type NoiseParameterName,
  noiseNumbers,
  SCHEDULE_NAMES,
  TECHNIQUE_ENTRIES,
  TECHNIQUE_NAMES,
  type TechniqueName,
} from '../catalogue/techniques.ts';
import { type Bounds, choices, list, listOf, numbers, numbersOrRange, show } from './parameters.ts';
import { didYouMean } from './problem.ts';
import { nameFor } from './synonyms.ts';

/** Ranges of the parameters of a network, ends included. */
export const RANGES = {
  sigma_w2: { min: 0, max: 1000, smallest: 1e-12 },
  sigma_b2: { min: 0, max: 1000, smallest: 1e-12 },
  keep: { min: 0.001, max: 1 },
  drop: { min: 0, max: 0.999, smallest: 1e-30 },
  q0: { min: 1e-12, max: 1e12 },
  c0: { min: -1, max: 1 },
  depth: { min: 1, max: 5000, whole: true },
  width: { min: 1, max: 1e6, whole: true },
  carry: { min: 0, max: 100 },
  branch: { min: 0, max: 100 },
} as const;

/** The range of a query parameter, both ends of which are in range. */
export const queryBounds = ({ min, max, above, smallest, whole }: Omit<Range, 'about'>): Bounds => ({
  min: above ? (smallest ?? min) : min,
  max,
  ...(whole && { whole }),
});

/** Noise parameters of queries, with their prefix. */
const PREFIXED = Object.fromEntries(
  Object.entries(NOISE_PARAMETERS).map(([name, range]) => [`noise_${name}`, range]),
) as Readonly<Record<`noise_${NoiseParameterName}`, Range>>;

/** Query parameters from a table of ranges, each optional. */
export function optionals<Name extends string>(table: Readonly<Record<Name, Range>>) {
  const entries = Object.entries<Range>(table);
  return Object.fromEntries(
    entries.map(([name, range]) => [name, numbers(queryBounds(range), range.about).optional()]),
  ) as Record<Name, z.ZodOptional<ReturnType<typeof numbers>>>;
}

/** What `activation` may be in a query: a name of the catalogue, or custom, which is what `formula` says. */
export const ACTIVATION_CHOICES = [...ACTIVATION_NAMES, 'custom'] as const;

/** The most characters of a formula, and the most kinks that may be given. */
export const FORMULA_LENGTH = 200;
const GIVEN_KINKS = 16;

const kinkList = numbers({ min: -1e6, max: 1e6 }, '');

/** Kinks of a formula. The parsed value is a list with that one list in it, so that it counts as one value. */
const formulaKinks = z
  .string()
  .transform((text, context): number[][] => {
    const parsed = kinkList.safeParse(text);
    if (parsed.success && parsed.data.length <= GIVEN_KINKS) return [parsed.data];
    const messages = parsed.success
      ? [`At most ${GIVEN_KINKS} kinks.`]
      : parsed.error.issues.map((one) => one.message);
    for (const message of messages) context.addIssue({ code: 'custom', message, input: text });
    return z.NEVER;
  })
  .meta({
    list: true,
    values: numbersOrRange({ min: -1e6, max: 1e6 }),
    description:
      'Where the function of formula is not smooth, besides what is found (the zeros of what abs, relu, max, min, clip and comparisons look at). A list `-1,1`.',
  });

/** Query parameters that say which activation. */
export const ACTIVATION_QUERY = {
  activation: choices(ACTIVATION_CHOICES, 'Activation φ; custom is the function that formula describes.'),
  formula: z
    .string()
    .optional()
    .meta({
      list: true,
      values: { type: 'string', maxLength: FORMULA_LENGTH, pattern: '^[\\w\\s+*/^().,?:<>=-]+$' },
      description: `With activation=custom: φ as an expression in x, for example x*tanh(log(1+exp(x))). It has numbers, pi, e, + - * / ^, brackets, comparisons before ? and :, and the functions of docs/api.md. At most ${FORMULA_LENGTH} characters; + is written %2B in an address.`,
    }),
  formula_kinks: formulaKinks.optional(),
  ...optionals(ACTIVATION_PARAMETERS),
};

/** Adds what activation and formula must satisfy together: custom has a formula, and stands alone. */
export function checkFormula(given: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const {
    activation = [],
    formula,
    formula_kinks,
  } = given as {
    activation?: readonly string[];
    formula?: string;
    formula_kinks?: unknown;
  };
  const refuse = (name: string, message: string) =>
    context.addIssue({ code: 'custom', path: [name], message });
  if (!activation.includes('custom')) {
    if (formula !== undefined) refuse('formula', 'A formula goes with activation=custom.');
    if (formula_kinks !== undefined) refuse('formula_kinks', 'They go with activation=custom and a formula.');
  } else if (activation.length > 1)
    refuse('activation', 'custom stands alone: ask for the others in another call.');
  else if (formula === undefined)
    refuse('formula', 'activation=custom needs a formula in x, for example formula=x*sigmoid(x).');
}

/** Query parameters that say which weights. */
export const WEIGHTS_QUERY = {
  sigma_w2: numbers(RANGES.sigma_w2, 'Weight variance: weights are N(0, sigma_w2 / fan_in).'),
  sigma_b2: numbers(RANGES.sigma_b2, 'Bias variance: biases are N(0, sigma_b2).').default([0]),
};

const correlations = numbers({ min: 0, max: 1 }, '');

/** A query parameter for masks: names, or correlations of the two inputs' masks from 0 to 1. */
const masks = (description: string) =>
  list<MaskName | number>(
    (part) => {
      const name = nameFor(part, MASK_NAMES);
      if (name !== undefined) return [name];
      const { data } = correlations.safeParse(part);
      return (
        data ?? {
          wrong: `"${show(part)}" is not one of ${MASK_NAMES.join(', ')}, nor a number from 0 to 1.${didYouMean(part, MASK_NAMES)}`,
        }
      );
    },
    {
      names: MASK_NAMES,
      values: listOf({
        anyOf: [
          { type: 'string', enum: [...MASK_NAMES] },
          { type: 'number', minimum: 0, maximum: 1 },
        ],
      }),
      description: `${description} One of ${MASK_NAMES.join(', ')}, or the correlation of the masks, 0 to 1.`,
    },
  );

/** Query parameters that say which noise. */
export const NOISE_QUERY = {
  technique: choices(TECHNIQUE_NAMES, 'Which noise multiplies the activations.').default(['bernoulli']),
  keep: numbers(RANGES.keep, 'Probability that a unit is kept (default 1 for bernoulli and ic).').optional(),
  drop: numbers(RANGES.drop, 'Probability that a unit is dropped, instead of keep.').optional(),
  ...optionals(PREFIXED),
  mask: masks('Whether two compared inputs see masks of their own or the same one.').default(['independent']),
};

/** Query parameter of where the variance starts. */
export const Q0_QUERY = {
  q0: numbers(RANGES.q0, 'Variance from which the layers start, to choose among fixed points.').default([1]),
};

/** Query parameters of a stack of layers: how the noise is spread over them, and skip connections. */
export const STACK_QUERY = {
  schedule: choices(SCHEDULE_NAMES, 'How the mean drop probability is spread over the layers.').default([
    'constant',
  ]),
  carry: numbers(RANGES.carry, 'a² of skip connections y = a·x + b·block(x).').default([0]),
  branch: numbers(RANGES.branch, 'b² of skip connections y = a·x + b·block(x).').default([1]),
};

/** What may say how strong the noise of every technique is. */
const KEEPS = ['keep', 'drop', 'keep_per_layer'];

/** The techniques of a query that have a strength and got none. */
export function withoutStrength(given: Readonly<Record<string, unknown>>): TechniqueName[] {
  const { technique = [] } = given as { technique?: readonly TechniqueName[] };
  return [...new Set(technique)].filter((name) => {
    const { keep } = TECHNIQUE_ENTRIES[name];
    const enough = [...KEEPS, ...(keep === 'alternative' ? noiseNumbers(name) : [])];
    return keep !== 'refused' && !enough.some((parameter) => given[parameter] !== undefined);
  });
}

/**
 * Adds what the parameters of a network must satisfy together: a formula for a custom activation (see {@link checkFormula}), keep or drop and
 * not both, none where there is no noise, and a strength where a technique means nothing without.
 *
 * @param query parameters with those of the noise
 * @param applies to which queries, besides the formula; all if left out
 */
export function withNoise<Query extends z.ZodObject>(
  query: Query,
  applies: (given: Readonly<Record<string, unknown>>) => boolean = () => true,
): Query {
  return query.superRefine((given, context) => {
    checkFormula(given, context);
    if (!applies(given)) return;
    const { keep, drop, technique } = given as { keep?: unknown; drop?: unknown; technique?: string[] };
    if (keep && drop)
      context.addIssue({
        code: 'custom',
        path: ['drop'],
        message: 'Give keep or drop, not both: drop = 1 - keep.',
      });
    if (technique?.includes('none') && (keep ?? drop))
      context.addIssue({
        code: 'custom',
        path: [keep ? 'keep' : 'drop'],
        message: 'technique=none has no noise: leave keep and drop out, or take technique=bernoulli.',
      });
    checkStrength(given, query.shape, context);
  });
}

/**
 * Refuses techniques that mean nothing without a strength, where the query says none.
 *
 * @param given the query
 * @param shape its parameters: those of a technique that are among them may say the strength
 * @param context of the parsing
 */
export function checkStrength(
  given: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, unknown>>,
  context: z.RefinementCtx,
): void {
  for (const name of withoutStrength(given)) {
    const { keep: taken, without } = TECHNIQUE_ENTRIES[name];
    if (without !== undefined) continue;
    const own = taken === 'alternative' ? noiseNumbers(name).filter((number) => number in shape) : [];
    context.addIssue({
      code: 'custom',
      path: ['keep'],
      message: `technique=${name} needs to know how strong its noise is: give keep (or drop)${own.length > 0 ? `, or ${own.join(' and ')}` : ''}.`,
    });
  }
}

const given = (what: string) =>
  z
    .number()
    .optional()
    .meta({ description: `${what} (where the query gives it)` });

/** Optional columns from a table of parameters. */
export function columns<Name extends string>(table: Readonly<Record<Name, Range>>) {
  const entries = Object.entries<Range>(table);
  return Object.fromEntries(
    entries.map(([name, { about }]) => [name, given(about.replace(/\.$/, ''))]),
  ) as Record<Name, z.ZodOptional<z.ZodNumber>>;
}

/** The column of the activation, and those of its parameters, there where the query gives them. */
export const ACTIVATION_COLUMN = z
  .enum(ACTIVATION_CHOICES)
  .meta({ description: 'activation φ; custom: that of formula' });
/** See {@link ACTIVATION_COLUMN}. */
export const ACTIVATION_PARAMETER_COLUMNS = {
  formula: z.string().optional().meta({ description: 'φ as an expression in x (where the query gives it)' }),
  ...columns(ACTIVATION_PARAMETERS),
};
/** Columns of the technique's parameters, there where the query gives them. */
export const NOISE_PARAMETER_COLUMNS = columns(PREFIXED);
/** Columns that say which noise. */
export const NOISE_COLUMNS = {
  technique: z.enum(TECHNIQUE_NAMES).meta({ description: 'which noise multiplies the activations' }),
  mask: z.union([z.string(), z.number()]).meta({
    description:
      'whether two compared inputs see masks of their own or the same one, or the correlation of their masks',
  }),
};
/** Columns that say which weights. */
export const WEIGHTS_COLUMNS = {
  sigma_w2: z.number().meta({ description: 'weight variance: weights are N(0, sigma_w2 / fan_in)' }),
  sigma_b2: z.number().meta({ description: 'bias variance: biases are N(0, sigma_b2)' }),
};
/** Columns of a stack of layers. */
export const STACK_COLUMNS = {
  schedule: z
    .enum(SCHEDULE_NAMES)
    .meta({ description: 'how the mean drop probability is spread over the layers' }),
  carry: z.number().meta({ description: 'a² of skip connections y = a·x + b·block(x)' }),
  branch: z.number().meta({ description: 'b² of skip connections' }),
};
/** The column of the keep probability. */
export const KEEP_COLUMN = z.number().nullable().meta({
  description: 'probability that a unit is kept; null for techniques without one, or set by their parameters',
});
