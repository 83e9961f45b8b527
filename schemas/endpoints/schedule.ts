import * as z from 'zod';
import { SCHEDULE_NAMES } from '../../catalogue/techniques.ts';
import { quantity } from '../endpoint.ts';
import {
  ACTIVATION_COLUMN,
  ACTIVATION_PARAMETER_COLUMNS,
  ACTIVATION_QUERY,
  NOISE_COLUMNS,
  NOISE_QUERY,
  RANGES,
  STACK_COLUMNS,
  WEIGHTS_COLUMNS,
  WEIGHTS_QUERY,
  withNoise,
} from '../network.ts';
import { choices, numbers } from '../parameters.ts';

const SARMIENTO = 'Fernandez Sarmiento 2026, "Universality in dropout", section 5';

/** `GET /v1/schedule`: named schedules of dropout under one budget. */
export const scheduleContract = {
  name: 'schedule',
  tag: 'theory',
  summary: 'Schedules of dropout that spend the same budget, compared',
  description:
    'A row for each schedule. drop (or keep) is the mean over the layers. A schedule that would have to drop a whole layer has a reason instead of numbers.',
  query: withNoise(
    z.strictObject({
      ...ACTIVATION_QUERY,
      ...WEIGHTS_QUERY,
      technique: NOISE_QUERY.technique,
      keep: NOISE_QUERY.keep,
      drop: NOISE_QUERY.drop,
      mask: NOISE_QUERY.mask,
      depth: numbers({ ...RANGES.depth, max: 1000 }, 'Number of layers.').default([20]),
      q0: numbers(RANGES.q0, 'Variance at layer 0.').default([1]),
      c0: numbers({ min: -1, max: 0.999999 }, 'Correlation of the two inputs at layer 0.').default([0.5]),
      schedule: choices(SCHEDULE_NAMES, 'Which schedules.').default(
        SCHEDULE_NAMES.filter((name) => name !== 'front_loaded'),
      ),
    }),
  ).superRefine(({ keep, drop }, context) => {
    if (!keep && !drop)
      context.addIssue({
        code: 'custom',
        path: ['drop'],
        message: 'Give the budget: drop (or keep), the mean over the layers.',
      });
  }),
  row: z
    .object({
      activation: ACTIVATION_COLUMN,
      ...NOISE_COLUMNS,
      ...WEIGHTS_COLUMNS,
      depth: z.int().meta({ unit: 'layers', description: 'number of layers' }),
      schedule: STACK_COLUMNS.schedule,
      drop: z.number().meta({ description: 'mean drop probability' }),
      largest_drop: quantity('largest drop probability of a layer'),
      depth_scale_surrogate: quantity(
        'effective depth scale, each layer taken to be at its own fixed point',
        { unit: 'layers', source: SARMIENTO },
      ),
      depth_scale_exact: quantity(
        'depth scale from the exact slopes along the trajectory; negative where two inputs move apart',
        { unit: 'layers', source: 'chain rule along the correlation map of Poole et al. 2016' },
      ),
      gain_surrogate: quantity('depth_scale_surrogate over that of the constant schedule', {
        source: SARMIENTO,
      }),
      gain_exact: quantity('depth_scale_exact over that of the constant schedule'),
      c_end: quantity('correlation of the two inputs after the last layer'),
      contrast: quantity(
        '1 − c of equal inputs less that of the two inputs, c_same − c_diff, after the last layer',
      ),
      reach: quantity('Σ drop · w, how many layers downstream feel the noise', { source: SARMIENTO }),
      keeps: z
        .array(z.number())
        .nullable()
        .meta({ description: 'keep probability of each layer (JSON only)' }),
      reason: z.string().nullable().meta({ description: 'why numbers are null' }),
      ...ACTIVATION_PARAMETER_COLUMNS,
    })
    .meta({ id: 'ScheduleRow' }),
  formats: ['json', 'csv', 'npy', 'txt'],
  field: 'depth_scale_exact',
  notes: [
    {
      text: 'depth_scale_surrogate and depth_scale_exact disagree: the surrogate does not know the order of the layers and takes each to be at the fixed point of its own noise. Take the exact one for numbers, the surrogate as a label.',
      columns: ['depth_scale_surrogate', 'depth_scale_exact', 'gain_surrogate', 'gain_exact'],
    },
  ],
  examples: [
    { activation: 'relu', sigma_w2: '1.98', sigma_b2: '0.02', drop: '0.1', depth: '6', c0: '0.9' },
    {
      activation: 'tanh',
      sigma_w2: '1.8',
      sigma_b2: '0.05',
      keep: '0.95',
      depth: '20,50',
      schedule: 'constant,front_loaded',
    },
  ],
} as const;
