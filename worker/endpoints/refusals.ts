import { OutOfWork } from '../meter.ts';
import { HttpProblem } from '../problem.ts';
import { MAX_WORK } from '../work.ts';

/** One combination of the values of a query. */
type Point = Readonly<Record<string, unknown>>;

/** How many combinations of values there are, and how many are answered already. */
type Progress = { readonly answered: number; readonly all: number };

/**
 * What the theory refuses, or takes too long for, as an answer that points at the parameter.
 *
 * @param point what is asked
 * @param ask the theory
 * @param progress how far the query has come; it is the only combination if left out
 * @throws HttpProblem 400
 * @example await refusals({ sigma_w2: 1 }, () => ask(point))
 */
export async function refusals<T>(
  point: Point,
  ask: () => T | Promise<T>,
  progress: Progress = { answered: 0, all: 1 },
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof OutOfWork) throw tooMuch(point, progress, error.message);
    if (!(error instanceof RangeError)) throw error;
    throw refusal(error, Object.keys(point));
  }
}

/** A RangeError of the theory; its message begins with the name of what is wrong, or quotes it. */
function refusal({ message }: RangeError, names: readonly string[]): HttpProblem {
  const words = message.match(/[a-z_0-9]+/gi) ?? [];
  const plain = (name: string) => name.replace(/^noise_/, '');
  const name =
    words.map((word) => names.find((known) => known === word || plain(known) === word)).find(Boolean) ?? '';
  return new HttpProblem(400, name && !message.startsWith(`${name}:`) ? `${name}: ${message}` : message, [
    { pointer: name ? `#/${name}` : '#', detail: message },
  ]);
}

/** What to ask for less of, where averages turn out to take too long. */
function tooMuch({ depth }: Point, { answered, all }: Progress, instead: string): HttpProblem {
  const limit = `more than the ${MAX_WORK / 1000} ms of work that one request may take`;
  if (answered > 0)
    return new HttpProblem(
      400,
      `The ${all} combinations of values take ${limit}. Ask for at most ${answered} such rows in one call. ${instead}`.trim(),
    );
  const slow = `${all > 1 ? 'Even one of the combinations' : 'This'} takes ${limit}: averages over strongly correlated inputs, or with shifts, are slow.`;
  return typeof depth === 'number' && depth > 1
    ? new HttpProblem(400, `${slow} Ask for less depth than ${depth}.`, [
        { pointer: '#/depth', detail: `Give less than ${depth}.` },
      ])
    : new HttpProblem(400, `${slow} Ask for weights, biases and shifts of a usual size, or for more noise.`);
}
