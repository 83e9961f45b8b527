import type { ActivationName } from '../catalogue/activations.ts';
import { type LayerOp, PLAIN_OPS, type ScheduleAlias, type TechniqueName } from '../catalogue/techniques.ts';
import type { Activation } from './activation.ts';
import { type ActivationParameters, activationAt, pickParameters } from './activations/index.ts';
import {
  type Mask,
  maskCorrelation,
  type Noise,
  type NoiseParameters,
  type Strength,
  type Technique,
} from './noise.ts';
import { checkNotNegative, ParameterError } from './parameter-error.ts';
import {
  computeNoise,
  type PrefixedNoiseParameters,
  pickNoiseParameters,
  TECHNIQUES,
} from './techniques/index.ts';
import { scheduleKeeps } from './trajectory/schedules.ts';

/** Applies φ to each unit. */
export type Activate = {
  readonly op: 'activation';
  /** its name in the catalogue; `own …` for an activation of the caller's own */
  readonly name: ActivationName | `own ${string}`;
  /** as given: its own, and those of the affine map around it */
  readonly parameters: Readonly<Record<string, number>>;
  readonly phi: Activation;
};

/** What a norm takes its statistics over: the units of a layer (with their mean, or without), or a batch for each unit. */
export type NormKind = 'layer' | 'rms' | 'batch';

/** Divides by a standard deviation, after taking the mean off (`layer`, `batch`), then applies gains and shifts. */
export type Normalise = {
  readonly op: 'norm';
  readonly kind: NormKind;
  /** what is added to the variance; 0 by default */
  readonly eps?: number | undefined;
  /** the square of the gain that all units have; 1 by default */
  readonly gain2?: number | undefined;
  /** variance over the units of the shifts; 0 by default */
  readonly shift2?: number | undefined;
};

/** Multiplies each unit by a random factor: dropout, of whichever technique. */
export type AddNoise = {
  readonly op: 'noise';
  readonly technique: TechniqueName;
  /** as given, besides keep */
  readonly parameters: NoiseParameters;
  /** probability that a unit is kept; null for a technique without one, or whose parameters stand in its place */
  readonly keep: number | null;
  readonly noise: Noise;
  /** whether all pixels of a channel have one factor, as in Dropout2d; false by default */
  readonly channelwise?: boolean | undefined;
};

/** Multiplies by a random matrix and adds biases. */
export type Weigh = {
  readonly op: 'linear';
  /** fan_in times the variance of a weight */
  readonly sigma_w2: number;
  /** variance of a bias */
  readonly sigma_b2: number;
};

/** φ(U x) times V x, unit by unit, with random matrices U and V: GLU, GEGLU, SwiGLU, ReGLU. */
export type Gate = {
  readonly op: 'gate';
  readonly activation: Activate;
  /** fan_in times the variance of a weight of U */
  readonly sigma_w2_gate: number;
  /** fan_in times the variance of a weight of V */
  readonly sigma_w2_value: number;
  /** variance of the biases of both; 0 by default */
  readonly sigma_b2?: number | undefined;
};

/** Multi-head attention: queries, keys, values, softmax, noise on its weights, output projection. */
export type Attend = {
  readonly op: 'attention';
  /** fan_in times the variance of a weight of each matrix */
  readonly sigma_w2_query: number;
  readonly sigma_w2_key: number;
  readonly sigma_w2_value: number;
  readonly sigma_w2_output: number;
  /** d_head times the square of what scores are multiplied by: 1 by default (1/√d_head), d_head where they are not scaled (T5) */
  readonly score_scale2?: number | undefined;
  /** the variance of the scores of uncorrelated tokens, where queries and keys are normalised: the squares of their gains, multiplied */
  readonly qk_norm?: number | undefined;
  /** noise on the weights of the softmax; none if left out */
  readonly noise?: AddNoise | undefined;
  /** whether a token looks at itself and earlier ones only */
  readonly causal?: boolean | undefined;
};

/** Stochastic depth: the whole branch is there with probability `keep`, divided by it, or not. The last operation of a branch. */
export type DropPath = { readonly op: 'path'; readonly keep: number };

/** One operation on the units of a layer. */
export type Op = Activate | Normalise | AddNoise | Weigh | Gate | Attend | DropPath;

/** Where the norm of a sub-layer stands: f(norm(x)), norm(a x + b f(x)), norm(f(norm(x))), or norm(f(x)). */
export type NormPlacement = 'pre' | 'post' | 'sandwich' | 'out';

/**
 * x → a x + b f(x), with f the operations one after the other, and perhaps a norm (`pre` f(norm(x)), `post` norm(a x + b f(x)), `sandwich`
 * after(norm(f(norm(x)))), `out` after(norm(f(x)))). A plain layer has a² = 0 and b² = 1.
 */
export type SubLayer = {
  readonly a2: number;
  readonly b2: number;
  readonly ops: readonly Op[];
  readonly norm?: (Omit<Normalise, 'op'> & { readonly at: NormPlacement }) | undefined;
  /** operations behind the norm of the branch's output, with `sandwich` and `out` */
  readonly after?: readonly Op[] | undefined;
};

/** What is repeated: one sub-layer in a plain stack; attention and a feed-forward part in a transformer. */
export type Block = readonly SubLayer[];

/** A network at initialisation, as data. */
export type Network = {
  /**
   * Where the blocks start: at pre-activations of variance `q0`, or, with operations, at data of that mean square. A trajectory of
   * two inputs, or of two tokens of a sequence, starts at their correlation `c0`.
   */
  readonly stem: {
    readonly q0: number;
    readonly c0?: number | undefined;
    readonly ops: readonly Op[];
    /** mean over the units, 0 by default: of raw pixels it is not 0 */
    readonly mean?: number | undefined;
    /** correlation of two inputs of a batch, which batch norms take away; 0 by default */
    readonly c_batch?: number | undefined;
  };
  /** the block of every layer, or that of layer 1, 2, …, `depth` of a network of `depth` blocks. The weights of the last one read out */
  readonly blocks: Block | ((layer: number, depth: number) => Block);
  /** number of blocks; left out where the question is how many there may be */
  readonly depth?: number | undefined;
  /** units of a layer; left out where they are infinitely many */
  readonly width?: number | undefined;
  /** whether two inputs that are compared see masks of their own, the same mask, or anything between */
  readonly mask: Mask;
  /** tokens of a sequence, where there is attention */
  readonly tokens?: number | undefined;
  /** the norm before the read-out; none by default */
  readonly final_norm?: Normalise | undefined;
};

/** A plain stack of layers in the words of a query or a plan: what {@link plainNetwork} takes. */
export type PlainStack = Strength &
  ActivationParameters &
  PrefixedNoiseParameters & {
    /** a name, or an activation of your own (see `numeric`) */
    readonly activation: ActivationName | Activation;
    /** weight variance: weights are N(0, sigma_w2 / fan_in) */
    readonly sigma_w2: number;
    /** bias variance */
    readonly sigma_b2: number;
    readonly technique: TechniqueName;
    readonly mask: Mask;
    /** variance of the first layer's pre-activations; of the data where the stack reads some */
    readonly q0: number;
    /** correlation of the two inputs of a trajectory */
    readonly c0?: number | undefined;
    readonly depth?: number | undefined;
    readonly width?: number | undefined;
    /** how the mean drop probability is spread over the layers; `constant` by default */
    readonly schedule?: ScheduleAlias | undefined;
    /** in place of a schedule: the keep before the weights of each layer, the first of them that of the data where the stack reads some */
    readonly keep_per_layer?: readonly number[] | undefined;
    /** a² and b² of skip connections y = a·x + b·layer(x); 0 and 1 by default */
    readonly carry?: number | undefined;
    readonly branch?: number | undefined;
    /** operations of a layer, in order; [activation, (batch norm,) noise, weights] by default */
    readonly ops?: readonly LayerOp[] | undefined;
    /** whether the first layer reads data, without an activation; false by default */
    readonly reads_data?: boolean | undefined;
    /** whether the data have the noise of the layers; false by default */
    readonly input_noise?: boolean | undefined;
    /** a keep of the data's own; they have no noise where both are left out */
    readonly input_keep?: number | undefined;
  };

/**
 * The network of a plain stack: [activation, (batch norm,) noise, weights], repeated, or other operations in their place. The only way
 * from names and numbers to activations and noises.
 *
 * @param stack see {@link PlainStack}; give keep or drop, or the technique's own parameters with the prefix noise_, or neither for no
 * noise (beta and advanced: for their defaults)
 * @throws ParameterError for unknown names, numbers that are negative or not finite, keep outside (0, 1], both of keep and
 * drop, either of them with a technique that takes none or together with parameters that say the same, parameters
 * that are out of range or not the technique's, a schedule with a technique that takes no keep, and operations with one that has
 * an order of its own
 * @see Schoenholz et al. 2017, "Deep information propagation" (layers with dropout); Yang, Schoenholz 2017, "Mean field
 * residual networks: on the edge of chaos" (skip connections)
 * @example
 * const stack = { activation: 'tanh', technique: 'bernoulli', keep: 0.9, sigma_w2: 1.76, sigma_b2: 0.05, mask: 'independent', q0: 1 };
 * readPlainLayer(plainNetwork(stack)).noise.keep // 0.9
 */
export function plainNetwork(stack: PlainStack): Network {
  const { technique, mask, carry = 0, branch = 1, sigma_w2, sigma_b2, q0, c0, depth, width } = stack;
  maskCorrelation(mask);
  checkNotNegative({ sigma_w2, sigma_b2, q0, carry, branch });
  if (q0 === 0) throw new ParameterError('q0', 'out_of_range', 'q0 must be positive.', { min: 0 });
  const noise = readNoise(stack);
  const batch_norm = normalises(technique);
  const order = readOrder(stack);
  const activation = readActivation(stack);
  const input = stack.reads_data ? readInputNoise(stack, noise) : undefined;
  const weights: Weigh = { op: 'linear', sigma_w2, sigma_b2 };
  return {
    stem: {
      ...{ q0, c0 },
      ops: stack.reads_data ? [...(input ? [...(batch_norm ? [NORM] : []), input] : []), weights] : [],
    },
    blocks: spreadNoise(stack, noise, (own) => {
      const ops: Readonly<Record<LayerOp, Op>> = { activation, norm: NORM, noise: own, linear: weights };
      return [{ a2: carry, b2: branch, ops: order.map((name) => ops[name]) }];
    }),
    mask,
    ...(depth !== undefined && { depth: stack.reads_data ? depth - 1 : depth }),
    ...(width !== undefined && { width }),
  };
}

/**
 * The activation of a stack, with its parameters.
 *
 * @throws ParameterError for an unknown name, or a parameter that it does not have
 * @example readActivation({ activation: 'leaky_relu', slope: 0.2 }).phi.phi(-1) // -0.2
 */
export function readActivation(stack: ActivationParameters & Pick<PlainStack, 'activation'>): Activate {
  const parameters = pickParameters(stack);
  const { activation } = stack;
  const name = typeof activation === 'string' ? activation : (`own ${activation.name}` as const);
  return { op: 'activation', name, parameters, phi: activationAt(activation, parameters) };
}

/**
 * The noise of a stack, the same in every layer; of an IC layer, that of its dropout.
 *
 * @throws ParameterError as {@link plainNetwork}
 * @example readNoise({ technique: 'bernoulli', keep: 0.5 }).noise.s2 // 2
 */
export function readNoise(
  stack: Strength & PrefixedNoiseParameters & Pick<PlainStack, 'technique'>,
): AddNoise {
  const { technique, keep, drop } = stack;
  const parameters = pickNoiseParameters(stack);
  const noise = computeNoise(technique, { ...parameters, keep, drop });
  const entry: Technique = TECHNIQUES[technique];
  const tuned = entry.takes_keep && !(entry.tuned_by_keep && Object.keys(parameters).length > 0);
  const strength = keep ?? (drop === undefined ? 1 : 1 - drop);
  return { op: 'noise', technique, parameters, keep: tuned ? strength : null, noise };
}

/**
 * A noise with another keep; itself where the technique takes none.
 *
 * @example changeKeep(readNoise({ technique: 'bernoulli', keep: 0.5 }), { drop: 0.2 }).noise.s2 // 1.25
 */
export function changeKeep(noise: AddNoise, strength: Strength): AddNoise {
  const { technique, parameters, keep } = noise;
  if (keep === null) return noise;
  return {
    ...noise,
    keep: strength.keep ?? 1 - (strength.drop ?? 0),
    noise: computeNoise(technique, { ...parameters, ...strength }),
  };
}

/**
 * A network with other numbers.
 *
 * @param network of plain layers
 * @param numbers that replace those of every layer
 * @throws ParameterError for a keep outside (0, 1]
 * @example readPlainLayer(varyNetwork(network, { sigma_w2: 2 })).sigma_w2
 */
export function varyNetwork(
  network: Network,
  numbers: { readonly sigma_w2?: number; readonly sigma_b2?: number; readonly keep?: number },
): Network {
  const { keep, ...weights } = numbers;
  checkNotNegative(weights);
  const varyOp = (op: Op): Op => {
    if (op.op === 'linear') return { ...op, ...weights };
    return op.op === 'noise' && keep !== undefined ? changeKeep(op, { keep }) : op;
  };
  const varyBlock = (block: Block) => block.map((layer) => ({ ...layer, ops: layer.ops.map(varyOp) }));
  const { stem, blocks } = network;
  return {
    ...network,
    stem: { ...stem, ops: stem.ops.map(varyOp) },
    blocks:
      typeof blocks === 'function' ? (layer, depth) => varyBlock(blocks(layer, depth)) : varyBlock(blocks),
  };
}

/** Whether a technique normalises over the batch before its noise. */
export const normalises = (technique: TechniqueName): boolean => TECHNIQUES[technique].batch_norm === true;

/** The operations of a stack's layers, in order. */
function readOrder({ technique, ops }: Pick<PlainStack, 'technique' | 'ops'>): readonly LayerOp[] {
  if (!normalises(technique)) return ops ?? PLAIN_OPS;
  if (ops)
    throw new ParameterError(
      'ops',
      'not_applicable',
      `"${technique}" is an order of operations: leave ops out.`,
    );
  return ['activation', 'norm', 'noise', 'linear'];
}

/** The blocks of a stack: one, or with a schedule those of each depth. Equal noises are one object, so that averages are taken once. */
function spreadNoise(
  { schedule = 'constant', keep_per_layer, input_keep, reads_data, technique, drop }: PlainStack,
  noise: AddNoise,
  block: (noise: AddNoise) => Block,
): Network['blocks'] {
  const { keep } = noise;
  if (keep === null && (schedule !== 'constant' || keep_per_layer || input_keep !== undefined))
    throw new ParameterError(
      'technique',
      'not_applicable',
      `"${technique}" takes no keep, so it has no schedule, and no keep of the data.`,
    );
  if (keep === null || (schedule === 'constant' && !keep_per_layer)) return block(noise);
  const known = new Map<number, Block>();
  const blockAt = (own: number): Block => {
    const made = known.get(own) ?? block(changeKeep(noise, { keep: own }));
    known.set(own, made);
    return made;
  };
  if (keep_per_layer) {
    const keeps = reads_data ? keep_per_layer.slice(1) : keep_per_layer;
    return (layer) => blockAt(keeps[layer - 1] as number);
  }
  let spread: readonly number[] = [];
  return (layer, depth) => {
    if (spread.length !== depth) spread = scheduleKeeps(schedule, depth, drop ?? 1 - keep);
    return blockAt(spread[layer - 1] as number);
  };
}

/** The noise of the data that a stack reads, if they have any. */
function readInputNoise(
  { input_noise, input_keep, keep_per_layer }: PlainStack,
  noise: AddNoise,
): AddNoise | undefined {
  if (input_noise) return noise;
  const keep = keep_per_layer ? keep_per_layer[0] : input_keep;
  return keep === undefined ? undefined : changeKeep(noise, { keep });
}

/** A plain layer, taken apart. */
export type PlainLayer = {
  readonly activation: Activate;
  /** whether a batch norm stands between activation and noise, as in an IC layer */
  readonly batch_norm: boolean;
  readonly noise: AddNoise;
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly carry: number;
  readonly branch: number;
};

const NORM: Normalise = { op: 'norm', kind: 'batch' };

/**
 * The block of a plain layer: the inverse of {@link readPlainBlock}.
 *
 * @example plainBlock(readPlainLayer(network))
 */
export function plainBlock(layer: PlainLayer): Block {
  const { activation, batch_norm, noise, sigma_w2, sigma_b2, carry, branch } = layer;
  const weights: Weigh = { op: 'linear', sigma_w2, sigma_b2 };
  return [{ a2: carry, b2: branch, ops: [activation, ...(batch_norm ? [NORM] : []), noise, weights] }];
}

/**
 * A block that is a plain layer, taken apart.
 *
 * @throws ParameterError for any other block: its theory is not implemented
 * @example readPlainBlock([{ a2: 0, b2: 1, ops: [activation, noise, weights] }]).sigma_w2
 */
export function readPlainBlock(block: Block): PlainLayer {
  const [layer, ...others] = block;
  const [activation, ...rest] = layer?.ops ?? [];
  const batch_norm = rest[0]?.op === 'norm' && rest[0].kind === 'batch';
  const [noise, weights, ...more] = batch_norm ? rest.slice(1) : rest;
  if (
    !layer ||
    layer.norm ||
    others.length + more.length > 0 ||
    activation?.op !== 'activation' ||
    noise?.op !== 'noise' ||
    weights?.op !== 'linear'
  )
    throw new ParameterError(
      'blocks',
      'not_applicable',
      'A block must be a plain layer: activation, noise, weights.',
    );
  const { sigma_w2, sigma_b2 } = weights;
  return { activation, batch_norm, noise, sigma_w2, sigma_b2, carry: layer.a2, branch: layer.b2 };
}

/**
 * The layer of a network of equal plain layers.
 *
 * @throws ParameterError for a network whose layers differ, as with a schedule
 * @example readPlainLayer(network).activation.name
 */
export function readPlainLayer({ blocks }: Network): PlainLayer {
  if (typeof blocks !== 'function') return readPlainBlock(blocks);
  throw new ParameterError('schedule', 'not_applicable', 'All layers must be equal: leave schedules out.');
}

/**
 * The keep before the weights of each layer, that of the data first where the network reads some.
 *
 * @param network of plain layers, with a depth
 * @returns null for weights that read no noise, and for techniques without a keep
 * @throws ParameterError for a schedule that would drop a whole layer
 * @example readKeeps(network)[0]
 */
export function readKeeps({ stem, blocks, depth = 0 }: Network): (number | null)[] {
  const keepOf = (ops: readonly Op[]) => ops.find((op) => op.op === 'noise')?.keep ?? null;
  const blockAt = typeof blocks === 'function' ? blocks : () => blocks;
  const keeps = Array.from({ length: depth }, (_, i) =>
    keepOf(blockAt(i + 1, depth).flatMap(({ ops }) => ops)),
  );
  return stem.ops.length > 0 ? [keepOf(stem.ops), ...keeps] : keeps;
}

/**
 * Whether all layers of a network are equal and without skip connections, so that it has depth scales.
 *
 * @example hasDepthScales(network)
 */
export function hasDepthScales({ blocks }: Network): boolean {
  if (typeof blocks === 'function') return false;
  const { carry, branch } = readPlainBlock(blocks);
  return carry === 0 && branch === 1;
}
