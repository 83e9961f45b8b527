import type { Problem } from '../schemas/problem.ts';
import { EXIT, Failure } from '../trainer/errors.ts';
import type { Bindings } from '../worker/environment.ts';
import app from '../worker/index.ts';
import { flagOf } from './flags.ts';

/** One row of an answer, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** A question: names and values as they stand in an address, in the order in which they were given. */
export type Question = Readonly<Record<string, string>>;

/** No grid store, no limiter: what needs them is not asked for. */
const NOTHING_BOUND = {} as Bindings;

/**
 * Asks an endpoint of the API in this process, without a server, so that the answer is the Worker's own.
 *
 * @param endpoint the last part of its path
 * @param question its parameters
 * @param fields the columns that are looked at; all if left out
 * @returns the rows
 * @throws Failure with everything that is wrong with the question
 * @example (await ask('trainable-depth', { activation: 'tanh', sigma_w2: '1.8' }, ['fitted_depth']))[0]?.fitted_depth
 */
export async function ask(
  endpoint: string,
  question: Question,
  fields?: readonly string[],
): Promise<readonly Row[]> {
  const search = new URLSearchParams({ ...question, ...(fields && { field: fields.join() }), meta: 'none' });
  const request = new Request(`http://localhost/v1/${endpoint}?${search}`);
  const response = await app.fetch(request, NOTHING_BOUND);
  if (!response.ok) throw refusal((await response.json()) as Problem);
  return ((await response.json()) as { rows: readonly Row[] }).rows;
}

/** What the API refuses, with its parameters as options of the command line. */
function refusal({ status, detail, errors = [] }: Problem): Failure {
  const lines = errors.map(({ pointer, detail: what }) =>
    pointer === '#' ? what : `${flagOf(pointer.slice(2))}: ${what}`,
  );
  return new Failure(lines.join('\n') || detail, status < 500 ? EXIT.usage : EXIT.failed);
}
