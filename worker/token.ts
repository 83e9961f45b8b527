import type { MiddlewareHandler } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { sha256 } from './caching.ts';
import type { Environment } from './environment.ts';
import { HttpProblem } from './problem.ts';

/**
 * SHA-256 of the development token, which .dev.vars sets and everybody knows. Where it is in use, a page of another origin that a
 * developer has open must not write with it.
 */
const DEVELOPMENT_TOKEN = '1f5de7fdf45ad5e469b8ae3ed19bb7b394c8b16c8c7827995fe78600dd7bc934';

/**
 * Lets a request write only with the bearer token that is the secret DROPLINE_TOKEN, and with the development token only from
 * this machine: 401 for a missing or wrong token, 403 for the development token from elsewhere, 503 where no secret is set.
 */
export const requireToken: MiddlewareHandler<Environment> = async (c, next) => {
  const token = c.env.DROPLINE_TOKEN;
  if (!token)
    throw new HttpProblem(
      503,
      'Publishing is off: set the secret with `npm run wrangler -- secret put DROPLINE_TOKEN`.',
    );
  await bearerAuth<Environment>({
    token,
    noAuthenticationHeader: { message: missingToken },
    invalidAuthenticationHeader: { message: missingToken },
    invalidToken: { message: wrongToken },
  })(c, async () => {
    if ((await sha256(new TextEncoder().encode(token))) === DEVELOPMENT_TOKEN && !isLocal(c.req.raw))
      throw new HttpProblem(
        403,
        'The development token works on this machine only: at a localhost address, and from no page of another origin. To publish from elsewhere set a DROPLINE_TOKEN of your own in .dev.vars.',
      );
    await next();
  });
};

const unauthorised = (detail: string) => () =>
  new HttpProblem(401, detail, [], { headers: { 'www-authenticate': 'Bearer realm="dropline"' } }).response();

const missingToken = unauthorised('Writing needs a token: send the header "Authorization: Bearer <token>".');

const wrongToken = unauthorised(
  'The token is wrong. Locally it is the one in .dev.vars; deployed, the secret DROPLINE_TOKEN.',
);

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
