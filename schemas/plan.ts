import * as z from 'zod';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { PLAN_INITS } from '../catalogue/inits.ts';
import { LAYER_OPS, SCHEDULE_NAMES, TRAINED_TECHNIQUES } from '../catalogue/techniques.ts';
import {
  BACKEND_NAMES,
  OPTIMISER_NAMES,
  RATE_SCHEDULE_NAMES,
  TRAINED_DATA_NAMES,
} from '../catalogue/training.ts';
import { AXES, within } from './axes.ts';
import { RANGES } from './network.ts';
import { oneOf } from './parameters.ts';
import { PLAN_NOISE } from './plan-noise.ts';
import { evaluationOptions, measurementOptions, searchOptions, stopRules } from './plan-options.ts';
import { checkPlan } from './plan-rules.ts';

export {
  AXES,
  AXIS_NAMES,
  type AxisName,
  fixedValue,
  type Point,
  ROW_AXES,
  valueAt,
} from './axes.ts';

/** The name of a grid: in the URL, in the file, and of the plan that makes it. */
export const gridId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'An id is 1 to 63 characters a-z, 0-9 and "-", and does not start with "-".',
  )
  .meta({ id: 'GridId' });

const axisValues = (value: z.ZodType<number>) =>
  z
    .array(value)
    .min(1)
    .max(1000)
    .refine((values) => new Set(values).size === values.length, 'A value stands twice on this axis.');

/** The members of a plan, each on its own. */
const members = z.strictObject({
  schema: z.literal('dropline-plan/1'),
  id: gridId,
  title: z.string().min(1).max(200),
  data: z.strictObject({
    name: z
      .enum(TRAINED_DATA_NAMES)
      .describe(
        'images and their classes; or rows of numbers and a number to predict of each (auto_mpg): regression. What is said of images ' +
          'below is then said of rows, and accuracies are null',
      ),
    normalisation: z
      .literal('standard')
      .describe(
        'pixels in [0, 1], then less the mean and over the standard deviation of the training images, channel by channel; of rows column by column, and the target, too',
      ),
    train_images: z
      .int()
      .min(1)
      .max(60_000)
      .optional()
      .describe('train on the first so many images only (default all, less those held out)'),
    validation_images: z
      .int()
      .min(1)
      .max(59_999)
      .optional()
      .describe('hold the last so many training images out, for choosing settings (default none)'),
  }),
  axes: z
    .strictObject({
      depth: axisValues(AXES.depth).optional(),
      sigma_w2: axisValues(AXES.sigma_w2).optional(),
      keep: axisValues(AXES.keep).optional(),
      sigma_b2: axisValues(AXES.sigma_b2).optional(),
      width: axisValues(AXES.width).optional(),
      learning_rate: axisValues(AXES.learning_rate).optional(),
    })
    .describe('the two axes of the grid; what is no axis is fixed in network, the learning rate in training'),
  network: z.strictObject({
    activation: oneOf(ACTIVATION_NAMES),
    width: AXES.width.optional().describe('units of a hidden layer'),
    depth: AXES.depth
      .optional()
      .describe(
        'hidden layers; with ops the first weights, which read the images, and depth − 1 blocks: 1 + (depth − 1) × (linears in ops) hidden layers of weights',
      ),
    ops: z
      .array(z.enum(LAYER_OPS))
      .min(2)
      .max(20)
      .optional()
      .describe(
        'operations of a block, in order, ending with linear (default activation, noise, linear): norm is a batch norm with learned gain ' +
          'and shift, noise that of the technique, linear weights and biases. The read-out is a block up to its first linear, without skip connection',
      ),
    sigma_w2: AXES.sigma_w2.optional(),
    sigma_b2: AXES.sigma_b2.optional(),
    init: z
      .enum(PLAN_INITS)
      .describe(
        'gaussian: weights N(0, sigma_w2 / fan_in), biases N(0, sigma_b2); orthogonal: weights √sigma_w2 times an ' +
          'orthogonal matrix; the others as the frameworks draw them, with their own biases (leave sigma_b2 out): ' +
          "sigma_w2 is the square of their gain, the framework's own if left out, and not for those that take none",
      ),
    technique: oneOf(TRAINED_TECHNIQUES).describe(
      'noise after each hidden activation, or where ops have it; none on the input unless input_keep or noise_on_input says so, drawn anew for each image and step',
    ),
    keep: AXES.keep.optional(),
    schedule: z
      .enum(SCHEDULE_NAMES)
      .optional()
      .describe('how 1 − keep is spread over the hidden layers (default constant)'),
    noise_on_input: z
      .boolean()
      .optional()
      .describe('whether the images have the noise of keep, too (default false)'),
    input_keep: AXES.keep
      .optional()
      .describe('probability that a pixel is kept: noise on the images with a keep of its own'),
    ...PLAN_NOISE,
    residual: z
      .strictObject({ carry: within(RANGES.carry), branch: within(RANGES.branch) })
      .optional()
      .describe(
        'a² and b² of skip connections z ← a z + b f(z) around each block, f its operations: W h + bias of a plain layer (default none)',
      ),
  }),
  training: z.strictObject({
    optimiser: oneOf(OPTIMISER_NAMES),
    learning_rate: AXES.learning_rate.optional(),
    batch: z.int().min(1).max(10_000).describe('images a step'),
    steps: z.int().min(1).max(1_000_000),
    stop: stopRules.optional(),
    schedule: z
      .strictObject({
        name: z.enum(RATE_SCHEDULE_NAMES),
        warmup_steps: z.int().min(0).max(1_000_000).optional(),
        end: z.number().min(0).max(1).optional().describe('share of the rate left at the end (default 0)'),
        power: z.number().min(0).max(10).optional().describe('exponent of poly (default 2)'),
      })
      .optional()
      .describe('how the learning rate goes over the steps (default constant)'),
    weight_decay: z.number().min(0).max(10).optional(),
    clip_norm: z
      .number()
      .positive()
      .optional()
      .describe('longest L2 norm of the gradient of all parameters together'),
    momentum: z.number().min(0).lt(1).optional(),
    beta1: z.number().min(0).lt(1).optional(),
    beta2: z.number().min(0).lt(1).optional(),
    epsilon: z.number().min(0).max(1).optional(),
    common_random_numbers: z
      .boolean()
      .optional()
      .describe(
        'draw initial weights, batch order and noise from the seed alone, so that different networks of one seed share them ' +
          '(default false: each point of the axes has its own)',
      ),
  }),
  evaluation: z.strictObject({
    train_images: z
      .int()
      .min(1)
      .max(60_000)
      .describe('accuracy and loss are taken over the first so many training images'),
    test_images: z.int().min(1).max(10_000),
    accuracy_threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe(
        "train_accuracy, masks off and after the plan's steps, from which on a network counts as trained (default 0.5)",
      ),
    details: z
      .boolean()
      .optional()
      .describe(
        'whether the rows also tell how training went (accuracy of the last 10 batches, first steps at 0.25 and 0.5) ' +
          'and what the first layer makes of the data (q0, c0); default false',
      ),
    ...evaluationOptions,
    recalibrate: z
      .boolean()
      .optional()
      .describe(
        'where there is a batch norm (technique ic, or norm in ops): take the running statistics anew over train_images, noise off, before the evaluation (default false)',
      ),
  }),
  search: searchOptions.optional(),
  measurement: measurementOptions.optional(),
  seeds: z
    .array(
      z
        .int()
        .min(0)
        .max(2 ** 31 - 1),
    )
    .min(1)
    .max(100)
    .refine((seeds) => new Set(seeds).size === seeds.length, 'A seed stands twice.'),
  backend: z.enum([...BACKEND_NAMES, 'auto']).describe('auto: the fastest that the machine has'),
});

/** See {@link planSchema}. */
export type Plan = z.infer<typeof members>;

/** A run of the trainer: which networks to train, on what, and how. The result depends on it alone. */
export const planSchema = members.superRefine(checkPlan).meta({ id: 'Plan' });
