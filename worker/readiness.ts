import type { Readiness } from '../schemas/service.ts';
import type { Bindings } from './environment.ts';
import { callWithin, PARTS, type Part } from './parts.ts';

/** How long a part may take to show that it is there, in milliseconds. */
const PATIENCE = 1000;

/** The least that shows that a part does what answers need of it. */
const CHECKS: Record<Part, (bindings: Bindings) => Promise<unknown>> = {
  database: ({ DB }) => DB.prepare('SELECT id FROM grids LIMIT 1').first(),
  objects: ({ GRIDS }) => GRIDS.head('readyz'),
  assets: async ({ ASSETS }) => {
    const { ok, status, body } = await ASSETS.fetch('https://assets.local/grids/index.json');
    await body?.cancel();
    if (!ok) throw new Error(`the list of shipped grids: ${status}`);
  },
  rate_limiter: async ({ RATE_LIMITER }) => RATE_LIMITER?.limit({ key: 'readyz' }),
};

/**
 * Which parts work, asked all at once. A part that is not bound (plain workerd has no rate limiter) is not listed.
 *
 * @param bindings of the Worker
 * @example const { status, parts } = await checkParts(env);
 */
export async function checkParts(bindings: Bindings): Promise<Readiness> {
  const names = (Object.keys(PARTS) as Part[]).filter((part) => bindings[PARTS[part].binding]);
  const states = await Promise.all(
    names.map(async (part) => {
      try {
        await callWithin(PATIENCE, () => CHECKS[part](bindings));
        return [part, 'up'] as const;
      } catch (error) {
        console.error(error);
        return [part, 'down'] as const;
      }
    }),
  );
  const status = states.every(([, state]) => state === 'up') ? 'ok' : 'degraded';
  return { status, parts: Object.fromEntries(states) };
}
