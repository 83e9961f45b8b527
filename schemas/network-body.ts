import * as z from 'zod';
import { ACTIVATION_NAMES, ACTIVATION_PARAMETERS } from '../catalogue/activations.ts';
import { BLOCK_PARAMETERS, NORM_PLACES } from '../catalogue/architectures.ts';
import { LOSSES } from '../catalogue/queries.ts';
import type { Range } from '../catalogue/range.ts';
import { MASK_NAMES, NOISE_PARAMETERS, TECHNIQUE_NAMES } from '../catalogue/techniques.ts';
import { queryBounds, RANGES } from './network.ts';
import { oneOf } from './parameters.ts';

/** A number of a network within its range. */
function numberIn({ min, max, whole, about }: { min: number; max: number; whole?: boolean; about?: string }) {
  const number = whole ? z.int().min(min).max(max) : z.number().min(min).max(max);
  return about === undefined ? number : number.describe(about);
}

/** Numbers with ranges, each of which may be left out. */
const numbersOf = <Name extends string>(table: Readonly<Record<Name, Range>>) =>
  Object.fromEntries(
    Object.entries<Range>(table).map(([name, range]) => [
      name,
      numberIn({ ...queryBounds(range), about: range.about }).optional(),
    ]),
  ) as Record<Name, z.ZodOptional<z.ZodNumber>>;

const variance = numberIn(BLOCK_PARAMETERS.sigma_w2_hidden);
const { eps, score_scale2, qk_norm, skip, branch, q0, c0, tokens } = BLOCK_PARAMETERS;

const noise = z
  .strictObject({
    op: z.literal('noise'),
    technique: oneOf(TECHNIQUE_NAMES).default('bernoulli'),
    keep: numberIn(RANGES.keep).optional(),
    drop: numberIn(RANGES.drop).optional(),
    ...numbersOf(
      Object.fromEntries(
        Object.entries(NOISE_PARAMETERS).map(([name, range]) => [`noise_${name}`, range]),
      ) as Record<`noise_${keyof typeof NOISE_PARAMETERS}`, Range>,
    ),
    channelwise: z.boolean().optional().describe('one factor for all pixels of a channel, as in Dropout2d'),
  })
  .meta({ id: 'NoiseOperation' });

const activation = z
  .strictObject({
    op: z.literal('activation'),
    activation: oneOf(ACTIVATION_NAMES),
    ...numbersOf(ACTIVATION_PARAMETERS),
  })
  .meta({ id: 'ActivationOperation' });

const norm = {
  kind: oneOf(['layer', 'rms', 'batch']),
  eps: numberIn(eps).default(0),
  gain2: numberIn({ min: 0, max: 1e6, about: 'Square of the gain that all units have (default 1).' }).default(
    1,
  ),
  shift2: numberIn({ min: 0, max: 1e6, about: 'Variance over the units of the shifts (default 0).' }).default(
    0,
  ),
};

const normOp = z.strictObject({ op: z.literal('norm'), ...norm }).meta({ id: 'NormOperation' });

const operation = z
  .discriminatedUnion('op', [
    z
      .strictObject({ op: z.literal('linear'), sigma_w2: variance, sigma_b2: variance.default(0) })
      .meta({ id: 'LinearOperation' }),
    activation,
    z
      .strictObject({
        ...{
          op: z.literal('gate'),
          activation: oneOf(ACTIVATION_NAMES),
          ...numbersOf(ACTIVATION_PARAMETERS),
        },
        ...{ sigma_w2_gate: variance, sigma_w2_value: variance, sigma_b2: variance.default(0) },
      })
      .meta({ id: 'GateOperation' }),
    noise,
    normOp,
    z
      .strictObject({
        op: z.literal('attention'),
        sigma_w2_query: variance,
        sigma_w2_key: variance,
        sigma_w2_value: variance,
        sigma_w2_output: variance,
        score_scale2: numberIn(score_scale2).default(1),
        qk_norm: numberIn(qk_norm).optional(),
        causal: z.boolean().default(false),
        noise: noise.optional().describe('on the attention weights'),
      })
      .meta({ id: 'AttentionOperation' }),
    z
      .strictObject({ op: z.literal('path'), keep: numberIn({ min: 0.01, max: 1 }) })
      .meta({ id: 'PathOperation' }),
  ])
  .meta({ id: 'Operation' });

/** The most operations of a branch, sub-layers of a block, and kinds of block that a network may have. */
const [MAX_OPS, MAX_SUB_LAYERS, MAX_KINDS] = [24, 16, 200] as const;

/** The most blocks of a network. */
const MAX_DEPTH = BLOCK_PARAMETERS.blocks.max;

const subLayer = z
  .strictObject({
    skip: numberIn(skip).default(1),
    branch: numberIn(branch).default(1),
    norm: z.strictObject({ at: oneOf(NORM_PLACES), ...norm }).optional(),
    ops: z.array(operation).min(1).max(MAX_OPS),
    after: z
      .array(operation)
      .max(MAX_OPS)
      .default([])
      .describe('behind the norm of a branch, with sandwich and out'),
  })
  .meta({ id: 'SubLayer', description: 'x → a x + b f(x), with skip = a², branch = b²' });

/** The body of `POST /v1/network`: a network in the vocabulary of the theory. */
export const networkBody = z
  .strictObject({
    stem: z
      .strictObject({
        q0: numberIn(q0).default(1),
        c0: numberIn(c0).optional(),
        mean: z.number().min(-1e6).max(1e6).default(0).describe('mean over the units, as of raw pixels'),
        c_batch: numberIn({ min: 0, max: 0.99 }).optional(),
        ops: z.array(operation).max(MAX_OPS).default([]),
      })
      .prefault({})
      .describe('where the blocks start: mean square, correlation, and operations before the first block'),
    blocks: z
      .array(
        z
          .strictObject({
            repeat: numberIn({ min: 1, max: MAX_DEPTH, whole: true }).default(1),
            sub_layers: z.array(subLayer).min(1).max(MAX_SUB_LAYERS),
          })
          .meta({ id: 'Block' }),
      )
      .min(1)
      .max(MAX_KINDS)
      .refine((blocks) => blocks.reduce((sum, { repeat }) => sum + repeat, 0) <= MAX_DEPTH, {
        error: `A network has at most ${MAX_DEPTH} blocks.`,
      })
      .describe('the blocks in order, each as often as repeat says'),
    tokens: numberIn(tokens).optional(),
    final_norm: z.strictObject(norm).optional(),
    mask: z
      .union([oneOf(MASK_NAMES), z.number().min(0).max(1)])
      .default('independent')
      .describe('whether two compared inputs see masks of their own or the same one'),
    loss: oneOf(LOSSES).default('token'),
    tied_weights: z
      .boolean()
      .default(false)
      .describe('whether blocks share their weights: not covered if so'),
  })
  .meta({ id: 'Network' });

/** See {@link networkBody}. */
export type NetworkBody = z.output<typeof networkBody>;
