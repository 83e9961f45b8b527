import type { Activation } from '../theory/index.ts';
import { CLOSED_FORM, FAR_SHIFTED, pairPrice, priceOf, SHIFTED, WRAPPED } from './prices.ts';
import { HttpProblem } from './problem.ts';
import { type Cost, MAX_WORK } from './work.ts';

/** Whether an error says that the work of a request is used up. */
export class OutOfWork extends HttpProblem {}

/**
 * Takes work off what a request may still take, before it is done.
 *
 * @param microseconds of one core
 * @param budget what the request may still take
 * @param why a sentence: what is slow, and what to ask for instead
 * @throws OutOfWork 400 where the budget is used up
 * @example charge(300, budget, 'layers with a bias are slow. Ask for fewer layers.')
 */
export function charge(microseconds: number, budget: Cost, why: string): void {
  budget.work -= microseconds;
  if (budget.work < 0)
    throw new OutOfWork(
      400,
      `This takes more than the ${MAX_WORK / 1000} ms of work that one request may take: ${why}`,
    );
}

/**
 * An activation whose averages are charged to the budget of a request as they are taken, for answers whose cost nobody
 * knows beforehand (how fast a trajectory settles, and how strongly correlated its inputs are). Timers stand still while a
 * Worker computes, so that the price of an average is a table of measurements.
 *
 * @param activation what to charge for
 * @param budget what the request may still take
 * @param parameters of the activation: an affine map around it may cost its closed forms
 * @throws OutOfWork 400, from the averages, where the budget is used up
 * @example metered(relu, newBudget()).moments(1).ratio // 0.5
 */
export function metered(
  activation: Activation,
  budget: Cost,
  parameters: Readonly<Record<string, number>> = {},
): Activation {
  const { input_shift = 0, input_scale = 1 } = parameters;
  const shifted = input_shift !== 0;
  const own = priceOf(activation.name);
  const spend = (microseconds: number) =>
    charge(
      microseconds,
      budget,
      own === CLOSED_FORM && !shifted
        ? 'it looks at very many layers. Ask for fewer layers, or fewer rows.'
        : `averages of "${activation.name}" over strongly correlated inputs are slow. Ask for fewer layers, fewer rows, or weights of a usual size.`,
    );
  const far = Math.abs(input_shift) > FAR_SHIFTED.pairs_beyond;
  const wrapped = Object.keys(parameters).some((name) => /^(in|out)put_/.test(name)) ? WRAPPED : 1;
  const bent = activation.kinks.length > 0 || own.pair === 'kinked';
  const kind = far ? 'shifted' : shifted ? (bent ? 'kinked' : 'smooth') : own.pair;
  const moments = far ? FAR_SHIFTED.moments : shifted ? SHIFTED.moments : own.moments;
  return {
    ...activation,
    moments: (q) => {
      spend(moments);
      return activation.moments(q);
    },
    pair: (q) => {
      const averages = activation.pair(q);
      const wide = q * input_scale ** 2;
      let reached = Number.POSITIVE_INFINITY;
      return (m) => {
        const apart = Math.min(m, 2 - m);
        const { first, again } = pairPrice(kind, wide, apart);
        spend(wrapped * (apart >= reached ? again : first));
        if (again < first) reached = Math.min(reached, 0.8 * apart);
        return averages(m);
      };
    },
  };
}
