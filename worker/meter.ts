import type { Activation } from '../theory/index.ts';
import { HttpProblem } from './problem.ts';
import { type Cost, isClosedForm, MAX_WORK } from './work.ts';

/** Whether an error says that the work of a request is used up. */
export class OutOfWork extends HttpProblem {}

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
  if (isClosedForm(activation.name) && input_shift === 0) return activation;
  const spend = (microseconds: number) => {
    budget.work -= microseconds;
    if (budget.work < 0)
      throw new OutOfWork(
        400,
        `This takes more than the ${MAX_WORK / 1000} ms of work that one request may take: averages of "${activation.name}" over strongly correlated inputs are slow. ` +
          'Ask for fewer layers, fewer rows, or weights of a usual size.',
      );
  };
  const shifted = input_shift !== 0;
  const kinked = activation.kinks.length > 0 || activation.name === 'softsign';
  return {
    ...activation,
    moments: (q) => {
      spend(shifted ? 150 : 15);
      return activation.moments(q);
    },
    pair: (q) => {
      const averages = activation.pair(q);
      const wide = q * input_scale ** 2;
      let ready = false;
      return (m) => {
        const inSeries = Math.min(m, 2 - m) >= 0.03 || (!kinked && wide <= 3);
        spend(
          inSeries && ready ? 2 : pairPrice(shifted ? '' : activation.name, kinked, wide, Math.min(m, 2 - m)),
        );
        ready ||= inSeries;
        return averages(m);
      };
    },
  };
}

/** What a two-input average costs in microseconds, at the least correlation of two signs m (see `npm run bench`). */
function pairPrice(name: string, kinked: boolean, q: number, m: number): number {
  if (name === 'tanh' || name === 'sigmoid') return 40;
  const piecewise = name === 'hard_tanh' || name === 'relu6';
  if (piecewise && q <= 100) return 20;
  // panels are halved until they see the bend: the wider the Gaussian, the more of them
  const panels = 1 + Math.max(Math.log10(q) - 4, 0) / 6;
  if (m >= 0.3) return 60 * panels;
  if (m >= 0.03) return 250 * panels;
  if (kinked) return (q < 1e-3 ? 24_000 : m < 1e-3 || q < 1 ? 8000 : 2000) * panels;
  return (q <= 3 ? 80 : q <= 30 ? 1200 : 3000) * panels;
}
