import type * as z from 'zod';
import { type ProblemEntry, problemEntries } from '../schemas/problem.ts';
import { HttpProblem } from './problem.ts';

/** The one parameter that every endpoint takes besides its own: see format.ts. */
const FORMAT = 'format';

/** A query after parsing: its values, and the names in the order in which the user gave them. */
export type ParsedQuery<Query> = { query: Query; order: string[] };

/**
 * Parses a query string with its schema.
 *
 * @param url the address asked for
 * @param schema of the query as an object of strings; unknown names must be errors in it
 * @param known the names that the schema accepts, for a did-you-mean
 * @throws HttpProblem 400 that lists everything that is wrong
 * @example parseQuery(new URL(request.url), depthScalesQuery, DEPTH_SCALES_PARAMETERS).query.sigma_w2 // [1, 2]
 */
export function parseQuery<Schema extends z.ZodType>(
  url: URL,
  schema: Schema,
  known: readonly string[],
): ParsedQuery<z.output<Schema>> {
  // a Map keeps the order of the query, and no name can reach an object's prototype
  const given = new Map<string, string>();
  const twice = new Set<string>();
  for (const [name, value] of url.searchParams) {
    if (given.has(name)) twice.add(name);
    given.set(name, value);
  }
  given.delete(FORMAT);
  const entries: ProblemEntry[] = [...twice].slice(0, 20).map((name) => ({
    pointer: `#/${name}`,
    detail: `"${name}" stands twice. Give several values as a list: ${name}=1,2.`,
  }));
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (!parsed.success) entries.push(...problemEntries(parsed.error, [...known, FORMAT]));
  if (entries.length > 0 || !parsed.success)
    throw new HttpProblem(
      400,
      entries.map(({ pointer, detail }) => `${pointer.slice(2)}: ${detail}`).join(' '),
      entries,
    );
  return { query: parsed.data, order: [...given.keys()] };
}

/**
 * Refuses every parameter but `format`, for endpoints without any.
 *
 * @throws HttpProblem 400
 */
export function parseNoQuery(url: URL): void {
  const entries = [...new Set(url.searchParams.keys())]
    .filter((name) => name !== FORMAT)
    .map((name) => ({
      pointer: `#/${name}`,
      detail: `Unknown parameter "${name}": this address takes none.`,
    }));
  if (entries.length > 0) throw new HttpProblem(400, entries[0]?.detail ?? '', entries);
}
