import { ACTIVATIONS } from '../activations/index.ts';
import { type Mask, maskCorrelation, type Noise } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import type { Layer } from './layer.ts';

/** The noise that does nothing: inputs without dropout, and evaluation but for noise whose mean stays. */
export const NO_NOISE: Noise = { s1: 1, s2: 1, variance: 0 };

/** One value for all layers, or one for each. */
export type PerLayer<T> = T | readonly T[];

/** A stack of layers, as people describe it. */
export type Stack = {
  /** number of layers after the one that the trajectory starts from */
  readonly depth: number;
  /** weight variance */
  readonly sigma_w2: PerLayer<number>;
  /** bias variance */
  readonly sigma_b2: PerLayer<number>;
  /** moments of the noise */
  readonly noise: PerLayer<Noise>;
  /** `ic` for IC layers, whose `noise` is their dropout; null (default) for others */
  readonly maps?: PerLayer<'ic' | null>;
  readonly mask?: Mask;
  /**
   * `eval` switches the noise off, which leaves the mean of factors that are not divided by it (`off` of the noise); weights, and
   * the statistics of IC layers, stay as they were in training. Default `train`
   */
  readonly mode?: 'train' | 'eval';
  /** `preactivation` (default): the trajectory starts at the first layer's pre-activations. `input`: at the data, which
   * the first layer reads without an activation */
  readonly start?: 'preactivation' | 'input';
  /** whether the data are dropped too (by an IC layer: normalised and dropped), for start `input`; false by default, as
   * in the papers' experiments */
  readonly input_noise?: boolean;
  /** a² of skip connections y = a·x + b·block(x); 0 by default. The layer that reads the data has none */
  readonly carry?: PerLayer<number>;
  /** b² of them; 1 by default */
  readonly branch?: PerLayer<number>;
};

/**
 * The layers of a stack, one entry a layer.
 *
 * @param stack scalars hold for all layers, lists give one value a layer
 * @throws ParameterError where a list has not `depth` entries, a number is negative or not finite, or depth is not a whole
 * number; for the evaluation of a stack with IC layers and others, whose statistics are not known here
 * @example layersOf({ depth: 2, sigma_w2: [1, 2], sigma_b2: 0, noise: NO_NOISE })[1].sigma_w2 // 2
 */
export function layersOf(stack: Stack): Layer[] {
  const { depth, mask = 'independent', mode = 'train', start = 'preactivation', input_noise = false } = stack;
  if (!(Number.isInteger(depth) && depth >= 0))
    throw new ParameterError('depth', 'out_of_range', 'depth must be a whole number, 0 or more.', { min: 0 });
  count(3 * depth);
  const at = <T>(name: string, value: PerLayer<T>): ((i: number) => T) => {
    if (!Array.isArray(value)) return () => value as T;
    if (value.length !== depth)
      throw new ParameterError(name, 'conflict', `${name} has ${value.length} values for ${depth} layers.`);
    return (i) => value[i] as T;
  };
  const size = (name: string, value: PerLayer<number>): ((i: number) => number) => {
    for (const number of Array.isArray(value) ? value : [value])
      if (!(number >= 0 && number < Number.POSITIVE_INFINITY))
        throw new ParameterError(
          name,
          'out_of_range',
          `${name} must be a finite number that is not negative.`,
          { min: 0 },
        );
    return at(name, value);
  };
  const sigma_w2 = size('sigma_w2', stack.sigma_w2);
  const sigma_b2 = size('sigma_b2', stack.sigma_b2);
  const carry = size('carry', stack.carry ?? 0);
  const branch = size('branch', stack.branch ?? 1);
  const noise = at('noise', stack.noise);
  const maps = at('maps', stack.maps ?? null);
  const reading = (i: number) => i === 0 && start === 'input';
  const normalises = (i: number) => maps(i) === 'ic' && (!reading(i) || input_noise);
  const blocks = Array.from({ length: depth }, (_, i) => i).filter((i) => !reading(i) || input_noise);
  const off = switchedOff();
  const evaluates = mode === 'eval' && blocks.some(normalises);
  if (evaluates && !blocks.every(normalises))
    throw new ParameterError(
      'mode',
      'not_applicable',
      'Evaluation is only known where all layers are IC layers, or none.',
    );
  return Array.from({ length: depth }, (_, i) => {
    const reads = reading(i);
    return {
      sigma_w2: sigma_w2(i),
      sigma_b2: sigma_b2(i),
      noise: reads && !input_noise ? NO_NOISE : mode === 'eval' ? off(noise(i)) : noise(i),
      mask_correlation: maskCorrelation(mask),
      ...(normalises(i) && { maps: 'ic' as const }),
      ...(normalises(i) && evaluates && { trained_noise: noise(i) }),
      ...(reads ? { activation: ACTIVATIONS.linear } : { carry: carry(i), branch: branch(i) }),
    };
  });
}

/** Noises switched off; of one noise it is one object, so that averages at a fixed point are taken once. */
function switchedOff(): (noise: Noise) => Noise {
  const known = new Map<Noise, Noise>();
  return (noise) => {
    const { off = 1 } = noise;
    if (off === 1) return NO_NOISE;
    const constant = known.get(noise) ?? { s1: off, s2: off * off, variance: 0 };
    known.set(noise, constant);
    return constant;
  };
}
