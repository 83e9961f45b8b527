import * as z from 'zod';
import { DATA_SET_NAMES } from '../../catalogue/training.ts';
import { quantity } from '../endpoint.ts';
import {
  ACTIVATION_COLUMN,
  ACTIVATION_PARAMETER_COLUMNS,
  ACTIVATION_QUERY,
  KEEP_COLUMN,
  NOISE_COLUMNS,
  NOISE_PARAMETER_COLUMNS,
  NOISE_QUERY,
  RANGES,
  STACK_COLUMNS,
  STACK_QUERY,
  WEIGHTS_COLUMNS,
  WEIGHTS_QUERY,
  withNoise,
} from '../network.ts';
import { choice, numbers, numbersOrRange } from '../parameters.ts';

const POOLE = 'Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos"';
const HUANG = 'Huang et al. 2019, "Mean field theory for deep dropout networks"';

const keepList = numbers(RANGES.keep, '');

/**
 * A query parameter with one keep probability a layer (`0.9,0.9,0.95`). The parsed value is a list with that one schedule in
 * it, so that it counts as one value where the lists of others make a table.
 */
function keeps(description: string) {
  return z
    .string()
    .transform((text, context): number[][] => {
      const parsed = keepList.safeParse(text);
      if (parsed.success) return [parsed.data];
      for (const { message } of parsed.error.issues)
        context.addIssue({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .meta({
      list: true,
      values: numbersOrRange(RANGES.keep),
      description: `${description} A list \`0.9,0.9,0.95\` or ranges \`0.8..1/10\`, from ${RANGES.keep.min} to ${RANGES.keep.max}.`,
    });
}

/** `GET /v1/trajectory`: two inputs followed layer by layer. */
export const trajectoryContract = {
  name: 'trajectory',
  tag: 'theory',
  summary: 'Variance, correlation and gradients of a network, layer by layer',
  description:
    'Rows are layers 0 to depth; one layer is activation, noise, weights. With input= the layers begin at the data, which the first one reads without activation, and without noise unless input_keep gives it (or keep_per_layer, whose first value is that of the data then).',
  query: withNoise(
    z.strictObject({
      ...ACTIVATION_QUERY,
      ...WEIGHTS_QUERY,
      ...NOISE_QUERY,
      ...STACK_QUERY,
      depth: numbers(RANGES.depth, 'Number of layers.').default([50]),
      keep_per_layer: keeps(
        'The keep probability before the weights of each layer, instead of a schedule: as many as depth says. With input= the first is that of the data.',
      ).optional(),
      input_keep: numbers(
        RANGES.keep,
        'With input=: the probability that a number of the data is kept (default 1, no noise on the data).',
      ).optional(),
      q0: numbers(RANGES.q0, 'Variance at layer 0 (default 1).').optional(),
      q0_b: numbers(
        RANGES.q0,
        'Variance of the second input at layer 0, if it has one of its own: the answer then has q_b, chi_1_b and gradient_1_b.',
      ).optional(),
      c0: numbers(RANGES.c0, 'Correlation of the two inputs at layer 0 (default 0.5).').optional(),
      c_batch: numbers(
        { min: 0, max: 0.99 },
        'Correlation at layer 0 of the other inputs of a batch, which IC layers take away (default 0).',
      ).optional(),
      input: choice(
        DATA_SET_NAMES,
        'Start at a data set, normalised, with its own q0 and the c0 of two images of different classes.',
      ).optional(),
      mode: choice(
        ['train', 'eval'],
        'train (default): masks on. eval: masks off, weights as they were chosen for training; of uniform and concrete noise the mean stays.',
      ).default('train'),
    }),
  ).superRefine((query, context) => {
    const { keep_per_layer, keep, drop, schedule, input, input_keep, depth, technique, q0_b } = query;
    const clash = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (keep_per_layer) {
      if (keep || drop) clash('keep_per_layer', 'Give keep_per_layer, or keep or drop: not both.');
      if (schedule.some((name) => name !== 'constant'))
        clash('schedule', 'keep_per_layer is a schedule already.');
      if (depth.some((layers) => layers !== keep_per_layer[0]?.length))
        clash(
          'depth',
          `keep_per_layer has ${keep_per_layer[0]?.length} values: give depth=${keep_per_layer[0]?.length}.`,
        );
    }
    if (input_keep && !input) clash('input_keep', 'input_keep is about data: say which, with input.');
    if (input_keep && keep_per_layer)
      clash(
        'input_keep',
        'With input= the first value of keep_per_layer is that of the data: give it there.',
      );
    const given = (['q0', 'q0_b', 'c0', 'c_batch'] as const).find((name) => query[name]);
    if (input && given) clash(given, 'With input= the data set says where the layers start.');
    if (q0_b && technique.includes('ic'))
      clash('q0_b', 'An IC layer takes inputs of one variance: leave q0_b out.');
    if (query.c_batch && !technique.includes('ic'))
      clash(
        'c_batch',
        'Only IC layers (technique=ic) look at the other inputs of a batch: leave c_batch out.',
      );
  }),
  row: z
    .object({
      activation: ACTIVATION_COLUMN,
      ...NOISE_COLUMNS,
      ...WEIGHTS_COLUMNS,
      ...STACK_COLUMNS,
      mode: z.string().meta({ description: 'train (masks on) or eval (masks off)' }),
      depth: z.int().meta({ unit: 'layers', description: 'number of layers' }),
      layer: z.int().meta({ unit: 'layers', description: 'layer; 0 is where the trajectory starts' }),
      keep: KEEP_COLUMN.meta({
        description:
          'keep probability of the noise before the weights of this layer; null in row 0, where data are read without noise, and for techniques without one',
      }),
      q: quantity(
        'variance of the pre-activations (of the data in row 0 with input=); null beyond the range of double precision',
        { source: POOLE },
      ),
      c: quantity('correlation of two inputs', { source: POOLE }),
      q_b: quantity('variance of the second input, where it has one of its own', {
        source: POOLE,
      }).optional(),
      chi_1: quantity('factor of the squared gradient of one input from the next layer back to this one', {
        source: HUANG,
      }),
      chi_c: quantity('factor of the product of the gradients of two inputs, likewise', { source: HUANG }),
      gradient_1: quantity("one input's squared gradient here, in units of that at the last layer", {
        source: HUANG,
      }),
      gradient_2: quantity("product of two inputs' gradients here, in units of that at the last layer", {
        source: HUANG,
      }),
      chi_1_b: quantity('chi_1 of the second input, where it has a variance of its own', {
        source: HUANG,
      }).optional(),
      gradient_1_b: quantity('gradient_1 of the second input, where it has a variance of its own', {
        source: HUANG,
      }).optional(),
      ...ACTIVATION_PARAMETER_COLUMNS,
      ...NOISE_PARAMETER_COLUMNS,
      input_keep: z
        .number()
        .optional()
        .meta({ description: 'keep probability of the data (where the query gives it)' }),
      reason: z.string().nullable().meta({
        description: 'why columns of a layer are null that take too much work: which, and why',
      }),
    })
    .meta({ id: 'TrajectoryRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg'],
  field: 'c',
  x: 'layer',
  notes: [
    {
      text: 'Gradients assume, as the theory does, that backward weights are independent of the forward pass.',
      columns: ['chi_1', 'chi_c', 'gradient_1', 'gradient_2', 'chi_1_b', 'gradient_1_b'],
    },
  ],
  examples: [
    { activation: 'tanh', sigma_w2: '1.8', sigma_b2: '0.05', keep: '0.95', depth: '50' },
    {
      activation: 'relu',
      sigma_w2: '1.8',
      schedule: 'step_early',
      drop: '0.1',
      depth: '20',
      q0: '1',
      c0: '0.9',
    },
    { activation: 'relu', sigma_w2: '1.8', keep: '0.9', depth: '30', mode: 'eval', input: 'mnist' },
    { activation: 'relu', sigma_w2: '1.8', keep: '0.5', depth: '10', input: 'mnist', input_keep: '0.8' },
    { activation: 'tanh', sigma_w2: '1.8', keep_per_layer: '0.9,0.9,0.95', depth: '3' },
    { activation: 'erf', sigma_w2: '2', sigma_b2: '0.05', q0: '1', q0_b: '4', c0: '0.9', depth: '10' },
    {
      activation: 'relu',
      sigma_w2: '1',
      technique: 'ic',
      keep: '0.9',
      carry: '1',
      depth: '20',
      c_batch: '0.2',
    },
  ],
} as const;
