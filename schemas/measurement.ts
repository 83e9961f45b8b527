import * as z from 'zod';
import { BACKEND_NAMES } from '../catalogue/training.ts';
import { AXES, gridId, planSchema } from './plan.ts';

const number = z.number().nullable();

/** The cell that a row belongs to. */
const { depth, sigma_w2, keep, sigma_b2, width } = AXES;
const place = { depth, sigma_w2, keep, sigma_b2, width };

/** What a measurement says of itself, whatever it is of. */
const origin = {
  plan: planSchema,
  software: z.record(z.string().max(64), z.string().max(64)),
  backend: z.enum(BACKEND_NAMES),
  notes: z.array(z.string()),
};

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
    ...place,
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
      ...origin,
    }),
    rows: z.array(measurementRow).min(1).max(200_000),
  })
  .meta({ id: 'Measurement' });

/** See {@link measurementSchema}. */
export type Measurement = z.infer<typeof measurementSchema>;

/** What `dropline measure --units` does with the networks of a plan: none of them is trained. */
export const unitOptions = z.strictObject({
  networks: z.int().min(2).max(10_000).default(20).describe('initialisations'),
  images: z
    .int()
    .min(1)
    .max(60_000)
    .default(10_000)
    .describe('training images that each network sees: the first ones, as many as fill batches'),
  pairs: z.int().min(1).max(500).default(100).describe('random pairs of units of each layer'),
});

/** See {@link unitOptions}. */
export type UnitOptions = z.infer<typeof unitOptions>;

/** Pairs of units before and after the noise of a layer, in the networks of a cell, untrained. */
export const unitRow = z
  .strictObject({
    ...place,
    layer: z
      .int()
      .min(1)
      .describe(
        'noise of the blocks, counted from 1: without ops that behind the hidden layer of this number',
      ),
    networks: z.int().min(2),
    images: z.int().min(1).describe('training images that each network has seen'),
    pairs: z.int().min(1).describe('pairs of units in each network'),
    correlation_before: number.describe('root mean square over the pairs, mean over the networks'),
    correlation_after: number.describe('the same after the noise'),
    correlation_ratio: number.describe(
      'Σ c_before c_after / Σ c_before² over the pairs (least squares through 0), mean over the networks',
    ),
    correlation_ratio_error: number.describe('standard error over the networks'),
    correlation_ratio_theory: number.describe(
      'the same with the c_after of Var after = s2 E x² − s1² (E x)² and Cov after = s1² Cov, from the moments measured before the noise: ' +
        'keep for dropout of units of mean 0; null where the noise is learned',
    ),
    information_before: number.describe(
      'mutual information of two units in nats, the bias found by shuffling taken off: mean over pairs and networks',
    ),
    information_after: number.describe('the same after the noise'),
    information_ratio: number.describe(
      'Σ information_after / Σ information_before over the pairs, mean over the networks',
    ),
    information_ratio_error: number.describe('standard error over the networks'),
    information_ratio_theory: number.describe(
      'keep² where the noise keeps units or sets them to 0 and no unit was 0 before it; null elsewhere',
    ),
  })
  .meta({ id: 'UnitRow' });

/** See {@link unitRow}. */
export type UnitRow = z.infer<typeof unitRow>;

/** Pairs of units before and after the noise, layer by layer. */
export const unitMeasurementSchema = z
  .strictObject({
    id: gridId,
    meta: z.strictObject({
      schema: z.literal('dropline-units/1'),
      units: unitOptions,
      ...origin,
    }),
    rows: z.array(unitRow).min(1).max(200_000),
  })
  .meta({ id: 'UnitMeasurement' });

/** See {@link unitMeasurementSchema}. */
export type UnitMeasurement = z.infer<typeof unitMeasurementSchema>;
