import { HttpProblem } from './problem.ts';

/**
 * Lets a request write only with the right bearer token.
 *
 * @param header the Authorization header
 * @param secret the token to have; without one nothing can be written
 * @throws HttpProblem 401 for a missing or wrong token, 503 where the Worker has no token set
 */
export async function requireToken(header: string | undefined, secret: string | undefined): Promise<void> {
  if (!secret)
    throw new HttpProblem(
      503,
      'Publishing is off: set the secret with `npm run wrangler -- secret put DROPLINE_TOKEN`.',
    );
  const given = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
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
}

const digest = (text: string) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
