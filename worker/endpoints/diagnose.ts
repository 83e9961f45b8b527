import { describeBlocks } from '../../answers/block-advice.ts';
import { answerBlocks } from '../../answers/blocks.ts';
import { diagnosis, isUsualOfNormalised, recommendedFor, WHICH_BLOCK } from '../../answers/diagnosis.ts';
import { TOO_MUCH_WORK } from '../../answers/effort.ts';
import type { Point } from '../../answers/point.ts';
import { beyondAll } from '../../answers/why-null.ts';
import { resolveInit } from '../../catalogue/inits.ts';
import { activationOf, networkFromBlockQuery, readParameters } from '../../networks/from-block-query.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import { asksForBlocks } from '../../schemas/block-query.ts';
import { diagnoseContract } from '../../schemas/endpoints/diagnose.ts';
import { INIT_PARAMETER_NAMES } from '../../schemas/init-parameters.ts';
import {
  calculateGain,
  convolutionShape,
  count,
  depthScales,
  estimateCautiousLimit,
  INITS,
  type Init,
  type InitParameters,
  initVariances,
  type LayerShape,
  listBlocks,
  MAX_LAYERS,
  type Network,
  ParameterError,
  readPlainLayer,
  squaredGain,
} from '../../theory/index.ts';
import type { Budget } from '../budget.ts';
import { endpoint, type Surroundings } from './endpoint.ts';

/** The work of writing the sentences of an answer, in evaluations. */
const WORDS = 100;

/** The columns that need a trajectory to be followed. */
const FOLLOWED = ['limit_low', 'layers_searched', 'limited_by', 'reason', 'advice'];

/** `GET /v1/diagnose`: what an initialiser means. */
export const diagnoseEndpoint = endpoint(diagnoseContract, {
  answer: (query, surroundings) => {
    count(WORDS);
    if (asksForBlocks(query)) return [diagnoseBlocks(query, surroundings.budget)];
    const weights = readWeights(query);
    const { block } = query;
    return [
      block === undefined && query.std !== undefined && isUsualOfNormalised(query.std)
        ? askForBlock(query, weights)
        : diagnoseLayers(query, weights, surroundings),
    ];
  },
  absent: new Map([
    ['sigma_w2', 'is what this answers: give gain, its root (with init=gaussian, for example).'],
    ['sigma_b2', 'is what this answers: give bias_std, its root.'],
  ]),
});

/** The weights of plain layers, and the shape of one. */
function readWeights(query: Query) {
  const { init, gain, bias_std } = query;
  const shape = readShape(query);
  const weights = readVariances(query, shape);
  const { sigma_w2 } = weights;
  const sigma_b2 = bias_std === undefined ? weights.sigma_b2 : bias_std ** 2;
  return {
    ...{ sigma_w2, sigma_b2, fan_in: shape.fan_in, fan_out: shape.fan_out },
    ...(gain !== undefined && { gain: typeof gain === 'number' ? gain : calculateGain(gain) }),
    usage: init === undefined ? null : INITS[resolveInit(init)].usage,
    std: Math.sqrt(sigma_w2 / shape.fan_in),
  };
}

type Weights = ReturnType<typeof readWeights>;

/** Of plain layers with weights that belong to other networks nothing is said before it is known which they are. */
function askForBlock(query: Query, weights: Weights) {
  return {
    ...{ activation: activationOf(query), q0: query.q0 ?? 1, ...NOT_ASKED, ...weights },
    reason: 'all: say which block the weights are of, with preset or block; block=plain for a plain stack.',
    advice: WHICH_BLOCK,
  };
}

/** The row of a query about plain layers. */
function diagnoseLayers(query: Query, weights: Weights, { budget, fields }: Surroundings) {
  const { sigma_w2, sigma_b2, fan_in } = weights;
  // (the contract asks for it)
  const name = query.activation as NonNullable<Query['activation']>;
  const { block: _block, ...asked } = query;
  const network = networkFromQuery({
    ...asked,
    activation: name,
    init: undefined,
    branch: undefined,
    sigma_w2,
    sigma_b2,
  });
  const { activation, noise, batch_norm } = readPlainLayer(network);
  // (the cheap part first; no weights are critical that a normalisation undoes)
  const found = batch_norm
    ? NOTHING_RECOMMENDED
    : budget.attempt(() => recommendedFor(activation.phi, noise.noise, sigma_b2));
  const { recommended, critical_sigma_w2 } = found ?? NOTHING_RECOMMENDED;
  const {
    fixed_points: _,
    max_depth_low: __,
    max_depth_high: ___,
    ...scales
  } = depthScales(network, budget.goesOn);
  const common = {
    ...{ activation: name, q0: query.q0 ?? 1, ...scales, ...weights },
    gradient_factor: scales.chi_1 === null ? null : toFinite(scales.chi_1 ** 10),
  };
  const looked = !fields || fields.some((name) => FOLLOWED.includes(name));
  const dies = looked ? budget.attempt(() => estimateCautiousLimit(network)) : null;
  const reasons = [
    scales.reason,
    !found && `critical_sigma_w2, recommended_sigma_w2, recommended_sigma_b2: ${TOO_MUCH_WORK}`,
    looked && !dies && `limit_low, layers_searched, limited_by: ${TOO_MUCH_WORK}`,
  ].filter(Boolean);
  return {
    ...common,
    limit_low: dies?.depth ?? null,
    layers_searched: dies && MAX_LAYERS.equal,
    limited_by: dies?.limited_by ?? null,
    critical_sigma_w2,
    reason:
      reasons.join('; ') ||
      (dies?.depth === null ? `limit_low: ${beyondAll(MAX_LAYERS.equal, scales)}` : null),
    advice: diagnosis({
      ...{ scales, given: { sigma_w2, sigma_b2 }, fan_in, dies, recommended },
      normalised: batch_norm,
    }),
    recommended_sigma_w2: recommended?.sigma_w2 ?? null,
    recommended_sigma_b2: recommended?.sigma_b2 ?? null,
  };
}

/** Columns that need to know what the weights are of. */
const NOT_ASKED = {
  ...{ keep: null, s1: null, s2: null, keep_effective: null, q_star: null, c_star: null },
  ...{ chi_q: null, chi_1: null, chi_aligned: null, chi_c: null, xi_q: null, xi_1: null, xi_2: null },
  ...{
    gradient: null,
    phase: null,
    status: null,
    limit_low: null,
    layers_searched: null,
    limited_by: null,
    gradient_factor: null,
  },
  ...{ critical_sigma_w2: null, recommended_sigma_w2: null, recommended_sigma_b2: null },
};

/** The columns that a reason names, as they are called here. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['depth, depth_low, depth_high', 'limit_low'],
  ['xi_2, kappa, growth, c_star', 'block_xi_2, kappa'],
  ['margin, q_last, clock, gradient_ratio', 'margin, gradient_ratio'],
  ['margin, q_last', 'margin'],
];

/** The row of a query about blocks. */
function diagnoseBlocks(query: Query, budget: Budget) {
  const { block, init, technique, loss, ...asked } = query;
  const kind = block === 'plain' ? undefined : block;
  const network = networkFromBlockQuery({
    ...{ ...asked, block: kind, technique, init, init_parameters: pickParameters(query) },
    // (with an initialiser the standard deviation is a parameter of it)
    ...(init !== undefined && { std: undefined }),
  });
  const row = answerBlocks(network, loss, budget);
  const known = readParameters(query.block === 'plain' ? {} : { ...asked, block: kind });
  return {
    ...NOT_ASKED,
    activation: activationOf(query),
    keep: query.keep ?? (query.drop === undefined ? null : 1 - query.drop),
    q0: network.stem.q0,
    sigma_w2: null,
    sigma_b2: null,
    usage: init === undefined ? null : INITS[resolveInit(init)].usage,
    ...{ fan_in: network.width ?? null, fan_out: known.hidden_width ?? null, std: query.std ?? null },
    ...variancesOf(network),
    limit_low: row.depth_low,
    layers_searched: row.blocks_searched,
    limited_by: row.limited_by,
    reason: RENAMED.reduce((text, [from, to]) => text?.replace(from, to) ?? null, row.reason),
    kind: row.kind,
    block_xi_2: row.xi_2,
    kappa: row.kappa,
    margin: row.margin,
    gradient_ratio: row.gradient_ratio,
    basis: row.basis,
    flags: row.flags,
    advice: describeBlocks(network, row),
  };
}

/** sigma_w2 of each matrix of a network of blocks, by column. */
function variancesOf(network: Network) {
  const ops = (listBlocks(network).at(-1) ?? []).flatMap((layer) => layer.ops);
  const attention = ops.find((op) => op.op === 'attention');
  const linear = ops.filter((op) => op.op === 'linear');
  const gate = ops.find((op) => op.op === 'gate');
  return {
    ...(attention && {
      sigma_w2_query: attention.sigma_w2_query,
      sigma_w2_key: attention.sigma_w2_key,
      sigma_w2_value: attention.sigma_w2_value,
      sigma_w2_projection: attention.sigma_w2_output,
    }),
    ...{
      sigma_w2_hidden: gate?.sigma_w2_gate ?? linear[0]?.sigma_w2,
      sigma_w2_output: linear.at(-1)?.sigma_w2,
    },
  };
}

type Query = Point<ReturnType<(typeof diagnoseContract)['query']['parse']>>;

/** The shape of a layer, or of a convolution. */
function readShape(query: Query): Required<LayerShape> {
  const { in_channels, out_channels, kernel_size = '1', groups } = query;
  const { fan_in = 256, fan_out = fan_in } = query;
  if (in_channels === undefined) return { fan_in, fan_out, outputs: fan_out };
  return convolutionShape({
    in_channels,
    kernel: kernel_size.split('x').map(Number),
    ...(out_channels !== undefined && { out_channels }),
    ...(groups !== undefined && { groups }),
  });
}

/** What the weights mean as (sigma_w2, sigma_b2). */
function readVariances(query: Query, shape: Required<LayerShape>): { sigma_w2: number; sigma_b2: number } {
  const { init, gain, std = Number.NaN, in_channels } = query;
  if (init === undefined)
    return { sigma_w2: gain === undefined ? std ** 2 * shape.fan_in : squaredGain(gain), sigma_b2: 0 };
  const own = resolveInit(init);
  const { convolutions }: Init = INITS[own];
  if (in_channels !== undefined && convolutions === false)
    throw new ParameterError(
      'in_channels',
      'not_applicable',
      `Convolutions are not initialised as ${init} is. Give fan_in.`,
    );
  return initVariances(own, { ...shape, ...pickParameters(query) }, init);
}

/** The parameters of the initialiser that a query gives. */
const pickParameters = (query: Query): InitParameters =>
  Object.fromEntries(
    INIT_PARAMETER_NAMES.filter((name) => query[name] !== undefined).map((name) => [name, query[name]]),
  );

/** Where nothing is recommended. */
const NOTHING_RECOMMENDED = { recommended: null, critical_sigma_w2: null };

const toFinite = (x: number) => (Number.isFinite(x) ? x : null);
