import { OutOfWork, ParameterError } from '../../theory/index.ts';
import { WORK_LIMIT } from '../budget.ts';
import { HttpProblem } from '../problem.ts';

/** One combination of the values of a query. */
type Point = Readonly<Record<string, unknown>>;

/** How many combinations of values there are, how many rows are answered already, and what else to ask for. */
type Progress = { readonly answered: number; readonly all: number; readonly instead?: string | undefined };

/**
 * Asks the theory for an answer, and makes a problem document of what it refuses.
 *
 * @param point the values that are asked about, for pointers at them
 * @param progress how far the query has come
 * @param ask synchronous
 * @throws HttpProblem 400
 * @example askTheory({ sigma_w2: 1 }, { answered: 0, all: 1 }, () => ask(point))
 */
export function askTheory<T>(point: Point, progress: Progress, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof OutOfWork) throw tooMuchWork(progress);
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

/**
 * The refusal of a query that takes too much work: it says what to ask for instead.
 *
 * @param progress see {@link askTheory}
 * @example tooMuchWork({ answered: 8, all: 9 }).limit // { rows: 6 }
 */
export function tooMuchWork({ answered, all, instead = '' }: Progress): HttpProblem {
  // (a range with fewer values has other values, which may take more)
  const fewer = Math.floor(answered * 0.75);
  const limit = `more than ${WORK_LIMIT}`;
  const less =
    all === 1
      ? `This and the queries before it take ${limit}. Ask for it in a call of its own.`
      : `The ${all} combinations of values take ${limit}. ${fewer > 0 ? `Ask for at most ${fewer} such rows in one call.` : 'Ask for fewer of them in one call.'}`;
  return new HttpProblem(400, `${less} ${instead}`.trim(), [], { limit: { rows: Math.max(fewer, 1) } });
}
