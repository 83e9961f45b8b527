/** What caches may do with answers: how long each may stand in for asking again. */
export const CACHING = {
  /** A pure function of the address and of the software. */
  pure: 'public, max-age=3600, stale-while-revalidate=86400',
  /** Rests on the grids that are current now: a minute after a grid is published or withdrawn no cache answers as before. */
  current: 'public, max-age=60',
  /** A version of a grid. */
  immutable: 'public, max-age=31536000, immutable',
  /** Lacks what could not be read. */
  incomplete: 'no-store',
} as const;

/**
 * An answer with a strong ETag, the digest of its bytes. The middleware of hono would take it from a copy of the stream, which
 * costs more than most answers; it finds the header here, and answers 304 where the client has these bytes already.
 *
 * @param body of the answer
 * @param headers of the answer
 * @example (await tagged('1', { 'content-type': 'text/plain' })).headers.get('etag') // '"356a192b7913b04c54574d18c28d46e6395428ab"'
 */
export async function tagged(
  body: string | ArrayBuffer | Uint8Array,
  headers: Record<string, string>,
): Promise<Response> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const etag = hexOf(await crypto.subtle.digest('SHA-1', bytes as BufferSource));
  return new Response(bytes as BodyInit, { headers: { ...headers, etag: `"${etag}"` } });
}

/**
 * The SHA-256 of bytes, in hexadecimal: the name of a version of a grid.
 *
 * @param bytes of a grid
 * @example await sha256(new ArrayBuffer(0)) // 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
 */
export async function sha256(bytes: BufferSource): Promise<string> {
  return hexOf(await crypto.subtle.digest('SHA-256', bytes));
}

/**
 * Bytes in hexadecimal.
 *
 * @param bytes two digits each
 * @example hexOf(new Uint8Array([0, 255]).buffer) // '00ff'
 */
export function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
