import { Hono } from 'hono';
import type { Format } from '../../schemas/endpoint.ts';
import { type GridVersion, versionRow, versionsQuery } from '../../schemas/grid-versions.ts';
import { gridId } from '../../schemas/plan.ts';
import { CACHING } from '../caching.ts';
import { encodeTable, type Shown } from '../encode.ts';
import type { Environment } from '../environment.ts';
import { chooseFormat } from '../format.ts';
import { HttpProblem } from '../problem.ts';
import { parseQuery } from '../query.ts';
import { GridStore } from '../store/store.ts';
import { metaOf, versionUrl } from './grids.ts';

const FORMATS = ['json', 'csv', 'txt'] as const satisfies readonly Format[];

/** What encodeTable has to know. */
const VERSIONS: Shown = {
  field: 'version',
  row: versionRow,
  query: versionsQuery,
  summary: 'The versions of a measured grid',
};

/** `GET /v1/grids/{id}/versions`: what happened to a grid. */
export const versionsRoute = new Hono<Environment>();

for (const extension of [undefined, ...FORMATS]) {
  const path = '/grids/:id/versions';
  versionsRoute.get(extension ? `${path}.${extension}` : path, async (c) => {
    const format = chooseFormat(c.req.raw, extension, FORMATS);
    const url = new URL(c.req.url);
    const { limit, after } = parseQuery(url.searchParams, versionsQuery, undefined, format === 'txt').query;
    const id = c.req.param('id');
    const known = gridId.safeParse(id).success;
    // one more than is asked for says whether there is another page
    const entries = known ? await new GridStore(c.env).versions(id, after, limit + 1) : [];
    if (entries.length === 0 && after === undefined)
      throw new HttpProblem(404, `There is no grid "${id.slice(0, 80)}". GET /v1/grids lists them.`);
    const rows: GridVersion[] = entries
      .slice(0, limit)
      .map((entry) => ({ ...entry, url: versionUrl(id, entry.version) }));
    const response = await encodeTable(
      { meta: metaOf(url, VERSIONS, rows.length), columns: Object.keys(versionRow.shape), rows },
      format,
      VERSIONS,
      url.searchParams,
    );
    response.headers.set('cache-control', CACHING.current);
    if (entries.length > rows.length) {
      url.searchParams.set('after', String(rows.at(-1)?.number));
      response.headers.set('link', `<${url.pathname}${url.search}>; rel="next"`);
    }
    return response;
  });
}
