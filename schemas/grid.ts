import * as z from 'zod';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { TRAINED_TECHNIQUES } from '../catalogue/techniques.ts';
import { BACKEND_NAMES, DATA_SET_NAMES, OPTIMISER_NAMES } from '../catalogue/training.ts';
import { checksum } from './checksum.ts';
import { tableSchema } from './endpoint.ts';
import { checkAgainstPlan } from './grid-rules.ts';
import { choices, number } from './parameters.ts';
import { AXES, gridId, type Plan, planSchema } from './plan.ts';

const accuracy = z.number().min(0).max(1).nullable();
const norm = z.number().min(0).nullable();

/** A negative log-likelihood; that of a regression can be below 0. */
const nats = z.number().nullable();

const error = z.number().min(0).nullable().optional();

const share = z.number().min(0).max(1).nullable().optional();

/** What is measured of the probabilities of one kind of prediction. */
const scoresOf = <Prefix extends 'test' | 'average'>(prefix: Prefix, of: string) =>
  ({
    [`${prefix}_nll`]: nats
      .optional()
      .describe(`negative log-likelihood of the test labels, or targets, ${of}, in nats an image`),
    [`${prefix}_brier`]: z
      .number()
      .min(0)
      .max(2)
      .nullable()
      .optional()
      .describe(`Brier score ${of}: squared distance of the probabilities from the label, 0 to 2`),
    [`${prefix}_ece`]: share.describe(
      `expected calibration error ${of}: 15 bins of equal width (Guo et al. 2017)`,
    ),
  }) as Record<
    `${Prefix}_nll` | `${Prefix}_brier` | `${Prefix}_ece`,
    z.ZodOptional<z.ZodNullable<z.ZodNumber>>
  >;

/** How well a score tells test images from those of another set. */
const detectionOf = <Name extends string>(name: Name, of: string) =>
  ({
    [`auroc_${name}`]: share.describe(
      `chance that ${of} of an image of the other set is above that of a test image`,
    ),
    [`fpr95_${name}`]: share.describe(
      `share of test images at or above the ${of} that 95 % of the other set's images reach`,
    ),
  }) as Record<`auroc_${Name}` | `fpr95_${Name}`, typeof share>;

/** What a plan's `evaluation.uncertainty` adds to a row. */
const UNCERTAINTY_COLUMNS = {
  ...scoresOf('test', 'with the noise off'),
  average_accuracy: accuracy.optional().describe('test accuracy of the average of the noisy passes'),
  ...scoresOf('average', 'of the average of the noisy passes'),
  average_rmse: error.describe('root mean square error of the average of the noisy passes, of a regression'),
  ...detectionOf('off', 'the entropy with the noise off'),
  ...detectionOf('entropy', 'the entropy of the average'),
  ...detectionOf('information', 'the mutual information of label and noise'),
};

const courseEntry = z.union([z.number(), z.null(), z.array(z.number().nullable()).max(1001)]);

const firstStep = z.int().min(1).nullable().optional();

const perChannel = z.union([z.number(), z.array(z.number()).min(1).max(64)]);

/** One trained network: a cell of the grid and a seed. A measurement that does not exist is null (see status). */
export const gridRow = z
  .strictObject({
    depth: AXES.depth,
    sigma_w2: AXES.sigma_w2,
    keep: AXES.keep,
    sigma_b2: AXES.sigma_b2.optional().describe('where it is an axis'),
    width: AXES.width.optional().describe('where it is an axis'),
    learning_rate: AXES.learning_rate.optional().describe('where it is an axis'),
    seed: z.int().min(0),
    train_accuracy: accuracy.describe('on the fixed training images, masks off'),
    train_accuracy_noisy: accuracy.describe('on the same images, masks on'),
    test_accuracy: accuracy.describe('on the test images, masks off'),
    loss: nats.describe(
      'mean cross-entropy on the fixed training images, masks off, in nats; of a regression the negative log-likelihood, in the unit of the targets',
    ),
    steps: z.int().min(0).describe('optimiser steps taken'),
    status: z
      .enum(['ok', 'diverged'])
      .describe('diverged: the loss left the finite numbers, and training stopped there'),
    gradient_norm_first: norm.describe('L2 norm of the gradient of the first weight matrix, first step'),
    gradient_norm_last: norm.describe('L2 norm of the gradient of the read-out weights, first step'),
    train_accuracy_last: accuracy
      .optional()
      .describe(
        'mean over the last 10 training batches, masks on; like the other details only where the plan asks',
      ),
    first_step_25: firstStep.describe(
      'first step whose batch, masks on, had 0.25 of its images right; null: none',
    ),
    first_step_50: firstStep.describe(
      'first step whose batch, masks on, had half of its images right; null: none',
    ),
    q0: z
      .number()
      .min(0)
      .nullable()
      .optional()
      .describe(
        "variance of the first layer's pre-activations at the start: mean square over training images and units",
      ),
    c0: z
      .number()
      .min(-1)
      .max(1)
      .nullable()
      .optional()
      .describe('their mean correlation over all pairs of those images'),
    validation_accuracy: accuracy
      .optional()
      .describe('on the images held out, masks off; where the plan holds some out'),
    validation_loss: nats
      .optional()
      .describe('mean cross-entropy on the images held out, masks off, in nats; as loss of a regression'),
    test_rmse: error.describe(
      'root mean square error on the test rows, masks off, in the unit of the targets; of a regression',
    ),
    validation_rmse: error.describe('the same on the rows held out'),
    ...UNCERTAINTY_COLUMNS,
    loss_mean: nats
      .optional()
      .describe('loss of the fixed training images, masks off, mean over the last steps; with a course'),
    loss_spread: norm.optional().describe('its standard deviation over the last steps; with a course'),
    pruned_accuracy: z
      .array(accuracy)
      .max(20)
      .optional()
      .describe("test accuracy, masks off, at each of the plan's shares of pruned weights"),
    course: z
      .record(z.string().max(64), z.array(courseEntry).max(10_001))
      .optional()
      .describe(
        'the course of training: step, and what was seen then; a list of layers for what a technique learned',
      ),
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

/** What a row has a list of. */
const NESTED: readonly string[] = ['layers', 'course', 'pruned_accuracy'];

/** The columns of a grid in its long form, in order: what has one number a network, as far as its rows have it. */
export function gridColumns(rows: readonly GridRow[]): (keyof GridRow)[] {
  return (Object.keys(gridRow.shape) as (keyof GridRow)[]).filter(
    (name) => !NESTED.includes(name) && rows.some((row) => row[name] !== undefined),
  );
}

/** The most rows of a grid: cells times seeds of its plan. */
export const MAX_GRID_ROWS = 200_000;

/** What a file of trained networks says of what made it. */
export const gridMeta = {
  software: z.record(z.string().max(64), z.string().max(64)).describe('name and version of what trained it'),
  backend: z.enum(BACKEND_NAMES).optional().describe('the back end, where the plan left it open (auto)'),
  data: z.strictObject({
    name: z.string().max(64),
    source: z.string().max(200),
    integrity: z.string().max(200).describe('checksum of the package that the data came in'),
    train_images: z.int().min(1),
    test_images: z.int().min(1),
    mean: perChannel.describe(
      'of the training pixels in [0, 1], a list where they have several channels; of rows a list of columns',
    ),
    standard_deviation: perChannel,
    target: z
      .strictObject({ mean: z.number(), standard_deviation: z.number() })
      .optional()
      .describe("of the training rows' targets, in their own unit; of a regression"),
  }),
};

/** A measured grid: what was run, with which software and data, and one row for each cell and seed. */
export const gridSchema = z
  .strictObject({
    id: gridId,
    sha256: checksum.optional(),
    meta: z.strictObject({
      schema: z.literal('dropline-grid/1'),
      plan: planSchema,
      ...gridMeta,
    }),
    rows: z.array(gridRow).min(1).max(MAX_GRID_ROWS),
  })
  .superRefine(checkAgainstPlan)
  .meta({ id: 'Grid' });

/** See {@link gridSchema}. */
export type Grid = z.infer<typeof gridSchema>;

/** The name of a version of a grid. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Names and numbers by what they set. */
export const settingsSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/** See {@link settingsSchema}. */
export type Settings = z.infer<typeof settingsSchema>;

/** What the list of grids shows of one grid. */
export const gridSummary = z
  .object({
    id: gridId,
    version: sha256Schema.describe('SHA-256 of the bytes of the current version'),
    title: z.string(),
    data: z.string(),
    activation: z.string(),
    technique: z.string(),
    axes: z.string().describe('the two axes'),
    cells: z.int().describe('rows: cells times seeds'),
    url: z.string().describe('where the current version is'),
    searched: z
      .literal(true)
      .optional()
      .describe('only a part of its cells was trained, chosen by a search for the frontier'),
    settings: settingsSchema
      .optional()
      .describe('what its networks were made and trained with, but for its axes'),
    backend: z.enum(BACKEND_NAMES).optional().describe('what trained them'),
  })
  .meta({ id: 'GridSummary' });

/** See {@link gridSummary}. */
export type GridSummary = z.infer<typeof gridSummary>;

/** How many rows a page may have. */
export const PAGE = { min: 1, max: 999, whole: true } as const;

/** The query of `GET /v1/grids`: a page of the list, of grids with the names asked for. */
export const gridsQuery = z.strictObject({
  limit: number(PAGE, 'Grids on a page (default 100). The header Link names the next page.').default(100),
  after: gridId.optional().meta({ description: 'Only grids whose id comes after this one.' }),
  data: choices(DATA_SET_NAMES, 'Only grids trained on this data.').optional(),
  activation: choices(ACTIVATION_NAMES, 'Only grids of this activation.').optional(),
  technique: choices(TRAINED_TECHNIQUES, 'Only grids of this technique.').optional(),
  optimiser: choices(OPTIMISER_NAMES, 'Only grids trained by this optimiser.').optional(),
  backend: choices(BACKEND_NAMES, 'Only grids trained by this back end.').optional(),
});

/** The answer of `GET /v1/grids`. */
export const gridsAnswer = tableSchema(gridSummary).meta({ id: 'GridsAnswer' });

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

/** What all networks of a plan were made and trained with: the names and numbers of its network and training, each under its one name. */
export function settingsOf({ data, network, training, evaluation }: Plan): Settings {
  const all: Record<string, unknown> = {
    ...training,
    ...network,
    ...network.residual,
    data: data.name,
    ops: network.ops?.join(' '),
    rate_schedule: training.schedule?.name,
    accuracy_threshold: evaluation.accuracy_threshold ?? 0.5,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  ) as Settings;
}

/** The list entry of a grid whose bytes have the SHA-256 `version`. */
export function summarise(grid: Grid, version: string): GridSummary {
  const { plan, backend = plan.backend } = grid.meta;
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
    ...(plan.search && { searched: true as const }),
    settings: settingsOf(plan),
    ...(backend && backend !== 'auto' && { backend }),
  };
}

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
