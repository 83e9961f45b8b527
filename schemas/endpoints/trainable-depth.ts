import * as z from 'zod';
import { INIT_NAMES, OWN_INITS, resolveInit } from '../../catalogue/inits.ts';
import { KERNEL_LIMITS } from '../../catalogue/queries.ts';
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
  Q0_QUERY,
  RANGES,
  STACK_COLUMNS,
  STACK_QUERY,
  WEIGHTS_COLUMNS,
  withNoise,
} from '../network.ts';
import { choices, numbers } from '../parameters.ts';
import { TRAINING_QUERY } from '../training-query.ts';
import { FITTED_COLUMNS, FITTED_RATE_COLUMN } from './fitted.ts';
import { VERDICTS } from './verdicts.ts';

const layers = (description: string, source?: string) =>
  quantity(description, { unit: 'layers', ...(source !== undefined && { source }) });

const MEASURED = 'measured: the grid that stands in grid';

/** What limits the estimate from the trajectory. */
const LIMITS = ['correlation', 'float_range'] as const;

const needsVariance = (init: string): boolean => (OWN_INITS as readonly string[]).includes(init);

/** `GET /v1/trainable-depth`: predictions and measurements side by side. */
export const trainableDepthContract = {
  name: 'trainable-depth',
  tag: 'depth',
  summary: 'How deep a network can be trained: rules, an estimate from the trajectory, and what was measured',
  description:
    'Predictions by the rule that was fitted to trained networks, by each rule in circulation and by the trajectory estimator, where the theory expects gradients of such a width to stray, and the nearest measured frontier. With depth, verdict says whether so many layers can be trained. The fitted rule takes width, steps, batch, learning_rate, optimiser, data and init; meta.notes say what stands for those that are left out. Rules rest on depth scales and are null with a schedule or skip connections, the fitted one and the measurement also with a shared mask; the estimator holds for those too. reason says why a number is null.',
  query: withNoise(
    z.strictObject({
      ...ACTIVATION_QUERY,
      sigma_w2: numbers(
        RANGES.sigma_w2,
        "Weight variance: weights are N(0, sigma_w2 / fan_in). With init the square of its gain, the framework's own if left out.",
      ).optional(),
      sigma_b2: numbers(
        RANGES.sigma_b2,
        "Bias variance: biases are N(0, sigma_b2) (default 0, or init's own).",
      ).optional(),
      ...NOISE_QUERY,
      ...STACK_QUERY,
      ...Q0_QUERY,
      c_diff: numbers(
        { min: -1, max: 0.999 },
        'Correlation at layer 0 of two inputs that are to be told apart (default: two digits of MNIST).',
      ).default([0.27]),
      width: numbers(
        RANGES.width,
        'Units of a hidden layer: narrow networks train less deep. Like data, steps, batch, learning_rate, optimiser and init for the fitted rule (see meta.notes for what stands for those left out), and for the nearest measurement.',
      ).optional(),
      depth: numbers(
        { ...RANGES.depth, max: 1000 },
        'Number of hidden layers wanted: then verdict says whether so many can be trained.',
      ).optional(),
      ...TRAINING_QUERY,
      data: choices(DATA_SET_NAMES, 'Trained on which data; measured on them, too (default any).').optional(),
      init: choices(
        INIT_NAMES,
        "Weights drawn how: gaussian or orthogonal with sigma_w2 and sigma_b2, or a framework's initialiser, which has variances of its own in layers of that width (see /v1/inits).",
      ).optional(),
    }),
  ).superRefine(({ init, sigma_w2 }, context) => {
    if (!sigma_w2 && (!init || init.some((name) => needsVariance(resolveInit(name)))))
      context.addIssue({ code: 'custom', path: ['sigma_w2'], message: 'This parameter is required.' });
  }),
  row: z
    .object({
      activation: ACTIVATION_COLUMN,
      ...NOISE_COLUMNS,
      ...WEIGHTS_COLUMNS,
      keep: KEEP_COLUMN,
      ...STACK_COLUMNS,
      xi_1: layers('depth scale of the gradient of one input'),
      xi_2: layers('depth scale of the correlation and of the gradients of two inputs'),
      ...FITTED_COLUMNS,
      six_xi_2: layers(
        '6 xi_2; null where xi_2 is unbounded, as in the three that follow',
        'Schoenholz et al. 2017, as widely quoted',
      ),
      twelve_xi_2: layers('12 xi_2', 'Huang et al. 2019, public code of the trainability figure'),
      twelve_xi_1: layers('12 xi_1', 'Huang et al. 2019, public code of the trainability figure'),
      four_and_half_xi_c: layers('4.5 xi_2', 'public reproduction mean-field-fcdnn'),
      limit_low: layers(
        'where c_same − c_diff has fallen to e⁻⁶: the cautious estimate',
        'this project: docs/theory.md',
      ),
      limit_high: layers('where it has fallen to e⁻¹²', 'this project: docs/theory.md'),
      limited_by: z
        .enum([...LIMITS, ...KERNEL_LIMITS])
        .nullable()
        .meta({
          description:
            'what limits fitted_depth: the condition of the rule that has least to spare (weak_updates: the first updates are too small beside the weights, as where gradients vanish; noisy_updates: too small beside their noise, as where inputs become alike; unstable_updates: too large, as where gradients explode; width: the gradients of so narrow a network stray), or q leaves the range of float32 (float_range). Where the rule has no answer, what limits limit_low: two inputs become alike (correlation), or float_range. null: nothing within 2000 layers, or within layers_searched',
        }),
      layers_searched: z.int().nullable().meta({
        unit: 'layers',
        description:
          'the estimates looked at so many layers at most; they are null beyond. Null where they took too much work',
      }),
      width: z.number().optional().meta({ description: 'units of a layer (where the query gives it)' }),
      data: z.string().optional().meta({ description: 'data trained on (where the query gives it)' }),
      steps: z.number().optional().meta({ description: 'steps of training (where the query gives it)' }),
      optimiser: z.string().optional().meta({ description: 'optimiser (where the query gives it)' }),
      init: z.string().optional().meta({ description: 'how weights are drawn (where the query gives it)' }),
      width_depth: layers(
        'depth at which gradients of networks so wide stray by a factor of e from the median; null where the theory has no number. No limit of the depth: networks train to twice as many layers and more (docs/atlas.md), and fitted_depth knows what the width costs',
        'this project: docs/theory.md',
      ).optional(),
      calibrated_depth: layers(
        'limit_low times the factor by which the nearest measured frontier lies above its own limit_low',
      ),
      calibration: quantity('that factor'),
      measured_depth: layers('nearest measured trainable depth (half of the networks train)', MEASURED),
      measured_low: layers('lower end of its interval; null where it is open', MEASURED),
      measured_high: layers('upper end of its interval; null where it is open', MEASURED),
      measured_sigma_w2: quantity('weight variance there', { source: MEASURED }),
      measured_keep: quantity('keep probability there', { source: MEASURED }),
      measured_with: z.string().nullable().meta({ description: 'what its networks were trained with' }),
      distance: quantity(
        'how far that measurement is from the question: Euclidean over ln sigma_w2, √sigma_b2 and ln(1.01 − keep_effective); 0 is the same network. A measurement with the settings asked for comes before a nearer one with others',
      ),
      grid: z.string().nullable().meta({ description: 'where the measurement is' }),
      reason: z.string().nullable().meta({
        description: 'why numbers are null, in sentences that begin with their columns',
      }),
      q0: z.number().meta({ description: 'variance from which the layers start' }),
      c_diff: z
        .number()
        .meta({ description: 'correlation at layer 0 of two inputs that are to be told apart' }),
      ...ACTIVATION_PARAMETER_COLUMNS,
      ...NOISE_PARAMETER_COLUMNS,
      float_range_depth: layers(
        'layers after which q leaves the range of float32, which ends fitted_depth and every estimate; null: never',
        'docs/theory.md',
      ),
      batch: z.number().optional().meta({ description: 'images a step (where the query gives it)' }),
      learning_rate: z.number().optional().meta({ description: 'learning rate (where the query gives it)' }),
      ...FITTED_RATE_COLUMN,
      depth: z
        .int()
        .optional()
        .meta({ unit: 'layers', description: 'number of hidden layers wanted (where the query gives it)' }),
      verdict: z.enum(VERDICTS).optional().meta({
        description:
          'whether depth can be trained: the more cautious of what the theory (limit_low, limit_high) and the fitted rule (fitted_low, fitted_high) say; where the rule is a guess (fitted_extrapolates) it makes a depth doubtful at most',
      }),
      because: z
        .string()
        .optional()
        .meta({ description: 'which of the two decides, in a sentence (where the query gives depth)' }),
      basis: z.enum(['fitted', 'extrapolated', 'theory']).nullable().meta({
        description:
          'what the answer rests on. fitted: fitted_depth, for a network like those that were measured. extrapolated: fitted_depth is a guess, fitted_extrapolates says where. theory: the rule has no answer (reason says why), so that there are the estimate limit_low and the depth scales alone. null: the rule took too much work',
      }),
      limit_low_limited_by: z.enum(LIMITS).nullable().meta({
        description:
          'what limits limit_low: two inputs become alike, or q leaves the range of float32; null: nothing within layers_searched layers',
      }),
    })
    .meta({ id: 'TrainableDepthRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg'],
  field: 'fitted_depth',
  answer: ['fitted_depth', 'fitted_low', 'fitted_high', 'limited_by', 'basis'],
  usual: {
    parameters: ['activation', 'sigma_w2', 'sigma_b2', 'keep'],
    rest: [
      ...['fitted_extrapolates', 'fitted_learning_rate', 'xi_2'],
      ...['measured_depth', 'measured_low', 'measured_high', 'distance', 'grid', 'reason'],
    ],
  },
  notes: [
    {
      text: 'The multipliers of the rules are not universal: they depend on optimiser, learning rate, steps and width. Which of the rules the text of Huang et al. 2019 prefers is not established here.',
      columns: ['six_xi_2', 'twelve_xi_2', 'twelve_xi_1', 'four_and_half_xi_c'],
    },
    {
      text: "Measured depths are L50: where half of the networks reach the accuracy on training images that the grid's plan counts as trained (0.5 where it says nothing), from a logistic in ln L.",
      columns: ['measured_depth', 'measured_low', 'measured_high', 'calibration', 'calibrated_depth'],
    },
  ],
  examples: [
    { activation: 'tanh', sigma_w2: '1.8', sigma_b2: '0.05', keep: '0.95', width: '100' },
    { activation: 'tanh', sigma_w2: '1.5..2.5/3', sigma_b2: '0.05', keep: '0.98', steps: '300' },
    {
      ...{ activation: 'relu', sigma_w2: '2', keep: '0.95', width: '256', optimiser: 'adam' },
      ...{ learning_rate: '0.0003,0.001', steps: '1500', batch: '100' },
    },
    { activation: 'relu', init: 'kaiming_normal,torch_default', width: '256', drop: '0.1', depth: '20' },
    { activation: 'relu', sigma_w2: '1.8', drop: '0.1', schedule: 'constant,step_early' },
    { activation: 'relu', sigma_w2: '1', keep: '0.9', carry: '1', branch: '0.1' },
  ],
} as const;
