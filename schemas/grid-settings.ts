import * as z from 'zod';
import type { Plan } from './plan.ts';

/** Names and numbers by what they set; a list of numbers is an axis. */
export const settingsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.array(z.number())]));

/** See {@link settingsSchema}. */
export type Settings = z.infer<typeof settingsSchema>;

/**
 * What the networks of a plan were made and trained with, but for their depth: the names and numbers of its network,
 * training and axes, each under its one name.
 *
 * @param plan of a grid
 * @example settingsOf(plan).optimiser // 'sgd'
 */
export function settingsOf({ data, axes, network, training, evaluation }: Plan): Settings {
  const all: Record<string, unknown> = {
    ...training,
    ...network,
    ...network.residual,
    ...axes,
    data: data.name,
    rate_schedule: training.schedule?.name,
    trained_at: evaluation.trained_at ?? 0.5,
    depth: undefined,
  };
  return Object.fromEntries(
    Object.entries(all).filter(
      ([, value]) => typeof value === 'string' || typeof value === 'number' || Array.isArray(value),
    ),
  ) as Settings;
}
