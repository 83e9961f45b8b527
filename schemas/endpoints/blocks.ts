import * as z from 'zod';
import { BLOCK_COLUMNS, BLOCK_QUERY, checkBlockQuery } from '../block-query.ts';
import { quantity } from '../endpoint.ts';
import { number, numbers } from '../parameters.ts';

const SOURCE = { source: 'docs/blocks.md' } as const;
const BLOCKS = { unit: 'blocks', ...SOURCE } as const;

/** What an answer about blocks says of itself, see docs/blocks.md. */
const flags = z.string().meta({
  description:
    'what must be said of these numbers, separated by spaces: gradual (accuracy falls slowly with depth, so that a depth is a middle and no edge), condensed and few_tokens (products of two rows of attention are off by some per cent), causal (averages over rows, 1 to 4 % off), annealed (stochastic depth averaged before it is followed, about 1 % off), batch_norm_after_noise (about 1 % off), frozen (the start says nothing of training); empty where there is nothing',
  ...SOURCE,
});

/** The columns of what is known of a network of blocks. */
export const BLOCK_ANSWER = {
  kind: z
    .enum(['scale', 'power', 'frozen'])
    .nullable()
    .meta({
      description:
        'what the margin does after many blocks: falls by a factor in each (scale), as a power of the variance of the stream (power), or stops (frozen); null where that is not known, see reason',
      ...SOURCE,
    }),
  depth: quantity(
    'blocks after which the margin has fallen to e^−6.3, where half of the networks of a pilot trained; null beyond blocks_searched. It is said of the start of training',
    BLOCKS,
  ),
  depth_low: quantity('the same at e^−6; a threshold, not the end of a confidence interval', BLOCKS),
  depth_high: quantity('the same at e^−6.6', BLOCKS),
  xi_2: quantity(
    'of kind scale: blocks in which the margin falls by a factor of e, after many blocks and of many tokens; null where it does not fall',
    BLOCKS,
  ),
  kappa: quantity(
    'of kind power: the margin falls as the variance of the stream to the power −kappa, after many blocks and of many tokens',
    SOURCE,
  ),
  growth: quantity(
    'of kind power: what a block adds to the variance of the stream (with batch norms: to the part of it that inputs of a batch have not in common)',
    SOURCE,
  ),
  c_star: quantity(
    'correlation that two inputs (with attention: all tokens and passes) approach under masks of their own, behind a norm',
    SOURCE,
  ),
  margin: quantity(
    'after the blocks of the query: how much more alike one input is under two masks than two inputs are (with attention: two tokens), behind the final norm',
    SOURCE,
  ),
  clock: quantity(
    'ln of what the variance of the stream has been multiplied by; null where a norm resets it',
    SOURCE,
  ),
  q_last: quantity('mean square of the stream after the blocks of the query', SOURCE),
  gradient_ratio: quantity(
    'squared gradient of one input before the first block over that after the last; with attention that of a token',
    SOURCE,
  ),
  limited_by: z
    .enum(['correlation', 'float_range'])
    .nullable()
    .meta({
      description: 'what sets depth: the margin, or the variance leaving float32',
      ...SOURCE,
    }),
  basis: z.enum(['pilot', 'extrapolated']).meta({
    description:
      'what the threshold rests on: pilot for feed-forward blocks with layer norm and dropout, of which some with relu were trained (MNIST, width 100, 300 steps); extrapolated for all else: then depth is no measurement',
    ...SOURCE,
  }),
  blocks_searched: z.int().meta({ description: 'so many blocks were looked at at most', unit: 'blocks' }),
  flags,
  reason: z.string().nullable().meta({ description: 'why quantities of this row are null' }),
};

const AT_THE_START =
  'All numbers are of the network at the start of training, in the limit of wide layers: none is an accuracy or a learning rate.';
const THRESHOLDS =
  'depth_low, depth and depth_high are where the margin is e^−6, e^−6.3 and e^−6.6: three thresholds, no confidence interval. Half of the networks of one pilot trained at e^−6.3 (feed-forward blocks, layer norm, relu, MNIST, width 100, 300 steps of SGD); for all else the column basis says extrapolated.';

/** `GET /v1/blocks`: how deep a network of residual, normalised or attention blocks can be with dropout. */
export const blocksContract = {
  name: 'blocks',
  tag: 'depth',
  summary: 'How deep a network of residual, normalised or transformer blocks can be with dropout',
  description:
    "Give a preset, or a kind of block with its activation and weights (sigma_w2, std or init); every parameter can be put in place of a preset's. drop acts at every site that the preset (or the kind of block) has, drop_hidden and its like at one, also where the preset has none. Attention weights are no site of blocks without attention: to name them there is an error.",
  query: z.strictObject(BLOCK_QUERY).superRefine(checkBlockQuery),
  row: z
    .object({
      ...BLOCK_COLUMNS,
      ...BLOCK_ANSWER,
      assumed: z.string().meta({
        description:
          "what the query leaves out, as it was taken: the preset's parameters, with its rates of dropout, and defaults",
      }),
    })
    .meta({ id: 'BlocksRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg'],
  field: 'depth',
  answer: ['depth', 'depth_low', 'depth_high', 'limited_by', 'basis'],
  notes: [
    AT_THE_START,
    { text: THRESHOLDS, columns: ['depth', 'depth_low', 'depth_high'] },
    'The theory is of independent blocks: torch.nn.TransformerEncoder copies one layer, so that all start with the same weights; draw each again.',
  ],
  examples: [
    { preset: 'bert_base', drop: '0,0.1,0.2,0.5' },
    { preset: 'gpt2_small', blocks: '12,24,48' },
    {
      block: 'ffn',
      activation: 'relu',
      sigma_w2_hidden: '2',
      sigma_w2_output: '1',
      norm_at: 'pre,post',
      drop: '0.1',
      blocks: '20',
    },
    {
      block: 'transformer',
      activation: 'gelu',
      std: '0.02',
      width: '768',
      heads: '12',
      tokens: '512',
      blocks: '24',
      drop: '0.1',
    },
    { preset: 'tabular_resnet', drop_hidden: '0.1..0.5/5', blocks: '16' },
  ],
} as const;

const average = (description: string) =>
  quantity(`${description}, with paths: standard error of the mean over them`, SOURCE).optional();

/** `GET /v1/blocks/trajectory`: a network of blocks, block by block. */
export const blockTrajectoryContract = {
  name: 'blocks/trajectory',
  tag: 'theory',
  summary: 'Variance, correlations and gradients of a network of blocks, block by block',
  description:
    'Rows are blocks 0 (before the first) to blocks. With paths the paths of stochastic depth are drawn: columns are means over them, and margin_error is the standard error; without, they are averaged first (flag annealed).',
  query: z
    .strictObject({
      ...BLOCK_QUERY,
      paths: number({ min: 2, max: 4096, whole: true }, 'With drop_path: pairs of paths to draw.').optional(),
      seed: numbers({ min: 0, max: 2 ** 31, whole: true }, 'Seed of the paths.').default([1]),
    })
    .superRefine(checkBlockQuery),
  row: z
    .object({
      ...BLOCK_COLUMNS,
      block_number: z.int().meta({ description: 'blocks behind it', unit: 'blocks' }),
      q: quantity('mean square of a unit of the stream', SOURCE),
      c_masks: quantity('correlation of one input under two masks, behind the final norm', SOURCE),
      c_inputs: quantity(
        'correlation of two inputs (with attention: of a token in one pass and another in another pass) under masks of their own',
        SOURCE,
      ),
      c_shared: quantity('correlation of two inputs under the same masks; null with attention', SOURCE),
      c_tokens: quantity('correlation of two tokens of one pass; null without attention', SOURCE),
      margin: quantity('c_masks − c_inputs', SOURCE),
      margin_error: average('standard error of margin'),
      clock: quantity('ln(q / q before the first block); null where a norm resets it', SOURCE),
      gradient: quantity('squared gradient of one input over that after the last block', SOURCE),
      gradient_masks: quantity(
        'the same of the product of the gradients of one input under two masks',
        SOURCE,
      ),
      gradient_inputs: quantity(
        'the same of two inputs (with attention: of two tokens of two passes)',
        SOURCE,
      ),
      flags,
      reason: z.string().nullable().meta({ description: 'why quantities of this row are null' }),
    })
    .meta({ id: 'BlockTrajectoryRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg'],
  field: 'margin',
  x: 'block_number',
  notes: [AT_THE_START],
  examples: [
    { preset: 'bert_base', drop: '0.1' },
    { preset: 'gpt2_small', causal: 'false' },
    {
      block: 'ffn',
      activation: 'relu',
      sigma_w2_hidden: '2',
      sigma_w2_output: '1',
      drop_path: '0.2',
      blocks: '16',
      paths: '1000',
    },
  ],
} as const;

/** `GET /v1/architectures`: the presets. */
export const architecturesContract = {
  name: 'architectures',
  tag: 'catalogues',
  summary: 'The presets of /v1/blocks: architectures in use, with their weights, norms, dropout and sources',
  description:
    'Every parameter can be replaced in a query of /v1/blocks: `preset=bert_base&drop=0.2&blocks=48`.',
  query: z.strictObject({}),
  row: z
    .object({
      name: z.string().meta({ description: 'name' }),
      title: z.string().meta({ description: 'what it is' }),
      query: z.string().meta({ description: 'its parameters as a query of /v1/blocks' }),
      sites: z.string().meta({ description: 'where drop acts, separated by spaces' }),
      checked: z.enum(['seen', 'recalled']).meta({
        description: 'whether all facts were read in their sources (seen), or some were recalled',
      }),
      sources: z
        .array(z.object({ what: z.string(), where: z.string(), checked: z.enum(['seen', 'recalled']) }))
        .meta({ description: 'which facts are from where (JSON only)' }),
      notes: z
        .array(z.string())
        .meta({ description: 'where the blocks start, and what is not covered (JSON only)' }),
    })
    .meta({ id: 'ArchitecturesRow' }),
  formats: ['json', 'csv', 'txt'],
  field: 'name',
  notes: [],
  examples: [{}],
} as const;
