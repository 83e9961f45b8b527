import { closest, distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { FORMER_COLUMNS, SYNONYMS } from '../catalogue/synonyms.ts';
import { parameterMeant } from './synonyms.ts';

/** What can be wrong with a parameter, where the theory refuses it. */
const PROBLEM_CODES = [
  'unknown_name',
  'out_of_range',
  'missing',
  'conflict',
  'not_applicable',
  'drops_whole_layer',
  'no_fixed_point',
] as const;

/**
 * An error answer: RFC 9457 `application/problem+json`, with one entry in `errors` for each thing that is wrong.
 * `pointer` is a JSON pointer into the query or the body (`#/sigma_w2`), `detail` says what to do.
 */
export const problemSchema = z
  .object({
    type: z.string().describe('about:blank, or an address that explains this kind of problem'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    limit: z
      .object({ rows: z.int().min(1) })
      .optional()
      .describe('where fewer rows like these would be answered: so many of them in one request'),
    errors: z
      .array(
        z.object({
          pointer: z.string(),
          detail: z.string(),
          code: z.enum(PROBLEM_CODES).optional().describe('what is wrong with the parameter, for programs'),
          limit: z
            .object({ min: z.number(), max: z.number() })
            .partial()
            .optional()
            .describe('the range of a number that is outside it'),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });

/** See {@link problemSchema}. */
export type Problem = z.infer<typeof problemSchema>;

/** One thing that is wrong, and where. */
export type ProblemEntry = NonNullable<Problem['errors']>[number];

/** How much of what was asked would be answered. */
export type ProblemLimit = NonNullable<Problem['limit']>;

/** The nearest known name to a mistyped one, as a sentence, or an empty string where nothing is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  if (known.length === 0 || name.length === 0 || name.length > 64) return '';
  const meant = known.find((one) => FORMER_COLUMNS[one]?.includes(name));
  if (meant !== undefined) return ` Did you mean "${meant}"?`;
  const near = (best: string) => distance(name.toLowerCase(), best) <= Math.max(2, name.length / 3);
  const best = closest(name.toLowerCase(), known);
  if (near(best)) return ` Did you mean "${best}"?`;
  const others = known.flatMap((one) => (SYNONYMS[one] ?? []).map((other) => ({ one, other })));
  if (others.length === 0) return '';
  const other = closest(
    name.toLowerCase(),
    others.map((pair) => pair.other),
  );
  return near(other) ? ` Did you mean "${others.find((pair) => pair.other === other)?.one}"?` : '';
}

/** Why there is no parameter of a name that one may well look for, by the name. */
export type Absent = ReadonlyMap<string, string>;

/** How many errors are reported. */
export const MOST_ENTRIES = 20;

/** A path into a value as a JSON pointer fragment (RFC 6901, section 6): `['rows', 3, 'loss']` is `#/rows/3/loss`. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return `#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

/**
 * What a zod error says, as entries of a problem document, at most 20: a body with a thousand bad rows is told about the first. `known` are
 * the names that the top level accepts, `absent` names that it does not, of which there is more to say.
 */
export function problemEntries(
  error: z.core.$ZodError,
  known: readonly string[],
  absent: Absent = new Map(),
): ProblemEntry[] {
  const entries = error.issues.slice(0, MOST_ENTRIES).flatMap((issue): ProblemEntry[] => {
    if (issue.code !== 'unrecognized_keys')
      return [{ pointer: jsonPointer(issue.path), detail: issue.message }];
    return issue.keys.slice(0, MOST_ENTRIES).map((key) => ({
      pointer: jsonPointer([...issue.path, key]),
      detail: issue.path.length > 0 ? `Unknown member "${key}".` : unknownName(key, known, absent),
    }));
  });
  return entries.slice(0, MOST_ENTRIES);
}

/** What is said of a value of another type, in place of zod's words, which are the terms of JavaScript; undefined for what zod says well. */
export const otherType: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined
    ? `Missing: give a value (${issue.expected}).`
    : `Give ${issue.expected}, not ${kindOf(issue.input)}.`;
};

const kindOf = (value: unknown) =>
  typeof value === 'number' || value === null ? String(value) : Array.isArray(value) ? 'array' : typeof value;

const AMBIGUOUS =
  'is ambiguous: libraries use it for the probability of keeping a unit and for that of dropping it. Give "keep" (probability that a unit is kept) or "drop" (1 - keep).';

/** What there is to say of names that are absent everywhere. */
const REFUSED: Absent = new Map([
  ['rate', AMBIGUOUS],
  ['p', AMBIGUOUS],
  ['dropout', AMBIGUOUS],
]);

function unknownName(key: string, known: readonly string[], absent: Absent): string {
  const said = absent.get(key) ?? REFUSED.get(key);
  if (said !== undefined) return `"${key}" ${said}`;
  const meant = parameterMeant(key, known);
  if (meant !== undefined) return `Unknown parameter: ${meant}`;
  return `Unknown parameter "${key}".${didYouMean(key, known) || ` Known: ${known.join(', ')}.`}`;
}
