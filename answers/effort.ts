import { type GoesOn, never } from '../theory/index.ts';

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

/** As much as it takes: for callers that pay for their own processor. */
export const UNLIMITED: Effort = { attempt: (ask) => ask(), goesOn: never };
