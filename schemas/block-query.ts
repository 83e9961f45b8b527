import * as z from 'zod';
import {
  ARCHITECTURE_NAMES,
  BLOCK_KINDS,
  BLOCK_NORMS,
  BLOCK_PARAMETERS,
  DEPTH_SCALINGS,
  DROP_SITES,
  FEED_FORWARD_KINDS,
  NORM_PLACES,
} from '../catalogue/architectures.ts';
import { INIT_NAMES } from '../catalogue/inits.ts';
import { LOSSES } from '../catalogue/queries.ts';
import type { Range } from '../catalogue/range.ts';
import {
  ACTIVATION_COLUMN,
  ACTIVATION_PARAMETER_COLUMNS,
  ACTIVATION_QUERY,
  checkFormula,
  checkStrength,
  columns,
  NOISE_PARAMETER_COLUMNS,
  NOISE_QUERY,
  optionals,
  RANGES,
} from './network.ts';
import { choices, list, listOf } from './parameters.ts';

/** A query parameter that is true or false, or both. */
const truths = (description: string) =>
  list<boolean>(
    (part) =>
      part === 'true' || part === 'false'
        ? [part === 'true']
        : { wrong: `"${part.slice(0, 40)}" is not true or false.` },
    {
      names: ['true', 'false'],
      values: listOf({ type: 'boolean' }),
      description: `${description} true or false.`,
    },
  );

/** The keep of each site, in place of its drop. */
const KEEPS = Object.fromEntries(
  [...DROP_SITES, 'drop_path'].map((site) => [
    site.replace('drop', 'keep'),
    { ...RANGES.keep, about: `1 − ${site}, in its place.` },
  ]),
) as Readonly<
  Record<`keep_${'embedding' | 'attention' | 'projection' | 'hidden' | 'output' | 'path'}`, Range>
>;

const OWN: Readonly<Record<'sigma_w2' | 'sigma_b2' | 'c_batch', Range>> = {
  sigma_w2: { ...RANGES.sigma_w2, about: 'Fan_in times the variance of the weights, of all matrices.' },
  sigma_b2: { ...RANGES.sigma_b2, about: 'Variance of the biases of the feed-forward part (default 0).' },
  c_batch: {
    min: 0,
    max: 0.99,
    about:
      'Correlation of two inputs of a batch where the blocks start, which batch norms take away (default c0).',
  },
};

const { noise_tenure: _, ...noise } = NOISE_QUERY;

/** Query parameters that say a network of blocks. */
export const BLOCK_QUERY = {
  preset: choices(
    ARCHITECTURE_NAMES,
    'An architecture in use, see /v1/architectures: what it says stands for all that is left out.',
  ).optional(),
  block: choices(
    BLOCK_KINDS,
    'Kind of block (default ffn): ffn is matrix, activation, matrix; gated is φ(U x) times V x, matrix; tabular_resnet is ffn behind a batch norm; transformer is attention, then one of these.',
  ).optional(),
  feed_forward: choices(FEED_FORWARD_KINDS, 'Feed-forward part of a transformer (default ffn).').optional(),
  ...ACTIVATION_QUERY,
  activation: ACTIVATION_QUERY.activation.optional(),
  norm: choices(BLOCK_NORMS, 'Kind of norm (default layer; batch in a tabular_resnet).').optional(),
  norm_at: choices(
    NORM_PLACES,
    'Where the norm stands (default pre): pre f(norm(x)), post norm(x + f(x)), sandwich norm(f(norm(x))), out norm(f(x)).',
  ).optional(),
  first_norm: truths('Whether the very first branch has its norm (default true).').optional(),
  embedding_norm: choices(
    ['layer', 'none'],
    'Norm of the embeddings, before their dropout (default none).',
  ).optional(),
  causal: truths('Whether a token looks at itself and earlier ones only (default false).').optional(),
  depth_scaling: choices(
    DEPTH_SCALINGS,
    'How weights depend on the number of blocks (default none): output_matrices divides the last matrix of each branch by √(2 blocks) as GPT-2 does, deepnorm is that of DeepNorm encoders (skips, and the weights and biases of values, projection and feed-forward part), branches makes b² = branch/blocks.',
  ).optional(),
  ...optionals(OWN),
  ...optionals(BLOCK_PARAMETERS),
  ...optionals(KEEPS),
  init: choices(
    INIT_NAMES,
    'Initialiser of all matrices, with width and hidden_width; see /v1/inits.',
  ).optional(),
  ...noise,
  technique: choices(
    [
      'none',
      'bernoulli',
      'gaussian',
      'uniform',
      'beta',
      'concrete',
      'vsd',
      'advanced',
      'alpha',
      'dropconnect',
    ],
    'Which noise stands at the sites (default bernoulli). tabu and ic are no plain factors of a unit; alpha and dropconnect do not act on attention weights, and dropconnect only before a matrix.',
  ).default(['bernoulli']),
  loss: choices(
    LOSSES,
    'What the gradients of a transformer come from (default token): a loss at each token, or at the mean over the tokens.',
  ).default(['token']),
};

const word = (description: string) =>
  z
    .string()
    .optional()
    .meta({ description: `${description} (where the query gives it)` });

/** Columns of what a query says of a network of blocks. */
export const BLOCK_COLUMNS = {
  preset: word('architecture'),
  block: word('kind of block'),
  feed_forward: word('feed-forward part of a transformer'),
  activation: ACTIVATION_COLUMN.optional(),
  norm: word('kind of norm'),
  norm_at: word('where the norm stands'),
  first_norm: z
    .boolean()
    .optional()
    .meta({ description: 'whether the very first branch has its norm (where the query gives it)' }),
  embedding_norm: word('norm of the embeddings'),
  causal: z.boolean().optional().meta({
    description: 'whether a token looks at itself and earlier ones only (where the query gives it)',
  }),
  depth_scaling: word('how weights depend on the number of blocks'),
  init: word('initialiser'),
  ...columns(OWN),
  ...columns(BLOCK_PARAMETERS),
  ...columns(KEEPS),
  technique: z.string().optional().meta({ description: 'which noise stands at the sites' }),
  mask: z
    .union([z.string(), z.number()])
    .optional()
    .meta({ description: 'whether two compared inputs see masks of their own or the same one' }),
  keep: z
    .number()
    .optional()
    .meta({ description: 'probability that a unit is kept, at every site (where the query gives it)' }),
  drop: z
    .number()
    .optional()
    .meta({ description: 'probability that a unit is dropped, at every site (where the query gives it)' }),
  ...ACTIVATION_PARAMETER_COLUMNS,
  ...NOISE_PARAMETER_COLUMNS,
  loss: z.string().optional().meta({ description: 'what the gradients come from' }),
};

/** What says how strong the noise at some site is. */
const STRENGTHS = [...DROP_SITES, ...DROP_SITES.map((site) => site.replace('drop', 'keep'))];

/**
 * What the parameters of a query about blocks must satisfy together: an activation or a preset, a formula for a custom activation, and a strength
 * where a technique means nothing without.
 *
 * @param given the query
 * @param context of the parsing
 */
export function checkBlockQuery(given: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  checkFormula(given, context);
  const { preset, activation } = given;
  if (!preset && !activation)
    context.addIssue({
      code: 'custom',
      path: ['preset'],
      message: 'Give a preset (see /v1/architectures), or block, activation and weights.',
    });
  if (!preset && STRENGTHS.every((name) => given[name] === undefined))
    checkStrength(given, BLOCK_QUERY, context);
}

/** Whether a query is about blocks, and not about a plain stack of layers. */
export const asksForBlocks = ({ preset, block }: Readonly<Record<string, unknown>>): boolean =>
  preset !== undefined || (block !== undefined && ![block].flat().includes('plain'));

/**
 * Refuses parameters of blocks in a query about plain layers, and the other way round.
 *
 * @param given the query
 * @param plain names that only queries about plain layers have
 * @param shared names that both have
 * @param wrong says of a parameter what is wrong with it
 */
export function refuseMixture(
  given: Readonly<Record<string, unknown>>,
  plain: readonly string[],
  shared: readonly string[],
  wrong: (path: string, message: string) => void,
): void {
  const isBlocks = asksForBlocks(given);
  const names = isBlocks
    ? plain
    : Object.keys(BLOCK_QUERY).filter((name) => !shared.includes(name) && name !== 'loss');
  for (const name of names)
    if (given[name] !== undefined)
      wrong(
        name,
        isBlocks
          ? `${name} is of plain layers; with block or preset ${INSTEAD[name] ?? 'leave it out'}.`
          : `${name} is of networks of blocks: say which, with block or preset. Without, this is about a plain stack.`,
      );
}

/** What to give in place of a parameter of plain layers. */
const INSTEAD: Readonly<Record<string, string>> = {
  depth: 'give blocks',
  bias_std: 'give sigma_b2',
  fan_in: 'give width and hidden_width',
  fan_out: 'give width and hidden_width',
};
