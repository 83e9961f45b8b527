import type { BackendName } from '../../catalogue/training.ts';
import type { Plan } from '../../schemas/plan.ts';
import { Failure } from '../errors.ts';
import type { Backend } from './backend.ts';
import { ortNode } from './ort-node.ts';
import { ortWebTraining } from './ort-web-training.ts';

/** Each back end, by the name that plans use, the fastest first. */
export const backends: Readonly<Record<BackendName, Backend>> = {
  'ort-node': ortNode,
  'ort-web-training': ortWebTraining,
};

/**
 * The back ends that this machine has, the fastest first.
 * @example listAvailableBackends().map(({ name }) => name)
 */
export function listAvailableBackends(): Backend[] {
  return Object.values(backends).filter((backend) => backend.unavailable() === undefined);
}

/**
 * The back end of a plan: the one that it names, or for `auto` the fastest that this machine has.
 * @example findBackend('auto').name
 */
export function findBackend(name: Plan['backend']): Backend {
  if (name === 'auto') {
    const [found] = listAvailableBackends();
    if (found) return found;
    throw new Failure('No back end can be used on this machine.');
  }
  const why = backends[name].unavailable();
  if (why === undefined) return backends[name];
  throw new Failure(
    `The back end ${name} cannot be used: ${why}. Choose another one with --backend, or "auto".`,
  );
}

/** Says which back end trains, and why where a faster one cannot. */
export function describeChoice(name: Plan['backend']): string {
  const chosen = findBackend(name);
  const software = Object.entries(chosen.software()).map((entry) => entry.join(' '));
  const faster = name === 'auto' ? Object.values(backends).filter((one) => one.unavailable()) : [];
  const missing = faster.map((one) => ` ${one.name} would be faster, but ${one.unavailable()}.`);
  return `Back end: ${chosen.name} (${software.join(', ')}).${missing.join('')}`;
}
