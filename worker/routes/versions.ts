import { Hono } from 'hono';
import { LIST_FORMATS } from '../../schemas/endpoint.ts';
import { type GridVersion, versionRow, versionsQuery } from '../../schemas/grid.ts';
import { CACHING } from '../caching.ts';
import { chooseFormat, encodeTable, type Shown } from '../encode.ts';
import { metaFor } from '../endpoints/endpoint.ts';
import type { Environment } from '../environment.ts';
import { HttpProblem } from '../problem.ts';
import { parseQuery } from '../query.ts';
import { GridStore } from '../store/store.ts';
import { isGridId, nextPageLink, versionUrl } from './addresses.ts';

/** The history, as `encodeTable` sees it. */
const VERSIONS: Shown = {
  name: 'versions',
  field: 'version',
  row: versionRow,
  query: versionsQuery,
  summary: 'The versions of a measured grid',
  notes: [],
};

/** `GET /v1/grids/{id}/versions`: what happened to a grid. */
export const versionsRoute = new Hono<Environment>();

for (const extension of [undefined, ...LIST_FORMATS]) {
  const path = '/grids/:id/versions';
  versionsRoute.get(extension ? `${path}.${extension}` : path, async (c) => {
    const format = chooseFormat(c.req.raw, extension, LIST_FORMATS);
    const url = new URL(c.req.url);
    const { limit, after } = parseQuery(url.searchParams, versionsQuery, undefined, format === 'txt').query;
    const id = c.req.param('id');
    // one more than is asked for says whether there is another page
    const entries = isGridId(id) ? await new GridStore(c.env).versions(id, after, limit + 1) : [];
    if (entries.length === 0 && after === undefined)
      throw new HttpProblem(404, `There is no grid "${id.slice(0, 80)}". GET /v1/grids lists them.`);
    const rows: GridVersion[] = entries
      .slice(0, limit)
      .map((entry) => ({ ...entry, url: versionUrl(id, entry.version) }));
    const columns = Object.keys(versionRow.shape);
    const response = await encodeTable(
      { meta: metaFor(VERSIONS, columns, rows.length, url.search), columns, rows },
      format,
      VERSIONS,
      url.searchParams,
    );
    response.headers.set('cache-control', CACHING.current);
    const last = rows.at(-1);
    if (last && entries.length > rows.length)
      response.headers.set('link', nextPageLink(url, String(last.number)));
    return response;
  });
}
