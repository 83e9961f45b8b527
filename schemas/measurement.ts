import * as z from 'zod';
import { BACKEND_NAMES } from '../catalogue/training.ts';
import { AXES, gridId, planSchema } from './plan.ts';

const number = z.number().nullable();

/** A metric's columns: its mean, that mean's standard error, the variance, and the theory's value. */
const metric = (about: string) => ({
  mean: number.describe(about),
  error: number.describe('standard error of the mean'),
  variance: number.describe('over networks, and over the inputs or pairs of each'),
  theory: number.describe('mean-field prediction; null where there is none'),
});

/** What is measured of a layer, with what it is. */
export const MEASURED = {
  q: metric('mean square of the pre-activations of one input'),
  c: metric('correlation of the pre-activations of two inputs'),
  gradient_1: metric('mean over units of δ² of one input, δ = dE/dz'),
  gradient_2: metric('mean over units of δ_a δ_b of two inputs'),
  weight_1: metric("mean over the layer's weights of (dE_a/dW)²"),
  weight_2: metric('mean over them of (dE_a/dW)(dE_b/dW)'),
  weight_abs: metric('mean over them of |(dE_a/dW)(dE_b/dW)|'),
} as const;

/** The name of a metric. */
export type MeasuredName = keyof typeof MEASURED;

/** The columns of a metric: `q`, `q_error`, `q_variance`, `q_theory`. */
const columns = Object.fromEntries(
  Object.entries(MEASURED).flatMap(([name, { mean, error, variance, theory }]) => [
    [name, mean],
    [`${name}_error`, error],
    [`${name}_variance`, variance],
    [`${name}_theory`, theory],
  ]),
) as Record<MeasuredName | `${MeasuredName}_${'error' | 'variance' | 'theory'}`, typeof number>;

/** A hidden layer of the networks of a cell, untrained, noise on. */
export const measurementRow = z
  .strictObject({
    depth: AXES.depth,
    sigma_w2: AXES.sigma_w2,
    keep: AXES.keep,
    sigma_b2: AXES.sigma_b2,
    width: AXES.width,
    layer: z.int().min(1).describe('hidden layer, counted from 1'),
    ...columns,
  })
  .meta({ id: 'MeasurementRow' });

/** See {@link measurementRow}. */
export type MeasurementRow = z.infer<typeof measurementRow>;

/** Signals and gradients of untrained networks, layer by layer: like a grid, with layers in place of seeds. */
export const measurementSchema = z
  .strictObject({
    id: gridId,
    meta: z.strictObject({
      schema: z.literal('dropline-measurement/1'),
      plan: planSchema,
      software: z.record(z.string().max(64), z.string().max(64)),
      backend: z.enum(BACKEND_NAMES),
      notes: z.array(z.string()),
    }),
    rows: z.array(measurementRow).min(1).max(200_000),
  })
  .meta({ id: 'Measurement' });

/** See {@link measurementSchema}. */
export type Measurement = z.infer<typeof measurementSchema>;
