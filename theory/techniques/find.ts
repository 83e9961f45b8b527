import type { Noise, NoiseParameters, Strength, Technique } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import { TECHNIQUES, type TechniqueName } from './index.ts';

/** The parameters of techniques as they stand next to other things: `noise_variance` for `variance`, and so on. */
export type PrefixedNoiseParameters = {
  readonly [name in keyof NoiseParameters as `noise_${name}`]?: number | undefined;
};

const NAMES = [
  ...new Set(Object.values(TECHNIQUES).flatMap(({ parameters }) => Object.keys(parameters))),
] as (keyof NoiseParameters)[];

/**
 * The parameters of a technique among the members of something larger, under their plain names.
 *
 * @param input anything that may carry them with the prefix `noise_`
 * @see Srivastava et al. 2014, "Dropout", section 10, for what a parameter of the noise is
 * @example noiseParametersIn({ noise_variance: 0.25, keep: 0.9 }) // { variance: 0.25 }
 */
export function noiseParametersIn(input: PrefixedNoiseParameters): NoiseParameters {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
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
  return entryOf(name).parameters;
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
  const technique: Technique = entryOf(name);
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

function entryOf(name: TechniqueName): Technique {
  if (Object.hasOwn(TECHNIQUES, name)) return TECHNIQUES[name];
  throw new ParameterError(
    'technique',
    'unknown_name',
    `Unknown technique "${name}". Known: ${Object.keys(TECHNIQUES).join(', ')}.`,
  );
}
