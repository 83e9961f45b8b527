import { type Activation, wrap } from '../theory/index.ts';
import { pairPrice } from './pair-prices.ts';
import {
  CLOSED_FORM,
  FAR_SHIFTED,
  MOMENT_TABLE,
  type Price,
  priceOf,
  SHIFTED,
  SHIFTS_CLOSED,
  TABULATED,
  WRAPPED,
} from './prices.ts';
import { type Budget, chargeTables, isOnly, MAX_WORK } from './work.ts';

/**
 * Says that the work of a request is used up. endpoints/refusals.ts, which knows what was asked, says what to ask for instead; the
 * message is what else would do, if there is anything.
 */
export class OutOfWork extends Error {}

/**
 * Takes work off what a request may still take, before it is done; work that is refused is not taken off.
 *
 * @param microseconds of one core
 * @param budget what the request may still take
 * @throws OutOfWork where that is less
 * @example charge(300, budget)
 */
export function charge(microseconds: number, budget: Budget): void {
  if (microseconds > budget.work) throw new OutOfWork();
  budget.work -= microseconds;
}

/** Who takes so much of a request's work alone, in microseconds, is not stopped by what others took. */
const OWN = MAX_WORK / 4;

/** Why numbers are null that take too much work. */
export const TOO_DEAR = `to follow this network takes more than there is of the ${MAX_WORK / 1000} ms of work of one request.`;

/**
 * An answer for one network, which is null where the network alone takes too much work: where it is the only one of the request,
 * or would have been refused as that.
 *
 * @param ask what charges for its work
 * @param budget that it charges
 * @param instead what else would do where others have taken the work
 * @throws OutOfWork then
 * @example alone(() => estimates(query, budget), budget, 'Or ask for field=fitted_depth.')
 */
export function alone<T>(ask: () => T, budget: Budget, instead = ''): T | null {
  const before = budget.work;
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof OutOfWork)) throw error;
    if (isOnly(budget)) release(budget);
    else if (before - budget.work < OWN) throw new OutOfWork(instead);
    return null;
  }
}

/**
 * Whether to go on with what is cheap, for theory that asks when averages throw: yes where the work is used up by the only
 * combination of values of the request.
 *
 * @param budget that the averages charge
 * @example depthScales(network, { activation: metered(tanh, budget), givesUp: givingUp(budget) })
 */
export const givingUp =
  (budget: Budget) =>
  (thrown: unknown): boolean => {
    if (!(thrown instanceof OutOfWork && isOnly(budget))) return false;
    release(budget);
    return true;
  };

/** The reserve, for what is cheap. */
function release(budget: Budget): void {
  budget.work += budget.reserve;
  budget.reserve = 0;
}

/**
 * An answer, or what stands for it where it takes more than is left of the budget.
 *
 * @param ask what charges for its work
 * @param otherwise in its place
 * @example unlessOutOfWork(() => estimates(query, budget), null)
 */
export function unlessOutOfWork<T, U>(ask: () => T, otherwise: U): T | U {
  try {
    return ask();
  } catch (error) {
    if (error instanceof OutOfWork) return otherwise;
    throw error;
  }
}

/** What its averages cost: the price of the activation, with its shift and the affine map around it. */
type Rates = Pick<Price, 'moments' | 'pair' | 'tables'> & {
  /** what φ sees is so many times as wide as q */
  readonly scale2: number;
  /** averages of two inputs cost so many times as much */
  readonly factor: number;
};

function ratesOf(activation: Activation, { input_shift = 0, input_scale = 1, ...rest }: Parameters): Rates {
  const wrapped = Object.keys(rest).some((name) => name.startsWith('output_')) || input_scale !== 1;
  const around = { scale2: input_scale ** 2, factor: wrapped || input_shift !== 0 ? WRAPPED : 1 };
  const own = priceOf(activation.name);
  if (input_shift === 0) return { ...own, ...around };
  if (SHIFTS_CLOSED.includes(activation.name))
    return {
      moments: 30,
      pair: own === CLOSED_FORM ? 'shifted_closed' : own.pair === 'shrink' ? 'shrink' : 'piecewise',
      ...around,
    };
  const far = Math.abs(input_shift) > FAR_SHIFTED.pairs_beyond;
  const bent = activation.kinks.length > 0 || own.pair === 'kinked';
  return {
    moments: far ? FAR_SHIFTED.moments : SHIFTED.moments,
    pair: far ? 'shifted' : bent ? 'kinked' : 'smooth',
    ...around,
  };
}

type Parameters = Readonly<Record<string, number>>;

/**
 * An activation whose averages are charged to the budget of a request as they are taken, for answers whose cost nobody
 * knows beforehand (how fast a trajectory settles, and how strongly correlated its inputs are). Timers stand still while a
 * Worker computes, so that the price of an average is a table of measurements.
 *
 * @param activation what to charge for
 * @param budget what the request may still take
 * @param parameters of the activation: an affine map around it may cost its closed forms
 * @throws OutOfWork, from the averages, where the budget is used up
 * @example metered(relu, newBudget()).moments(1).ratio // 0.5
 */
export function metered(activation: Activation, budget: Budget, parameters: Parameters = {}): Activation {
  const { moments, pair: kind, tables, scale2, factor } = ratesOf(activation, parameters);
  const spend = (microseconds: number) => charge(microseconds, budget);
  /** The decades of q whose tables this activation has met: of one input and of two. */
  const met = { moments: parameters.alpha === undefined ? budget.moments : new Set(), pair: new Set() };
  const meets = (which: keyof typeof met, q: number): boolean => {
    // (an activation with an alpha has tables of its own)
    const table = `${activation.name} ${Math.floor(Math.log10(q))}`;
    if (met[which].has(table)) return false;
    met[which].add(table);
    return true;
  };
  return {
    ...activation,
    moments: (q) => {
      const seen = q * scale2;
      const tabulated = tables && seen >= 1e-4 && seen < 1e9;
      if (tabulated && meets('moments', seen)) spend(MOMENT_TABLE);
      // (the wider the Gaussian, the more panels)
      spend(tabulated ? TABULATED.moments : moments * (1 + Math.max(Math.log10(seen) - 9, 0) / 15));
      return activation.moments(q);
    },
    pair: (q) => {
      const averages = activation.pair(q);
      const seen = q * scale2;
      const tabulated = tables && seen >= 0.01 && seen < tables.reach ? tables : undefined;
      if (tabulated && meets('pair', seen)) spend(chargeTables(activation.name, 1, tabulated.decade, budget));
      let reached = Number.POSITIVE_INFINITY;
      let first = true;
      return (m) => {
        if (tabulated && m <= 1 && m >= tabulated.least) {
          spend(first ? TABULATED.first : TABULATED.again);
          first = false;
          return averages(m);
        }
        const apart = Math.min(m, 2 - m);
        const price = pairPrice(kind, seen, apart);
        spend(factor * (apart >= reached ? price.again : price.first));
        if (price.again < price.first) reached = Math.min(reached, 0.8 * apart);
        return averages(m);
      };
    },
    // (IC layers look at φ shifted by what the inputs of a batch have in common)
    shifted: (shift) => {
      spend(SHIFTED.made);
      const input_shift = (parameters.input_shift ?? 0) + shift;
      return metered(wrap(activation, { input_shift: shift }), budget, { ...parameters, input_shift });
    },
  };
}
