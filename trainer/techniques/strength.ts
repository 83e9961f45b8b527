import type { TrainedTechnique } from '../../catalogue/techniques.ts';
import { noiseGiven } from '../../schemas/noise-given.ts';
import { type NoiseParameters, noiseParametersIn, type Strength } from '../../theory/index.ts';
import type { Place } from './technique.ts';

/**
 * How strong the noise is at a place, as the theory takes it: the technique's own numbers, with keep where it takes one and the
 * plan does not give numbers instead.
 *
 * @param name of the technique
 * @param place for keep and the plan's numbers
 * @example noiseOf('uniform', strengthOf('uniform', place)).variance
 */
export function strengthOf(
  name: TrainedTechnique,
  { keep, options }: Pick<Place, 'keep' | 'options'>,
): Strength & NoiseParameters {
  const { keep: given, ...numbers } = noiseGiven(options, name, keep);
  return { ...noiseParametersIn(numbers), ...(given !== undefined && { keep: given }) };
}
