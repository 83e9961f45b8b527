import type { MiddlewareHandler } from 'hono';
import { RATE_LIMIT } from '../schemas/service.ts';
import { CACHING } from './caching.ts';
import type { Environment } from './environment.ts';
import { type Part, watchParts } from './parts.ts';
import { HttpProblem } from './problem.ts';

/**
 * The policies of what a browser may open as a document, by media type. A page carries its own in its head, with the digests of its
 * style and program; who may frame it can only be said in a header. A picture needs its own style and nothing else: titles in it are
 * whatever a publisher wrote.
 */
const POLICIES: Readonly<Record<string, string>> = {
  'text/html': "frame-ancestors 'none'",
  'image/svg+xml': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
};

/**
 * Sets `X-Content-Type-Options` on every answer, and a content security policy on documents.
 *
 * @see W3C, "Content Security Policy Level 3"; WHATWG, "Fetch", X-Content-Type-Options
 * @example app.use(securityHeaders)
 */
export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  c.res.headers.set('x-content-type-options', 'nosniff');
  const type = c.res.headers.get('content-type')?.split(';')[0]?.toLowerCase() ?? '';
  const policy = POLICIES[type];
  if (policy) c.res.headers.set('content-security-policy', policy);
};

/**
 * The headers of a 304: those of the full answer but for what describes its body. Browsers check the headers of the 304 for CORS,
 * and caches take them over.
 *
 * @see RFC 9110, section 15.4.5
 */
export const HEADERS_OF_304 = [
  ...['access-control-allow-origin', 'access-control-expose-headers', 'cache-control', 'content-location'],
  ...['content-security-policy', 'date', 'degraded', 'etag', 'expires', 'link', 'ratelimit-policy'],
  ...['retry-after', 'vary', 'x-content-type-options'],
];

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

const POLICY = `"default";q=${RATE_LIMIT.limit};w=${RATE_LIMIT.period}`;

/**
 * Refuses an address that asks too often, and states the policy with every answer. The binding only says yes or no, so
 * that no remaining count is promised. Where it fails every request is let through, and no policy is stated, because none is
 * enforced; the header `Degraded` says so.
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
