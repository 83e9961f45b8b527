import * as z from 'zod';
import { PLANE_MEASURES, type PlaneMeasure } from '../../catalogue/queries.ts';
import { quantity } from '../endpoint.ts';
import {
  ACTIVATION_QUERY,
  KEEP_COLUMN,
  NOISE_QUERY,
  Q0_QUERY,
  WEIGHTS_COLUMNS,
  WEIGHTS_QUERY,
  withNoise,
} from '../network.ts';
import { choice } from '../parameters.ts';

/** The parameters that can be an axis. */
export const PLANE_AXES = ['sigma_w2', 'sigma_b2', 'keep'] as const;

const measures = Object.fromEntries(
  PLANE_MEASURES.map((name) => [
    name,
    quantity(`${name}, as of /v1/depth-scales`, name.startsWith('xi') ? { unit: 'layers' } : {}).optional(),
  ]),
) as Record<PlaneMeasure, z.ZodOptional<ReturnType<typeof quantity>>>;

/** `GET /v1/phase-diagram`: one measure over a plane of two parameters. */
export const phaseDiagramContract = {
  name: 'phase-diagram',
  tag: 'theory',
  summary: 'One measure over a plane of two parameters',
  description:
    'Two of sigma_w2, sigma_b2 and keep have several values: the one that stands first in the query lies along x, the other along y. Rows run along x first; npy is the matrix [y, x].',
  query: withNoise(
    z.strictObject({
      ...ACTIVATION_QUERY,
      measure: choice(PLANE_MEASURES, 'What to show.').default('xi_2'),
      ...WEIGHTS_QUERY,
      ...NOISE_QUERY,
      ...Q0_QUERY,
    }),
  ).superRefine((query, context) => {
    const several = Object.entries(query).filter(([, value]) => Array.isArray(value) && value.length > 1);
    const fixed = several.find(([name]) => !(PLANE_AXES as readonly string[]).includes(name));
    if (fixed)
      context.addIssue({
        code: 'custom',
        path: [fixed[0]],
        message: `One value only: a phase diagram varies two of ${PLANE_AXES.join(', ')}.`,
      });
    else if (several.length !== 2)
      context.addIssue({
        code: 'custom',
        // (of three there is none that is wrong by itself)
        path: PLANE_AXES.filter((name) => !several.some(([other]) => other === name)).slice(0, 1),
        message: `A phase diagram needs several values of exactly two of ${PLANE_AXES.join(', ')}, for example sigma_w2=1..4/60&sigma_b2=0..0.5/60.`,
      });
  }),
  row: z.object({ ...WEIGHTS_COLUMNS, keep: KEEP_COLUMN, ...measures }).meta({ id: 'PhaseDiagramRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg', 'png'],
  field: 'xi_2',
  plane: true,
  notes: [
    'Smooth activations are read from tables that are made for the plane: relative error at most 1e-6 (of a depth scale: 1e-6 times its size). /v1/depth-scales answers single points exactly.',
  ],
  examples: [
    { activation: 'tanh', measure: 'xi_2', sigma_w2: '1..4/20', sigma_b2: '0.01..0.5/20', keep: '0.95' },
    { activation: 'relu', measure: 'xi_2', sigma_w2: '1..3/10', keep: '0.5..1/10' },
  ],
} as const;
