import * as z from 'zod';
import { BACKENDS, DATA_SETS, TRAINED_ACTIVATIONS, TRAINED_TECHNIQUES } from './names.ts';
import { RANGES } from './network.ts';

/** The name of a grid: in the URL, in the file, and of the plan that makes it. */
export const gridId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'An id is 1 to 63 characters a-z, 0-9 and "-", and does not start with "-".',
  )
  .meta({ id: 'GridId' });

const within = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max);

/** What can vary over a grid, with the range of each. */
export const AXES = {
  depth: z.int().min(1).max(1000),
  sigma_w2: within(RANGES.sigma_w2),
  keep: within(RANGES.keep),
} as const;

/** The name of an axis of a grid. */
export type AxisName = keyof typeof AXES;

/** The names of the axes, in the order in which cells are listed. */
export const AXIS_NAMES = Object.keys(AXES) as AxisName[];

const axisValues = (value: z.ZodType<number>) =>
  z
    .array(value)
    .min(1)
    .max(1000)
    .refine((values) => new Set(values).size === values.length, 'A value stands twice on this axis.');

/** A run of the trainer: which networks to train, on what, and how. The result depends on it alone. */
export const planSchema = z
  .strictObject({
    schema: z.literal('dropline-plan/1'),
    id: gridId,
    title: z.string().min(1).max(200),
    data: z.strictObject({
      name: z.enum(DATA_SETS),
      normalisation: z
        .literal('standard')
        .describe(
          'pixels in [0, 1], then less the mean and over the standard deviation of the training images, channel by channel',
        ),
    }),
    axes: z
      .strictObject({
        depth: axisValues(AXES.depth).optional(),
        sigma_w2: axisValues(AXES.sigma_w2).optional(),
        keep: axisValues(AXES.keep).optional(),
      })
      .describe('the two axes of the grid; what is no axis is fixed in network'),
    network: z.strictObject({
      activation: z.enum(TRAINED_ACTIVATIONS),
      width: z.int().min(1).max(4096).describe('units of a hidden layer'),
      depth: AXES.depth.optional().describe('hidden layers'),
      sigma_w2: AXES.sigma_w2.optional(),
      sigma_b2: within(RANGES.sigma_b2),
      init: z.literal('gaussian').describe('weights N(0, sigma_w2 / fan_in), biases N(0, sigma_b2)'),
      technique: z
        .enum(TRAINED_TECHNIQUES)
        .describe(
          'noise after each hidden activation, none on the input, drawn anew for each image and step',
        ),
      keep: AXES.keep.optional(),
    }),
    training: z.strictObject({
      optimiser: z.literal('sgd'),
      learning_rate: z.number().positive().max(100),
      batch: z.int().min(1).max(10_000).describe('images a step'),
      steps: z.int().min(1).max(1_000_000),
    }),
    evaluation: z.strictObject({
      train_images: z
        .int()
        .min(1)
        .max(60_000)
        .describe('accuracy and loss are taken over the first so many training images'),
      test_images: z.int().min(1).max(10_000),
    }),
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
    backend: z.enum(BACKENDS),
  })
  .superRefine((plan, context) => {
    const axes = AXIS_NAMES.filter((name) => plan.axes[name] !== undefined);
    if (axes.length !== 2)
      context.addIssue({
        code: 'custom',
        path: ['axes'],
        message: `A grid has two axes out of ${AXIS_NAMES.join(', ')}; this plan has ${axes.length}.`,
      });
    for (const name of AXIS_NAMES) {
      const fixed = plan.network[name] !== undefined;
      if (fixed && axes.includes(name))
        context.addIssue({
          code: 'custom',
          path: ['network', name],
          message: `"${name}" is an axis already.`,
        });
      // technique none takes no keep
      const needed = name !== 'keep' || plan.network.technique !== 'none';
      if (needed && !fixed && !axes.includes(name))
        context.addIssue({
          code: 'custom',
          path: ['network', name],
          message: `"${name}" is missing: give it here, or make it an axis.`,
        });
      if (!needed && (fixed || axes.includes(name)))
        context.addIssue({
          code: 'custom',
          path: fixed ? ['network', name] : ['axes', name],
          message: 'The technique "none" takes no keep.',
        });
    }
    if (
      plan.evaluation.train_images % plan.training.batch ||
      plan.evaluation.test_images % plan.training.batch
    )
      context.addIssue({
        code: 'custom',
        path: ['evaluation'],
        message: 'The images of an evaluation must be a multiple of the batch: the graph has one batch size.',
      });
  })
  .meta({ id: 'Plan' });

/** See {@link planSchema}. */
export type Plan = z.infer<typeof planSchema>;
