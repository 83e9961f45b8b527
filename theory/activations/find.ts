import type { Activation, Parameter } from '../activation.ts';
import { ParameterError } from '../parameter-error.ts';
import { ACTIVATIONS, type ActivationName } from './index.ts';
import { WRAP_PARAMETERS, wrap } from './wrap.ts';

export type { ActivationName };

/** Parameters of an activation and of the affine map around it; those left out have their defaults. */
export type ActivationParameters = {
  readonly [name in 'slope' | 'alpha' | 'threshold' | keyof typeof WRAP_PARAMETERS]?: number | undefined;
};

const NAMES = [
  'slope',
  'alpha',
  'threshold',
  ...Object.keys(WRAP_PARAMETERS),
] as (keyof ActivationParameters)[];

/**
 * The parameters of an activation among the members of something larger.
 *
 * @param input anything that may carry them
 * @example parametersIn({ slope: 0.2, keep: 0.9 }) // { slope: 0.2 }
 */
export function parametersIn(input: ActivationParameters): Readonly<Record<string, number>> {
  return Object.fromEntries(
    NAMES.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
}

/**
 * The parameters that an activation takes, its own and those of the affine map around it.
 *
 * @param activation its name, or an activation of your own (see `numeric`)
 * @throws ParameterError for an unknown name
 * @example activationParameters('elu').alpha // { default: 1, min: 0, max: 10 }
 */
export function activationParameters(
  activation: ActivationName | Activation,
): Readonly<Record<string, Parameter>> {
  return { ...entryOf(activation).parameters, ...WRAP_PARAMETERS };
}

/**
 * The activation of a name with parameters: its own (`slope`, `alpha`, `threshold`) and those of an affine map around it
 * (`input_scale`, `input_shift`, `output_scale`, `output_shift`).
 *
 * @param activation its name, or an activation of your own (see `numeric`)
 * @param values parameters by name; those left out have their defaults
 * @throws ParameterError for an unknown name of an activation or a parameter, a value out of its range, or a scale of 0
 * @example activationAt('leaky_relu', { slope: 0.2 }).phi(-1) // −0.2
 */
export function activationAt(
  activation: ActivationName | Activation,
  values: Readonly<Record<string, number>> = {},
): Activation {
  const entry = entryOf(activation);
  const known = activationParameters(activation);
  for (const [parameter, value] of Object.entries(values)) {
    if (!Object.hasOwn(known, parameter))
      throw new ParameterError(
        parameter,
        'not_applicable',
        `The activation "${entry.name}" has no parameter "${parameter}". It has: ${Object.keys(known).join(', ')}.`,
      );
    const { min, max } = known[parameter] as Parameter;
    if (!(value >= min && value <= max))
      throw new ParameterError(
        parameter,
        'out_of_range',
        `${parameter} must lie between ${min} and ${max}.`,
        { min, max },
      );
  }
  const own =
    entry.at && Object.keys(values).some((key) => key in (entry.parameters ?? {})) ? entry.at(values) : entry;
  return Object.keys(WRAP_PARAMETERS).some((key) => key in values) ? wrap(own, values) : own;
}

function entryOf(name: ActivationName | Activation): Activation {
  if (typeof name === 'object') return name;
  if (Object.hasOwn(ACTIVATIONS, name)) return ACTIVATIONS[name];
  throw new ParameterError(
    'activation',
    'unknown_name',
    `Unknown activation "${name}". Known: ${Object.keys(ACTIVATIONS).join(', ')}.`,
  );
}
