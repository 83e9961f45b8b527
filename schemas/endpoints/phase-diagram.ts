import * as z from 'zod';
import {
  FITTED_MEASURES,
  type FittedMeasure,
  PLANE_MEASURES,
  type PlaneMeasure,
} from '../../catalogue/queries.ts';
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
import { TRAINING_NAMES, TRAINING_QUERY, WIDTH_QUERY } from '../training-query.ts';

/** The parameters that can be an axis. */
export const PLANE_AXES = ['sigma_w2', 'sigma_b2', 'keep'] as const;

const measures = Object.fromEntries(
  PLANE_MEASURES.map((name) => [
    name,
    quantity(`${name}, as of /v1/depth-scales`, name.startsWith('xi') ? { unit: 'layers' } : {}).optional(),
  ]),
) as Record<PlaneMeasure, z.ZodOptional<ReturnType<typeof quantity>>>;

const fitted = Object.fromEntries(
  FITTED_MEASURES.map((name) => [
    name,
    quantity(`${name}, as of /v1/trainable-depth`, { unit: 'layers' }).optional(),
  ]),
) as Record<FittedMeasure, z.ZodOptional<ReturnType<typeof quantity>>>;

/** What the fitted measures alone depend on. */
const OF_FITTED = ['width', ...TRAINING_NAMES] as const;

const isFitted = (measure: string) => (FITTED_MEASURES as readonly string[]).includes(measure);

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
      measure: choice(
        [...PLANE_MEASURES, ...FITTED_MEASURES],
        'What to show: a number of the theory, or the trainable depth by the rule that was fitted to measured networks (fitted_depth), and the ends of its interval. width, data, steps, batch, learning_rate and optimiser are for those.',
      ).default('xi_2'),
      ...WEIGHTS_QUERY,
      ...NOISE_QUERY,
      ...Q0_QUERY,
      width: WIDTH_QUERY.optional(),
      ...TRAINING_QUERY,
    }),
  ).superRefine((query, context) => {
    for (const name of OF_FITTED)
      if (query[name] !== undefined && !isFitted(query.measure))
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `${name} is for the fitted measures (${FITTED_MEASURES.join(', ')}): ${query.measure} does not depend on it.`,
        });
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
  row: z
    .object({ ...WEIGHTS_COLUMNS, keep: KEEP_COLUMN, ...measures, ...fitted })
    .meta({ id: 'PhaseDiagramRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg', 'png'],
  field: 'xi_2',
  plane: true,
  notes: [
    'Smooth activations are read from tables that are made for the plane: relative error at most 1e-6 (of a depth scale: 1e-6 times its size). /v1/depth-scales answers single points exactly.',
  ],
  examples: [
    { activation: 'tanh', measure: 'xi_2', sigma_w2: '1..4/20', sigma_b2: '0.01..0.5/20', keep: '0.95' },
    { activation: 'relu', measure: 'xi_2', sigma_w2: '1..3/10', keep: '0.5..1/10' },
    {
      ...{ activation: 'relu', measure: 'fitted_depth', sigma_w2: '1..3/12', sigma_b2: '0..0.2/12' },
      ...{ keep: '0.9', width: '256', optimiser: 'adam' },
    },
  ],
} as const;
