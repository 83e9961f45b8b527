import { Hono } from 'hono';
import { openApi } from '../../schemas/openapi.ts';
import { VERSIONS } from '../../schemas/versions.ts';
import type { Environment } from '../environment.ts';
import { docsPage, homePage } from '../pages.ts';

const FRESH = { 'cache-control': 'public, max-age=300, stale-while-revalidate=86400' };

/** What stands at the root: what this is, its documents, its versions and its health. */
export const serviceRoute = new Hono<Environment>();

serviceRoute.get('/', async (c) => c.html(await homePage(c.env.ASSETS), 200, FRESH));
serviceRoute.get('/docs', (c) => c.html(docsPage(new URL(c.req.url).origin), 200, FRESH));
serviceRoute.get('/openapi.json', (c) => c.json(openApi(), 200, FRESH));
serviceRoute.get('/versions', (c) => c.json(VERSIONS, 200, FRESH));
