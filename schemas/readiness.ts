import * as z from 'zod';

const state = z.enum(['up', 'down']).optional();

/** The answer of `GET /readyz`: whether every part works, and which do. */
export const readinessAnswer = z
  .object({
    status: z.enum(['ok', 'degraded']).describe('degraded where a part is down'),
    parts: z.object({
      database: state.describe('D1: which version of a grid is the current one'),
      objects: state.describe('R2: the bytes of published grids'),
      assets: state.describe('the shipped grids and the pages'),
      rate_limiter: state.describe(
        'what counts the requests of an address; where it is down nothing is limited',
      ),
    }),
  })
  .meta({ id: 'Readiness' });

/** See {@link readinessAnswer}. */
export type Readiness = z.infer<typeof readinessAnswer>;
