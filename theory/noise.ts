import type { DefaultedRange, Range } from '../catalogue/range.ts';
import {
  MASK_CORRELATIONS,
  type MaskName,
  NOISE_PARAMETERS,
  type NoiseParameterName,
  type OwnNoiseParameters,
  type ParametrisedTechnique,
  TECHNIQUE_ENTRIES,
  type TechniqueName,
} from '../catalogue/techniques.ts';
import { ParameterError } from './parameter-error.ts';

/** The moments of the noise that turns an activation x into s·x + t; t = 0 for every technique but alpha dropout. */
export type Noise = {
  /** E[s] */
  readonly s1: number;
  /** E[s²] */
  readonly s2: number;
  /** E[s²] − E[s]², computed without that subtraction */
  readonly variance: number;
  /** what activations are multiplied by with the noise off; 1 where left out */
  readonly off?: number;
  /** E[s³] and E[s⁴]: how far a network of finite width strays */
  readonly s3?: number;
  readonly s4?: number;
  /** E[t], 0 where left out */
  readonly t1?: number;
  /** E[t²], 0 where left out */
  readonly t2?: number;
  /** E[s t], 0 where left out */
  readonly st?: number;
  /** the higher moments of noise that shifts, for a network of finite width */
  readonly shifts?: ShiftMoments;
};

/** The joint moments of s and t of third and fourth order: s2t is E[s² t], and so on. */
export type ShiftMoments = {
  readonly [name in 's2t' | 's3t' | 's2t2' | 'st2' | 'st3' | 't3' | 't4']: number;
};

/** How much noise there is, as the user gave it: one of the two, or neither. */
export type Strength = { readonly keep?: number | undefined; readonly drop?: number | undefined };

/** The parameters that techniques have, under their plain names; queries prefix them with `noise_`. */
export type NoiseParameters = { readonly [name in NoiseParameterName]?: number | undefined };

/** A parameter of a technique: its usual value, the range that it may have, and what it is. */
export type NoiseParameter = DefaultedRange;

/** A noise technique as data. */
export type Technique = {
  readonly name: TechniqueName;
  /** whether keep and drop mean anything to it */
  readonly takes_keep: boolean;
  /** whether keep stands in for its parameters: it tunes them so that the effective keep is keep */
  readonly tuned_by_keep?: true;
  /** whether a batch norm stands before the noise, whose maps are in `theory/ic`; all others share one pair of maps */
  readonly batch_norm?: true;
  /** what can be set besides keep */
  readonly parameters: { readonly [name in keyof NoiseParameters]?: NoiseParameter };
  /** the moments; parameters left out have their defaults, and members that are not the technique's are not looked at */
  readonly noise: (given: Strength & NoiseParameters) => Noise;
};

/** Whether two inputs that are compared see masks of their own or the same mask, or anything between: the correlation of the noise factors of the two inputs, 0 to 1. */
export type Mask = MaskName | number;

/**
 * The correlation of the noise factors of two inputs, E[s_a s_b] = s1² + r Var s.
 *
 * @param mask a name, or the correlation itself
 * @returns r, from 0 (masks of their own) to 1 (one mask)
 * @throws ParameterError for an unknown name, or a number outside [0, 1]
 * @see Schoenholz et al. 2017 for masks of their own; anything between is derived here: docs/theory.md
 * @example maskCorrelation('shared') // 1
 */
export function maskCorrelation(mask: Mask): number {
  if (typeof mask === 'string' && Object.hasOwn(MASK_CORRELATIONS, mask)) return MASK_CORRELATIONS[mask];
  if (typeof mask === 'number' && mask >= 0 && mask <= 1) return mask;
  throw new ParameterError(
    'mask',
    typeof mask === 'number' ? 'out_of_range' : 'unknown_name',
    `mask must be ${Object.keys(MASK_CORRELATIONS).join(', ')} or a number from 0 to 1, not ${String(mask)}.`,
    { min: 0, max: 1 },
  );
}

/**
 * The keep probability of the Bernoulli dropout that acts on correlations as a noise does: E[s]² / E[s²].
 *
 * @param noise moments of the noise
 * @see Pretorius et al. 2018, "Critical initialisation for deep signal propagation in noisy rectifier neural networks"
 * @example keepEffective({ s1: 1, s2: 1.25, variance: 0.25 }) // 0.8
 */
export function keepEffective({ s1, s2 }: Noise): number {
  return Math.min((s1 * s1) / s2, 1);
}

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
