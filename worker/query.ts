import type * as z from 'zod';
import { ALL_COLUMNS, metaOf } from '../schemas/endpoint.ts';
import { meantDecimal, show } from '../schemas/parameters.ts';
import { type Absent, otherType, type ProblemEntry, problemEntries } from '../schemas/problem.ts';
import { HttpProblem } from './problem.ts';

/** The parameters that every table takes besides its own: see encode.ts. */
export const COMMON: readonly string[] = ['format', 'field', 'layout', 'meta', 'digits'];

/** A query after parsing: its values, and the names in the order in which the user gave them. */
export type ParsedQuery<Query> = { query: Query; order: string[] };

/** A + that stands between two operands: as a blank, which it is in an address. */
const BLANK_BETWEEN = /(?<=[\w.)]) (?=[\w.(])/g;

/**
 * The names and values of an address. A + in a formula means a blank there, unless one sees that whoever wrote it encodes nothing: brackets
 * stand as they are, and neither a blank nor a + has its code. Then a + between two operands is one.
 *
 * @param url of the request
 * @example [...givenIn(new URL('http://x/?formula=log(1+exp(x))'))] // [['formula', 'log(1+exp(x))']]
 */
export function givenIn(url: URL): [string, string][] {
  const written = url.search
    .slice(1)
    .split('&')
    .filter((part) => part.startsWith('formula='))
    .map((part) => part.includes('(') && !/%2b|%20/i.test(part));
  return [...url.searchParams].map(([name, value]) => [
    name,
    name === 'formula' && written.every(Boolean) && written.length > 0
      ? value.replaceAll(BLANK_BETWEEN, '+')
      : value,
  ]);
}

/**
 * Parses a query with its schema, or throws an HttpProblem (400) that lists everything that is wrong. `single`: in txt a parameter has one
 * value or a range, because a list may be a decimal comma.
 */
export function parseQuery<Schema extends z.ZodObject>(
  given: Iterable<[string, string]>,
  schema: Schema,
  absent?: Absent,
  single = false,
): ParsedQuery<z.output<Schema>> {
  // a Map keeps the order of the query, and no name can reach an object's prototype
  const values = new Map<string, string>();
  const twice = new Set<string>();
  for (const [name, value] of given) {
    if (values.has(name)) twice.add(name);
    values.set(name, value);
  }
  for (const name of COMMON) values.delete(name);
  const entries: ProblemEntry[] = [...twice].slice(0, 20).map((name) => ({
    pointer: `#/${name}`,
    detail: `"${name}" stands twice. Give several values as a list: ${name}=1,2.`,
  }));
  if (single) entries.push(...showList(values, schema));
  const parsed = schema.safeParse(Object.fromEntries(values), { error: otherType });
  if (!parsed.success)
    entries.push(...problemEntries(parsed.error, [...Object.keys(schema.shape), ...COMMON], absent));
  if (entries.length > 0 || !parsed.success) throw new HttpProblem(400, summarise(entries), entries);
  return { query: parsed.data, order: [...values.keys()] };
}

/** Lists where a parameter has one value. */
function showList(values: ReadonlyMap<string, string>, schema: z.ZodObject): ProblemEntry[] {
  return [...values].flatMap(([name, text]) => {
    const known = schema.shape[name];
    if (!known || metaOf(known).list || !text.includes(',')) return [];
    const detail = `"${show(text)}" is a list, and in txt a parameter has one value or a range start..stop/count.${meantDecimal(text)} Lists are for csv and json.`;
    return [{ pointer: `#/${name}`, detail }];
  });
}

/** What is wrong in a sentence or three; `errors` has the rest. */
function summarise(entries: readonly ProblemEntry[]): string {
  const first = entries
    .slice(0, 3)
    .map(({ pointer, detail }) => (pointer === '#' ? detail : `${pointer.slice(2)}: ${detail}`));
  return [...first, ...(entries.length > 3 ? [`And ${entries.length - 3} more, see errors.`] : [])].join(' ');
}

/** Refuses every parameter but those, for addresses that take no query. */
export function parseNoQuery(url: URL, but: readonly string[] = ['format']): void {
  const entries = [...new Set(url.searchParams.keys())]
    .filter((name) => !but.includes(name))
    .map((name) => ({
      pointer: `#/${name}`,
      detail: `Unknown parameter "${name}": this address takes none.`,
    }));
  if (entries.length > 0) throw new HttpProblem(400, entries[0]?.detail ?? '', entries);
}

/**
 * The columns that a query asks for, each once: a name that stands twice is no second column, nor a second line of a chart. Undefined where it
 * names none, which asks for the usual ones.
 */
export function fieldsIn(search: URLSearchParams): Asked {
  const given = search.get('field');
  if (given === null || given === ALL_COLUMNS) return given ?? undefined;
  return [...new Set(given.split(','))];
}

/** Columns by their names, all of them, or the usual ones. */
export type Asked = readonly string[] | typeof ALL_COLUMNS | undefined;

/**
 * The columns that are asked for.
 *
 * @param asked see {@link fieldsIn}
 * @param usual those that come where the query names none; all if left out
 * @returns undefined for all
 * @example pickFields('all', ['xi_2']) // undefined
 */
export const pickFields = (asked: Asked, usual?: readonly string[]): readonly string[] | undefined =>
  asked === ALL_COLUMNS ? undefined : (asked ?? usual);
