import { noiseNumbers, TECHNIQUE_ENTRIES, type TrainedTechnique } from '../catalogue/techniques.ts';

/**
 * How strong the noise of a plan is, in the members that queries have: the technique's own numbers, with keep where it takes
 * one and the plan gives no numbers instead.
 *
 * @param network the plan's, or anything with its `noise_…` numbers
 * @param technique its technique
 * @param keep of the layer or the cell
 * @example noiseGiven({ noise_variance: 0.1 }, 'gaussian', 1) // { noise_variance: 0.1 }
 */
export function noiseGiven(
  network: Readonly<Record<string, unknown>>,
  technique: TrainedTechnique,
  keep: number,
): Record<string, number> {
  const { keep: taken } = TECHNIQUE_ENTRIES[technique];
  const given = Object.fromEntries(
    noiseNumbers(technique).flatMap((name) => {
      const value = network[name];
      return typeof value === 'number' ? [[name, value]] : [];
    }),
  );
  const instead = taken === 'refused' || (taken === 'alternative' && Object.keys(given).length > 0);
  return instead ? given : { ...given, keep };
}

/**
 * The keep of networks, as an answer says it: 1 without noise, null where other numbers stand instead of one.
 *
 * @param network see {@link noiseGiven}
 * @param technique its technique
 * @param keep of the layer or the cell
 * @example keepGiven({ noise_variance: 0.1 }, 'gaussian', 1) // null
 */
export function keepGiven(
  network: Readonly<Record<string, unknown>>,
  technique: TrainedTechnique,
  keep: number,
): number | null {
  return technique === 'none' ? 1 : (noiseGiven(network, technique, keep).keep ?? null);
}
