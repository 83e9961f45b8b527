import * as z from 'zod';

/** Version of the software; a test holds it equal to package.json's. */
export const SOFTWARE_VERSION = '0.1.0';

/** Versions of everything that a user may depend on, as `/versions` answers them. */
export const VERSIONS = {
  software: SOFTWARE_VERSION,
  api: 'v1',
  schemas: { plan: 'dropline-plan/1', grid: 'dropline-grid/1' },
} as const;

/** Requests of one address in a period of so many seconds: what wrangler.toml binds, and what every answer states. */
export const RATE_LIMIT = { limit: 100_000, period: 60 } as const;

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
