import {
  ACTIVATION_ENTRIES,
  ACTIVATION_NAMES,
  ACTIVATION_PARAMETERS,
  type ActivationName,
  type ActivationParameterName,
  AFFINE_PARAMETERS,
  type OwnParameterName,
} from '../../catalogue/activations.ts';
import type { DefaultedRange } from '../../catalogue/range.ts';
import type { Activation, Family, Parameter } from '../activation.ts';
import { ParameterError } from '../parameter-error.ts';
import { EXPONENTIAL } from './exponential.ts';
import { PERIODIC } from './periodic.ts';
import { PIECEWISE_LINEAR } from './piecewise-linear.ts';
import { PIECEWISE_QUADRATIC } from './piecewise-quadratic.ts';
import { SATURATING } from './saturating.ts';
import { SHRINKING } from './shrink.ts';
import { SMOOTH } from './smooth.ts';
import { wrap } from './wrap.ts';

/** Every activation of the catalogue: one that is missing does not compile. */
const FAMILIES: Required<Family> = {
  ...PIECEWISE_LINEAR,
  ...SHRINKING,
  ...PIECEWISE_QUADRATIC,
  ...SATURATING,
  ...SMOOTH,
  ...EXPONENTIAL,
  ...PERIODIC,
};

type OwnValues = Readonly<Record<OwnParameterName, number>>;

/** The activation of a name with parameters of its own; those left out have their defaults. */
function makeActivation(name: ActivationName, given: Partial<OwnValues> = {}): Activation {
  const entry = FAMILIES[name];
  if (typeof entry !== 'function') return entry;
  return (entry as (values: OwnValues) => Activation)({
    ...ACTIVATION_ENTRIES[name].parameters,
    ...given,
  } as OwnValues);
}

/**
 * The activations that the theory covers, by name; those with parameters at their defaults.
 *
 * @example ACTIVATIONS.relu.moments(4).ratio // 0.5
 */
export const ACTIVATIONS = Object.fromEntries(
  ACTIVATION_NAMES.map((name) => [name, makeActivation(name)]),
) as Readonly<Record<ActivationName, Activation>>;

/** Parameters of an activation and of the affine map around it; those left out have their defaults. */
export type ActivationParameters = {
  readonly [name in ActivationParameterName]?: number | undefined;
};

const PARAMETER_NAMES = Object.keys(ACTIVATION_PARAMETERS) as ActivationParameterName[];

/**
 * The parameters of an activation among the members of something larger.
 *
 * @param input anything that may carry them
 * @example pickParameters({ slope: 0.2, keep: 0.9 }) // { slope: 0.2 }
 */
export function pickParameters(input: ActivationParameters): Readonly<Record<string, number>> {
  return Object.fromEntries(
    PARAMETER_NAMES.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
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
  const { parameters = {} } = typeof activation === 'string' ? readEntry(activation) : {};
  const ranges: [string, DefaultedRange][] = [
    ...(Object.entries(parameters) as [OwnParameterName, number][]).map(
      ([own, usual]): [string, DefaultedRange] => [own, { default: usual, ...ACTIVATION_PARAMETERS[own] }],
    ),
    ...Object.entries(AFFINE_PARAMETERS),
  ];
  return Object.fromEntries(
    ranges.map(([parameter, { default: usual, min, max }]) => [parameter, { default: usual, min, max }]),
  );
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
  const name = typeof activation === 'string' ? activation : activation.name;
  const known = activationParameters(activation);
  for (const [parameter, value] of Object.entries(values)) {
    if (!Object.hasOwn(known, parameter))
      throw new ParameterError(
        parameter,
        'not_applicable',
        `The activation "${name}" has no parameter "${parameter}". It has: ${Object.keys(known).join(', ')}.`,
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
  const plain = typeof activation === 'string' ? makeWith(activation, values) : activation;
  return Object.keys(AFFINE_PARAMETERS).some((key) => key in values) ? wrap(plain, values) : plain;
}

function makeWith(name: ActivationName, values: Readonly<Record<string, number>>): Activation {
  const { parameters: own = {} } = readEntry(name);
  const given = Object.keys(values).some((key) => key in own);
  return given ? makeActivation(name, values) : ACTIVATIONS[name];
}

function readEntry(name: ActivationName) {
  if (Object.hasOwn(ACTIVATION_ENTRIES, name)) return ACTIVATION_ENTRIES[name];
  throw new ParameterError(
    'activation',
    'unknown_name',
    `Unknown activation "${name}". Known: ${ACTIVATION_NAMES.join(', ')}.`,
  );
}
