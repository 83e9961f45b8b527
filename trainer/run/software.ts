import type { Plan } from '../../schemas/plan.ts';
import { findBackend } from '../backends/index.ts';
import { droplineVersion, packageVersion } from '../package-version.ts';

/**
 * What computes a plan's numbers, by name, with versions: nothing that depends on the machine. A run is not continued
 * with other versions.
 *
 * @param plan the plan, for its back end
 * @example softwareOf(plan) // { dropline: '0.1.0', 'onnxruntime-web': '1.19.2', … }
 */
export function softwareOf(plan: Plan): Record<string, string> {
  return {
    dropline: droplineVersion(),
    ...findBackend(plan.backend).software(),
    'd3-random': packageVersion('d3-random'),
    'pure-rand': packageVersion('pure-rand'),
  };
}
