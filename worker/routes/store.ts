import { Hono } from 'hono';
import { type CheckAnswer, type CollectAnswer, checkQuery, collectQuery } from '../../schemas/store-check.ts';
import type { Environment } from '../environment.ts';
import { HttpProblem } from '../problem.ts';
import { parseQuery } from '../query.ts';
import { checkStore } from '../store/check.ts';
import { collect, findUnreferenced } from '../store/collect.ts';
import { requireToken } from '../token.ts';
import { nextPageLink } from './addresses.ts';

/** `GET /v1/store/check` and `POST /v1/store/collect`: whether the store is whole, and what uploads that failed left behind. */
export const storeRoute = new Hono<Environment>();

storeRoute.get('/store/check', requireToken, async (c) => {
  const url = new URL(c.req.url);
  const { after } = parseQuery(url.searchParams, checkQuery).query;
  const page = await checkStore(c.env, after, Date.now());
  if (!page) throw badCursor();
  const { part, checked, findings, next } = page;
  const body: CheckAnswer = { meta: { part, checked }, rows: [...findings] };
  return c.json(body, 200, pageHeaders(url, next));
});

storeRoute.post('/store/collect', requireToken, async (c) => {
  const url = new URL(c.req.url);
  const { after, delete: doIt } = parseQuery(url.searchParams, collectQuery).query;
  const page = await findUnreferenced(c.env, after, Date.now());
  const deleted = doIt ? await collect(c.env, page) : 0;
  const body: CollectAnswer = {
    meta: { checked: page.objects, deleted },
    rows: [...page.unreferenced],
  };
  return c.json(body, 200, pageHeaders(url, page.next));
});

const pageHeaders = (url: URL, next: string | undefined): Record<string, string> => ({
  'cache-control': 'no-store',
  ...(next !== undefined && { link: nextPageLink(url, next) }),
});

function badCursor(): HttpProblem {
  const detail = 'after is no place in the store. Take it from the header Link of the page before.';
  return new HttpProblem(400, detail, [{ pointer: '#/after', detail }]);
}
