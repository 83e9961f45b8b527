import type { Range } from '../../catalogue/range.ts';
import {
  NOISE_PARAMETERS,
  type OwnNoiseParameters,
  type ParametrisedTechnique,
  TECHNIQUE_ENTRIES,
  type TechniqueName,
} from '../../catalogue/techniques.ts';
import type { Noise, NoiseParameters, Strength } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';

/** The moments of a noise from its strength; parameters left out have their defaults, and those of others are not looked at. */
export type Law = (given: Strength & NoiseParameters) => Noise;

/** keep and drop = 1 − keep, each with all its digits: drop is carried as given, because 1 − keep loses some. No strength is no noise. */
export function readKeep({ keep, drop }: Strength): { readonly keep: number; readonly drop: number } {
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

/** The values of a technique's own parameters: those given, checked, and defaults for the others. */
export function readValues<Name extends ParametrisedTechnique>(
  technique: Name,
  given: NoiseParameters,
): Readonly<Record<OwnNoiseParameters<Name>, number>> {
  const { parameters = {} } = TECHNIQUE_ENTRIES[technique];
  const values = {} as Record<OwnNoiseParameters<Name>, number>;
  for (const name of Object.keys(parameters) as OwnNoiseParameters<Name>[]) {
    const { min, max, above, whole }: Range = NOISE_PARAMETERS[name];
    const value = given[name] ?? (parameters[name] as number);
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

/** Whether keep (or drop) is given in place of a technique's own parameters. */
export function isTunedByKeep(technique: ParametrisedTechnique, given: Strength & NoiseParameters): boolean {
  const tuned = given.keep !== undefined || given.drop !== undefined;
  const names = Object.keys(TECHNIQUE_ENTRIES[technique].parameters ?? {}) as (keyof NoiseParameters)[];
  if (tuned && names.some((parameter) => given[parameter] !== undefined))
    throw new ParameterError(
      given.keep === undefined ? 'drop' : 'keep',
      'conflict',
      `Give ${technique} keep (or drop), or ${names.join(' and ')}, not both.`,
    );
  return tuned;
}

/** Refuses keep and drop where they mean nothing. */
export function refuseKeep(technique: TechniqueName, { keep, drop }: Strength): void {
  if ((keep ?? drop) !== undefined)
    throw new ParameterError(
      keep === undefined ? 'drop' : 'keep',
      'not_applicable',
      `The technique "${technique}" takes no keep.`,
    );
}
