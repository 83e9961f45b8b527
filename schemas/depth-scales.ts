import * as z from 'zod';
import { choices } from './choices.ts';
import { ACTIVATIONS, MASKS, TECHNIQUES } from './names.ts';
import { numbers } from './numbers.ts';

/** Ranges of the parameters of a network, ends included. */
export const RANGES = {
  sigma_w2: { min: 0, max: 1000 },
  sigma_b2: { min: 0, max: 1000 },
  keep: { min: 0.001, max: 1 },
  drop: { min: 0, max: 0.999 },
  q0: { min: 1e-12, max: 1e12 },
} as const;

/** The query of `GET /v1/depth-scales`: every parameter is a string and parses to the list of values asked for. */
export const depthScalesQuery = z
  .strictObject({
    activation: choices(ACTIVATIONS, 'Activation φ.'),
    sigma_w2: numbers(RANGES.sigma_w2, 'Weight variance: weights are N(0, sigma_w2 / fan_in).'),
    sigma_b2: numbers(RANGES.sigma_b2, 'Bias variance: biases are N(0, sigma_b2).').default([0]),
    keep: numbers(RANGES.keep, 'Probability that a unit is kept (default 1).').optional(),
    drop: numbers(RANGES.drop, 'Probability that a unit is dropped, instead of keep.').optional(),
    technique: choices(TECHNIQUES, 'Which noise multiplies the activations.').default(['bernoulli']),
    mask: choices(MASKS, 'Whether two compared inputs see masks of their own or the same one.').default([
      'independent',
    ]),
    q0: numbers(RANGES.q0, 'Variance from which the layers start, to choose among fixed points.').default([
      1,
    ]),
  })
  .superRefine((query, context) => {
    if (query.keep && query.drop)
      context.addIssue({
        code: 'custom',
        path: ['drop'],
        message: 'Give keep or drop, not both: drop = 1 - keep.',
      });
    if (query.technique.includes('none') && (query.keep ?? query.drop))
      context.addIssue({
        code: 'custom',
        path: [query.keep ? 'keep' : 'drop'],
        message: 'technique=none has no noise: leave keep and drop out, or take technique=bernoulli.',
      });
  });

/** See {@link depthScalesQuery}. */
export type DepthScalesQuery = z.infer<typeof depthScalesQuery>;

/** The names that `GET /v1/depth-scales` accepts besides `format`. */
export const DEPTH_SCALES_PARAMETERS = [
  'activation',
  'sigma_w2',
  'sigma_b2',
  'keep',
  'drop',
  'technique',
  'mask',
  'q0',
] as const;

const quantity = (description: string) => z.number().nullable().describe(description);

/** One row of the answer of `GET /v1/depth-scales`; the columns of the CSV are these, in this order. */
export const depthScalesRow = z
  .object({
    activation: z.enum(ACTIVATIONS),
    technique: z.enum(TECHNIQUES),
    mask: z.enum(MASKS),
    sigma_w2: z.number(),
    sigma_b2: z.number(),
    keep: quantity('probability that a unit is kept; null for techniques without one'),
    s1: z.number().describe('mean of the noise factor'),
    s2: z.number().describe('second moment of the noise factor'),
    keep_effective: z.number().describe('s1² / s2'),
    q_star: quantity('fixed point of the pre-activation variance that is reached from q0'),
    c_star: quantity('fixed point of the correlation of two inputs'),
    chi_q: quantity('slope of the variance map at q_star'),
    chi_1: quantity('per-layer factor of the squared gradient of one input: sigma_w2 s2 E[φ′²] at q_star'),
    chi_aligned: quantity('slope of the correlation map at c = 1, taken at q_star'),
    chi_c: quantity('slope of the correlation map at c_star'),
    xi_q: quantity('depth scale of the variance, 1/|ln chi_q|, in layers'),
    xi_1: quantity('depth scale of the gradient of one input, 1/|ln chi_1|, in layers'),
    xi_2: quantity(
      'depth scale of the correlation and of the gradients of two inputs, 1/|ln chi_c|, in layers',
    ),
    gradient: z.enum(['vanishing', 'stable', 'exploding']).nullable(),
    phase: z.enum(['ordered', 'chaotic', 'critical', 'noisy']).nullable(),
    status: z.enum(['ok', 'neutral', 'bistable', 'diverges', 'collapses', 'no_fixed_point']),
    reason: z
      .enum(['unbounded', 'unknown'])
      .nullable()
      .describe(
        'why a quantity of this row is null: it is infinite (unbounded), or it could not be had (unknown)',
      ),
    max_depth_low: quantity('6 xi_2, capped by the depth where q leaves the range of float32, in layers'),
    max_depth_high: quantity('12 xi_2, capped likewise, in layers'),
  })
  .meta({ id: 'DepthScalesRow' });

/** See {@link depthScalesRow}. */
export type DepthScalesRow = z.infer<typeof depthScalesRow>;

/** The JSON answer of `GET /v1/depth-scales`. */
export const depthScalesAnswer = z
  .object({
    meta: z.object({
      query: z.string().describe('the query that this answers'),
      count: z.int().describe('the number of rows'),
      columns: z.record(z.string(), z.string()).describe('what each column holds'),
      notes: z.array(z.string()).describe('on what approximation or unverified attribution the answer rests'),
      version: z.string().describe('version of the software that answered'),
    }),
    rows: z.array(depthScalesRow),
  })
  .meta({ id: 'DepthScalesAnswer' });
