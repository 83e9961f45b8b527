import { ParameterError } from '../../theory/index.ts';
import { OutOfWork } from '../meter.ts';
import { HttpProblem } from '../problem.ts';
import { MAX_WORK } from '../work.ts';

/** One combination of the values of a query. */
type Point = Readonly<Record<string, unknown>>;

/** How many combinations of values there are, and how many rows are answered already. */
type Progress = { readonly answered: number; readonly all: number };

/**
 * What the theory refuses, or takes too long for, as an answer that points at the parameter. Any other error is a fault of the
 * software and goes its way.
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
    if (error instanceof OutOfWork) throw tooMuch(progress, error.message);
    if (error instanceof ParameterError) throw refusal(error, point);
    throw error;
  }
}

/**
 * An error of the theory as an answer.
 *
 * @param error what it refused
 * @param asked the query; a parameter that is not in it (it was computed from others) leaves the pointer at the whole query
 * @example refusal(new ParameterError('keep', 'out_of_range', 'Too much.'), { keep: 2 }).status // 400
 */
export function refusal({ parameter, code, message, limit }: ParameterError, asked: Point): HttpProblem {
  const name = [parameter, `noise_${parameter}`].find((known) => Object.hasOwn(asked, known));
  return new HttpProblem(400, name === undefined ? message : `${name}: ${message}`, [
    { pointer: name === undefined ? '#' : `#/${name}`, detail: message, code, ...(limit && { limit }) },
  ]);
}

/** What to ask for less of, where averages turn out to take too long. */
function tooMuch({ answered, all }: Progress, instead: string): HttpProblem {
  const limit = `more than the ${MAX_WORK / 1000} ms of work that one request may take`;
  const less =
    all === 1
      ? `This and the queries before it take ${limit}. Ask for it in a call of its own.`
      : `The ${all} combinations of values take ${limit}. ${answered > 0 ? `Ask for at most ${answered} such rows in one call.` : 'Ask for one of them in one call.'}`;
  return new HttpProblem(400, `${less} ${instead}`.trim(), [], { limit: { rows: Math.max(answered, 1) } });
}
