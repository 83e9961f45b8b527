import type { MiddlewareHandler } from 'hono';
import { RATE_LIMIT } from '../schemas/service.ts';
import type { Environment } from './environment.ts';
import { HttpProblem } from './problem.ts';

const POLICY = `"default";q=${RATE_LIMIT.limit};w=${RATE_LIMIT.period}`;

/**
 * Refuses an address that asks too often, and states the policy with every answer. The binding only says yes or no, so
 * that no remaining count is promised. Where it fails every request is let through, and no policy is stated, because none is
 * enforced; the header `Degraded` says so (degraded.ts).
 *
 * @throws HttpProblem 429 with Retry-After
 * @example app.use(rateLimit)
 */
export const rateLimit: MiddlewareHandler<Environment> = async (c, next) => {
  const headers = { 'ratelimit-policy': POLICY };
  const key = c.req.header('cf-connecting-ip') ?? 'local';
  const outcome = await isWithinLimit(c.env.RATE_LIMITER, key);
  if (outcome === false)
    throw new HttpProblem(
      429,
      `More than ${RATE_LIMIT.limit} requests in ${RATE_LIMIT.period} seconds. Go on after ${RATE_LIMIT.period} seconds, or ask for more in one call: lists, ranges, POST /v1/batch.`,
      [],
      { headers: { ...headers, 'retry-after': String(RATE_LIMIT.period) } },
    );
  await next();
  if (outcome !== 'unknown') c.res.headers.set('ratelimit-policy', POLICY);
};

/** Whether an address may ask once more. */
async function isWithinLimit(limiter: RateLimit | undefined, key: string): Promise<boolean | 'unknown'> {
  try {
    return (await limiter?.limit({ key }))?.success ?? true;
  } catch {
    return 'unknown'; // logged in parts.ts
  }
}
