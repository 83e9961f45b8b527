import { type BlockQuery, networkFromBlockQuery, readParameters } from '../../networks/from-block-query.ts';
import {
  type Activate,
  type AddNoise,
  type Attend,
  type Block,
  blockTrajectory,
  type Network,
  type NormKind,
  type Op,
  type SubLayer,
} from '../../theory/index.ts';
import { literal } from './network.ts';

/** How big the network of a program is. */
export type Sizes = {
  readonly width: number;
  readonly hidden_width: number;
  /** 1 without attention */
  readonly heads: number;
  /** inputs of a batch without attention */
  readonly tokens: number;
  /** 1 without attention */
  readonly sequences: number;
};

/** What a program of blocks says. */
export type BlockValues = Sizes & {
  readonly network: Network;
  /** the block that is repeated, and the first one where that differs by more than its paths */
  readonly block: Block;
  readonly first: Block | null;
  readonly depth: number;
  /** rate of stochastic depth of the last block */
  readonly drop_path: number;
  readonly activation: Activate;
  readonly attention: Attend | null;
  /** of its norms */
  readonly eps: number;
  readonly predicted: readonly { readonly block: number; readonly q: number }[];
  readonly margin: number;
  /** what the program does not have from the query */
  readonly comments: readonly string[];
};

/** How a framework names operations. Weights, gates, attention and paths have the same names in all of them. */
export type Vocabulary = {
  readonly activation: string;
  readonly norms: Readonly<Record<NormKind, string>>;
  /** dropout, with its rate */
  readonly bernoulli: string;
  /** alpha dropout, with its rate */
  readonly alpha: string;
};

/** What a program may have to define: an operation, a norm, or a noise. */
type Definition = Op['op'] | NormKind | (typeof DROPOUTS)[number];

/** The parts of a program that are the same text in every framework, and what it needs to define. */
export type BlockParts = BlockValues & {
  readonly phi: string;
  /** comments and sizes */
  readonly head: string;
  /** functions that make blocks */
  readonly blocks: string;
  /** an expression of a list of all blocks */
  readonly list: string;
  /** operations of the stem, separated by commas */
  readonly stem: string;
  readonly final_norm: string | null;
  /** where the stream starts, and what is predicted of it */
  readonly start: string;
  /** what a measured pass is compared with */
  readonly predictions: string;
  readonly uses: ReadonlySet<Definition>;
};

/** Writes a program of blocks. */
export type WriteBlocks = (parts: BlockParts) => string;

/** Sizes where a query says none. */
const USUAL = { heads: 8, head_width: 64, inputs: 1024 } as const;

/** A program has at least so many tokens in all, and so many sequences, for the sake of its averages. */
const [FEW_ROWS, SEQUENCES, SEQUENCES_WITH_PATHS] = [1024, 2, 8] as const;

/** The most weights, products of two numbers in both passes, and scores of one attention: about 2 GB, and half a minute on two cores. */
const [MAX_WEIGHTS, MAX_PRODUCTS, MAX_SCORES] = [4e8, 4e11, 1e8] as const;

/** A program has no fewer tokens, and no smaller width, where it is made smaller. */
const [LEAST_TOKENS, LEAST_WIDTH] = [32, 64] as const;

/** Why no program is written. */
export class NoProgram extends Error {}

const refuse = (why: string): never => {
  throw new NoProgram(why);
};

const isBatch = ({ blocks, depth = 1 }: Network) =>
  (typeof blocks === 'function' ? blocks(depth, depth) : blocks).some(({ norm }) => norm?.kind === 'batch');

/** Sizes that run within a minute, and how they differ from those of the query. */
function chooseSizes(
  query: BlockQuery,
  { depth = 1, tokens }: Network,
  block: Block,
  drop_path: number,
): Sizes & { readonly comments: readonly string[] } {
  const { heads: given, width: wide, hidden_width: hidden } = readParameters(query);
  const hasAttention = tokens !== undefined;
  const comments: string[] = [];
  let width = wide ?? (given ?? USUAL.heads) * USUAL.head_width;
  let heads = !hasAttention ? 1 : (given ?? ([8, 4, 2, 1].find((some) => width % some === 0) as number));
  let hidden_width = hidden ?? 4 * width;
  const chosen = [
    ...(wide === undefined ? [`width ${width}`] : []),
    ...(hidden === undefined ? [`hidden_width ${hidden_width}`] : []),
    ...(hasAttention && given === undefined ? [`heads ${heads}`] : []),
  ];
  if (chosen.length > 0) comments.push(`chosen here, the query says nothing of it: ${chosen.join(', ')}`);
  const hasGate = block.some(({ ops }) => ops.some(({ op }) => op === 'gate'));
  const weights = () =>
    depth * ((hasAttention ? 4 : 0) * width * width + (hasGate ? 3 : 2) * width * hidden_width);
  const asked = [width, hidden_width, heads, tokens ?? 0];
  const canHalve = () => width % 2 === 0 && hidden_width % 2 === 0 && width > LEAST_WIDTH;
  while (weights() > MAX_WEIGHTS && canHalve()) {
    [width, hidden_width] = [width / 2, hidden_width / 2];
    if (heads % 2 === 0) heads /= 2;
  }
  if (weights() > MAX_WEIGHTS || width % heads !== 0)
    refuse('its weights are too many for a program that runs in a minute.');
  if (width !== asked[0])
    comments.push(
      `smaller, so that it runs in a minute: the query has width ${asked[0]}, hidden_width ${asked[1]}, heads ${asked[2]}`,
      'the theory knows fan_in times the variance of a weight alone, which is kept',
    );
  if (!hasAttention) return { width, hidden_width, heads, tokens: USUAL.inputs, sequences: 1, comments };
  if (tokens === 1) refuse('over one token there is nothing to compare.');
  let run = tokens;
  const least = drop_path > 0 ? SEQUENCES_WITH_PATHS : SEQUENCES;
  const sequences = () => Math.max(least, Math.ceil(FEW_ROWS / run));
  const isTooMuch = () =>
    2 * sequences() * run * (weights() + 2 * depth * run * width) > MAX_PRODUCTS ||
    sequences() * heads * run * run > MAX_SCORES;
  while (isTooMuch() && run > LEAST_TOKENS && sequences() === least) run = Math.ceil(run / 2);
  if (run !== tokens)
    comments.push(
      `fewer tokens, so that it runs in a minute: the query has ${tokens}; predictions are those for ${run}`,
    );
  return { width, hidden_width, heads, tokens: run, sequences: sequences(), comments };
}

/** Whether a block has a norm where another one has none. */
const hasOtherNorms = (one: Block, other: Block) =>
  one.some(({ norm }, i) => (norm === undefined) !== (other[i]?.norm === undefined));

/**
 * What a program of a query's network says.
 *
 * @param query one combination of its values
 * @throws NoProgram with what cannot be written
 * @example readBlockValues({ preset: 'bert_base' }).tokens // 512
 */
export function readBlockValues(query: BlockQuery): BlockValues {
  const asked = networkFromBlockQuery({ ...query, mask: 'independent' });
  const { blocks, depth = 1, stem, final_norm } = asked;
  const at = (number: number) => (typeof blocks === 'function' ? blocks(number, depth) : blocks);
  const [begin, block] = [at(1), at(depth)];
  const ops = block.flatMap(({ ops, after = [] }) => [...ops, ...after]);
  const find = <Name extends Op['op']>(name: Name) =>
    ops.find((op): op is Extract<Op, { op: Name }> => op.op === name);
  const activation = find('gate')?.activation ?? (find('activation') as Activate);
  if (query.activation === 'custom') refuse('no program is written from a formula.');
  const { c0 = 0, c_batch = c0 } = stem;
  if (c0 < 0) refuse('inputs whose correlation is negative are not written.');
  if (isBatch(asked) && c_batch !== c0) refuse('c_batch other than c0 is not written.');
  const drop_path = 1 - (find('path')?.keep ?? 1);
  const { comments, ...sizes } = chooseSizes(query, asked, block, drop_path);
  const network = { ...asked, ...(asked.tokens !== undefined && { tokens: sizes.tokens }) };
  const { rows } = blockTrajectory(network);
  const shown = [...new Set([1, Math.ceil(depth / 2), depth])];
  const predicted = shown.map((number) => ({ block: number, q: rows[number]?.q ?? Number.NaN }));
  const margin = rows.at(-1)?.margin ?? Number.NaN;
  if (!rows.every(({ q }) => q < MAX_FLOAT) || !Number.isFinite(margin))
    refuse('numbers leave the range of float32, or of the theory.');
  return {
    ...sizes,
    ...{ network, block, depth, drop_path, activation, predicted, margin, comments },
    first: hasOtherNorms(begin, block) ? begin : null,
    attention: find('attention') ?? null,
    eps: [...block, ...begin].find(({ norm }) => norm)?.norm?.eps ?? final_norm?.eps ?? epsOf(stem.ops),
  };
}

/** Beyond this the square of a unit may overflow float32. */
const MAX_FLOAT = 1e36;

const epsOf = (ops: readonly Op[]): number => ops.find((op) => op.op === 'norm')?.eps ?? 0;

/** The techniques that are written as themselves; others are factors of their mean and variance. */
const DROPOUTS = ['bernoulli', 'alpha'] as const;

const dropoutOf = ({ technique }: AddNoise) => DROPOUTS.find((name) => name === technique);

/** An operation that adds noise. */
export function writeNoise(op: AddNoise, vocabulary: Vocabulary): string {
  const name = dropoutOf(op);
  if (name) return `${vocabulary[name]}(${literal(1 - (op.keep ?? 1))})`;
  const { s1, variance, off = 1 } = op.noise;
  return `Noise(${[s1, Math.sqrt(variance), ...(off === 1 ? [] : [off])].map(literal).join(', ')})`;
}

/** `, …` of the variance of biases, where there are any. */
const biases = (sigma_b2 = 0) => (sigma_b2 === 0 ? '' : `, ${literal(sigma_b2)}`);

/** The call that makes each operation; `isHidden` where it reads the hidden units of a feed-forward part. */
const CALLS: {
  readonly [Name in Op['op']]: (
    op: Extract<Op, { op: Name }>,
    vocabulary: Vocabulary,
    isHidden: boolean,
  ) => string;
} = {
  activation: (_, { activation }) => activation,
  norm: ({ kind }, { norms }) => norms[kind],
  noise: writeNoise,
  path: () => 'Path(keep_path)',
  attention: () => 'Attention()',
  linear: ({ sigma_w2, sigma_b2 }, _, isHidden) =>
    `Linear(${isHidden ? 'hidden_width, width' : 'width, hidden_width'}, ${literal(sigma_w2)}${biases(sigma_b2)})`,
  // (queries have one variance for both matrices)
  gate: ({ sigma_w2_gate, sigma_b2 }) => `Gate(${literal(sigma_w2_gate)}${biases(sigma_b2)})`,
};

/** Operations one after the other, as a list of calls that make them. */
function writeOps(ops: readonly Op[], vocabulary: Vocabulary): string[] {
  const first = ops.findIndex(({ op }) => op === 'linear' || op === 'gate');
  return ops.map((op, i) =>
    (CALLS[op.op] as (op: Op, vocabulary: Vocabulary, isHidden: boolean) => string)(
      op,
      vocabulary,
      first >= 0 && i > first,
    ),
  );
}

/** The longest line of a program. */
const LINE = 100;

/** The branch of a sub-layer, its norms included, and the norm of the sum. */
function writeSubLayer({ norm, ops, after = [] }: SubLayer, vocabulary: Vocabulary): string {
  const here = (...places: string[]) =>
    norm && places.includes(norm.at) ? [vocabulary.norms[norm.kind]] : [];
  const branch = [
    ...here('pre', 'sandwich'),
    ...writeOps(ops, vocabulary),
    ...here('sandwich', 'out'),
    ...writeOps(after, vocabulary),
    ...here('post').map((call) => `norm=${call}`),
  ];
  const line = `        Residual(${branch.join(', ')}),`;
  return line.length <= LINE ? line : `        Residual(${branch.join(',\n                 ')}),`;
}

function writeBlock(name: string, block: Block, vocabulary: Vocabulary): string {
  const layers = block.map((layer) => writeSubLayer(layer, vocabulary));
  return `def ${name}:\n    return Serial(\n${layers.join('\n')}\n    )`;
}

/** Everything that a program must define. */
function listUses({ network, block, first, attention }: BlockValues): ReadonlySet<Definition> {
  const layers = [...block, ...(first ?? [])];
  const ops = [
    ...network.stem.ops,
    ...layers.flatMap(({ ops, after = [] }) => [...ops, ...after]),
    ...(attention?.noise ? [attention.noise] : []),
  ];
  const norms = [network.final_norm, ...layers.map(({ norm }) => norm)].flatMap((norm) => norm?.kind ?? []);
  return new Set([
    ...norms,
    ...ops.map((op): Definition => {
      if (op.op === 'norm') return op.kind;
      return op.op === 'noise' ? (dropoutOf(op) ?? 'noise') : op.op;
    }),
  ]);
}

/**
 * The parts of a program.
 *
 * @param values see {@link BlockValues}
 * @param vocabulary of the framework
 * @param phi an expression of x
 * @param normal how the framework draws normal numbers of a shape, with a key of its own where it has such
 * @example writeParts(values, VOCABULARY, 'F.relu(x)', (shape) => `torch.randn(${shape})`).stem
 */
export function writeParts(
  values: BlockValues,
  vocabulary: Vocabulary,
  phi: string,
  normal: (shape: string, key: 'key_0' | 'key_1') => string,
): BlockParts {
  const { network, block, first, depth, drop_path, width, hidden_width, heads, tokens, sequences } = values;
  const { stem, final_norm } = network;
  const { a2, b2 } = block[0] as SubLayer;
  const hasAttention = network.tokens !== undefined;
  const uses = listUses(values);
  const hasNorm = uses.has('layer') || uses.has('rms') || uses.has('batch');
  const hasPaths = drop_path > 0;
  const call = hasPaths ? `block(1 - ${literal(drop_path)} * number / (blocks - 1))` : 'block()';
  const { q0, c0 = 0 } = stem;
  const rows = hasAttention ? 'sequences, tokens, width' : 'inputs, width';
  const shared = hasAttention ? 'sequences, 1, width' : '1, width';
  return {
    ...values,
    ...{ phi, uses },
    head: [
      ...values.comments.map((text) => `# ${text}`),
      `blocks, width, hidden_width = ${depth}, ${width}, ${hidden_width}`,
      hasAttention
        ? `heads, tokens, sequences = ${heads}, ${tokens}, ${sequences}`
        : `inputs = ${tokens}  # of a batch`,
      `# x -> a x + b f(x)\na, b = ${literal(Math.sqrt(a2))}, ${literal(Math.sqrt(b2))}`,
      ...(hasNorm ? [`eps = ${literal(values.eps)}`] : []),
    ].join('\n'),
    blocks: [
      ...(first ? [writeBlock('first_block()', first, vocabulary)] : []),
      writeBlock(hasPaths ? 'block(keep_path)' : 'block()', block, vocabulary),
    ].join('\n\n\n'),
    list: first
      ? `[first_block()] + [${call} for number in range(1, blocks)]`
      : `[${call} for number in range(blocks)]`,
    stem: writeOps(stem.ops, vocabulary).join(', '),
    final_norm: final_norm ? vocabulary.norms[final_norm.kind] : null,
    start: `# ${hasAttention ? 'the tokens of a sequence' : 'inputs'}: mean square q0, and correlation c0 of any two
q0, c0 = ${literal(q0)}, ${literal(c0)}
common, own = ${normal(shared, 'key_0')}, ${normal(rows, 'key_1')}
x = math.sqrt(q0) * (math.sqrt(c0) * common + math.sqrt(1 - c0) * own)`,
    predictions: `# the mean square of the stream behind some blocks, as the theory predicts it
predicted = {${values.predicted.map(({ block, q }) => `${block}: ${literal(q)}`).join(', ')}}`,
  };
}

/** The definitions that a program uses, of those a framework has to write out, in their order. */
export function writeDefinitions(
  parts: BlockParts,
  definitions: Partial<Readonly<Record<Definition, string | ((parts: BlockParts) => string)>>>,
): string {
  return Object.entries(definitions)
    .filter(([name]) => parts.uses.has(name as Definition))
    .map(([, text]) => `${typeof text === 'string' ? text : text(parts)}\n\n\n`)
    .join('');
}

/** What a program compares at its end, in words. */
export const marginComment = ({ network }: BlockValues): string =>
  network.tokens === undefined
    ? '# by how much one input under two masks is more alike than two inputs under two masks'
    : '# by how much one token under two masks is more alike than two tokens under two masks';

/** What scores are multiplied by. */
export function writeScale({ attention, width, heads }: BlockValues): string {
  const { qk_norm, score_scale2 = 1 } = attention as Attend;
  return literal(Math.sqrt(((qk_norm ?? score_scale2) * heads) / width));
}
