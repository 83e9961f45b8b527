import { resolveInit } from '../../catalogue/inits.ts';
import { plainSquare } from '../averages/one-input.ts';
import { compileAttention } from '../blocks/attention.ts';
import { blockDepth } from '../blocks/depth.ts';
import { blockLimits } from '../blocks/limits.ts';
import { LOST } from '../blocks/operations.ts';
import { joinPairs, type Pair } from '../blocks/pairs.ts';
import { pathAverages } from '../blocks/paths.ts';
import { causalTokens, softmaxMoments } from '../blocks/softmax.ts';
import { resetFactors } from '../blocks/sub-layer.ts';
import { type BlockOptions, blockTrajectory } from '../blocks/trajectory.ts';
import { initVariances } from '../inits/inits.ts';
import {
  type Activate,
  type AddNoise,
  type Attend,
  type Block,
  type Network,
  type Normalise,
  type NormPlacement,
  type Op,
  readActivation,
  type SubLayer,
} from '../network.ts';
import { twoInputs } from '../trajectory/averages.ts';

/** A value that another program computed, and what it is of: `params` says it in the words of that program. */
export type Vector = {
  readonly id: string;
  readonly group: string;
  readonly params: Readonly<Record<string, unknown>> & { readonly quantity: string };
  readonly value: number;
  readonly tolerance: number;
};

type OpRow = readonly [string, ...(string | number)[]];
type LayerRow = {
  readonly place?: string;
  readonly norm?: string;
  readonly eps?: number;
  readonly a2?: number;
  readonly b2?: number;
  readonly ops: readonly OpRow[];
  readonly after?: readonly OpRow[];
};

const NORMS: Readonly<Record<string, Normalise['kind']>> = { ln: 'layer', rms: 'rms', bn: 'batch' };

const activate = (name: string): Activate => readActivation({ activation: name as 'relu' });

const noiseOf = (s1: number, s2: number): AddNoise => ({
  op: 'noise',
  technique: 'bernoulli',
  parameters: {},
  keep: (s1 * s1) / s2,
  noise: { s1, s2, variance: s2 - s1 * s1 },
});

const keepNoise = (keep: number) => noiseOf(1, 1 / keep);

const linear = (sigma_w2: number, sigma_b2 = 0): Op => ({ op: 'linear', sigma_w2, sigma_b2 });

function readOp([op, ...rest]: OpRow): Op {
  const [first, second, third] = rest as [number, number, number];
  if (op === 'lin') return linear(first, second ?? 0);
  if (op === 'act') return activate(String(first));
  if (op === 'noise') return noiseOf(first, second);
  if (op === 'norm') return { op: 'norm', kind: NORMS[String(first)] ?? 'layer', eps: second ?? 0 };
  if (op === 'gate')
    return { op: 'gate', activation: activate(String(first)), sigma_w2_gate: second, sigma_w2_value: third };
  throw new Error(`no operation ${op}`);
}

function readLayer({
  place = 'pre',
  norm = 'ln',
  eps = 0,
  a2 = 1,
  b2 = 1,
  ops,
  after = [],
}: LayerRow): SubLayer {
  const at = place === 'outnorm' ? 'out' : place;
  return {
    ...{ a2, b2, ops: ops.map(readOp), after: after.map(readOp) },
    ...(at !== 'none' && { norm: { at: at as NormPlacement, kind: NORMS[norm] ?? 'layer', eps } }),
  };
}

/** The feed-forward branch that limits are of. */
function limitOps(p: Vector['params']): Op[] {
  const {
    s1 = 2,
    act = p.activation ?? 'relu',
    s2 = 1,
    r1 = 1,
    r2 = 1,
    su,
    sv,
  } = p as Record<string, number>;
  const first: Op[] =
    su === undefined
      ? [linear(s1 as number), activate(String(act))]
      : [{ op: 'gate', activation: activate(String(act)), sigma_w2_gate: su, sigma_w2_value: sv as number }];
  const noise = (keep: number) => (keep === 1 ? [] : [keepNoise(keep)]);
  return [...first, ...noise(r1 as number), linear(s2 as number), ...noise(r2 as number)];
}

const network = (blocks: Block, more: Partial<Network> = {}): Network => ({
  stem: { q0: 1, c0: 0.28, ops: [] },
  mask: 'independent',
  blocks,
  ...more,
});

type Numbers = Record<string, number>;

function ffnLimit(p: Vector['params']): number {
  const { a2 = 1, b2 = 1 } = p as Numbers;
  const limits = (at: NormPlacement, carry: number) =>
    blockLimits(network([{ a2: carry, b2: b2 as number, norm: { at, kind: 'layer' }, ops: limitOps(p) }]));
  const pre = limits('pre', 1);
  const found: Record<string, number | null> = {
    A: pre.growth,
    c_star: pre.c_star,
    kappa: pre.kappa,
    R_slope: 1 - (pre.kappa as number),
    chi_over_A: pre.gradient_exponent,
    xi_post: limits('post', a2 as number).xi_2,
  };
  return found[p.quantity] as number;
}

function batchLimit(p: Vector['params']): number {
  const ops = limitOps({ ...p, r1: (p.keep_product ?? 1) as number });
  const { kappa, growth } = blockLimits(
    network([{ a2: 1, b2: 1, norm: { at: 'pre', kind: 'batch' }, ops }], { stem: { q0: 1, ops: [] } }),
  );
  return (p.quantity === 'A_w' ? growth : kappa) as number;
}

function attentionOf(p: Numbers & { mask?: string }): Attend {
  const keep = p.ra ?? p.keep ?? 1;
  return {
    op: 'attention',
    sigma_w2_query: p.sq as number,
    sigma_w2_key: p.sk as number,
    sigma_w2_value: p.sv as number,
    sigma_w2_output: p.so as number,
    ...(p.beta2 !== undefined && { qk_norm: p.beta2 }),
    ...(keep !== 1 && { noise: keepNoise(keep) }),
    ...(p.mask === 'causal' && { causal: true }),
  };
}

function attention(p: Vector['params']): number {
  const numbers = p as unknown as Numbers;
  const { T, c, d = 1, e = c, v_in = 1 } = numbers as Numbers & { T: number; c: number };
  const pairs: Pair[] = [
    { name: 'masks', c0: d, partner: 'apart' },
    { name: 'apart', c0: e as number, apart: true },
    { name: 'tokens', c0: c, within: true },
  ];
  const setting = { ...joinPairs(pairs, T), seen: { condensation: 0, score_variance: 0 } };
  const signal = Float64Array.from([v_in, 0, ...pairs.map(({ c0 }) => v_in * (1 - c0))]);
  const factors = new Float64Array(8);
  resetFactors(factors);
  compileAttention(attentionOf(numbers), setting)(signal, factors);
  const v = signal[0] as number;
  const covariance = (i: number) => v - (signal[LOST + i] as number);
  const weight = (numbers.sv as number) * (numbers.so as number);
  const { quantity } = p;
  const names: Record<string, number> = {
    v,
    d: covariance(0),
    e: covariance(1),
    c: covariance(2),
    G_from_G: factors[0] as number,
    G_from_P: factors[1] as number,
    P_from_G: factors[2] as number,
    P_from_P: factors[3] as number,
  };
  if (quantity in names) return names[quantity] as number;
  const element = ['GG', 'GP', 'PG', 'PP'].findIndex((name) => quantity.includes(`J_${name}`));
  const from = quantity.startsWith('pair') ? 4 : 0;
  return (factors[from + element] as number) / (quantity.includes('times s_v s_o') ? 1 : weight);
}

/** The block of a transformer in the words of the reference program. */
function transformer(p: Vector['params']): Block {
  const numbers = p as unknown as Numbers;
  const { a2 = 1, eps = 0, r2a = 1, r2f = 1 } = numbers;
  const norm = { at: p.place as NormPlacement, kind: NORMS[String(p.norm ?? 'ln')] ?? 'layer', eps };
  const layer = (ops: Op[], keep: number): SubLayer => ({
    ...{ a2, b2: 1, norm },
    ops: keep === 1 ? ops : [...ops, keepNoise(keep)],
  });
  const ffn = (p.ffn as OpRow[] | null)?.map(readOp);
  return [
    layer([attentionOf(numbers as Numbers & { mask?: string })], r2a),
    ...(ffn ? [layer(ffn, r2f)] : []),
  ];
}

function architecture(p: Vector['params']): number {
  const { T, q0, c0, blocks, sublayers, P_top = 0 } = p as unknown as Numbers;
  const depth = (blocks ?? sublayers) as number;
  const stem = { q0: q0 as number, c0: c0 as number, ops: ((p.stem ?? []) as OpRow[]).map(readOp) };
  const { quantity } = p;
  // (the reference program takes other numbers of tokens for causal masks, see its quantity)
  const causal = p.mask === 'causal' || quantity.includes('T_diag');
  const of = network(transformer({ ...p, ...(causal && { mask: 'causal' }) }), { stem, depth, tokens: T });
  const pooled = quantity.includes('P = G') ? 1 : (P_top as number);
  const { rows } = blockTrajectory(of, { pooled });
  const [bottom, top] = [rows[0], rows.at(-1)];
  if (quantity.includes('gradient')) return bottom?.gradient as number;
  if (quantity.includes('margin')) return top?.margin as number;
  if (quantity.includes('variance')) return top?.q as number;
  return top?.correlations[{ c: 'tokens', d: 'masks', e: 'apart' }[quantity] ?? ''] as number;
}

function blockLimit(p: Vector['params']): number {
  const { svo, s1, s2, keep_hidden, keep_attention_out, keep_ffn_out } = p as unknown as Record<
    string,
    number
  >;
  const block = transformer({
    ...p,
    ...{ sq: 1, sk: 1, sv: svo, so: 1, r2a: keep_attention_out, r2f: keep_ffn_out },
    ffn: [
      ['lin', s1],
      ['act', p.activation],
      ['noise', 1, 1 / (keep_hidden as number)],
      ['lin', s2],
    ],
  });
  const limits = blockLimits(network(block, { stem: { q0: 1, c0: 0, ops: [] }, tokens: 2 }));
  const found: Record<string, number | null> = {
    c_star: limits.c_star,
    xi: limits.xi_2,
    kappa: limits.kappa,
    B: limits.growth,
  };
  return found[p.quantity] as number;
}

/** The pair that a quantity is about, by the words of the reference program. */
function pairIn(quantity: string): string {
  if (quantity.includes('shared')) return 'shared';
  if (quantity.includes('two inputs')) return 'inputs';
  return 'masks';
}

function sublayer(p: Vector['params']): Network {
  const { q0 = 1, c_diff0 = 0.28, c_generic0 = 0, blocks } = p as unknown as Numbers;
  const layer = readLayer(p.sublayer as LayerRow);
  return network([layer], {
    stem: { q0, c0: c_diff0, c_batch: c_generic0, ops: [] },
    ...(blocks !== undefined && { depth: blocks }),
  });
}

function trajectory(p: Vector['params'], options?: BlockOptions): number {
  const { quantity } = p;
  const { rows } = blockTrajectory(sublayer(p), options);
  if (quantity.includes('variance')) return rows.at(-1)?.q as number;
  if (quantity.startsWith('squared gradient')) return rows[0]?.gradient as number;
  if (quantity.includes('gradient')) return rows[0]?.pair_gradients[pairIn(quantity)] as number;
  return rows.at(-1)?.correlations[pairIn(quantity)] as number;
}

function depth(p: Vector['params']): number {
  const found = blockDepth(sublayer(p));
  return (
    p.threshold === 'e^-6' ? found.depth_low : p.threshold === 'e^-6.6' ? found.depth_high : found.depth
  ) as number;
}

function convolution(p: Vector['params']): number {
  const { keep, s1, s2, q0, neighbours0, offset4_0, blocks } = p as unknown as Record<string, number>;
  const noise = { ...keepNoise(keep as number), channelwise: p.dropout === 'channel' };
  const norm = { at: 'pre' as const, kind: NORMS[String(p.norm)] ?? 'rms' };
  const ops: Op[] = [linear(s1 as number), activate(String(p.activation)), noise, linear(s2 as number)];
  const pairs: Pair[] = [
    { name: 'masks', c0: 1 },
    { name: 'inputs', c0: 0 },
    { name: 'neighbours', c0: neighbours0 as number, within: true },
    { name: 'offset 4', c0: offset4_0 as number, within: true },
  ];
  const of = network([{ a2: 1, b2: 1, norm, ops }], {
    stem: { q0: q0 as number, c0: 0, ops: [] },
    depth: blocks as number,
  });
  const { rows } = blockTrajectory(of, { pairs });
  const { quantity } = p;
  const name = quantity.includes('two masks')
    ? 'masks'
    : quantity.includes('offset 4')
      ? 'offset 4'
      : 'neighbours';
  if (quantity.includes('squared gradient')) return rows[0]?.gradient as number;
  if (quantity.includes('gradient')) return 0.5 * (rows[0]?.pair_gradients[name] as number);
  return rows.at(-1)?.correlations[name] as number;
}

/** So many pairs of paths were drawn for the reference. */
const DRAWS = 200_000;

function path(p: Vector['params'], draws: number): number {
  const { s1, s2, q0, c_diff0 } = p as unknown as Record<string, number>;
  const keeps = p.path_keeps as readonly number[];
  const known = new Map<number, Block>();
  const blockAt = (keep: number): Block => {
    const block: Block = known.get(keep) ?? [
      {
        ...{ a2: 1, b2: 1, norm: { at: p.place as NormPlacement, kind: 'layer' } },
        ops: [
          linear(s1 as number),
          activate(String(p.activation)),
          linear(s2 as number),
          { op: 'path', keep },
        ],
      },
    ];
    known.set(keep, block);
    return block;
  };
  const rows = pathAverages(
    network([], {
      stem: { q0: q0 as number, c0: c_diff0 as number, ops: [] },
      blocks: (layer) => blockAt(keeps[layer - 1] as number),
      depth: keeps.length,
    }),
    draws,
    1,
  );
  const { quantity } = p;
  const after = /after (\d+) blocks/.exec(quantity)?.[1];
  if (quantity.includes('mean over pairs of paths'))
    return rows[0]?.[quantity.includes('two inputs') ? 'gradient_inputs' : 'gradient_masks'].mean as number;
  if (quantity.includes('mean over paths of G'))
    return rows[quantity.includes('after the first') ? 1 : 0]?.gradient.mean as number;
  const row = rows[Number(after ?? keeps.length)];
  return row?.[quantity.includes('two inputs') ? 'inputs' : 'masks'].mean as number;
}

function softmax(p: Vector['params']): number {
  const { T, v, nu, kappa } = p as unknown as Record<string, number>;
  const { quantity } = p;
  if (quantity === 'T / H_T') return causalTokens(T as number).diagonal;
  if (quantity.startsWith('1 / mean')) return causalTokens(T as number).off;
  const { square, jacobian } = softmaxMoments(T as number, (v ?? nu) as number);
  if (quantity.includes('S_kappa'))
    return ((T as number) * square) ** ((kappa as number) / (nu as number)) / (T as number);
  return quantity.includes('sum a^3') ? jacobian : square;
}

function kernel(p: Vector['params']): number {
  const { variance, c } = p as unknown as { variance: number; c: number };
  const { phi } = activate(String(p.activation));
  const { gap, slope } = twoInputs(phi, variance)(1 - c);
  return p.quantity.includes("phi'") ? slope : plainSquare(phi, variance) - variance * gap;
}

/** Rules of initialisers by a word of their name; numbers are those that stand in the name, in order, and those after `L=`, `N=`, `M=`. */
const INITIALISERS: readonly (readonly [
  RegExp,
  (n: readonly number[], at: (name: string) => number) => number,
])[] = [
  [/n -> 3n/, () => xavier(1, 3)],
  [/xavier/, ([first = 1, second = 1]) => xavier(first, second)],
  [/keras.*(qkv|query|key|value)/, ([heads = 1, d_head = 1]) => 2 / (heads + d_head)],
  [/keras.*out/, ([heads = 1]) => 2 / (1 + heads)],
  [/keras|glorot/, ([first = 1, second = 1]) => xavier(first, second)],
  [/deepnorm.*alpha.*decoder/, (_, at) => Math.sqrt(3 * (at('M') || at('N')))],
  [/deepnorm.*alpha/, (_, at) => Math.sqrt(2 * at('N'))],
  [/deepnorm.*beta.*decoder/, (_, at) => 1 / Math.sqrt(12 * (at('M') || at('N')))],
  [/deepnorm.*beta/, (_, at) => 1 / Math.sqrt(8 * at('N'))],
  [/gpt2_s(2|o)/, ([, , fan_in = 1], at) => (0.02 ** 2 * fan_in) / (2 * at('L'))],
  [/lecun/, () => 1],
  [/linear|default/, () => 1 / 3],
  [/std \.?02|trunc_normal|bert|gpt2|llama/, (numbers) => 0.02 ** 2 * Math.max(...numbers)],
];

const xavier = (fan_in: number, fan_out: number) =>
  initVariances(resolveInit('xavier_uniform'), { fan_in, fan_out }).sigma_w2;

function initialiser(p: Vector['params']): number {
  const name = String(p.name);
  const numbers = [...name.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const at = (letter: string) => Number(new RegExp(`${letter}=(\\d+)`).exec(name)?.[1] ?? 0);
  const rule = INITIALISERS.find(([pattern]) => pattern.test(name));
  return rule ? rule[1](numbers, at) : Number.NaN;
}

function simulation(p: Vector['params']): number {
  if (p.sublayer) return trajectory(p);
  if (!p.module) return architecture(p);
  const {
    s_q,
    s_k,
    s_v,
    s_o,
    s1,
    s2,
    sigma_b2_1,
    sigma_b2_2,
    eps,
    keep_all_sites: keep,
  } = p as unknown as Record<string, number>;
  return architecture({
    ...{ sq: s_q, sk: s_k, sv: s_v, so: s_o, ra: keep, r2a: keep, r2f: keep, eps },
    ...{ T: 64, q0: 1, c0: 0, blocks: 6, place: p.norm_first ? 'pre' : 'post' },
    ffn: [
      ['lin', s1, sigma_b2_1],
      ['act', 'relu'],
      ['noise', 1, 1 / (keep as number)],
      ['lin', s2, sigma_b2_2],
    ],
    quantity: p.quantity,
  });
}

const GROUPS: Readonly<Record<string, (p: Vector['params'], draws: number) => number>> = {
  kernel,
  ffn_limit: ffnLimit,
  batch_limit: batchLimit,
  convolution,
  path,
  trajectory: (p) => trajectory(p),
  gradient: (p) => trajectory(p),
  softmax,
  attention,
  block_limit: blockLimit,
  architecture,
  depth,
  initialiser,
  simulation,
};

/**
 * What the theory says of a vector.
 *
 * @param vector of the form of fixtures/reference/blocks.json
 * @param draws of paths, where the value is a mean over them
 * @throws Error for a group that there is not
 * @example evaluateVector(vector) - vector.value
 */
export function evaluateVector({ group, params }: Vector, draws: number = DRAWS): number {
  const evaluate = GROUPS[group];
  if (!evaluate)
    throw new Error(`There is no group "${group}": it is one of ${Object.keys(GROUPS).join(', ')}.`);
  return evaluate(params, draws);
}
