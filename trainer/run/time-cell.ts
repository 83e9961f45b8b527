import type { Plan } from '../../schemas/plan.ts';
import type { AnyData } from '../data/any-data.ts';
import type { Cell } from './cells.ts';
import { Stopwatch, type Timing } from './pace.ts';
import { trainCell } from './train-cell.ts';

/** Steps before the clock starts: they are slower, while the code is compiled. And the fewest that are timed. */
const STEPS = { warmUp: 5, timed: 3 } as const;

/** So small that no network diverges. */
const LEARNING_RATE = 1e-12;

class Enough extends Error {}

/**
 * Trains a cell for some seconds, to time its steps; what it learns is thrown away.
 *
 * @param seconds that steps are timed at least
 * @param progress is told of each step
 * @returns the time to the first step, and that of steps after some more
 * @example (await timeCell(plan, cell, data, 1)).steps
 */
export async function timeCell(
  plan: Plan,
  cell: Cell,
  data: AnyData,
  seconds: number,
  progress: () => void = () => {},
): Promise<Timing> {
  const { stop, ...training } = plan.training;
  const { course, ...evaluation } = plan.evaluation;
  const begun = new Stopwatch(false);
  let watch: Stopwatch | undefined;
  const trial = trainCell(
    { ...plan, training: { ...training, steps: 1_000_000 }, evaluation },
    { ...cell, learning_rate: LEARNING_RATE },
    data,
    ({ steps }) => {
      progress();
      if (steps === 1) begun.step();
      if (steps === STEPS.warmUp) watch = new Stopwatch(false);
      watch?.step();
      if (steps < STEPS.warmUp + STEPS.timed) return;
      if ((watch as Stopwatch).read().seconds >= seconds) throw new Enough();
    },
  );
  await trial.catch((error) => {
    if (!(error instanceof Enough)) throw error;
  });
  return { ...(watch ?? begun).read(), start: begun.read().start };
}
