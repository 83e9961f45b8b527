import type { MiddlewareHandler } from 'hono';
import { CACHING } from './caching.ts';
import type { Environment } from './environment.ts';
import { type Part, watchParts } from './parts.ts';

/** Parts that answers are made from: what was made without one of them must not stay in a cache. */
const CONTENT: readonly Part[] = ['database', 'objects', 'assets'];

/**
 * Watches the bindings, and says in the header `Degraded` (a list of tokens, RFC 9651) which parts failed while the answer was
 * made. Caches do not keep an answer that was made without one of {@link CONTENT}.
 *
 * @example app.use(watchBindings)
 */
export const watchBindings: MiddlewareHandler<Environment> = async (c, next) => {
  const failed = new Set<Part>();
  c.env = watchParts(c.env, (part) => failed.add(part));
  await next();
  if (failed.size === 0) return;
  c.res.headers.set('degraded', [...failed].sort().join(', '));
  if (CONTENT.some((part) => failed.has(part))) c.res.headers.set('cache-control', CACHING.incomplete);
};
