import type { ActivationName } from '../../catalogue/activations.ts';
import { type Block, type Network, type Op, ParameterError, type SubLayer } from '../../theory/index.ts';

/** One operation of a network that is trained, with its sizes. Operations of a kind are numbered in the order of the forward pass. */
export type Step =
  | { readonly op: 'activation'; readonly name: ActivationName }
  | {
      readonly op: 'norm';
      /** from 1 on */
      readonly number: number;
      readonly units: number;
      /** what is added to the variance; undefined for the usual one */
      readonly epsilon: number | undefined;
    }
  | ({ readonly op: 'noise' } & NoisePlace)
  | {
      readonly op: 'linear';
      /** from 1 on */
      readonly number: number;
      readonly fanIn: number;
      readonly fanOut: number;
      /** the numbers of the noises since the linear before */
      readonly noises: readonly number[];
    };

/** Where a network has noise. */
export type NoisePlace = {
  /** 0 on the images, from 1 on in the blocks */
  readonly number: number;
  readonly units: number;
  /** units behind the linear that follows */
  readonly fanOut: number;
  /** null for a technique without one */
  readonly keep: number | null;
};

/** x → a x + b f(x), with f the steps one after the other; a² is `carry` and b² is `branch`. */
export type Section = { readonly carry: number; readonly branch: number; readonly steps: readonly Step[] };

/** A network, and the numbers an image and its label have. */
export type SizedNetwork = {
  /** Its first weights read the images, and those of its last block read out. */
  readonly network: Network;
  /** Numbers an image has. */
  readonly inputs: number;
  readonly classes: number;
};

/**
 * The operations of a network in the order of its forward pass: those before the blocks, one section for each sub-layer of all blocks but
 * the last, and the read-out. The read-out has the operations of the last block up to its first linear, without skip connection.
 *
 * @throws ParameterError for what the trainer does not train, by its name, and for a network without depth (at least 1), width, or weights
 * that read the images
 * @example layOut({ network, inputs: 784, classes: 10 }).at(-1)?.steps.map(({ op }) => op)
 */
export function layOut({ network, inputs, classes }: SizedNetwork): Section[] {
  const { stem, blocks, depth, width, tokens, final_norm } = network;
  if (tokens !== undefined) refuse('sequences of tokens');
  if (final_norm) refuse('a norm before the read-out (final_norm)');
  if (depth === undefined || width === undefined)
    throw new ParameterError(
      depth === undefined ? 'depth' : 'width',
      'missing',
      'A network that is trained has a depth and a width.',
    );
  if (!(depth >= 1))
    throw new ParameterError('depth', 'out_of_range', 'depth must be at least 1.', { min: 1 });
  if (!stem.ops.some(({ op }) => op === 'linear')) refuse('a network whose blocks read the images');
  const blockAt = (layer: number) => (typeof blocks === 'function' ? blocks(layer, depth) : blocks);
  const hidden = Array.from({ length: depth - 1 }, (_, i) => blockAt(i + 1)).flat();
  const walk = new Walk(inputs);
  return [
    walk.section({ a2: 0, b2: 1, ops: stem.ops }, width),
    ...hidden.map((layer) => walk.section(layer, width)),
    walk.section({ a2: 0, b2: 1, ops: readOutOf(blockAt(depth)) }, classes),
  ];
}

/**
 * The noise of a network, from the images on.
 *
 * @example listNoisePlaces(layOut({ network, inputs: 784, classes: 10 })).map(({ keep }) => keep)
 */
export function listNoisePlaces(sections: readonly Section[]): NoisePlace[] {
  return listSteps(sections, 'noise');
}

/**
 * The steps of one kind, in order.
 *
 * @example listSteps(layOut({ network, inputs: 784, classes: 10 }), 'linear').length
 */
export function listSteps<Name extends Step['op']>(
  sections: readonly Section[],
  name: Name,
): Extract<Step, { op: Name }>[] {
  return sections.flatMap(({ steps }) =>
    steps.filter((step): step is Extract<Step, { op: Name }> => step.op === name),
  );
}

function refuse(what: string): never {
  throw new ParameterError('network', 'not_applicable', `The trainer does not train ${what} yet.`);
}

/** The operations of a block up to its first linear. */
function readOutOf(block: Block): readonly Op[] {
  const ops = block.flatMap((layer) => checkLayer(layer).ops);
  const end = ops.findIndex(({ op }) => op === 'linear');
  if (end < 0) refuse('a last block without weights');
  return ops.slice(0, end + 1);
}

function checkLayer(layer: SubLayer): SubLayer {
  if (layer.norm) refuse(`a norm at "${layer.norm.at}" of a sub-layer`);
  if (layer.after && layer.after.length > 0) refuse('operations behind the norm of a branch (after)');
  return layer;
}

/** Numbers operations and follows the units from one to the next. */
class Walk {
  #units: number;
  #linears = 0;
  #norms = 0;
  #noises = 0;
  /** the noises since the last linear */
  #open: { readonly number: number; fanOut: number }[] = [];

  constructor(inputs: number) {
    this.#units = inputs;
  }

  /** @param width units behind each of its linears */
  section(layer: SubLayer, width: number): Section {
    const { a2, b2, ops } = checkLayer(layer);
    const before = this.#units;
    const steps = ops.map((op) => this.#step(op, width));
    // (whatever noise the images have, that of the blocks starts at 1)
    this.#noises = Math.max(this.#noises, 1);
    if (a2 !== 0 && this.#units !== before) refuse('skip connections between layers of different width');
    return { carry: a2, branch: b2, steps };
  }

  #step(op: Op, width: number): Step {
    switch (op.op) {
      case 'activation': {
        const { name, parameters } = op;
        if (name.startsWith('own ')) refuse(`an activation of one's own ("${name}")`);
        if (Object.keys(parameters).length > 0)
          refuse('an activation with other parameters than the usual ones');
        return { op: 'activation', name: name as ActivationName };
      }
      case 'norm': {
        const { kind, eps, gain2 = 1, shift2 = 0 } = op;
        if (kind !== 'batch') refuse(`${kind} norm`);
        if (gain2 !== 1 || shift2 !== 0)
          refuse('a norm that starts with another gain2 than 1 or shift2 than 0');
        return { op: 'norm', number: ++this.#norms, units: this.#units, epsilon: eps };
      }
      case 'noise': {
        if (op.channelwise) refuse('channelwise noise');
        const { keep } = op;
        const step = { op: 'noise' as const, number: this.#noises++, units: this.#units, fanOut: 0, keep };
        this.#open.push(step);
        return step;
      }
      case 'linear': {
        const fanIn = this.#units;
        for (const noise of this.#open) noise.fanOut = width;
        const noises = this.#open.map(({ number }) => number);
        this.#open = [];
        this.#units = width;
        return { op: 'linear', number: ++this.#linears, fanIn, fanOut: width, noises };
      }
      case 'gate':
        return refuse('gates');
      case 'attention':
        return refuse('attention');
      case 'path':
        return refuse('stochastic depth (path)');
    }
  }
}
