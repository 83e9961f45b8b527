import { type GoesOn, Meter, OutOfWork } from '../theory/index.ts';

/** The most work of one request to the API, in evaluations (`theory/work.ts`): about 250 ms of one core. */
export const MAX_WORK = 2_500_000;

/** The same in words. */
export const WORK_LIMIT = `the ${MAX_WORK / 1e6} million evaluations (about 250 ms) that one request may take`;

/** Why numbers are null that take too much work. */
export const TOO_MUCH_WORK = `takes too much of ${WORK_LIMIT}.`;

/** How much work an answer may take. */
export type Effort = {
  /** computes optional numbers: null where they take more than their share */
  readonly attempt: <T>(ask: () => T) => T | null;
  /** whether to go on with what takes less work, after something threw */
  readonly goesOn: GoesOn;
};

/** Further work, for the cheap columns of a request's only combination of values where the others have used up {@link MAX_WORK}. */
const RESERVE = MAX_WORK / 10;

/** The share of a request's work that an optional number may take: of the only combination, and of one of several. */
const SHARE = { one: 4 / 5, several: 1 / 4 } as const;

/** What the answer about one network may take: as much as one request. */
export class SingleEffort implements Effort {
  protected readonly meter = new Meter(MAX_WORK);
  #reserve = RESERVE;

  /** Whether at most one combination of values was asked for. It is never refused: what takes too much work is null. */
  get isOnly(): boolean {
    return true;
  }

  /**
   * Counts the work of a function.
   *
   * @param ask synchronous
   * @throws OutOfWork where it takes more than there is left
   */
  run<T>(ask: () => T): T {
    return this.meter.run(ask);
  }

  /**
   * Computes optional numbers: null where they take more than their share.
   *
   * @param ask synchronous
   * @throws OutOfWork where the work of a request for several combinations is used up
   * @example effort.attempt(() => estimates(query))
   */
  attempt<T>(ask: () => T): T | null {
    const share = MAX_WORK * (this.isOnly ? SHARE.one : SHARE.several);
    try {
      return this.meter.within(share, ask, null);
    } catch (error) {
      if (this.goesOn(error)) return null;
      throw error;
    }
  }

  /**
   * What the theory asks when the work is used up: whether to go on with what is cheap. The only combination of values of a request
   * does, and gets the reserve.
   */
  readonly goesOn = (thrown: unknown): boolean => {
    if (!(thrown instanceof OutOfWork && this.isOnly)) return false;
    this.meter.raise(this.#reserve);
    this.#reserve = 0;
    return true;
  };
}
