import * as z from 'zod';
import {
  FAN_MODES,
  GAIN_NAMES,
  type GainName,
  INIT_PARAMETERS,
  type InitParameterName,
  SCALING_LAWS,
} from '../catalogue/inits.ts';
import { queryBounds, RANGES } from './network.ts';
import { type Bounds, choices, list, listOf, numbers, RANGE, show } from './parameters.ts';

const FRACTION = /^(\d+\.?\d*|\.\d+)\/(\d+\.?\d*|\.\d+)$/;

/**
 * A query parameter that takes gains: numbers as {@link numbers} reads them, fractions (`5/3`), and names that PyTorch's
 * `calculate_gain` knows (`tanh`).
 */
function gains(bounds: Bounds, description: string) {
  const number = numbers(bounds, description);
  const name = choices(GAIN_NAMES, description);
  return list<number | GainName>(
    (part) => {
      const [, top, bottom] = FRACTION.exec(part) ?? [];
      const fraction = top !== undefined && bottom !== undefined;
      const schema = fraction || !/^[a-z]/i.test(part) ? number : name;
      const { data, error } = schema.safeParse(fraction ? String(Number(top) / Number(bottom)) : part);
      return data ?? { wrong: error?.issues.map(({ message }) => message).join(' ') ?? '' };
    },
    {
      bounds,
      values: {
        anyOf: [
          listOf({
            anyOf: [
              { type: 'number', minimum: bounds.min, maximum: bounds.max },
              { type: 'string', enum: [...GAIN_NAMES] },
              { type: 'string', pattern: FRACTION.source },
            ],
          }),
          RANGE,
        ],
      },
      description: `${number.meta()?.description} Fractions such as \`5/3\` and the names of PyTorch's calculate_gain are gains, too: ${GAIN_NAMES.join(', ')}.`,
    },
  );
}

const KERNEL = /^\d{1,4}([x×]\d{1,4}){0,3}$/i;

/**
 * A query parameter that takes kernels of convolutions: `3x3`, `3x1`, `3x3x3`. One number is a square, as Conv2d and Conv2D
 * read it. The parsed values have all their axes written out.
 */
const kernels = (description: string) =>
  list<string>(
    (part) => {
      const lengths = part.toLowerCase().split(/[x×]/).map(Number);
      if (KERNEL.test(part) && lengths.every((length) => length > 0))
        return [(lengths.length === 1 ? [lengths[0], lengths[0]] : lengths).join('x')];
      return {
        wrong: `"${show(part)}" is not a kernel: write 3x3, or 3 for the same. 3x1 is one of one axis, 3x3x3 one of three.`,
      };
    },
    {
      values: listOf({ type: 'string', pattern: '^[0-9]{1,4}(x[0-9]{1,4}){0,3}$' }),
      description: `${description} \`3x3\`, or \`3\` for the same; \`3x1\` for one axis, \`3x3x3\` for three; or a list of them.`,
    },
  );

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
