import * as z from 'zod';
import { BLOCK_KINDS } from '../../catalogue/architectures.ts';
import { INIT_NAMES } from '../../catalogue/inits.ts';
import { asksForBlocks, BLOCK_COLUMNS, BLOCK_QUERY, refuseMixture } from '../block-query.ts';
import { quantity } from '../endpoint.ts';
import { CONVOLUTION_QUERY, INIT_PARAMETER_COLUMNS, INIT_PARAMETER_QUERY } from '../init-parameters.ts';
import {
  ACTIVATION_PARAMETER_COLUMNS,
  NOISE_PARAMETER_COLUMNS,
  NOISE_QUERY,
  RANGES,
  withNoise,
} from '../network.ts';
import { choices, numbers } from '../parameters.ts';
import { BLOCK_ANSWER } from './blocks.ts';
import { depthScalesRow } from './depth-scales.ts';

const OWN = { source: 'from init, std or gain' } as const;
const {
  fixed_points: _,
  max_depth_low: __,
  max_depth_high: ___,
  max_depth_limited_by: ____,
  ...scales
} = depthScalesRow.shape;

/** The parameters of plain layers alone, and those that both kinds of query have. */
const PLAIN = [
  'fan_in',
  'fan_out',
  'bias_std',
  'in_channels',
  'out_channels',
  'kernel_size',
  'groups',
  'noise_tenure',
] as const;
const SHARED = [
  ...[
    'block',
    'activation',
    'formula',
    'formula_kinks',
    'technique',
    'keep',
    'drop',
    'mask',
    'q0',
    'init',
    'std',
  ],
  ...Object.keys(ACTIVATION_PARAMETER_COLUMNS),
  ...Object.keys(NOISE_PARAMETER_COLUMNS),
];

const { kind, xi_2, kappa, margin, gradient_ratio, basis, flags } = BLOCK_ANSWER;
const {
  sigma_w2_query,
  sigma_w2_key,
  sigma_w2_value,
  sigma_w2_projection,
  sigma_w2_hidden,
  sigma_w2_output,
} = BLOCK_COLUMNS;

/** The columns of an answer about blocks, there where the query is about some. */
const OF_BLOCKS = {
  preset: BLOCK_COLUMNS.preset,
  block: BLOCK_COLUMNS.block,
  blocks: BLOCK_COLUMNS.blocks,
  drop: BLOCK_COLUMNS.drop,
  ...{ sigma_w2_query, sigma_w2_key, sigma_w2_value, sigma_w2_projection, sigma_w2_hidden, sigma_w2_output },
  ...z.object({ kind, block_xi_2: xi_2, kappa, margin, gradient_ratio, basis, flags }).partial().shape,
};

/** `GET /v1/diagnose`: what an initialiser means. */
export const diagnoseContract = {
  name: 'diagnose',
  tag: 'depth',
  summary: 'What an initialiser means: its variances, its phase, and where its signal dies',
  description:
    'Give init and its parameters, or std, or gain alone (sigma_w2 = gain²). Parameters that are left out are as the framework has them; one that the initialiser does not take is an error (/v1/inits lists them). fan_in and fan_out are the shape of a layer, in_channels, kernel_size and groups that of a convolution (docs/convolutions.md says what holds for those); biases are those of the initialiser, unless bias_std is given.',
  query: withNoise(
    z.strictObject({
      ...BLOCK_QUERY,
      block: choices(
        ['plain', ...BLOCK_KINDS],
        'What the weights are of: plain layers one after the other (plain), or a kind of block, see /v1/blocks. Weights with the standard deviation of .02 are usual in networks that are no plain stack: with them it must be said.',
      ).optional(),
      init: choices(INIT_NAMES, 'Initialiser; see /v1/inits.').optional(),
      ...INIT_PARAMETER_QUERY,
      bias_std: numbers({ min: 0, max: 1000 }, 'Standard deviation of the biases.').optional(),
      fan_in: numbers(RANGES.width, 'Inputs of a layer (default 256).').optional(),
      fan_out: numbers(RANGES.width, 'Outputs of a layer (default: as fan_in).').optional(),
      ...CONVOLUTION_QUERY,
      technique: NOISE_QUERY.technique,
      noise_tenure: NOISE_QUERY.noise_tenure,
    }),
    (given) => !asksForBlocks(given),
  ).superRefine((query, context) => {
    const { init, gain, std, fan_in, fan_out, in_channels, block, preset, activation } = query;
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    refuseMixture(query, PLAIN, SHARED, wrong);
    if (block?.includes('plain') && (block.length > 1 || preset))
      wrong('block', 'plain stands alone: ask about blocks in another call.');
    if (!activation && !preset) wrong('activation', 'Say which activation.');
    if (asksForBlocks(query) && !init && gain)
      wrong('gain', 'gain is a parameter of an initialiser: say which, with init.');
    if (asksForBlocks(query)) return;
    if (!init && !gain && !std)
      wrong('init', 'Say which weights: init, std or gain. For example init=torch_default.');
    if (!init && std && gain) wrong('std', 'Give std or gain: not both.');
    for (const name of [
      'mode',
      'nonlinearity',
      'a',
      'b',
      'scale',
      'distribution',
      'minval',
      'maxval',
    ] as const)
      if (!init && query[name])
        wrong(name, `"${name}" is a parameter of an initialiser: say which, with init.`);
    for (const name of ['out_channels', 'kernel_size', 'groups'] as const)
      if (!in_channels && query[name]) wrong(name, 'A convolution has in_channels, too: give them.');
    if (in_channels && (fan_in || fan_out))
      wrong(
        'in_channels',
        'in_channels, kernel_size and groups are in place of fan_in and fan_out: not both.',
      );
  }),
  row: z
    .object({
      ...scales,
      // (null of blocks, and where the block must be said first)
      s1: scales.s1.nullable(),
      s2: scales.s2.nullable(),
      keep_effective: scales.keep_effective.nullable(),
      status: scales.status.nullable(),
      reason: z.string().nullable().meta({
        description:
          'why a quantity of this row is null: it is infinite (unbounded), it could not be had (unknown), or in words what limits the depth where limit_low is null, and which columns take too much work',
      }),
      sigma_w2: quantity(
        'weight variance: that of the weights times fan_in; of blocks: null, see the columns of each matrix',
        OWN,
      ),
      sigma_b2: quantity('bias variance', OWN),
      init: z.enum(INIT_NAMES).optional().meta({ description: 'initialiser (where the query gives it)' }),
      usage: z.string().nullable().meta({ description: 'how one writes it' }),
      gain: z.number().optional().meta({ description: 'gain (where the query gives it)' }),
      fan_in: quantity('inputs of a layer; of blocks: the width'),
      fan_out: quantity('outputs of a layer; of blocks: the hidden width'),
      std: quantity('standard deviation of the weights, √(sigma_w2 / fan_in)', OWN),
      limit_low: quantity(
        'layers after which two inputs are no longer told apart (c_same − c_diff below e⁻⁶), or q has left float32; null: not within layers_searched, see reason',
        { unit: 'layers' },
      ),
      layers_searched: z.int().nullable().meta({
        unit: 'layers',
        description: 'so many layers were looked at at most; null where that takes too much work, see reason',
      }),
      limited_by: z.enum(['correlation', 'float_range']).nullable().meta({ description: 'which of the two' }),
      gradient_factor: quantity('what is left of the squared gradient after 10 layers, chi_1¹⁰'),
      critical_sigma_w2: quantity(
        'the weight variance at which chi_1 is 1, with this bias variance; null where there is none that q does not run away from',
      ),
      advice: z.string().meta({ description: 'what that means, in sentences' }),
      recommended_sigma_w2: quantity(
        'the weight variance to take instead, as /v1/critical marks it and /v1/advice gives it for this bias variance',
      ),
      recommended_sigma_b2: quantity(
        'the bias variance that goes with it: the given one, but where gradients keep their size at another only (the half-stable point of gelu, swish and their like)',
      ),
      ...INIT_PARAMETER_COLUMNS,
      ...OF_BLOCKS,
    })
    .meta({ id: 'DiagnoseRow' }),
  formats: ['json', 'csv', 'txt'],
  field: 'limit_low',
  answer: ['phase', 'gradient', 'limit_low', 'limited_by', 'advice', 'reason'],
  notes: [
    'Without block or preset the answer is about a plain stack: fully connected layers one after the other, without normalisation and skip connections. Networks that have them, such as transformers with their standard deviation of 0.02, are other networks: say which.',
    'The distribution of the weights does not matter to wide networks, only its variance does.',
  ],
  examples: [
    { activation: 'relu', init: 'torch_default', fan_in: '512', keep: '0.9' },
    { activation: 'tanh', init: 'xavier_uniform,kaiming_normal,orthogonal', fan_in: '300', fan_out: '100' },
    { activation: 'gelu', std: '0.02', fan_in: '768', drop: '0.1', block: 'plain' },
    { preset: 'gpt2_small', drop: '0.1' },
    {
      block: 'transformer',
      activation: 'gelu',
      std: '0.02',
      width: '768',
      tokens: '512',
      blocks: '12',
      drop: '0.1',
    },
    { activation: 'relu', init: 'truncated_normal', std: '0.1', fan_in: '784' },
    { activation: 'relu', init: 'xavier_normal', gain: 'relu,5/3,1' },
    {
      activation: 'relu',
      init: 'kaiming_normal',
      mode: 'fan_out',
      in_channels: '64',
      out_channels: '128',
      kernel_size: '3x3',
      groups: '4',
    },
  ],
} as const;
