import * as z from 'zod';

/** What is wrong with, or to be said of, one thing in the store of grids. */
export const findingSchema = z
  .object({
    state: z
      .enum(['missing', 'damaged', 'inconsistent', 'torn', 'young', 'early'])
      .describe(
        'missing: the bytes of a version are gone; damaged: they do not have its SHA-256; inconsistent: an entry of the history does ' +
          'not follow from the one before, or the list of grids has another current version; torn: an object that a failed upload left ' +
          'behind more than a day ago, to be collected; young: the same, less than a day old: the upload may still be under way; early: a ' +
          'version that was replaced before there was a history, which stays readable',
      ),
    place: z.string().describe('the grid and version, the entry or the key in R2'),
    current: z.boolean().describe('whether it is what a grid is served from at present'),
  })
  .meta({ id: 'StoreFinding' });

/** See {@link findingSchema}. */
export type Finding = z.infer<typeof findingSchema>;

/** The states that are faults; the others are what is left of uploads. */
export const FAULTS: readonly Finding['state'][] = ['missing', 'damaged', 'inconsistent'];

/** What is compared, in this order. */
export const CHECKED = ['history', 'versions', 'objects', 'assets'] as const;

/** The answer of `GET /v1/store/check`: a page; the header Link names the next one. */
export const checkAnswer = z
  .object({
    meta: z.object({
      part: z
        .enum(CHECKED)
        .describe(
          'what this page is about: entries of the history, versions and their bytes, objects in R2, grids that ship',
        ),
      checked: z.int().describe('how many of them it looked at'),
    }),
    rows: z.array(findingSchema),
  })
  .meta({ id: 'StoreCheck' });

/** See {@link checkAnswer}. */
export type CheckAnswer = z.infer<typeof checkAnswer>;

/** The query of `GET /v1/store/check`. */
export const checkQuery = z.strictObject({
  after: z
    .string()
    .max(1024)
    .optional()
    .meta({ description: 'Where the page begins, as the header Link of the one before says it.' }),
});

/** The query of `POST /v1/store/collect`. */
export const collectQuery = checkQuery.extend({
  delete: z
    .literal('true')
    .optional()
    .meta({ description: 'true deletes the torn objects of the page; without it they are only listed.' }),
});

/** The answer of `POST /v1/store/collect`: a page; the header Link names the next one. */
export const collectAnswer = z
  .object({
    meta: z.object({
      checked: z.int().describe('objects that it looked at'),
      deleted: z.int().describe('objects that it deleted'),
    }),
    rows: z.array(findingSchema),
  })
  .meta({ id: 'StoreCollection' });

/** See {@link collectAnswer}. */
export type CollectAnswer = z.infer<typeof collectAnswer>;
