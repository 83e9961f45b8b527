import type { Activation } from './activation.ts';
import {
  type ActivationName,
  type ActivationParameters,
  activationAt,
  parametersIn,
} from './activations/find.ts';
import { type Mask, maskCorrelation, type Noise, type Strength, type Technique } from './noise.ts';
import { ParameterError } from './parameter-error.ts';
import { noiseOf, noiseParametersIn, type PrefixedNoiseParameters } from './techniques/find.ts';
import { TECHNIQUES, type TechniqueName } from './techniques/index.ts';

/** What `depthScales` is asked about. */
export type DepthScalesInput = Strength &
  ActivationParameters &
  PrefixedNoiseParameters & {
    /** a name, or an activation of your own (see `numeric`) */
    readonly activation: ActivationName | Activation;
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
 * @returns activation, technique, its noise, and keep (null for a technique without, or set by its parameters)
 * @throws ParameterError as `depthScales` says
 * @example checked({ activation: 'tanh', … , keep: 0.9 }).keep
 */
export function checked(input: DepthScalesInput): {
  activation: Activation;
  technique: Technique;
  noise: Noise;
  keep: number | null;
} {
  const { activation, technique, mask, keep, drop, ...numbers } = input;
  const known = <T extends object>(what: string, table: T, name: keyof T) => {
    if (!Object.hasOwn(table, name))
      throw new ParameterError(
        what,
        'unknown_name',
        `Unknown ${what} "${String(name)}". Known: ${Object.keys(table).join(', ')}.`,
      );
    return table[name];
  };
  const entry: Technique = known('technique', TECHNIQUES, technique);
  maskCorrelation(mask);
  for (const name of ['sigma_w2', 'sigma_b2', 'q0'] as const)
    if (!(numbers[name] >= 0 && numbers[name] < Number.POSITIVE_INFINITY))
      throw new ParameterError(
        name,
        'out_of_range',
        `${name} must be a finite number that is not negative.`,
        { min: 0 },
      );
  if (numbers.q0 === 0) throw new ParameterError('q0', 'out_of_range', 'q0 must be positive.', { min: 0 });
  const parameters = noiseParametersIn(input);
  const noise = noiseOf(technique, { ...parameters, keep, drop });
  const strength = keep ?? (drop === undefined ? undefined : 1 - drop);
  const own = entry.tuned_by_keep && Object.keys(parameters).length > 0;
  return {
    activation: activationAt(activation, parametersIn(input)),
    technique: entry,
    noise,
    keep: entry.takes_keep && !own ? (strength ?? 1) : null,
  };
}
