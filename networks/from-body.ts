import type { NetworkBody } from '../schemas/network-body.ts';
import {
  type AddNoise,
  type Block,
  type Network,
  type Op,
  ParameterError,
  readActivation,
  readNoise,
} from '../theory/index.ts';

type OpBody = NetworkBody['stem']['ops'][number];
type NoiseBody = Extract<OpBody, { op: 'noise' }>;

const noiseFrom = ({ op: _, channelwise, ...given }: NoiseBody): AddNoise => ({
  ...readNoise(given),
  ...(channelwise !== undefined && { channelwise }),
});

function opFrom(op: OpBody): Op {
  switch (op.op) {
    case 'activation':
      return readActivation(op);
    case 'gate': {
      const { sigma_w2_gate, sigma_w2_value, sigma_b2 } = op;
      return { op: 'gate', activation: readActivation(op), sigma_w2_gate, sigma_w2_value, sigma_b2 };
    }
    case 'noise':
      return noiseFrom(op);
    case 'attention':
      return { ...op, noise: op.noise && noiseFrom(op.noise) };
    default:
      return op;
  }
}

const blockFrom = (sub_layers: NetworkBody['blocks'][number]['sub_layers']): Block =>
  sub_layers.map(({ skip, branch, norm, ops, after }) => ({
    ...{ a2: skip, b2: branch, ops: ops.map(opFrom), after: after.map(opFrom) },
    ...(norm && { norm }),
  }));

/**
 * The network that a body of `POST /v1/network` describes.
 *
 * @param body after parsing
 * @returns see `Network`; blocks of one entry are one object, so that a network of equal blocks is known as such
 * @throws ParameterError for weights that blocks share, and what activations and techniques refuse
 * @example networkFromBody(networkBody.parse({ blocks: [{ sub_layers: [{ ops: [{ op: 'linear', sigma_w2: 1 }] }] }] })).depth // 1
 */
export function networkFromBody(body: NetworkBody): Network {
  const { stem, blocks, tokens, final_norm, mask, tied_weights } = body;
  if (tied_weights)
    throw new ParameterError(
      'tied_weights',
      'not_applicable',
      'Blocks that share their weights are not independent: not covered.',
    );
  if (
    tokens !== undefined &&
    !blocks.some(({ sub_layers }) =>
      sub_layers.some(({ ops, after }) => [...ops, ...after].some(({ op }) => op === 'attention')),
    )
  )
    throw new ParameterError('tokens', 'not_applicable', 'A network without attention has no tokens.');
  const made = blocks.map(({ repeat, sub_layers }) => ({ repeat, block: blockFrom(sub_layers) }));
  const all = made.flatMap(({ repeat, block }) => Array.from({ length: repeat }, () => block));
  const only = made.length === 1 ? made[0]?.block : undefined;
  return {
    stem: { ...stem, ops: stem.ops.map(opFrom) },
    blocks: only ?? ((block) => all[Math.min(block, all.length) - 1] as Block),
    depth: all.length,
    mask,
    ...(tokens !== undefined && { tokens }),
    ...(final_norm && { final_norm: { op: 'norm', ...final_norm } }),
  };
}
