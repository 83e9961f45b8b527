/** Milliseconds that a server may ask for at most; more is not waited for. */
const LONGEST = 60_000;

/**
 * How long to wait before the next try: as long as the server asks (RFC 9110, section 10.2.3: seconds or a date), at
 * most a minute; otherwise 1, 2, 4, … seconds.
 *
 * @param attempt tries made so far, from 1
 * @param retryAfter the header, or null
 * @param now the time, in milliseconds since 1970
 * @returns milliseconds
 * @example retryDelay(3, null, Date.now()) // 4000
 */
export function retryDelay(attempt: number, retryAfter: string | null, now: number): number {
  const asked = /^\d+$/.test(retryAfter ?? '')
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter ?? '') - now;
  const delay = Number.isNaN(asked) ? 1000 * 2 ** (attempt - 1) : asked;
  return Math.min(Math.max(delay, 0), LONGEST);
}
