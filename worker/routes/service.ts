import { Hono } from 'hono';
import { VERSIONS } from '../../schemas/service.ts';
import type { Environment } from '../environment.ts';
import { PartDown } from '../parts.ts';
import { checkParts } from '../readiness.ts';

const FRESH = { 'cache-control': 'public, max-age=300, stale-while-revalidate=86400' };
const NOT_STORED = { 'cache-control': 'no-store' };

/** What was made when the project was built (scripts/assets.ts): the asset and its media type, by address. */
const DOCUMENTS = {
  '/': ['explorer', 'text/html; charset=UTF-8'],
  '/docs': ['docs', 'text/html; charset=UTF-8'],
  '/openapi.json': ['openapi.json', 'application/json'],
  '/llms.txt': ['llms.txt', 'text/plain; charset=utf-8'],
  '/glossary.md': ['glossary.md', 'text/markdown; charset=utf-8'],
  '/robots.txt': ['robots.txt', 'text/plain; charset=utf-8'],
  '/dropline_check.py': ['dropline_check.py', 'text/x-python; charset=utf-8'],
} as const;

/** What stands at the root: what this is, its documents, its versions and its health. */
export const serviceRoute = new Hono<Environment>();

for (const [address, [asset, type]] of Object.entries(DOCUMENTS))
  serviceRoute.get(address, async (c) => {
    const response = await c.env.ASSETS.fetch(`https://assets.local/${asset}`);
    if (!response.ok) throw new PartDown('assets', `${asset}: ${response.status}`);
    const etag = response.headers.get('etag');
    return new Response(response.body, {
      headers: { ...FRESH, 'content-type': type, ...(etag && { etag }) },
    });
  });

serviceRoute.get('/versions', (c) => c.json(VERSIONS, 200, FRESH));

serviceRoute.get('/readyz', async (c) => {
  const readiness = await checkParts(c.env);
  return c.json(readiness, readiness.status === 'ok' ? 200 : 503, NOT_STORED);
});
