import {
  NOISE_PARAMETERS,
  type NoiseParameterName,
  TECHNIQUE_ENTRIES,
  TECHNIQUE_NAMES,
  type TechniqueName,
} from '../../catalogue/techniques.ts';
import type { Noise, NoiseParameters, Strength, Technique } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import type { Law } from './given.ts';
import { alpha, bernoulli, beta, dropconnect, gaussian, none, uniform, vsd } from './laws.ts';
import { advanced, concrete } from './squashed.ts';
import { tabu } from './tabu.ts';

/** The law of every technique of the catalogue: one that is missing does not compile. */
const LAWS: Readonly<Record<TechniqueName, Law>> = {
  none,
  bernoulli,
  gaussian,
  uniform,
  beta,
  concrete,
  tabu,
  vsd,
  advanced,
  alpha,
  dropconnect,
  // the moments of its dropout; its maps are others, because the normalisation ends the recursion of the variance (theory/ic)
  ic: bernoulli,
};

function makeTechnique(name: TechniqueName): Technique {
  const { keep, parameters = {} } = TECHNIQUE_ENTRIES[name];
  const ranges = Object.entries(parameters).map(([own, usual]) => [
    own,
    { default: usual, ...NOISE_PARAMETERS[own as NoiseParameterName] },
  ]);
  return {
    name,
    takes_keep: keep !== 'refused',
    ...(keep === 'alternative' && { tuned_by_keep: true }),
    ...(name === 'ic' && { maps: 'ic' }),
    parameters: Object.fromEntries(ranges),
    noise: LAWS[name],
  };
}

/**
 * The noise techniques that the theory covers, by name.
 *
 * @example TECHNIQUES.bernoulli.noise({ keep: 0.5 }).s2 // 2
 */
export const TECHNIQUES = Object.fromEntries(
  TECHNIQUE_NAMES.map((name) => [name, makeTechnique(name)]),
) as Readonly<Record<TechniqueName, Technique>>;

/** The parameters of techniques as they stand next to other things: `noise_variance` for `variance`, and so on. */
export type PrefixedNoiseParameters = {
  readonly [name in keyof NoiseParameters as `noise_${name}`]?: number | undefined;
};

const PARAMETER_NAMES = Object.keys(NOISE_PARAMETERS) as NoiseParameterName[];

/**
 * The parameters of a technique among the members of something larger, under their plain names.
 *
 * @param input anything that may carry them with the prefix `noise_`
 * @see Srivastava et al. 2014, "Dropout", section 10, for what a parameter of the noise is
 * @example noiseParametersIn({ noise_variance: 0.25, keep: 0.9 }) // { variance: 0.25 }
 */
export function noiseParametersIn(input: PrefixedNoiseParameters): NoiseParameters {
  return Object.fromEntries(
    PARAMETER_NAMES.flatMap((name) => {
      const value = input[`noise_${name}`];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * The parameters that a technique takes besides keep, with defaults and ranges.
 *
 * @param name of the technique
 * @throws ParameterError for an unknown name
 * @see the reference of each entry of `TECHNIQUES`
 * @example techniqueParameters('gaussian').variance?.max // 1000000
 */
export function techniqueParameters(name: TechniqueName): Technique['parameters'] {
  return readEntry(name).parameters;
}

/**
 * The moments of a technique's noise, with nothing given that it does not have.
 *
 * @param name of the technique
 * @param given keep or drop, and the technique's parameters; those left out have their defaults
 * @throws ParameterError for an unknown name of a technique or parameter, a value out of its range, both keep and drop, or
 * either of them with a technique that takes none or together with parameters that say the same
 * @see the reference of each entry of `TECHNIQUES`
 * @example noiseOf('gaussian', { keep: 0.8 }).s2 // 1.25
 */
export function noiseOf(name: TechniqueName, given: Strength & NoiseParameters = {}): Noise {
  count(10);
  const technique = readEntry(name);
  const known = [...(technique.takes_keep ? ['keep', 'drop'] : []), ...Object.keys(technique.parameters)];
  for (const [parameter, value] of Object.entries(given))
    if (value !== undefined && !known.includes(parameter) && parameter !== 'keep' && parameter !== 'drop')
      throw new ParameterError(
        parameter,
        'not_applicable',
        `The technique "${name}" has no parameter "${parameter}". It has: ${known.join(', ') || 'none'}.`,
      );
  return technique.noise(given);
}

function readEntry(name: TechniqueName): Technique {
  if (Object.hasOwn(TECHNIQUES, name)) return TECHNIQUES[name];
  throw new ParameterError(
    'technique',
    'unknown_name',
    `Unknown technique "${name}". Known: ${Object.keys(TECHNIQUES).join(', ')}.`,
  );
}
