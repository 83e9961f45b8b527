import * as z from 'zod';
import { FRAMEWORK_NAMES } from '../../catalogue/queries.ts';
import { quantity } from '../endpoint.ts';
import {
  ACTIVATION_COLUMN,
  ACTIVATION_PARAMETER_COLUMNS,
  ACTIVATION_QUERY,
  KEEP_COLUMN,
  NOISE_COLUMNS,
  NOISE_QUERY,
  RANGES,
  withNoise,
} from '../network.ts';
import { choice, numbers } from '../parameters.ts';
import { FITTED_COLUMNS, FITTED_RATE_COLUMN } from './fitted.ts';

/** Whether a depth can be trained; the least cautious first. */
export const VERDICTS = ['trainable', 'doubtful', 'not_trainable', 'unknown'] as const;

/** A change that advice names. */
export const changeSchema = z.object({
  change: z.enum(['less_drop', 'schedule', 'activation', 'smaller_bias', 'residual', 'wider']),
  enough: z.boolean().meta({
    description:
      'whether the depth is trainable with it, by the cautious limit and by the fitted rule where that has an answer',
  }),
  contrast: z.number().optional().meta({
    description: 'c_same − c_diff at the depth; e⁻⁶ is the cautious limit. The width does not change it',
  }),
  what: z.string().meta({ description: 'the change in words' }),
  keep: z.number().optional(),
  drop: z.number().optional(),
  schedule: z.string().optional(),
  activation: z.string().optional(),
  fan_in: z.int().optional(),
  sigma_w2: z.number().optional(),
  sigma_b2: z.number().optional(),
  carry: z.number().optional(),
  branch: z.number().optional(),
});

/** `GET /v1/advice`: how to initialise, whether the depth trains, and what else would help. */
export const adviceContract = {
  name: 'advice',
  tag: 'depth',
  summary:
    'How to initialise a dropout network, whether its depth can be trained, and what would help if not',
  description:
    'The recommended variances keep the gradient of one input at its size (chi_1 = 1). By the theory the depth is trainable while inputs that differ stay distinguishable; the rule that was fitted to trained networks is asked too, and verdict is the more cautious of the two. snippet is code that runs, for the framework.',
  query: withNoise(
    z.strictObject({
      ...ACTIVATION_QUERY,
      technique: NOISE_QUERY.technique,
      keep: NOISE_QUERY.keep,
      drop: NOISE_QUERY.drop,
      depth: numbers({ ...RANGES.depth, max: 1000 }, 'Number of hidden layers wanted.'),
      fan_in: numbers(RANGES.width, 'Inputs of a layer: its width.').default([256]),
      sigma_b2: numbers(RANGES.sigma_b2, 'Bias variance, in place of the recommended one.').optional(),
      framework: choice(FRAMEWORK_NAMES, 'For the snippet (default pytorch).').default('pytorch'),
    }),
  ),
  row: z
    .object({
      activation: ACTIVATION_COLUMN,
      technique: NOISE_COLUMNS.technique,
      keep: KEEP_COLUMN,
      depth: z.int().meta({ unit: 'layers', description: 'number of hidden layers wanted' }),
      fan_in: z.int().meta({ description: 'inputs of a layer' }),
      verdict: z.enum(VERDICTS).meta({
        description:
          'the more cautious of theory_verdict and fitted_verdict. Where the rule is a guess (fitted_extrapolates names what for) it makes a depth doubtful at most',
      }),
      trainable: z
        .boolean()
        .nullable()
        .meta({ description: 'true for trainable, false for not_trainable, else null' }),
      reason: z.string().meta({
        description: 'why, in a few sentences, and whether the theory or the measurements decide',
      }),
      theory_verdict: z.enum(VERDICTS).meta({
        description: 'by the theory alone: whether depth lies below limit_low, between, or above limit_high',
      }),
      limit_low: quantity(
        'cautious depth limit: where c_same − c_diff has fallen to e⁻⁶; null where there is none up to twice the depth',
        { unit: 'layers' },
      ),
      limit_high: quantity('where it has fallen to e⁻¹²', { unit: 'layers' }),
      limited_by: z
        .enum(['correlation', 'float_range'])
        .nullable()
        .meta({ description: 'what sets limit_low' }),
      fitted_verdict: z.enum(VERDICTS).meta({
        description:
          'by the fitted rule alone, for the recommended variances and the width fan_in: whether depth lies below fitted_low, between, or above fitted_high; unknown where it has no answer; trainable where nothing limits the depth within 2000 layers',
      }),
      ...FITTED_COLUMNS,
      sigma_w2: quantity('recommended weight variance'),
      sigma_b2: quantity(
        'recommended bias variance; another than the query gives where q would run away from all points with that one',
      ),
      std: quantity('standard deviation of the weights, √(sigma_w2 / fan_in)'),
      std_bias: quantity('standard deviation of the biases'),
      criterion: z.string().nullable().meta({ description: 'what they fulfil' }),
      q_star: quantity('the variance that they keep; null where every one is kept'),
      stable: z.boolean().nullable().meta({
        description:
          'whether that variance attracts others; if not, scale the first layer so that q starts there',
      }),
      framework: z.enum(FRAMEWORK_NAMES).meta({ description: 'framework of the snippet' }),
      snippet: z.string().nullable().meta({
        description: 'code that builds the network and prints its variance by layer beside the predicted one',
      }),
      changes: z
        .array(changeSchema)
        .meta({ description: 'changes to think of where the depth is not trainable (JSON only)' }),
      changes_complete: z.boolean().meta({
        description: 'whether there was time to look at all changes; false: more may help',
      }),
      ...ACTIVATION_PARAMETER_COLUMNS,
      variance: z.enum(['stable', 'half_stable', 'neutral', 'collapses', 'grows']).nullable().meta({
        description:
          'what q does in the recommended network: it is drawn to q_star from both sides (stable) or from one (half_stable), stays where it starts (neutral), falls to 0 slower than exponentially (collapses), or grows by the bias variance in every layer (grows)',
      }),
      ...FITTED_RATE_COLUMN,
    })
    .meta({ id: 'AdviceRow' }),
  formats: ['json', 'csv', 'txt'],
  field: 'verdict',
  notes: [
    'Limits are estimates from theory with two digits of MNIST in mind (c_diff 0.27); measured ones depend on optimiser, learning rate, steps, batch and width. fitted_depth is for the width fan_in, and for the rest as the note on the rule says; /v1/trainable-depth takes others.',
  ],
  examples: [
    { activation: 'relu', keep: '0.9', depth: '50', fan_in: '200' },
    { activation: 'tanh', technique: 'gaussian', keep: '0.95', depth: '20', framework: 'keras' },
    { activation: 'gelu', drop: '0.1', depth: '12', framework: 'jax', fan_in: '512' },
  ],
} as const;
