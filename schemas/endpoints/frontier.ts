import * as z from 'zod';
import { type Contract, quantity, tableSchema } from '../endpoint.ts';
import { choice, number } from '../parameters.ts';
import { FITTED_COLUMNS } from './fitted.ts';

/** Measurements that a picture of a grid can show, and a frontier can rest on. */
export const GRID_MEASURES = ['train_accuracy', 'train_accuracy_noisy', 'test_accuracy'] as const;

const measure = choice(GRID_MEASURES, 'Which measurement (default train_accuracy).').default(
  'train_accuracy',
);

/** The query of a grid: which measurement its matrix and pictures show. */
export const gridQuery = z.strictObject({ measure });

const PLAN = 'the plan of the grid';
const layers = (description: string) => quantity(description, { unit: 'layers' });
const measured = (description: string) =>
  quantity(description, { unit: 'layers', source: 'measured: the networks of this grid' });

/** `GET /v1/grids/{id}/frontier`: the measured trainable depth of each column, with its interval and the predictions. */
export const frontierContract = {
  name: 'frontier',
  tag: 'grids',
  summary: 'Measured trainable depth of each column of a grid, beside the predicted ones',
  description:
    'L50, the depth at which half of the networks train, from a logistic in ln L over all networks of a column, with its 95 % interval by profile likelihood.',
  query: z.strictObject({
    measure,
    threshold: number(
      { min: 0, max: 1 },
      "Accuracy from which on a network counts as trained (default: what the grid's plan says, or 0.5).",
    ).optional(),
  }),
  row: z
    .object({
      sigma_w2: z.number().meta({ description: 'weight variance of the column', source: PLAN }),
      sigma_b2: z.number().meta({ description: 'bias variance', source: PLAN }),
      keep: z.number().nullable().meta({
        description:
          'keep probability; null for noise that is given by other numbers, see settings of the list of grids',
        source: PLAN,
      }),
      width: z.int().meta({ description: 'units of a hidden layer', source: PLAN }),
      learning_rate: z.number().meta({ description: 'learning rate', source: PLAN }),
      measured_depth: measured('L50; null where the column never crosses (see censored)'),
      measured_low: measured('lower end of the 95 % interval; null where it is open'),
      measured_high: measured('upper end of the 95 % interval; null where it is open'),
      censored: z.enum(['deeper', 'shallower']).nullable().meta({
        description:
          'deeper: every network of the column trained, so the frontier lies beyond; shallower: none did',
      }),
      networks: z.int().meta({ description: 'networks trained in this column' }),
      xi_1: layers('predicted depth scale of the gradient of one input'),
      xi_2: layers('predicted depth scale of the correlation'),
      six_xi_2: layers('6 xi_2'),
      twelve_xi_2: layers('12 xi_2'),
      twelve_xi_1: layers('12 xi_1'),
      fitted: quantity(
        "by the rule that was fitted to measured networks, for the column's width and learning rate and the grid's optimiser, steps, batch, data and weights; null for a schedule of dropout or skip connections, where no network like these was measured, and where nothing limits the depth within 2000 layers",
        { unit: 'layers', source: 'docs/atlas.md' },
      ),
      fitted_extrapolates: FITTED_COLUMNS.fitted_extrapolates,
      multiplier: quantity('measured_depth / xi_2'),
      calibrated: layers(
        'xi_2 times the multiplier of the whole grid: the geometric mean of multiplier over its columns',
      ),
      reason: z.string().nullable().meta({
        description:
          'which numbers took too much work to have, or are not predicted of such blocks; null where there are none',
      }),
    })
    .meta({ id: 'FrontierRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg'],
  field: 'measured_depth',
  chart: {
    y: ['measured_depth', 'fitted', 'calibrated', 'six_xi_2', 'twelve_xi_2'],
    intervals: { measured_depth: ['measured_low', 'measured_high'] },
    measured: ['measured_depth'],
  },
  notes: [
    {
      text: 'Success near the frontier is random; the interval is that of the networks trained, not of other learning rates, widths or numbers of steps.',
      columns: ['measured_depth', 'measured_low', 'measured_high', 'multiplier', 'calibrated'],
    },
    {
      text: 'The fitted rule (fitted) is for the learning rate of the column, and for the optimiser, steps and batch of the grid.',
      columns: ['fitted', 'fitted_extrapolates'],
    },
  ],
  examples: [{}],
} as const satisfies Contract;

/** The JSON answer of `GET /v1/grids/{id}/frontier`. */
export const frontierAnswer = tableSchema(frontierContract.row).meta({ id: 'FrontierAnswer' });

/** See {@link frontierAnswer}. */
export type FrontierAnswer = z.infer<typeof frontierAnswer>;
