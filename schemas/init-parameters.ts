import * as z from 'zod';
import { choices } from './choices.ts';
import { gains } from './gains.ts';
import { kernels } from './kernels.ts';
import { FAN_MODES, GAIN_NAMES, SCALING_LAWS } from './names.ts';
import { RANGES } from './network.ts';
import { numbers } from './numbers.ts';

const WEIGHT = { min: -1000, max: 1000 };
const SCALE = { min: 1e-6, max: 1e6 };

/** What each parameter of an initialiser is. Which initialiser takes which: `GET /v1/inits`. */
export const INIT_PARAMETERS = {
  gain: 'Gain of the initialiser; sigma_w where there is none.',
  std: 'Standard deviation of the weights, before they are cut off where the initialiser does that.',
  mode: 'kaiming, variance_scaling, mlx_he: what the variance is divided by.',
  nonlinearity: 'kaiming: whose gain, by calculate_gain (default leaky_relu with slope 0: √2).',
  a: 'kaiming: negative slope of leaky_relu. uniform, trunc_normal: lower end.',
  b: 'uniform, trunc_normal: upper end.',
  scale: 'variance_scaling: variance times the fan of mode.',
  distribution: 'variance_scaling: the law; all have the variance asked for.',
  minval: 'random_uniform: lower end.',
  maxval: 'random_uniform: upper end.',
} as const;

/** Query parameters that say which initialiser's parameters. */
export const INIT_PARAMETER_QUERY = {
  gain: gains({ min: 0, max: 1000 }, INIT_PARAMETERS.gain).optional(),
  std: numbers({ min: 0, max: 1000 }, INIT_PARAMETERS.std).optional(),
  mode: choices(FAN_MODES, INIT_PARAMETERS.mode).optional(),
  nonlinearity: choices(GAIN_NAMES, INIT_PARAMETERS.nonlinearity).optional(),
  a: numbers(WEIGHT, INIT_PARAMETERS.a).optional(),
  b: numbers(WEIGHT, INIT_PARAMETERS.b).optional(),
  scale: numbers(SCALE, INIT_PARAMETERS.scale).optional(),
  distribution: choices(SCALING_LAWS, INIT_PARAMETERS.distribution).optional(),
  minval: numbers(WEIGHT, INIT_PARAMETERS.minval).optional(),
  maxval: numbers(WEIGHT, INIT_PARAMETERS.maxval).optional(),
};

/** The names of these parameters. */
export const INIT_PARAMETER_NAMES = Object.keys(INIT_PARAMETERS) as (keyof typeof INIT_PARAMETERS)[];

/** Query parameters that give a convolution in place of fans. */
export const CONVOLUTION_QUERY = {
  in_channels: numbers(RANGES.width, 'Channels that a convolution reads, in place of fan_in.').optional(),
  out_channels: numbers(
    RANGES.width,
    'Channels that it writes, in place of fan_out (default: as in_channels).',
  ).optional(),
  kernel_size: kernels('Its kernel (default 1x1).').optional(),
  groups: numbers(
    RANGES.width,
    'Groups of channels that do not see each other (default 1); in_channels for a depthwise convolution.',
  ).optional(),
};

const given = (description: string) => ({ description: `${description} (where the query gives it)` });

/** Columns of what a query gives beside the initialiser's name. */
export const INIT_PARAMETER_COLUMNS = {
  mode: z.enum(FAN_MODES).optional().meta(given('what the variance is divided by')),
  nonlinearity: z.enum(GAIN_NAMES).optional().meta(given('whose gain')),
  a: z.number().optional().meta(given('slope, or lower end of the law')),
  b: z.number().optional().meta(given('upper end of the law')),
  scale: z.number().optional().meta(given('variance times the fan')),
  distribution: z.enum(SCALING_LAWS).optional().meta(given('law of the weights')),
  minval: z.number().optional().meta(given('lower end of the law')),
  maxval: z.number().optional().meta(given('upper end of the law')),
  in_channels: z.number().optional().meta(given('channels that the convolution reads')),
  out_channels: z.number().optional().meta(given('channels that it writes')),
  kernel_size: z.string().optional().meta(given('its kernel, along each axis')),
  groups: z.number().optional().meta(given('groups of channels')),
};
