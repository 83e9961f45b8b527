import * as z from 'zod';
import { INIT_NAMES } from '../../catalogue/inits.ts';
import { quantity } from '../endpoint.ts';
import { CONVOLUTION_QUERY, INIT_PARAMETER_COLUMNS, INIT_PARAMETER_QUERY } from '../init-parameters.ts';
import { ACTIVATION_QUERY, NOISE_QUERY, Q0_QUERY, RANGES, WEIGHTS_COLUMNS, withNoise } from '../network.ts';
import { choices, numbers } from '../parameters.ts';
import { depthScalesRow } from './depth-scales.ts';

const OWN = { source: 'from init, std or gain' } as const;
const {
  fixed_points: _,
  max_depth_low: __,
  max_depth_high: ___,
  max_depth_limited_by: ____,
  ...scales
} = depthScalesRow.shape;

/** `GET /v1/diagnose`: what an initialiser means. */
export const diagnoseContract = {
  name: 'diagnose',
  tag: 'depth',
  summary: 'What an initialiser means: its variances, its phase, and where its signal dies',
  description:
    'Give init and its parameters, or std, or gain alone (sigma_w2 = gain²). Parameters that are left out are as the framework has them; one that the initialiser does not take is an error (/v1/inits lists them). fan_in and fan_out are the shape of a layer, in_channels, kernel_size and groups that of a convolution (docs/convolutions.md says what holds for those); biases are those of the initialiser, unless bias_std is given.',
  query: withNoise(
    z.strictObject({
      ...ACTIVATION_QUERY,
      init: choices(INIT_NAMES, 'Initialiser; see /v1/inits.').optional(),
      ...INIT_PARAMETER_QUERY,
      bias_std: numbers({ min: 0, max: 1000 }, 'Standard deviation of the biases.').optional(),
      fan_in: numbers(RANGES.width, 'Inputs of a layer (default 256).').optional(),
      fan_out: numbers(RANGES.width, 'Outputs of a layer (default: as fan_in).').optional(),
      ...CONVOLUTION_QUERY,
      ...NOISE_QUERY,
      ...Q0_QUERY,
    }),
  ).superRefine((query, context) => {
    const { init, gain, std, fan_in, fan_out, in_channels } = query;
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (!init && !gain && !std)
      wrong('init', 'Say which weights: init, std or gain. For example init=torch_default.');
    if (!init && std && gain) wrong('std', 'Give std or gain: not both.');
    for (const name of [
      'mode',
      'nonlinearity',
      'a',
      'b',
      'scale',
      'distribution',
      'minval',
      'maxval',
    ] as const)
      if (!init && query[name])
        wrong(name, `"${name}" is a parameter of an initialiser: say which, with init.`);
    for (const name of ['out_channels', 'kernel_size', 'groups'] as const)
      if (!in_channels && query[name]) wrong(name, 'A convolution has in_channels, too: give them.');
    if (in_channels && (fan_in || fan_out))
      wrong(
        'in_channels',
        'in_channels, kernel_size and groups are in place of fan_in and fan_out: not both.',
      );
  }),
  row: z
    .object({
      ...scales,
      reason: z.string().nullable().meta({
        description:
          'why a quantity of this row is null: it is infinite (unbounded), it could not be had (unknown), or in words what limits the depth where limit_low is null, and which columns take too much work',
      }),
      sigma_w2: WEIGHTS_COLUMNS.sigma_w2.meta({
        description: 'weight variance: that of the weights times fan_in',
        ...OWN,
      }),
      sigma_b2: WEIGHTS_COLUMNS.sigma_b2.meta({ description: 'bias variance', ...OWN }),
      init: z.enum(INIT_NAMES).optional().meta({ description: 'initialiser (where the query gives it)' }),
      usage: z.string().nullable().meta({ description: 'how one writes it' }),
      gain: z.number().optional().meta({ description: 'gain (where the query gives it)' }),
      fan_in: z.number().meta({ description: 'inputs of a layer' }),
      fan_out: z.number().meta({ description: 'outputs of a layer' }),
      std: z
        .number()
        .meta({ description: 'standard deviation of the weights, √(sigma_w2 / fan_in)', ...OWN }),
      limit_low: quantity(
        'layers after which two inputs are no longer told apart (c_same − c_diff below e⁻⁶), or q has left float32; null: not within layers_searched, see reason',
        { unit: 'layers' },
      ),
      layers_searched: z.int().nullable().meta({
        unit: 'layers',
        description: 'so many layers were looked at at most; null where that takes too much work, see reason',
      }),
      limited_by: z.enum(['correlation', 'float_range']).nullable().meta({ description: 'which of the two' }),
      gradient_factor: quantity('what is left of the squared gradient after 10 layers, chi_1¹⁰'),
      critical_sigma_w2: quantity(
        'the weight variance at which chi_1 is 1, with this bias variance; null where there is none that q does not run away from',
      ),
      advice: z.string().meta({ description: 'what that means, in sentences' }),
      recommended_sigma_w2: quantity(
        'the weight variance to take instead, as /v1/critical marks it and /v1/advice gives it for this bias variance',
      ),
      recommended_sigma_b2: quantity(
        'the bias variance that goes with it: the given one, but where gradients keep their size at another only (the half-stable point of gelu, swish and their like)',
      ),
      ...INIT_PARAMETER_COLUMNS,
    })
    .meta({ id: 'DiagnoseRow' }),
  formats: ['json', 'csv', 'txt'],
  field: 'limit_low',
  notes: [
    'The answer is about a plain stack: fully connected layers one after the other, without normalisation and skip connections. Networks that have them, such as transformers with their standard deviation of 0.02, are other networks.',
    'The distribution of the weights does not matter to wide networks, only its variance does.',
  ],
  examples: [
    { activation: 'relu', init: 'torch_default', fan_in: '512', keep: '0.9' },
    { activation: 'tanh', init: 'xavier_uniform,kaiming_normal,orthogonal', fan_in: '300', fan_out: '100' },
    { activation: 'gelu', std: '0.02', fan_in: '768', drop: '0.1' },
    { activation: 'relu', init: 'truncated_normal', std: '0.1', fan_in: '784' },
    { activation: 'relu', init: 'xavier_normal', gain: 'relu,5/3,1' },
    {
      activation: 'relu',
      init: 'kaiming_normal',
      mode: 'fan_out',
      in_channels: '64',
      out_channels: '128',
      kernel_size: '3x3',
      groups: '4',
    },
  ],
} as const;
