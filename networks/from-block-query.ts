import type { ActivationName } from '../catalogue/activations.ts';
import {
  ARCHITECTURES,
  type ArchitectureName,
  type ArchitectureParameters,
  BLOCK_PARAMETERS,
  type BlockParameterName,
  DROP_SITES,
  type DropSite,
} from '../catalogue/architectures.ts';
import { type InitAlias, resolveInit } from '../catalogue/inits.ts';
import {
  type AddNoise,
  type Block,
  type InitParameters,
  initVariances,
  type Mask,
  type Network,
  type Op,
  ParameterError,
  type PrefixedNoiseParameters,
  pickNoiseParameters,
  readNoise,
  type Strength,
  type SubLayer,
  type TechniqueName,
} from '../theory/index.ts';
import { type ActivationQuery, activationFromQuery } from './from-query.ts';

/** The places where a block may have noise: `embedding` for `drop_embedding`. */
type Site = DropSite extends `drop_${infer Name}` ? Name : never;

/** What a query says of a network of blocks. */
export type BlockQuery = Omit<ActivationQuery, 'activation'> & {
  readonly activation?: ActivationQuery['activation'] | undefined;
} & PrefixedNoiseParameters &
  Strength & { readonly [Name in BlockParameterName]?: number | undefined } & {
    readonly [Name in `keep_${Site}` | 'keep_path' | 'sigma_w2' | 'sigma_b2' | 'c_batch']?:
      | number
      | undefined;
  } & {
    readonly [Name in Exclude<keyof ArchitectureParameters, BlockParameterName | 'activation'>]?:
      | ArchitectureParameters[Name]
      | undefined;
  } & {
    readonly preset?: ArchitectureName | undefined;
    readonly init?: InitAlias | undefined;
    /** of the initialiser, besides the sizes */
    readonly init_parameters?: InitParameters | undefined;
    readonly technique?: TechniqueName | undefined;
    readonly mask?: Mask | undefined;
  };

/** The matrices of a block: the sizes of what each reads and writes, in units of `width` and `hidden_width`. */
const MATRICES = {
  query: ['width', 'width'],
  key: ['width', 'width'],
  value: ['width', 'width'],
  projection: ['width', 'width'],
  hidden: ['width', 'hidden_width'],
  output: ['hidden_width', 'width'],
} as const;
type Matrix = keyof typeof MATRICES;

/** The sites at which `drop` acts where no preset says which there are. */
const USUAL_SITES: Readonly<Record<ArchitectureParameters['block'], readonly Site[]>> = {
  ffn: ['hidden', 'output'],
  gated: ['hidden', 'output'],
  tabular_resnet: ['hidden', 'output'],
  transformer: ['attention', 'projection', 'hidden', 'output'],
};

const wrong = (parameter: string, message: string, code: ParameterError['code'] = 'not_applicable') =>
  new ParameterError(parameter, code, message);

/** What only blocks with attention have, besides numbers. */
const OF_ATTENTION = ['feed_forward', 'causal', 'embedding_norm'] as const;

/** Refuses what a block does not have, and numbers that contradict each other. */
function checkQuery(query: BlockQuery, block: ArchitectureParameters['block']): void {
  if (query.preset !== undefined && query.block !== undefined)
    throw wrong('block', `The preset ${query.preset} says what its blocks are: leave block out.`, 'conflict');
  if (block !== 'transformer') {
    const keeps = ['keep_attention', 'keep_projection'] as const;
    const numbers = Object.entries(BLOCK_PARAMETERS).flatMap(([name, range]) =>
      'of' in range ? [name as BlockParameterName] : [],
    );
    for (const name of [...numbers, ...keeps, ...OF_ATTENTION])
      if (query[name] !== undefined)
        throw wrong(
          name,
          `Blocks of kind ${block} have no attention, so that ${name} means nothing to them.`,
        );
  }
  const { keep, drop, technique } = query;
  const strong = [
    keep === undefined ? 'drop' : 'keep',
    ...Object.keys(pickNoiseParameters(query)).map((name) => `noise_${name}`),
  ];
  if (technique === 'none' && ((keep ?? drop) !== undefined || strong.length > 1))
    throw wrong(
      (keep ?? drop) !== undefined ? (strong[0] as string) : (strong[1] as string),
      'technique=none has no noise.',
      'conflict',
    );
  if (block !== 'transformer' && query.c_batch !== undefined && (query.norm ?? usualNorm(block)) !== 'batch')
    throw wrong('c_batch', 'c_batch is what batch norms take away: there are none.');
  if (query.norm === 'none')
    for (const name of ['norm_at', 'first_norm', 'eps'] as const)
      if (query[name] !== undefined) throw wrong(name, `norm=none has no ${name}.`, 'conflict');
  if (keep !== undefined && drop !== undefined)
    throw wrong('drop', 'Give keep or drop, not both.', 'conflict');
  for (const site of [...DROP_SITES, 'drop_path'] as const) {
    const kept = site.replace('drop', 'keep') as `keep_${Site}`;
    if (query[site] !== undefined && query[kept] !== undefined)
      throw wrong(site, `Give ${kept} or ${site}, not both.`, 'conflict');
    if (technique === 'none' && (query[site] ?? query[kept]) !== undefined && site !== 'drop_path')
      throw wrong(query[site] === undefined ? kept : site, 'technique=none has no noise.', 'conflict');
  }
  const weights = ['sigma_w2', 'std', 'init'] as const;
  const given = weights.filter((name) => query[name] !== undefined);
  if (given.length > 1)
    throw wrong(given[1] as string, `Give ${given.join(' or ')}: one of them says all matrices.`, 'conflict');
}

/** The numbers of a network of blocks, as a query and its preset say them together. */
type Numbers = Omit<ArchitectureParameters, 'std' | 'activation'> & { readonly hidden_width: number };

/** sigma_w2 and sigma_b2 of a matrix. */
function readMatrix(
  matrix: Matrix,
  query: BlockQuery,
  preset: ArchitectureParameters | undefined,
  all: Numbers,
) {
  const [reads, writes] = MATRICES[matrix];
  const size = (name: 'width' | 'hidden_width', why: string) => {
    const units = all[name];
    if (units === undefined || Number.isNaN(units))
      throw wrong('width', `${why} needs to know how wide the network is: give width.`, 'missing');
    return units;
  };
  const fromStd = (std: number) => std ** 2 * size(reads, 'std');
  const biased = matrix === 'hidden' || matrix === 'output' ? (`sigma_b2_${matrix}` as const) : undefined;
  const own = query[`sigma_w2_${matrix}`];
  const { std, init, sigma_w2, sigma_b2 } = query;
  const bias = biased && (query[biased] ?? sigma_b2);
  const usual = (biased && preset?.[biased]) ?? 0;
  if (init !== undefined) {
    const [fan_in, fan_out] = [size(reads, 'init'), size(writes, 'init')];
    const found = initVariances(resolveInit(init), { fan_in, fan_out, ...query.init_parameters }, init);
    return { sigma_w2: own ?? found.sigma_w2, sigma_b2: biased ? (bias ?? found.sigma_b2) : 0 };
  }
  const given = own ?? sigma_w2 ?? (std === undefined ? undefined : fromStd(std));
  const preset_std = preset?.std;
  const found =
    given ?? preset?.[`sigma_w2_${matrix}`] ?? (preset_std === undefined ? undefined : fromStd(preset_std));
  if (found === undefined)
    throw wrong(
      'sigma_w2',
      `Say which weights: sigma_w2, std (with width), init (with width) or sigma_w2_${matrix}. Or take a preset.`,
      'missing',
    );
  return { sigma_w2: found, sigma_b2: biased ? (bias ?? usual) : 0 };
}

/** How strong the noise at a site is, by the query or its preset: undefined where the site has none. */
function readStrength(
  site: Site,
  query: BlockQuery,
  preset: ArchitectureParameters | undefined,
): Strength | undefined {
  const { keep, drop } = query;
  const [kept, dropped] = [query[`keep_${site}`], query[`drop_${site}`]];
  if ((kept ?? dropped) !== undefined) return { keep: kept, drop: dropped };
  const usual = preset?.[`drop_${site}`];
  const sites = USUAL_SITES[preset?.block ?? query.block ?? 'ffn'];
  const isSite = preset ? usual !== undefined : sites.includes(site);
  if (isSite && (keep ?? drop) !== undefined) return { keep, drop };
  if (isSite && isTuned(query)) return { keep: undefined, drop: undefined };
  return usual === undefined ? undefined : { keep: undefined, drop: usual };
}

/**
 * Whether numbers of its technique say how strong the noise of a query is, rather than a keep.
 *
 * @param query one combination of its values
 * @example isTuned({ technique: 'gaussian', noise_variance: 0.1 }) // true
 */
export const isTuned = (query: BlockQuery): boolean =>
  Object.keys(pickNoiseParameters(query)).length > 0 ||
  query.technique === 'beta' ||
  query.technique === 'advanced';

/** The noise at each site; none where there is nothing to multiply by. */
function readSites(
  query: BlockQuery,
  preset: ArchitectureParameters | undefined,
): (site: Site) => AddNoise[] {
  const { technique = 'bernoulli' } = query;
  const known = new Map<string, AddNoise>();
  const read = (strength: Strength): AddNoise => {
    const key = `${strength.keep} ${strength.drop}`;
    const noise = known.get(key) ?? readNoise({ ...query, ...strength, technique });
    known.set(key, noise);
    return noise;
  };
  return (site) => {
    const strength = technique === 'none' ? undefined : readStrength(site, query, preset);
    if (!strength) return [];
    const noise = read(strength);
    return noise.noise.variance === 0 && noise.noise.s1 === 1 ? [] : [noise];
  };
}

/**
 * The name of the activation of a query, or of its preset.
 *
 * @param query see {@link BlockQuery}
 * @throws ParameterError where neither says it
 * @example activationOf({ preset: 'bert_base' }) // 'gelu'
 */
export function activationOf<Name extends BlockQuery['activation']>({
  activation,
  preset,
}: {
  readonly activation?: Name | undefined;
  readonly preset?: ArchitectureName | undefined;
}): NonNullable<Name> | ActivationName {
  const name = activation ?? (preset && ARCHITECTURES[preset].parameters.activation);
  if (name === undefined) throw wrong('activation', 'Say which activation the blocks have.', 'missing');
  return name;
}

/** The norm that a kind of block has where nothing says it. */
const usualNorm = (block: ArchitectureParameters['block']): ArchitectureParameters['norm'] =>
  block === 'tabular_resnet' ? 'batch' : 'layer';

/**
 * The parameters that a query leaves out, as they are taken: those of its preset, and defaults.
 *
 * @param query one combination of its values
 * @example readAssumed({ preset: 'vit_b', drop: 0.1 }).norm_at // 'pre'
 */
export function readAssumed(query: BlockQuery): Partial<ArchitectureParameters> {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const all = { activation: activationOf(query), ...readParameters(query) };
  // (a matrix of its own, or one for all, is in place of the preset's standard deviation)
  const kept = Object.entries(all).filter(
    ([name]) => !given.includes(name) && name in { ...WORDS, ...BLOCK_PARAMETERS },
  );
  return Object.fromEntries(kept);
}

/** The parameters of blocks that are no numbers. */
const WORDS: Readonly<Record<Exclude<keyof ArchitectureParameters, BlockParameterName>, true>> = {
  block: true,
  feed_forward: true,
  activation: true,
  norm: true,
  norm_at: true,
  first_norm: true,
  causal: true,
  depth_scaling: true,
  embedding_norm: true,
};

/**
 * What a query and its preset say together, with the rate of the dropout at each site.
 *
 * @param query one combination of its values
 * @example readParameters({ preset: 'bert_base', drop: 0.2 }).drop_output // 0.2
 */
export function readParameters(query: BlockQuery): Partial<Omit<ArchitectureParameters, 'activation'>> {
  const preset = query.preset === undefined ? undefined : ARCHITECTURES[query.preset].parameters;
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  const rates = DROP_SITES.flatMap((site) => {
    const strength = readStrength(site.slice(5) as Site, query, preset);
    return strength ? [[site, strength.drop ?? 1 - (strength.keep ?? 1)]] : [];
  });
  const merged = { ...preset, ...given };
  const { block = 'ffn', norm = usualNorm(block), norm_at, width, hidden_width } = merged;
  return {
    ...merged,
    ...{ block, norm },
    ...(norm !== 'none' && { norm_at: norm_at ?? 'pre' }),
    ...(width !== undefined && { hidden_width: hidden_width ?? 4 * width }),
    ...Object.fromEntries(rates),
  };
}

/** What the number of blocks does to weights (GPT-2), to skips, weights and biases of their own (DeepNorm), or to branches. */
function scaleByDepth(all: Numbers, query: BlockQuery) {
  const { depth_scaling = 'none', blocks, skip = 1, branch = 1 } = all;
  if (depth_scaling !== 'none' && blocks === undefined)
    throw wrong(
      'blocks',
      `depth_scaling=${depth_scaling} needs to know how many blocks there are.`,
      'missing',
    );
  const count = blocks ?? 1;
  const none = { skip, branch, divide: (_: Matrix) => 1, divideBias: 1 };
  switch (depth_scaling) {
    case 'none':
      return none;
    case 'branches':
      return { ...none, branch: branch / count };
    case 'output_matrices':
      return {
        ...none,
        divide: (matrix: Matrix) => (matrix === 'projection' || matrix === 'output' ? 2 * count : 1),
      };
    case 'deepnorm': {
      const by = Math.sqrt(8 * count);
      return {
        ...none,
        skip: query.skip ?? Math.sqrt(2 * count),
        divide: (matrix: Matrix) => (matrix === 'query' || matrix === 'key' ? 1 : by),
        divideBias: by,
      };
    }
  }
}

/**
 * The network of blocks that a query describes: its preset, if it names one, with what the query says in its place.
 *
 * @param query one combination of its values
 * @returns see `Network`; its blocks are equal but for the rate of stochastic depth, and where the very first branch has no norm
 * @throws ParameterError for parameters that such blocks do not have, contradictions, weights that nothing says, and numbers out of range
 * @example networkFromBlockQuery({ preset: 'bert_base', drop: 0.2 }).tokens // 512
 */
export function networkFromBlockQuery(query: BlockQuery): Network {
  const preset = query.preset === undefined ? undefined : ARCHITECTURES[query.preset].parameters;
  const block = preset?.block ?? query.block ?? 'ffn';
  checkQuery(query, block);
  const given = Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ) as BlockQuery;
  const merged = { ...preset, ...given };
  const { norm = usualNorm(block), norm_at = 'pre', eps = 0, width, first_norm = true } = merged;
  const hidden_width = merged.hidden_width ?? 4 * (width ?? Number.NaN);
  const { heads } = merged;
  if (heads !== undefined && width !== undefined && width % heads !== 0)
    throw wrong('heads', `${heads} heads do not divide a width of ${width}.`, 'conflict');
  const all = { ...merged, block, norm, norm_at, hidden_width } as Numbers;
  const scaling = scaleByDepth(all, query);
  const noiseAt = readSites(query, preset);
  const activation = activationFromQuery({ ...query, activation: activationOf(query) });
  const variances = (matrix: Matrix) => {
    const { sigma_w2, sigma_b2 } = readMatrix(matrix, query, preset, all);
    return { sigma_w2: sigma_w2 / scaling.divide(matrix), sigma_b2: sigma_b2 / scaling.divideBias };
  };
  const linear = (matrix: Matrix): Op => ({ op: 'linear', ...variances(matrix) });
  const isGated = block === 'gated' || merged.feed_forward === 'gated';
  const hidden = (): Op[] => {
    if (!isGated) return [linear('hidden'), activation];
    const { sigma_w2, sigma_b2 } = variances('hidden');
    return [{ op: 'gate', activation, sigma_w2_gate: sigma_w2, sigma_w2_value: sigma_w2, sigma_b2 }];
  };
  const feedForward = [...hidden(), ...noiseAt('hidden'), linear('output'), ...noiseAt('output')];
  const attention = (): Op[] => {
    const [noise] = noiseAt('attention');
    const { score_scale2, qk_norm, causal } = all;
    return [
      {
        op: 'attention',
        sigma_w2_query: variances('query').sigma_w2,
        sigma_w2_key: variances('key').sigma_w2,
        sigma_w2_value: variances('value').sigma_w2,
        sigma_w2_output: variances('projection').sigma_w2,
        ...{ score_scale2, qk_norm, causal, noise },
      },
      ...noiseAt('projection'),
    ];
  };
  const hasAttention = block === 'transformer';
  if (hasAttention && all.tokens === undefined)
    throw wrong('tokens', 'Attention needs to know how many tokens a sequence has: give tokens.', 'missing');
  const branches = hasAttention ? [attention(), feedForward] : [feedForward];
  const kind = norm === 'none' ? undefined : norm;
  const layer = (ops: readonly Op[], keep_path: number, normed: boolean): SubLayer => {
    const path: Op[] = keep_path === 1 ? [] : [{ op: 'path', keep: keep_path }];
    // (behind the norm of a branch's output, where there is one)
    const isBehind = kind && (norm_at === 'sandwich' || norm_at === 'out');
    return {
      ...{ a2: scaling.skip, b2: scaling.branch, ops: isBehind ? ops : [...ops, ...path] },
      ...(isBehind && path.length > 0 && { after: path }),
      ...(kind && normed && { norm: { at: norm_at, kind, eps } }),
    };
  };
  const rate = query.keep_path === undefined ? (all.drop_path ?? 0) : 1 - query.keep_path;
  const blocks = spreadPaths(rate, all.blocks, (keep) => branches.map((ops) => layer(ops, keep, true)));
  const first = first_norm ? undefined : branches.map((ops, i) => layer(ops, 1, i > 0));
  const { q0 = 1, c0 = hasAttention ? 0 : 0.28, embedding_norm = 'none' } = all;
  const c_batch = query.c_batch ?? (norm === 'batch' ? Math.max(c0, 0) : undefined);
  return {
    stem: {
      ...{ q0, c0, c_batch },
      ops: [
        ...(embedding_norm === 'layer' ? [{ op: 'norm', kind: 'layer', eps } as const] : []),
        ...noiseAt('embedding'),
      ],
    },
    blocks: first
      ? (l, depth) => (l === 1 ? first : typeof blocks === 'function' ? blocks(l, depth) : blocks)
      : blocks,
    depth: all.blocks,
    width,
    mask: query.mask ?? 'independent',
    ...(hasAttention && { tokens: all.tokens }),
    ...(kind && (norm_at === 'pre' || norm_at === 'sandwich') && { final_norm: { op: 'norm', kind, eps } }),
  };
}

/** The blocks of a network with stochastic depth: the rate grows linearly from 0 at the first block. */
function spreadPaths(
  rate: number,
  depth: number | undefined,
  block: (keep: number) => Block,
): Network['blocks'] {
  if (rate === 0) return block(1);
  if (depth === 1)
    throw wrong(
      'drop_path',
      'The rate of the first of several blocks is 0: one block alone has no paths.',
      'conflict',
    );
  if (depth === undefined)
    throw wrong(
      'blocks',
      'The rates of drop_path are spread over the blocks: say how many there are.',
      'missing',
    );
  const all = Array.from({ length: depth }, (_, i) => block(1 - (rate * i) / Math.max(depth - 1, 1)));
  return (l) => all[Math.min(l, depth) - 1] as Block;
}
