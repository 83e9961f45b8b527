import * as z from 'zod';
import { quantity } from '../endpoint.ts';
import {
  ACTIVATION_COLUMN,
  ACTIVATION_PARAMETER_COLUMNS,
  ACTIVATION_QUERY,
  KEEP_COLUMN,
  NOISE_COLUMNS,
  NOISE_PARAMETER_COLUMNS,
  NOISE_QUERY,
  Q0_QUERY,
  WEIGHTS_COLUMNS,
  WEIGHTS_QUERY,
  withNoise,
} from '../network.ts';

const SCHOENHOLZ = 'Schoenholz et al. 2017, "Deep information propagation"';
const NOISE = 'docs/theory.md, and the papers that /v1/techniques names';
const HUANG = 'Huang et al. 2019, "Mean field theory for deep dropout networks"';

/** One row of the answer of `GET /v1/depth-scales`; the columns of the CSV are these, in this order. */
export const depthScalesRow = z
  .object({
    activation: ACTIVATION_COLUMN,
    ...NOISE_COLUMNS,
    ...WEIGHTS_COLUMNS,
    keep: KEEP_COLUMN,
    s1: z.number().meta({ description: 'mean of the noise factor', source: NOISE }),
    s2: z.number().meta({ description: 'second moment of the noise factor', source: NOISE }),
    keep_effective: z.number().meta({ description: 's1² / s2', source: NOISE }),
    q_star: quantity('fixed point of the pre-activation variance that is reached from q0'),
    c_star: quantity('fixed point of the correlation of two inputs', { source: SCHOENHOLZ }),
    chi_q: quantity('slope of the variance map at q_star'),
    chi_1: quantity('per-layer factor of the squared gradient of one input: sigma_w2 s2 E[φ′²] at q_star', {
      source: HUANG,
    }),
    chi_aligned: quantity('slope of the correlation map at c = 1, taken at q_star', { source: SCHOENHOLZ }),
    chi_c: quantity('slope of the correlation map at c_star', { source: SCHOENHOLZ }),
    xi_q: quantity('depth scale of the variance, 1/|ln chi_q|', { unit: 'layers', source: SCHOENHOLZ }),
    xi_1: quantity('depth scale of the gradient of one input, 1/|ln chi_1|', {
      unit: 'layers',
      source: HUANG,
    }),
    xi_2: quantity('depth scale of the correlation and of the gradients of two inputs, 1/|ln chi_c|', {
      unit: 'layers',
      source: HUANG,
    }),
    gradient: z
      .enum(['vanishing', 'stable', 'exploding'])
      .nullable()
      .meta({ description: 'on which side of 1 chi_1 lies' }),
    phase: z.enum(['ordered', 'chaotic', 'critical', 'noisy']).nullable().meta({
      description: 'noisy where each input has noise of its own: then there is no sharp transition',
    }),
    status: z
      .enum(['ok', 'neutral', 'bistable', 'diverges', 'collapses', 'no_fixed_point'])
      .meta({ description: 'what the variance does: see docs/api.md' }),
    reason: z.enum(['unbounded', 'unknown']).nullable().meta({
      description:
        'why a quantity of this row is null: it is infinite (unbounded), or it could not be had (unknown)',
    }),
    max_depth_low: quantity(
      '6 xi_2, or the depth where q leaves the range of float32 if that is less: max_depth_limited_by says which',
      { unit: 'layers', source: SCHOENHOLZ },
    ),
    max_depth_high: quantity('12 xi_2, or that depth likewise', {
      unit: 'layers',
      source: `${HUANG}, public code`,
    }),
    q0: z.number().meta({ description: 'variance from which the layers start' }),
    ...ACTIVATION_PARAMETER_COLUMNS,
    ...NOISE_PARAMETER_COLUMNS,
    fixed_points: z
      .array(z.object({ q: z.number(), chi_q: z.number(), stable: z.boolean() }))
      .meta({ description: 'all fixed points of the variance map, in rising order (JSON only)' }),
    max_depth_limited_by: z.enum(['xi_2', 'float_range']).nullable().meta({
      description:
        'what max_depth_low is: 6 xi_2, or (float_range) no rule of xi_2 but the depth where q leaves float32; null where it is null',
    }),
  })
  .meta({ id: 'DepthScalesRow' });

/** See {@link depthScalesRow}. */
export type DepthScalesRow = z.infer<typeof depthScalesRow>;

/** `GET /v1/depth-scales`. */
export const depthScalesContract = {
  name: 'depth-scales',
  tag: 'theory',
  summary: 'Fixed points, slopes and depth scales of random dropout networks',
  description:
    'A row for each combination of the values given; the last parameter of the query varies fastest.',
  query: withNoise(z.strictObject({ ...ACTIVATION_QUERY, ...WEIGHTS_QUERY, ...NOISE_QUERY, ...Q0_QUERY })),
  row: depthScalesRow,
  formats: ['json', 'csv', 'npy', 'txt', 'svg'],
  field: 'xi_2',
  notes: [
    {
      text: 'max_depth_low and max_depth_high are 6 xi_2 and 12 xi_2 (but where q leaves float32 before), two rules that circulate for the trainable depth: an approximation, since the multiplier depends on optimiser, steps and width. Their attribution is that of quotations and public code, not verified in the text of the papers. /v1/trainable-depth has measurements beside them.',
      columns: ['max_depth_low', 'max_depth_high', 'max_depth_limited_by'],
    },
  ],
  examples: [
    { activation: 'tanh', sigma_w2: '1..4/31', sigma_b2: '0.05', keep: '0.98' },
    { activation: 'relu,gelu', sigma_w2: '2', technique: 'gaussian', noise_variance: '0.1' },
    { activation: 'leaky_relu', slope: '0.1,0.2', sigma_w2: '1.8', keep: '0.9', mask: 'shared' },
  ],
} as const;
