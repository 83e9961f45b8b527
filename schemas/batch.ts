import * as z from 'zod';
import { columnSchema } from './endpoint.ts';
import { CONTRACTS } from './endpoints/index.ts';
import { problemSchema } from './problem.ts';

/** The most queries of one batch. */
export const MAX_BATCH = 1000;

const value = z.union([z.string(), z.number()]);

/** One query of a batch: an endpoint's name and its parameters, as text, numbers or lists of them. */
export const batchQuery = z
  .strictObject({
    endpoint: z.string().describe(`one of ${CONTRACTS.map(({ name }) => name).join(', ')}`),
    query: z
      .record(z.string().max(64), z.union([value, z.array(value).min(1)]))
      .describe('the parameters; a list stands for several values, a text may be a range'),
  })
  .meta({ id: 'BatchQuery' });

/** See {@link batchQuery}. */
export type BatchQuery = z.infer<typeof batchQuery>;

/** The body of `POST /v1/batch`. */
export const batchBody = z
  .strictObject({ queries: z.array(batchQuery).min(1).max(MAX_BATCH) })
  .meta({ id: 'Batch' });

/** What one query of a batch is answered: its rows, or what is wrong with it. */
export const batchItem = z
  .union([
    z.object({ status: z.literal(200), rows: z.array(z.record(z.string(), z.unknown())) }),
    z.object({ status: z.int().min(400).max(599), problem: problemSchema }),
  ])
  .meta({ id: 'BatchItem' });

/** The answer of `POST /v1/batch`: one row a query, in order. */
export const batchAnswer = z
  .object({
    meta: z
      .object({
        count: z.int().describe('the number of queries'),
        failed: z.int().describe('how many of them have a problem in place of rows'),
        columns: z
          .record(z.string(), z.record(z.string(), columnSchema))
          .optional()
          .describe('with meta=full: what the columns of each endpoint hold'),
        notes: z.array(z.string()).describe('on what the answers rest'),
        version: z.string().describe('version of the software that answered'),
        columns_url: z.string().describe('where the columns are described'),
      })
      .optional()
      .describe('left out with meta=none'),
    rows: z.array(batchItem),
  })
  .meta({ id: 'BatchAnswer' });

/** See {@link batchAnswer}. */
export type BatchAnswer = z.infer<typeof batchAnswer>;
