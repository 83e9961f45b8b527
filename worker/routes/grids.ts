import { type Context, Hono } from 'hono';
import { FITTING } from '../../answers/rule.ts';
import { trainedBy } from '../../figures/measured/columns.ts';
import { gridOverlays, gridPlane, type Measure } from '../../figures/measured/picture.ts';
import type { Overlay } from '../../figures/svg/overlays.ts';
import { FORMATS, type Format, LIST_FORMATS } from '../../schemas/endpoint.ts';
import { gridQuery } from '../../schemas/endpoints/frontier.ts';
import {
  type Grid,
  type GridSummary,
  gridColumns,
  gridRow,
  gridSummary,
  gridsQuery,
} from '../../schemas/grid.ts';
import { didYouMean } from '../../schemas/problem.ts';
import { Budget } from '../budget.ts';
import { CACHING } from '../caching.ts';
import { chooseFormat, encodeTable, formatHeaders, type Shown, splitExtension } from '../encode.ts';
import { type AnswerTable, metaFor } from '../endpoints/endpoint.ts';
import type { Bindings, Environment } from '../environment.ts';
import { frontierOf } from '../measured/frontier.ts';
import { HttpProblem } from '../problem.ts';
import { parseQuery } from '../query.ts';
import { GridReads } from '../store/reads.ts';
import type { StoredGrid } from '../store/store.ts';
import { isGridId, nextPageLink, versionUrl } from './addresses.ts';

/** The list and a grid, as `encodeTable` sees them. */
const LIST: Shown = {
  name: 'grids',
  field: 'id',
  row: gridSummary,
  query: gridsQuery,
  summary: 'Measured grids',
  notes: [],
};
const GRID: Shown = {
  name: 'grid',
  field: 'train_accuracy',
  row: gridRow,
  query: gridQuery,
  summary: 'A measured grid',
  notes: [],
};

/** To draw a cell of a plane takes as long as so many evaluations. A search trains few of the cells that its plan has. */
const CELL = 5;

/** `GET /v1/grids…`: the measured grids and their versions. */
export const gridsRoute = new Hono<Environment>();

for (const extension of [undefined, ...LIST_FORMATS]) {
  gridsRoute.get(extension ? `/grids.${extension}` : '/grids', async (c) => {
    const format = chooseFormat(c.req.raw, extension, LIST_FORMATS);
    const url = new URL(c.req.url);
    const { limit, after, ...wanted } = parseQuery(
      url.searchParams,
      gridsQuery,
      undefined,
      format === 'txt',
    ).query;
    const all = await new GridReads(c.env).list();
    const rest = all.filter((entry) => (after === undefined || entry.id > after) && hasNames(entry, wanted));
    const rows = rest.slice(0, limit);
    const columns = Object.keys(gridSummary.shape);
    const response = await encodeTable(
      { meta: metaFor(LIST, columns, rows.length, url.search), columns, rows },
      format,
      LIST,
      url.searchParams,
    );
    response.headers.set('cache-control', CACHING.current);
    const last = rows.at(-1);
    if (last && rest.length > rows.length) response.headers.set('link', nextPageLink(url, last.id));
    return response;
  });
}

gridsRoute.get('/grids/:name', async (c) => {
  const { stem: id, extension } = splitExtension(c.req.param('name'));
  const grid = await readCurrent(c, id);
  return gridResponse(c, { id, ...grid }, extension, (format) => ({
    'cache-control': CACHING.current,
    'content-location': versionUrl(id, grid.version, format),
  }));
});

gridsRoute.get('/grids/:id/versions/:name', async (c) => {
  const id = c.req.param('id');
  const { stem: version, extension } = splitExtension(c.req.param('name'));
  const wellFormed = isGridId(id) && /^[0-9a-f]{64}$/.test(version);
  const bytes = wellFormed ? await new GridReads(c.env).version(id, version) : undefined;
  if (!bytes)
    throw new HttpProblem(
      404,
      `There is no such version. GET /v1/grids/${isGridId(id) ? id : '{id}'} names the current one.`,
    );
  return gridResponse(c, { id, version, bytes }, extension, () => ({ 'cache-control': CACHING.immutable }));
});

/** Whether a grid has one of the names asked for, of each kind. */
function hasNames(
  entry: GridSummary,
  wanted: Readonly<Record<string, readonly string[] | undefined>>,
): boolean {
  const own: Readonly<Record<string, unknown>> = { ...entry.settings, ...entry };
  return Object.entries(wanted).every(([name, names]) => !names || names.includes(String(own[name])));
}

/** The current version of a grid, or an HttpProblem: 404 where there is none, 500 where its bytes are missing or damaged. */
export async function readCurrent(c: Context<Environment>, id: string): Promise<StoredGrid> {
  const store = new GridReads(c.env);
  const grid = isGridId(id) ? await store.current(id) : undefined;
  if (grid) return grid;
  const known = (await store.list()).map((entry) => entry.id);
  throw new HttpProblem(
    404,
    `There is no grid "${id.slice(0, 80)}".${didYouMean(id, known)} GET /v1/grids lists them.`,
  );
}

/** A grid as it was uploaded, byte for byte; or as a table of its networks, a matrix or a picture. */
async function gridResponse(
  c: Context<Environment>,
  { id, version, bytes }: StoredGrid & { readonly id: string },
  extension: Format | undefined,
  headers: (format: Format) => Record<string, string>,
): Promise<Response> {
  const format = chooseFormat(c.req.raw, extension, FORMATS);
  const url = new URL(c.req.url);
  const { measure } = parseQuery(url.searchParams, gridQuery).query;
  refuseIdle(url.searchParams, format);
  if (format === 'json') {
    // the name of a version is a digest of its bytes
    const etag = `"${version}"`;
    return new Response(bytes, { headers: { ...formatHeaders(format), ...headers(format), etag } });
  }
  const grid = decodeGrid(bytes);
  const plane = gridPlane(grid, measure);
  const budget = new Budget();
  budget.take(CELL * plane.values.length);
  const overlays = () => makeOverlays(c.env, { id, version, bytes }, grid, measure, budget);
  const columns = gridColumns(grid.rows);
  const table: AnswerTable = {
    meta: metaFor(GRID, columns, grid.rows.length, url.search),
    columns,
    rows: grid.rows,
    plane,
    ...(format === 'svg' && { overlays: await overlays() }),
  };
  const response = await encodeTable(table, format, GRID, url.searchParams);
  for (const [name, value] of Object.entries(headers(format))) response.headers.set(name, value);
  return response;
}

/** What is drawn over a grid; curves and frontiers that take too much work are left out. */
async function makeOverlays(
  env: Bindings,
  stored: StoredGrid & { readonly id: string },
  grid: Grid,
  measure: Measure,
  budget: Budget,
): Promise<Overlay[]> {
  const criterion = { ...trainedBy(grid.meta.plan), measure };
  const { columns, theory, curve } = await frontierOf(env, stored, grid, criterion, budget);
  return gridOverlays(grid, measure, FITTING, { columns, theory: { columns: theory(), curve: curve() } });
}

/** Refuses parameters that would change nothing of a grid in a format; what encodeTable knows it refuses itself. */
function refuseIdle(search: URLSearchParams, format: Format): void {
  const refuse = (name: string, why: string) => {
    if (search.has(name))
      throw new HttpProblem(400, `${name}: ${why}`, [{ pointer: `#/${name}`, detail: why }]);
  };
  if (format === 'json')
    for (const name of ['field', 'layout', 'measure', 'meta', 'digits'])
      refuse(name, 'A grid in JSON is the published file as it is. Ask for csv, txt, npy, svg or png.');
  if (format === 'csv' && search.get('layout') !== 'wide')
    refuse(
      'measure',
      'CSV has all measures, unless layout=wide makes a matrix of one. Columns are chosen by field.',
    );
  if (format === 'txt' && search.has('field')) refuse('measure', 'field says already which column.');
}

/** A grid from its bytes, which were checked when it was published. */
export const decodeGrid = (bytes: ArrayBuffer): Grid => JSON.parse(new TextDecoder().decode(bytes));
