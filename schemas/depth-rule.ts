import * as z from 'zod';
import { DATA_SETS, OPTIMISERS, OWN_INITS } from './names.ts';

const positive = z.number().positive();

const range = z.tuple([z.number().min(0), z.number().min(0)]);

/** How many times as deep, with a 95 % interval. */
const factor = z.strictObject({ factor: positive, low: positive.nullable(), high: positive.nullable() });

/**
 * The rule of the trainable depth that was fitted to the atlas (`fixtures/depth-rule.json`), with its uncertainty and what it
 * was fitted to.
 */
export const depthRuleSchema = z.strictObject({
  schema: z.literal('dropline-depth-rule/1'),
  form: z
    .enum(['constant', 'xi_2', 'xi_1', 'min', 'harmonic', 'chaos', 'trajectory'])
    .describe('a form of theory/trainable-depth/forms.ts'),
  parameters: z
    .strictObject({
      m: positive,
      b: z.number().min(0).optional(),
      p: positive.optional(),
      v: z.number().min(0).optional(),
    })
    .describe('the numbers of the form'),
  intervals: z
    .partialRecord(z.enum(['m', 'b', 'p', 'v']), z.tuple([z.number(), z.number()]))
    .describe('95 % intervals of the parameters, by a bootstrap over planes'),
  spread: positive.describe(
    'root mean square of ln(measured / predicted) over keep rates below 1 and techniques that were held out',
  ),
  spread_without_noise: positive.optional().describe('the same over the networks without noise'),
  columns: z.int().min(1).describe('columns that the parameters were fitted to'),
  conditions: z
    .strictObject({
      data: z.enum(DATA_SETS),
      width: z.int().min(1),
      optimiser: z.enum(OPTIMISERS),
      steps: z.int().min(1),
      batch: z.int().min(1),
      init: z.enum(OWN_INITS),
      trained_at: z.number(),
    })
    .describe('what they were trained with, and the share of right training images that counted as trained'),
  ranges: z
    .strictObject({ width: range, sigma_w2: range, sigma_b2: range, keep: range, depth: range })
    .describe(
      'smallest and largest of what they were, or networks beside them within whose interval the rule was right; keep is the effective one, depth the measured one. Beyond them the rule is a guess',
    ),
  names: z
    .strictObject({ activation: z.array(z.string()).min(1), technique: z.array(z.string()).min(1) })
    .describe('activations and techniques among these'),
  factors: z
    .array(
      factor.extend({
        setting: z.string().max(40).describe('width, steps, optimiser, data, init, …'),
        value: z.union([z.string().max(40), z.number()]),
        trained_at: z
          .number()
          .optional()
          .describe('of data: the share of right images that counted as trained, where it is another one'),
        columns: z.int().min(1),
      }),
    )
    .describe('by how much other settings move the depth'),
});

/** See {@link depthRuleSchema}. */
export type DepthRuleFile = z.infer<typeof depthRuleSchema>;
