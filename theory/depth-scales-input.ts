import type { Activation } from './activation.ts';
import {
  type ActivationName,
  type ActivationParameters,
  activationAt,
  parametersIn,
} from './activations/find.ts';
import { MASK_CORRELATION, type Mask, type Strength, type Technique } from './noise.ts';
import { TECHNIQUES, type TechniqueName } from './techniques/index.ts';

/** What `depthScales` is asked about. */
export type DepthScalesInput = Strength &
  ActivationParameters & {
    readonly activation: ActivationName;
    /** weight variance: weights are N(0, sigma_w2 / fan_in) */
    readonly sigma_w2: number;
    /** bias variance */
    readonly sigma_b2: number;
    readonly technique: TechniqueName;
    readonly mask: Mask;
    /** variance of the first layer's pre-activations */
    readonly q0: number;
  };

/**
 * The entries behind the names, after a look at every number.
 *
 * @param input a question to `depthScales`
 * @returns activation, technique, and keep (null for a technique without)
 * @throws RangeError as `depthScales` says
 * @example checked({ activation: 'tanh', … , keep: 0.9 }).keep // 0.9
 */
export function checked(input: DepthScalesInput): {
  activation: Activation;
  technique: Technique;
  keep: number | null;
} {
  const { activation, technique, mask, keep, drop, ...numbers } = input;
  const known = <T extends object>(what: string, table: T, name: keyof T) => {
    if (!Object.hasOwn(table, name))
      throw new RangeError(`Unknown ${what} "${String(name)}". Known: ${Object.keys(table).join(', ')}.`);
    return table[name];
  };
  const entry = known('technique', TECHNIQUES, technique);
  known('mask', MASK_CORRELATION, mask);
  for (const name of ['sigma_w2', 'sigma_b2', 'q0'] as const)
    if (!(numbers[name] >= 0 && numbers[name] < Number.POSITIVE_INFINITY))
      throw new RangeError(`${name} must be a finite number that is not negative.`);
  if (numbers.q0 === 0) throw new RangeError('q0 must be positive.');
  if (keep !== undefined && drop !== undefined) throw new RangeError('Give keep or drop, not both.');
  const kept = keep ?? 1 - (drop ?? 0);
  if (!(kept > 0 && kept <= 1))
    throw new RangeError('keep must be above 0 and at most 1 (drop is 1 − keep).');
  if (!entry.takes_keep && (keep ?? drop) !== undefined)
    throw new RangeError(`The technique "${technique}" takes no keep.`);
  return {
    activation: activationAt(activation, parametersIn(input)),
    technique: entry,
    keep: entry.takes_keep ? kept : null,
  };
}
