import * as z from 'zod';
import { metaSchema } from './endpoint.ts';
import { BACKENDS } from './names.ts';
import { AXES, gridId, planSchema } from './plan.ts';

const accuracy = z.number().min(0).max(1).nullable();
const norm = z.number().min(0).nullable();

const perChannel = z.union([z.number(), z.array(z.number()).min(1).max(4)]);

/** One trained network: a cell of the grid and a seed. A measurement that does not exist is null (see status). */
export const gridRow = z
  .strictObject({
    depth: AXES.depth,
    sigma_w2: AXES.sigma_w2,
    keep: AXES.keep,
    seed: z.int().min(0),
    train_accuracy: accuracy.describe('on the fixed training images, masks off'),
    train_accuracy_noisy: accuracy.describe('on the same images, masks on'),
    test_accuracy: accuracy.describe('on the test images, masks off'),
    loss: z
      .number()
      .nullable()
      .describe('mean cross-entropy on the fixed training images, masks off, in nats'),
    steps: z.int().min(0).describe('optimiser steps taken'),
    status: z
      .enum(['ok', 'diverged'])
      .describe('diverged: the loss left the finite numbers, and training stopped there'),
    gradient_norm_first: norm.describe('L2 norm of the gradient of the first weight matrix, first step'),
    gradient_norm_last: norm.describe('L2 norm of the gradient of the read-out weights, first step'),
    layers: z
      .record(z.string().max(64), z.array(z.number().nullable()).max(1001))
      .optional()
      .describe(
        'what a technique learned, layer by layer from the input on (keep_effective, …); null where a layer has none',
      ),
  })
  .meta({ id: 'GridRow' });

/** See {@link gridRow}. */
export type GridRow = z.infer<typeof gridRow>;

/** The columns of a grid in its long form, in order: what has one number a network. */
export const GRID_COLUMNS = (Object.keys(gridRow.shape) as (keyof GridRow)[]).filter(
  (name) => name !== 'layers',
);

/** A measured grid: what was run, with which software and data, and one row for each cell and seed. */
export const gridSchema = z
  .strictObject({
    id: gridId,
    meta: z.strictObject({
      schema: z.literal('dropline-grid/1'),
      plan: planSchema,
      software: z
        .record(z.string().max(64), z.string().max(64))
        .describe('name and version of what trained it'),
      backend: z.enum(BACKENDS).optional().describe('the back end, where the plan left it open (auto)'),
      data: z.strictObject({
        name: z.string().max(64),
        source: z.string().max(200),
        integrity: z.string().max(200).describe('checksum of the package that the data came in'),
        train_images: z.int(),
        test_images: z.int(),
        mean: perChannel.describe(
          'of the training pixels in [0, 1]; a list where they have several channels',
        ),
        standard_deviation: perChannel,
      }),
    }),
    rows: z.array(gridRow).min(1).max(200_000),
  })
  .superRefine((grid, context) => {
    if (grid.id !== grid.meta.plan.id)
      context.addIssue({ code: 'custom', path: ['id'], message: 'The id differs from that of the plan.' });
    const { axes, network, seeds } = grid.meta.plan;
    const allowed = {
      depth: new Set(axes.depth ?? [network.depth]),
      sigma_w2: new Set(axes.sigma_w2 ?? [network.sigma_w2]),
      keep: new Set(axes.keep ?? [network.keep ?? 1]),
      seed: new Set(seeds),
    };
    const cells = allowed.depth.size * allowed.sigma_w2.size * allowed.keep.size * allowed.seed.size;
    if (grid.rows.length !== cells)
      context.addIssue({
        code: 'custom',
        path: ['rows'],
        message: `The plan has ${cells} cells and seeds, the grid has ${grid.rows.length} rows.`,
      });
    const seen = new Set<string>();
    grid.rows.forEach((row, i) => {
      for (const name of ['depth', 'sigma_w2', 'keep', 'seed'] as const)
        if (!(allowed[name] as Set<number | undefined>).has(row[name]))
          context.addIssue({ code: 'custom', path: ['rows', i, name], message: 'Not a value of the plan.' });
      const cell = [row.depth, row.sigma_w2, row.keep, row.seed].join();
      if (seen.has(cell))
        context.addIssue({ code: 'custom', path: ['rows', i], message: 'This cell stands twice.' });
      seen.add(cell);
      if (row.status === 'ok' && row.train_accuracy === null)
        context.addIssue({
          code: 'custom',
          path: ['rows', i],
          message: 'A cell with status ok has an accuracy.',
        });
    });
  })
  .meta({ id: 'Grid' });

/** See {@link gridSchema}. */
export type Grid = z.infer<typeof gridSchema>;

/** What the list of grids shows of one grid. */
export const gridSummary = z
  .object({
    id: gridId,
    version: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('SHA-256 of the bytes of the current version'),
    title: z.string(),
    data: z.string(),
    activation: z.string(),
    technique: z.string(),
    axes: z.string().describe('the two axes'),
    cells: z.int().describe('rows: cells times seeds'),
    url: z.string().describe('where the current version is'),
  })
  .meta({ id: 'GridSummary' });

/** See {@link gridSummary}. */
export type GridSummary = z.infer<typeof gridSummary>;

/** The query of `GET /v1/grids`: a page of the list. */
export const gridsQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,2}$/, 'limit is a whole number from 1 to 999.')
    .default('100')
    .transform(Number)
    .meta({ description: 'Grids on a page, 1 to 999 (default 100). The header Link names the next page.' }),
  after: gridId.optional().meta({ description: 'Only grids whose id comes after this one.' }),
});

/** The answer of `GET /v1/grids`. */
export const gridsAnswer = z
  .object({ meta: metaSchema, rows: z.array(gridSummary) })
  .meta({ id: 'GridsAnswer' });

/** The answer of `PUT /v1/grids/{id}`. */
export const publishedAnswer = z
  .object({
    id: gridId,
    version: z.string().describe('SHA-256 of the uploaded bytes'),
    url: z.string().describe('where exactly these bytes stay'),
  })
  .meta({ id: 'Published' });

/** What `PUT /v1/grids/{id}` answers. */
export type Published = z.infer<typeof publishedAnswer>;

/** The list entry of a grid. The version is that of its bytes; the address is that of the current version. */
export function summarise(grid: Grid, version: string): GridSummary {
  const { plan } = grid.meta;
  return {
    id: grid.id,
    version,
    title: plan.title,
    data: plan.data.name,
    activation: plan.network.activation,
    technique: plan.network.technique,
    axes: Object.keys(plan.axes).join(', '),
    cells: grid.rows.length,
    url: `/v1/grids/${grid.id}`,
  };
}
