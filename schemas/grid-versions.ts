import * as z from 'zod';
import { tableSchema } from './endpoint.ts';
import { PAGE, sha256Schema } from './grid.ts';
import { number } from './numbers.ts';

/** One entry of the history of a grid. */
export const versionRow = z
  .object({
    number: z.int().describe('1, 2, … in the order of events; 0 is the version that ships with the software'),
    action: z
      .enum(['shipped', 'published', 'restored', 'withdrawn'])
      .describe('restored: made current again after another one was, or after it was withdrawn'),
    version: sha256Schema.describe('SHA-256 of the bytes'),
    at: z
      .string()
      .nullable()
      .describe('when, in UTC (ISO 8601); null: it ships, or it was before there was a history'),
    bytes: z.int().nullable().describe('how many; null where at is null'),
    current: z.boolean().describe('whether it is the current version'),
    url: z.string().describe('where these bytes stay'),
  })
  .meta({ id: 'GridVersion' });

/** See {@link versionRow}. */
export type GridVersion = z.infer<typeof versionRow>;

/** The query of `GET /v1/grids/{id}/versions`: a page of the history. */
export const versionsQuery = z.strictObject({
  limit: number(PAGE, 'Entries on a page (default 100). The header Link names the next page.').default(100),
  after: number(
    { min: 0, max: 999_999_999, whole: true },
    'Only entries after the one of this number.',
  ).optional(),
});

/** The answer of `GET /v1/grids/{id}/versions`. */
export const versionsAnswer = tableSchema(versionRow).meta({ id: 'GridVersionsAnswer' });
