import * as z from 'zod';
import {
  FAN_MODES,
  GAIN_NAMES,
  INIT_PARAMETERS,
  type InitParameterName,
  SCALING_LAWS,
} from '../catalogue/inits.ts';
import { choices } from './choices.ts';
import { gains } from './gains.ts';
import { kernels } from './kernels.ts';
import { queryBounds, RANGES } from './network.ts';
import { numbers } from './numbers.ts';

/** Query parameters that say which initialiser's parameters. */
export const INIT_PARAMETER_QUERY = {
  gain: gains(queryBounds(INIT_PARAMETERS.gain), INIT_PARAMETERS.gain.about).optional(),
  std: numbers(queryBounds(INIT_PARAMETERS.std), INIT_PARAMETERS.std.about).optional(),
  mode: choices(FAN_MODES, INIT_PARAMETERS.mode.about).optional(),
  nonlinearity: choices(GAIN_NAMES, INIT_PARAMETERS.nonlinearity.about).optional(),
  a: numbers(queryBounds(INIT_PARAMETERS.a), INIT_PARAMETERS.a.about).optional(),
  b: numbers(queryBounds(INIT_PARAMETERS.b), INIT_PARAMETERS.b.about).optional(),
  scale: numbers(queryBounds(INIT_PARAMETERS.scale), INIT_PARAMETERS.scale.about).optional(),
  distribution: choices(SCALING_LAWS, INIT_PARAMETERS.distribution.about).optional(),
  minval: numbers(queryBounds(INIT_PARAMETERS.minval), INIT_PARAMETERS.minval.about).optional(),
  maxval: numbers(queryBounds(INIT_PARAMETERS.maxval), INIT_PARAMETERS.maxval.about).optional(),
};

/** The names of these parameters. */
export const INIT_PARAMETER_NAMES = Object.keys(INIT_PARAMETERS) as InitParameterName[];

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
