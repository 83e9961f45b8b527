import * as z from 'zod';
import { OWN_INITS } from '../catalogue/inits.ts';
import { DATA_SET_NAMES, OPTIMISER_NAMES } from '../catalogue/training.ts';

const positive = z.number().positive();

const range = z.tuple([z.number().min(0), z.number().min(0)]);

/** How many times as deep, with a 95 % interval. */
const factor = z.strictObject({ factor: positive, low: positive.nullable(), high: positive.nullable() });

const FORM_PARAMETERS = [
  'm',
  'n',
  'b',
  'p',
  'v',
  't',
  'signal',
  'noise',
  'step',
  'aspect',
  'signal_spread',
  'aspect_power',
  'blend',
] as const;

const numbersOfForm = z.partialRecord(z.enum(FORM_PARAMETERS), z.number().min(0));

/**
 * The rule of the trainable depth that was fitted to the atlas (`fixtures/depth-rule.json`), with its uncertainty and what it
 * was fitted to.
 */
export const depthRuleSchema = z.strictObject({
  schema: z.literal('dropline-depth-rule/2'),
  form: z
    .enum([
      'constant',
      'xi_2',
      'xi_1',
      'min',
      'harmonic',
      'chaos',
      'trajectory',
      'signed',
      'collapse',
      'min_of_two',
      'sum_of_two',
      'p_norm_of_two',
      'margin',
      'margin_and_gradient',
      'update',
      'kernel',
    ])
    .describe('a form of theory/trainable-depth/forms.ts'),
  parameters: numbersOfForm.describe('the numbers of the form'),
  intervals: z
    .partialRecord(z.enum(FORM_PARAMETERS), z.tuple([z.number(), z.number()]))
    .describe('95 % intervals of the parameters, by a bootstrap over planes'),
  optimisers: z
    .record(
      z.string(),
      z.strictObject({
        normalised: z.boolean().describe('whether it divides the gradient by its size'),
        rate: positive.describe('times its learning rate is that of gradient descent with the same effect'),
        parameters: numbersOfForm.optional().describe('numbers of the form that are its own'),
        rates: range.describe('smallest and largest of the learning rates that were measured'),
        spread: positive
          .optional()
          .describe(
            'standard deviation of ln(measured / predicted) of its networks, where it is more than the others',
          ),
        usual: range.describe('the same of the usual ones: the best of them is taken where none is given'),
      }),
    )
    .describe('how the optimisers that were measured compare with gradient descent'),
  spread: positive.describe('standard deviation of ln(measured / predicted) beside measured networks'),
  spread_per_distance: z
    .number()
    .min(0)
    .describe('what it grows by with the distance to the nearest measured network'),
  far: positive.describe('the distance beyond which the rule is a guess'),
  held_out: z
    .strictObject({ worst: positive, mean: positive })
    .describe(
      'root mean square of ln(measured / predicted) of the worst group that was held out, and the mean over groups',
    ),
  columns: z.int().min(1).describe('columns that the parameters were fitted to'),
  conditions: z
    .strictObject({
      data: z.enum(DATA_SET_NAMES),
      width: z.int().min(1),
      optimiser: z.enum(OPTIMISER_NAMES),
      steps: z.int().min(1),
      batch: z.int().min(1),
      init: z.enum(OWN_INITS),
      accuracy_threshold: z.number(),
    })
    .describe(
      'what a question is about that says nothing else, and the share of right training images that counts as trained',
    ),
  ranges: z
    .strictObject({ width: range, steps: range })
    .describe('smallest and largest of what the networks were trained with'),
  names: z.strictObject({ technique: z.array(z.string()).min(1) }).describe('techniques among them'),
  factors: z
    .array(
      factor.extend({
        setting: z.string().max(40).describe('data, init, technique, …'),
        value: z.union([z.string().max(40), z.number()]),
        accuracy_threshold: z
          .number()
          .optional()
          .describe('of data: the share of right images that counted as trained, where it is another one'),
        columns: z.int().min(1),
      }),
    )
    .describe('by how much other settings move the depth'),
  measured: z
    .array(z.array(z.number()))
    .describe('where the measured networks lie, see placeOf in theory/trainable-depth/fitted.ts'),
});

/** See {@link depthRuleSchema}. */
export type DepthRuleFile = z.infer<typeof depthRuleSchema>;
