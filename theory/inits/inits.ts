import { INIT_ENTRIES, type InitDefaults, type InitEntry, type InitName } from '../../catalogue/inits.ts';
import { ParameterError } from '../parameter-error.ts';
import {
  fixedScale,
  gainOver,
  gainOverMode,
  type InitArguments,
  isometry,
  kaiming,
  type LayerShape,
  normal,
  type Rule,
  truncatedBetween,
  truncatedNormal,
  uniformBetween,
  varianceScaling,
} from './rules.ts';

/** The rule of every initialiser of the catalogue: one that is missing does not compile. */
const RULES: Readonly<Record<InitName, Rule>> = {
  gaussian: gainOver('fan_in'),
  orthogonal: isometry,
  pytorch_linear: fixedScale(1 / 3, 'fan_in'),
  kaiming_normal: kaiming,
  kaiming_uniform: kaiming,
  kaiming_fan_out: kaiming,
  xavier_normal: gainOver('fan_avg'),
  xavier_uniform: gainOver('fan_avg'),
  normal,
  uniform: uniformBetween('a', 'b'),
  trunc_normal: truncatedBetween,
  trunc_normal_tf: truncatedNormal,
  lecun_normal: gainOver('fan_in'),
  lecun_uniform: gainOver('fan_in'),
  keras_dense: fixedScale(1, 'fan_avg'),
  keras_he_normal: fixedScale(2, 'fan_in'),
  keras_he_uniform: fixedScale(2, 'fan_in'),
  keras_glorot_normal: fixedScale(1, 'fan_avg'),
  keras_glorot_uniform: fixedScale(1, 'fan_avg'),
  keras_lecun_normal: fixedScale(1, 'fan_in'),
  keras_lecun_uniform: fixedScale(1, 'fan_in'),
  keras_variance_scaling: varianceScaling,
  keras_orthogonal: isometry,
  keras_random_normal: normal,
  keras_random_uniform: uniformBetween('minval', 'maxval'),
  keras_truncated_normal: truncatedNormal,
  tf_truncated_normal: truncatedNormal,
  tf_random_normal: normal,
  jax_truncated_normal: truncatedNormal,
  jax_normal: normal,
  flax_dense: fixedScale(1, 'fan_in'),
  mlx_linear: fixedScale(1 / 3, 'fan_in'),
  mlx_glorot_normal: gainOver('fan_avg'),
  mlx_glorot_uniform: gainOver('fan_avg'),
  mlx_he_normal: gainOverMode,
  mlx_he_uniform: gainOverMode,
};

/** An initialiser as data: what it means for the theory. */
export type Init = InitEntry & {
  /** the sizes that the answer depends on */
  readonly sizes: (of: InitArguments) => readonly (keyof LayerShape)[];
  /** Var(W) · fan_in, of checked arguments */
  readonly sigma_w2: (of: InitArguments & Required<LayerShape>) => number;
};

function makeInit(name: InitName): Init {
  const entry = INIT_ENTRIES[name];
  const { sizes, sigma_w2 } = RULES[name];
  // (a rule looks at the parameters that its initialiser takes only)
  const usual = entry.parameters as InitDefaults;
  return { ...entry, sizes: (of) => sizes(of, usual), sigma_w2: (of) => sigma_w2(of, usual) };
}

/**
 * Initialisers by name. The distribution does not matter to wide networks, only its variance does, so the normal and
 * uniform forms of one rule agree; orthogonal matrices have the same forward theory. Defaults are those of the frameworks:
 * fixtures/frameworks/inits.json has what they were measured to do.
 *
 * @example INITS.kaiming_normal.parameters.nonlinearity // 'leaky_relu'
 */
export const INITS = Object.fromEntries(
  (Object.keys(RULES) as InitName[]).map((name) => [name, makeInit(name)]),
) as Readonly<Record<InitName, Init>>;

/**
 * Whether an initialiser takes a gain, so that `sigma_w2` can stand for its square.
 *
 * @example takesGain('keras_he_normal') // false
 */
export const takesGain = (name: InitName): boolean => 'gain' in INITS[name].parameters;

/**
 * What an initialiser means as (sigma_w2, sigma_b2): Var(W) · fan_in and Var(b).
 *
 * @param name a name of {@link INITS}
 * @param of the layer's shape, and parameters; those left out are as the framework has them
 * @param called the name by which errors speak of it; its own if left out
 * @throws ParameterError for an unknown name, a parameter that it does not take or that is out of range, or a size that is
 * needed and missing
 * @see the `reference` of the entry
 * @example initVariances('pytorch_linear', { fan_in: 300 }) // { sigma_w2: 0.3333333333333333, sigma_b2: 0.0011111111111111111 }
 */
export function initVariances(
  name: InitName,
  of: InitArguments = {},
  called: string = name,
): { sigma_w2: number; sigma_b2: number } {
  if (!Object.hasOwn(INITS, name))
    throw new ParameterError(
      'init',
      'unknown_name',
      `Unknown init "${name}". Known: ${Object.keys(INITS).join(', ')}.`,
    );
  const init = INITS[name];
  checkParameters(called, init, of);
  const { fan_in = Number.NaN, fan_out = Number.NaN, outputs = fan_out } = of;
  const given = { ...of, fan_in, fan_out, outputs };
  const sizes = new Set([...init.sizes(of), ...(init.biases === 'fan_in' ? (['fan_in'] as const) : [])]);
  for (const size of SIZES) checkSize(called, size, given[size], sizes.has(size));
  return {
    sigma_w2: init.sigma_w2(given),
    sigma_b2: init.biases === 'fan_in' ? 1 / (3 * fan_in) : 0,
  };
}

/** (whoever gives fan_out alone hears of it by that name) */
const SIZES = ['fan_in', 'fan_out', 'outputs'] as const satisfies (keyof LayerShape)[];

/** An initialiser takes its own parameters only, and needs those that have no default. */
function checkParameters(name: string, { parameters }: Init, of: InitArguments): void {
  const { fan_in: _, fan_out: __, outputs: ___, ...given } = of;
  const own = Object.keys(parameters);
  for (const [parameter, value] of Object.entries(given)) {
    const known = parameter === 'sigma_w2' ? own.includes('gain') : own.includes(parameter);
    if (value !== undefined && !known)
      throw new ParameterError(
        parameter,
        'not_applicable',
        `${name} takes no ${parameter}: it takes ${own.join(', ') || 'no parameters'}.`,
      );
  }
  if (of.gain !== undefined && of.sigma_w2 !== undefined)
    throw new ParameterError('sigma_w2', 'conflict', 'sigma_w2 is the square of gain: give one of them.');
  for (const [parameter, usual] of Object.entries(parameters))
    if (usual === null && given[parameter as keyof typeof given] === undefined)
      throw new ParameterError(parameter, 'missing', `${name} needs ${own.join(' and ')}.`);
}

function checkSize(name: string, size: keyof LayerShape, value: number, needed: boolean): void {
  const parameter = size === 'outputs' ? 'fan_out' : size;
  if (needed && !Number.isSafeInteger(value))
    throw new ParameterError(parameter, 'missing', `${name} needs ${parameter}, a whole number.`);
  if (value < 1)
    throw new ParameterError(parameter, 'out_of_range', `${parameter} must be at least 1.`, { min: 1 });
}
