import type { NoiseParameter, NoiseParameters, Strength, Technique } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';

/** keep and drop = 1 − keep, each with all its digits. */
export type Kept = { readonly keep: number; readonly drop: number };

/**
 * The strength of a noise, checked. drop is carried as given, because 1 − keep loses digits.
 *
 * @param strength keep (above 0, at most 1) or drop (0 or more, below 1); neither is no noise
 * @throws ParameterError for both, or one out of its range
 * @see Srivastava et al. 2014, "Dropout", for the two conventions
 * @example keptOf({ drop: 1e-20 }) // { keep: 1, drop: 1e-20 }
 */
export function keptOf({ keep, drop }: Strength): Kept {
  if (keep !== undefined && drop !== undefined)
    throw new ParameterError('drop', 'conflict', 'Give keep or drop, not both.');
  const kept = keep ?? 1 - (drop ?? 0);
  const dropped = drop ?? 1 - kept;
  // (a drop that is negligible against 1 or negative is only seen in drop itself)
  if (!(kept > 0 && kept <= 1 && dropped >= 0))
    throw new ParameterError(
      keep === undefined ? 'drop' : 'keep',
      'out_of_range',
      'keep must be above 0 and at most 1 (drop is 1 − keep).',
      { min: 0, max: 1 },
    );
  return { keep: kept, drop: dropped };
}

/**
 * The values of a technique's parameters: those given, checked, and defaults for the others.
 *
 * @param parameters of the technique
 * @param given values by name
 * @throws ParameterError for a value out of its range
 * @see Srivastava et al. 2014, "Dropout", section 10, for what a parameter of the noise is
 * @example valuesOf({ a: { default: 1, min: 0, max: 9, about: '' } }, {}).a // 1
 */
export function valuesOf<K extends keyof NoiseParameters>(
  parameters: Readonly<Record<K, NoiseParameter>>,
  given: NoiseParameters,
): Readonly<Record<K, number>> {
  const values = {} as Record<K, number>;
  for (const name of Object.keys(parameters) as K[]) {
    const { min, max, above, whole, default: usual } = parameters[name];
    const value = given[name] ?? usual;
    const low = above ? value > min : value >= min;
    if (!(low && value <= max && (!whole || Number.isInteger(value))))
      throw new ParameterError(
        name,
        'out_of_range',
        `${name} must be a ${whole ? 'whole ' : ''}number ${above ? 'above' : 'from'} ${min} ${above ? 'and at most' : 'to'} ${max}.`,
        { min, max },
      );
    values[name] = value;
  }
  return values;
}

/**
 * Whether a strength tunes a technique in place of its own parameters.
 *
 * @param technique name and parameters
 * @param given keep or drop, or the parameters
 * @throws ParameterError for a strength together with one of the parameters
 * @see Srivastava et al. 2014, "Dropout", section 10: gaussian noise of variance (1 − keep) / keep in place of dropout
 * @example isTuned({ name: 'none', parameters: {} }, { keep: 0.9 }) // true
 */
export function isTuned(
  { name, parameters }: Pick<Technique, 'name' | 'parameters'>,
  given: Strength & NoiseParameters,
): boolean {
  const tuned = given.keep !== undefined || given.drop !== undefined;
  const names = Object.keys(parameters) as (keyof NoiseParameters)[];
  if (tuned && names.some((parameter) => given[parameter] !== undefined))
    throw new ParameterError(
      given.keep === undefined ? 'drop' : 'keep',
      'conflict',
      `Give ${name} keep (or drop), or ${names.join(' and ')}, not both.`,
    );
  return tuned;
}

/**
 * Refuses keep and drop where they mean nothing.
 *
 * @param name of the technique
 * @param strength what was given
 * @throws ParameterError for either of them
 * @see Xie et al. 2022, "Advanced dropout", for a technique that finds its own strength
 * @example takesNoKeep('none', {}) // undefined
 */
export function takesNoKeep(name: string, { keep, drop }: Strength): void {
  if ((keep ?? drop) !== undefined)
    throw new ParameterError(
      keep === undefined ? 'drop' : 'keep',
      'not_applicable',
      `The technique "${name}" takes no keep.`,
    );
}
