import type { MiddlewareHandler } from 'hono';

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
