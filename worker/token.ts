import { HttpProblem } from './problem.ts';
import { hexOf } from './sha256.ts';

/**
 * SHA-256 of the development token, which .dev.vars sets and everybody knows. Where it is in use, a page of another origin that a
 * developer has open must not write with it.
 */
const DEVELOPMENT_TOKEN = '1f5de7fdf45ad5e469b8ae3ed19bb7b394c8b16c8c7827995fe78600dd7bc934';

/**
 * Refuses a request to write without the right bearer token, and with the development token from anywhere but this machine.
 *
 * @param request for its Authorization header, and where it comes from
 * @param secret the token to have; without one nothing can be written
 * @throws HttpProblem 401 for a missing or wrong token, 403 for the development token from elsewhere, 503 where the Worker
 *   has no token set
 * @example await requireToken(c.req.raw, c.env.DROPLINE_TOKEN);
 */
export async function requireToken(request: Request, secret: string | undefined): Promise<void> {
  if (!secret)
    throw new HttpProblem(
      503,
      'Publishing is off: set the secret with `npm run wrangler -- secret put DROPLINE_TOKEN`.',
    );
  const given = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  // Digests have one length, and comparing them takes the same time wherever they differ.
  const [a, b] = await Promise.all([digest(given ?? ''), digest(secret)]);
  if (given === undefined || !crypto.subtle.timingSafeEqual(a, b))
    throw new HttpProblem(
      401,
      given === undefined
        ? 'Writing needs a token: send the header "Authorization: Bearer <token>".'
        : 'The token is wrong. Locally it is the one in .dev.vars; deployed, the secret DROPLINE_TOKEN.',
      [],
      { headers: { 'www-authenticate': 'Bearer realm="dropline"' } },
    );
  if (hexOf(b) === DEVELOPMENT_TOKEN && !isLocal(request))
    throw new HttpProblem(
      403,
      'The development token works on this machine only: at a localhost address, and from no page of another origin. To publish from elsewhere set a DROPLINE_TOKEN of your own in .dev.vars.',
    );
}

/**
 * Whether a request comes from this machine, and from no page of another origin. The name of the host is looked at as well: a
 * page whose name was made to point here (DNS rebinding) is of the same origin.
 *
 * @see W3C, "Fetch Metadata Request Headers"
 */
function isLocal({ url, headers }: Request): boolean {
  const origin = headers.get('origin');
  const site = headers.get('sec-fetch-site');
  return (
    isLoopback(url) && (origin === null ? site !== 'cross-site' && site !== 'same-site' : isLoopback(origin))
  );
}

const isLoopback = (url: string) =>
  URL.canParse(url) && /^(([^.]+\.)*localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

const digest = (text: string) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
