import type { Activation } from '../activation.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { type AddNoise, type Block, type Network, readPlainBlock } from '../network.ts';
import { maskCorrelation, type Noise } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import type { Layer } from './layer.ts';

/** The noise that does nothing: inputs without dropout, and evaluation but for noise whose mean stays. */
export const NO_NOISE: Noise = { s1: 1, s2: 1, variance: 0 };

/**
 * The layers of a network of plain layers, from where its blocks start or from the data that it reads.
 *
 * @param network with a depth
 * @param mode `eval` switches the noise off, which leaves the mean of factors that are not divided by it (`off` of the noise); weights,
 * and the statistics of batch norms, stay as they were in training. Default `train`
 * @returns φ, and an entry a layer; the layer that reads data has the activation `linear`
 * @throws ParameterError for a depth that is not a whole number, and for blocks that are no plain layers; for the evaluation of a network
 * that normalises in some layers only, whose statistics are not known here
 * @example readLayers(network).layers[1].sigma_w2
 */
export function readLayers(
  network: Network,
  mode: 'train' | 'eval' = 'train',
): { activation: Activation; layers: Layer[] } {
  const { stem, blocks, depth = Number.NaN, mask } = network;
  if (!(Number.isInteger(depth) && depth >= 0))
    throw new ParameterError('depth', 'out_of_range', 'depth must be a whole number, 0 or more.', { min: 0 });
  count(3 * depth);
  const mask_correlation = maskCorrelation(mask);
  const off = switchOff();
  const noiseIn = ({ noise }: AddNoise) => (mode === 'eval' ? off(noise) : noise);
  const known = new Map<Block, { phi: Activation; layer: Layer }>();
  const readBlock = (block: Block) => {
    const { activation, batch_norm, noise, carry, branch, ...weights } = readPlainBlock(block);
    const layer: Layer = {
      ...weights,
      noise: noiseIn(noise),
      mask_correlation,
      ...(batch_norm && { batch_norm: true, ...(mode === 'eval' && { trained_noise: noise.noise }) }),
      ...{ carry, branch },
    };
    const read = { phi: activation.phi, layer };
    known.set(block, read);
    return read;
  };
  const read = Array.from({ length: depth }, (_, i) => {
    const block = typeof blocks === 'function' ? blocks(i + 1, depth) : blocks;
    return known.get(block) ?? readBlock(block);
  });
  const layers = [...readStem(stem.ops, mask_correlation, mode, noiseIn), ...read.map(({ layer }) => layer)];
  const normalising = layers.filter(({ batch_norm }) => batch_norm);
  const plain = layers.filter(({ batch_norm, activation }) => !batch_norm && activation === undefined);
  if (mode === 'eval' && normalising.length > 0 && plain.length > 0)
    throw new ParameterError(
      'mode',
      'not_applicable',
      'Evaluation is only known where all layers are IC layers, or none.',
    );
  return { activation: read[0]?.phi ?? ACTIVATIONS.linear, layers };
}

/** The layer that reads the data: weights, and noise where the data have some. */
function readStem(
  ops: Network['stem']['ops'],
  mask_correlation: number,
  mode: 'train' | 'eval',
  noiseIn: (noise: AddNoise) => Noise,
): Layer[] {
  if (ops.length === 0) return [];
  const noise = ops.find((op) => op.op === 'noise');
  const weights = ops.find((op) => op.op === 'linear');
  if (!weights) throw new ParameterError('stem', 'not_applicable', 'A stem that reads data has weights.');
  const { sigma_w2, sigma_b2 } = weights;
  const normalised = ops.some((op) => op.op === 'norm');
  return [
    {
      ...{ sigma_w2, sigma_b2, mask_correlation, activation: ACTIVATIONS.linear },
      noise: noise ? noiseIn(noise) : NO_NOISE,
      ...(normalised && {
        batch_norm: true,
        ...(mode === 'eval' && noise && { trained_noise: noise.noise }),
      }),
    },
  ];
}

/** Noises switched off; of one noise it is one object, so that averages at a fixed point are taken once. */
function switchOff(): (noise: Noise) => Noise {
  const known = new Map<Noise, Noise>();
  return (noise) => {
    const { off = 1 } = noise;
    if (off === 1) return NO_NOISE;
    const constant = known.get(noise) ?? { s1: off, s2: off * off, variance: 0 };
    known.set(noise, constant);
    return constant;
  };
}
