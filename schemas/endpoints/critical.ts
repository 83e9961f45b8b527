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
  WEIGHTS_COLUMNS,
  WEIGHTS_QUERY,
  withNoise,
} from '../network.ts';
import { choices, numbers } from '../parameters.ts';

const KINDS = ['chi_1', 'chi_aligned', 'variance'] as const;

/** `GET /v1/critical`: critical weight variances. */
export const criticalContract = {
  name: 'critical',
  tag: 'theory',
  summary: 'Critical weight variance: where gradients, correlations or the variance keep their size',
  description:
    'For each sigma_b2 and noise every sigma_w2 that meets the condition, by rising q; a range of sigma_b2 gives the whole line. A row with sigma_w2 null says why there is none. recommended marks the row to take.',
  query: withNoise(
    z.strictObject({
      ...ACTIVATION_QUERY,
      sigma_b2: WEIGHTS_QUERY.sigma_b2,
      ...NOISE_QUERY,
      kind: choices(
        KINDS,
        'Which condition (default chi_1). chi_1: the squared gradient of one input keeps its size. chi_aligned: the correlation map has slope 1 at c = 1. variance: q stays as it is.',
      ).default(['chi_1']),
      q: numbers({ min: 1e-12, max: 1e12 }, 'For kind=variance: the variance that is to stay.').default([1]),
    }),
  ),
  row: z
    .object({
      activation: ACTIVATION_COLUMN,
      ...NOISE_COLUMNS,
      kind: z.enum(KINDS).meta({ description: 'the condition' }),
      sigma_b2: WEIGHTS_COLUMNS.sigma_b2,
      keep: KEEP_COLUMN,
      sigma_w2: quantity('critical weight variance', {
        source: 'Poole et al. 2016; Schoenholz et al. 2017; with noise Pretorius et al. 2018',
      }),
      q_star: quantity(
        'variance at which the condition holds; null where every q will do, or none is finite',
      ),
      chi_q: quantity('slope of the variance map there'),
      stable: z.boolean().nullable().meta({ description: 'whether q is drawn to q_star' }),
      status: z
        .enum(['ok', 'neutral', 'collapses', 'diverges', 'none'])
        .meta({ description: 'what the variance does there; none: there is no such point' }),
      reason: z.string().nullable().meta({
        description: 'why there is none, or why no row of these is recommended, and what is instead',
      }),
      ...ACTIVATION_PARAMETER_COLUMNS,
      ...NOISE_PARAMETER_COLUMNS,
      recommended: z.boolean().meta({
        description:
          'whether this is the point that /v1/advice and /v1/diagnose recommend for such a bias variance; none is where q runs away from all of them',
      }),
    })
    .meta({ id: 'CriticalRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg'],
  field: 'sigma_w2',
  notes: [
    'With noise of their own no sharp transition is left: on this line single gradients keep their size, but correlations still converge within xi_2.',
  ],
  examples: [
    { activation: 'tanh', sigma_b2: '0.05' },
    { activation: 'tanh', sigma_b2: '0..0.5/11', keep: '0.9,1' },
    { activation: 'relu', keep: '0.9', kind: 'chi_1,chi_aligned,variance' },
  ],
} as const;
