import * as z from 'zod';
import { FRAMEWORK_NAMES } from '../../catalogue/queries.ts';
import { asksForBlocks, BLOCK_COLUMNS, BLOCK_QUERY, refuseMixture } from '../block-query.ts';
import { quantity } from '../endpoint.ts';
import {
  ACTIVATION_COLUMN,
  ACTIVATION_PARAMETER_COLUMNS,
  KEEP_COLUMN,
  NOISE_COLUMNS,
  NOISE_QUERY,
  RANGES,
  withNoise,
} from '../network.ts';
import { choice, choices, numbers } from '../parameters.ts';
import { TRAINING_NAMES, TRAINING_QUERY } from '../training-query.ts';
import { BLOCK_ANSWER } from './blocks.ts';
import { FITTED_COLUMNS, FITTED_RATE_COLUMN } from './fitted.ts';
import { VERDICTS } from './verdicts.ts';

/** The kinds of change that advice names: of plain layers, and of blocks. */
const CHANGES = [
  'less_drop',
  'schedule',
  'activation',
  'smaller_bias',
  'residual',
  'wider',
  'norm_at',
  'depth_scaling',
  'q0',
  'drop_path',
] as const;

/** A change that advice names. */
export const changeSchema = z.object({
  change: z.enum(CHANGES),
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
  query: z
    .string()
    .optional()
    .meta({ description: 'of blocks: the parameters to change, as part of a query' }),
  margin: z
    .number()
    .optional()
    .meta({ description: 'of blocks: the margin with it, after the blocks of the query' }),
  depth_low: z.number().nullable().optional().meta({
    unit: 'blocks',
    description:
      'of blocks: where the margin has fallen to e^−6 with it; null beyond twice the blocks of the query',
  }),
});

/** What a query may ask to be solved for. */
export const SOLVED = ['keep', 'sigma_w2', 'branch', 'depth'] as const;

/** The parameters of plain layers alone, and those that both kinds of query have. */
const PLAIN = ['depth', 'fan_in', ...TRAINING_NAMES] as const;
const SHARED = [
  ...['activation', 'formula', 'formula_kinks', 'technique', 'keep', 'drop', 'sigma_b2', 'mask'],
  ...Object.keys(ACTIVATION_PARAMETER_COLUMNS),
];

const { kind, xi_2, kappa, margin, gradient_ratio, basis, flags } = BLOCK_ANSWER;
const {
  activation: _activation,
  technique: _technique,
  keep: _keep,
  sigma_w2: _sigma_w2,
  sigma_b2: _sigma_b2,
  std: _std,
  ...asked
} = BLOCK_COLUMNS;

/** The columns of an answer about blocks, there where the query is about some. */
const OF_BLOCKS = {
  ...asked,
  ...z.object({ kind, xi_2, kappa, margin, gradient_ratio, basis, flags }).partial().shape,
};

const said = (description: string) =>
  z
    .string()
    .optional()
    .meta({ description: `${description} (where the query gives it)` });
const counted = (description: string) =>
  z
    .number()
    .optional()
    .meta({ description: `${description} (where the query gives it)` });

/** The columns of what a query says of training. */
const OF_TRAINING = {
  data: said('data trained on'),
  steps: counted('steps of training'),
  batch: counted('images a step'),
  learning_rate: counted('learning rate'),
  optimiser: said('optimiser'),
};

/** `GET /v1/advice`: how to initialise, whether the depth trains, and what else would help. */
export const adviceContract = {
  name: 'advice',
  tag: 'depth',
  summary:
    'How to initialise a dropout network, whether its depth can be trained, and what would help if not',
  description:
    'Of a plain stack: the recommended variances keep the gradient of one input at its size (chi_1 = 1). By the theory the depth is trainable while inputs that differ stay distinguishable; the rule that was fitted to trained networks is asked too, and verdict is the more cautious of the two. snippet is code that runs, for the framework. With preset or block it is about a network of blocks, with the parameters of /v1/blocks: blocks is the number wanted, verdict compares it with depth_low and depth_high, and changes says what raises the margin most. solve asks for the number itself, in the column solved.',
  query: withNoise(
    z.strictObject({
      ...BLOCK_QUERY,
      technique: NOISE_QUERY.technique,
      depth: numbers(
        { ...RANGES.depth, max: 1000 },
        'Number of hidden layers wanted, of a plain stack (of blocks: blocks).',
      ).optional(),
      fan_in: numbers(
        RANGES.width,
        'Of a plain stack: inputs of a layer, its width (default 256).',
      ).optional(),
      ...TRAINING_QUERY,
      framework: choice(FRAMEWORK_NAMES, 'For the snippet (default pytorch).').default('pytorch'),
      solve: choices(
        SOLVED,
        'Which number to solve for, so that the depth wanted is just trainable: the smallest keep (at every site), the largest sigma_w2 (of blocks: of all matrices; of a plain stack the recommended one), the largest b² of a residual branch (branch), or the largest depth.',
      ).optional(),
    }),
    (given) => !asksForBlocks(given),
  ).superRefine((given, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    refuseMixture(given, PLAIN, SHARED, wrong);
    if (!asksForBlocks(given)) {
      if (given.mask.some((mask) => mask !== 'independent'))
        wrong('mask', 'Advice on plain layers is about masks of their own: leave mask out.');
      if (given.loss.includes('pooled')) wrong('loss', 'loss is of transformers.');
      if (!given.activation)
        wrong('activation', 'Say which activation the layers have. (Or give a preset of /v1/architectures.)');
      if (!given.depth) wrong('depth', 'Say how many hidden layers are wanted.');
    }
    const solves = given.solve ?? [];
    if (solves.includes('keep') && (given.keep ?? given.drop))
      wrong('solve', 'solve=keep finds the keep: leave keep and drop out.');
  }),
  row: z
    .object({
      activation: ACTIVATION_COLUMN,
      technique: NOISE_COLUMNS.technique,
      keep: KEEP_COLUMN,
      depth: z
        .int()
        .nullable()
        .meta({ unit: 'layers', description: 'number of hidden layers wanted; of blocks: of blocks' }),
      fan_in: z
        .int()
        .nullable()
        .meta({ description: 'inputs of a layer; of blocks: the width, where the query says it' }),
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
        'cautious depth limit: where c_same − c_diff has fallen to e⁻⁶; null where there is none up to twice the depth (of blocks: depth_low of /v1/blocks)',
        { unit: 'layers' },
      ),
      limit_high: quantity('where it has fallen to e⁻¹² (of blocks: depth_high of /v1/blocks, at e^−6.6)', {
        unit: 'layers',
      }),
      limited_by: z
        .enum(['correlation', 'float_range'])
        .nullable()
        .meta({ description: 'what sets limit_low' }),
      fitted_verdict: z.enum(VERDICTS).meta({
        description:
          'by the fitted rule alone, for the recommended variances, the width fan_in and the training that the query says: whether depth lies below fitted_low, between, or above fitted_high; unknown where it has no answer; trainable where nothing limits the depth within 2000 layers',
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
        description:
          'code that builds the network and prints its variance by layer beside the predicted one; of blocks: that of the query, with the mean square of its stream and its margin. Null where none can be written, see reason',
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
      ...OF_TRAINING,
      ...OF_BLOCKS,
      solve: z
        .enum(SOLVED)
        .optional()
        .meta({ description: 'which number was solved for (where the query gives it)' }),
      solved: quantity('that number; null where there is none, see reason').optional(),
    })
    .meta({ id: 'AdviceRow' }),
  formats: ['json', 'csv', 'txt'],
  field: 'verdict',
  answer: ['verdict', 'trainable', 'reason', 'sigma_w2', 'sigma_b2'],
  notes: [
    'Limits are estimates from theory with two digits of MNIST in mind (c_diff 0.27); measured ones depend on optimiser, learning rate, steps, batch and width. fitted_depth is for the width fan_in and the training that the query says, and for the rest as the note on the rule says.',
  ],
  examples: [
    { activation: 'relu', keep: '0.9', depth: '50', fan_in: '200' },
    { activation: 'tanh', technique: 'gaussian', keep: '0.95', depth: '20', framework: 'keras' },
    { activation: 'gelu', drop: '0.1', depth: '12', framework: 'jax', fan_in: '512' },
    { preset: 'bert_base', blocks: '96', drop: '0.1' },
    { preset: 'bert_base', blocks: '24,48,96', solve: 'keep' },
    { activation: 'tanh', depth: '20,50', solve: 'keep' },
    { activation: 'relu', drop: '0.1', depth: '20', fan_in: '256', optimiser: 'adam', steps: '2000' },
  ],
} as const;
