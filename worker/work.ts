import type { ACTIVATIONS } from '../schemas/names.ts';
import { HttpProblem } from './problem.ts';

/** The most rows of one answer. */
const MAX_ROWS = 2000;

/** The most work of one answer, in microseconds of one core. */
const MAX_WORK = 250_000;

/**
 * What one row costs, in microseconds: the order of magnitude that `npm run bench` measures (docs/performance.md), with
 * the places where averages are slowest in mind. Those that are not listed are closed forms.
 */
const COSTS: Partial<Record<(typeof ACTIVATIONS)[number], number>> = {
  tanh: 100,
  sigmoid: 100,
  hard_tanh: 350,
  relu6: 350,
  softplus: 600,
  silu: 600,
  quick_gelu: 600,
  mish: 600,
  gelu_tanh: 600,
  softsign: 600,
  elu: 6000,
  selu: 6000,
  hard_swish: 3000,
};

const CLOSED_FORM = 20;

/**
 * Refuses a table that would take too long, before anything of it is computed.
 *
 * @param activations of the table
 * @param rowsEach rows for each of them
 * @throws HttpProblem 400 that states the cap
 * @example limitWork(['tanh'], 31)
 */
export function limitWork(activations: readonly (typeof ACTIVATIONS)[number][], rowsEach: number): void {
  const rows = activations.length * rowsEach;
  if (rows > MAX_ROWS)
    throw new HttpProblem(
      400,
      `The query asks for ${rows} rows; one answer has at most ${MAX_ROWS}. Ask for fewer values, or in several calls.`,
    );
  const work = activations.reduce((sum, name) => sum + rowsEach * (COSTS[name] ?? CLOSED_FORM), 0);
  if (work > MAX_WORK)
    throw new HttpProblem(
      400,
      `The query asks for ${rows} rows, about ${Math.ceil(work / 1000)} ms of work; one answer may take ${MAX_WORK / 1000} ms. ` +
        `Ask for at most ${Math.floor((rows * MAX_WORK) / work)} such rows in one call.`,
    );
}
