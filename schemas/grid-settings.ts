import * as z from 'zod';
import type { Plan } from './plan.ts';

/** Names and numbers by what they set. */
export const settingsSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/** See {@link settingsSchema}. */
export type Settings = z.infer<typeof settingsSchema>;

/**
 * What all networks of a plan were made and trained with: the names and numbers of its network and training, each under its one
 * name.
 *
 * @param plan of a grid
 * @example settingsOf(plan).optimiser // 'sgd'
 */
export function settingsOf({ data, network, training, evaluation }: Plan): Settings {
  const all: Record<string, unknown> = {
    ...training,
    ...network,
    ...network.residual,
    data: data.name,
    rate_schedule: training.schedule?.name,
    trained_at: evaluation.trained_at ?? 0.5,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  ) as Settings;
}
