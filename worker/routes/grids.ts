import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Format } from '../../schemas/endpoint.ts';
import {
  GRID_COLUMNS,
  type Grid,
  gridSchema,
  gridSummary,
  type Published,
  summarise,
} from '../../schemas/grid.ts';
import { gridId } from '../../schemas/plan.ts';
import { problemEntries } from '../../schemas/problem.ts';
import type { Environment } from '../environment.ts';
import { chooseFormat, formatHeaders, splitExtension } from '../format.ts';
import { encodeCsv } from '../formats/csv.ts';
import { HttpProblem } from '../problem.ts';
import { parseNoQuery } from '../query.ts';
import { GridStore, type StoredGrid } from '../store/store.ts';
import { requireToken } from '../token.ts';

/** The largest grid that can be published, in bytes. */
const MAX_BODY = 4 * 1024 * 1024;

/** The formats of a grid. */
const GRID_FORMATS = ['json', 'csv'] as const satisfies readonly Format[];

const LATEST = 'public, max-age=60, stale-while-revalidate=86400';
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** `/v1/grids`: the measured grids, their versions, and publishing. */
export const gridsRoute = new Hono<Environment>();

for (const extension of [undefined, ...GRID_FORMATS]) {
  gridsRoute.get(extension ? `/grids.${extension}` : '/grids', async (c) => {
    const format = chooseFormat(c.req.raw, extension, GRID_FORMATS);
    parseNoQuery(new URL(c.req.url));
    const rows = await new GridStore(c.env).list();
    const columns = Object.keys(gridSummary.shape);
    const body =
      format === 'csv'
        ? encodeCsv(columns, rows)
        : `${JSON.stringify({ meta: { count: rows.length }, rows })}\n`;
    return c.body(body, 200, { ...formatHeaders(format), 'cache-control': LATEST });
  });
}

gridsRoute.get('/grids/:name', async (c) => {
  const { stem: id, format } = resource(c, c.req.param('name'));
  const grid = isId(id) ? await new GridStore(c.env).current(id) : undefined;
  if (!grid) throw noGrid(id);
  return gridResponse(grid, format, {
    'cache-control': LATEST,
    'content-location': versionUrl(id, grid.version, format),
  });
});

gridsRoute.get('/grids/:id/versions/:name', async (c) => {
  const id = c.req.param('id');
  const { stem: version, format } = resource(c, c.req.param('name'));
  const wellFormed = isId(id) && /^[0-9a-f]{64}$/.test(version);
  const bytes = wellFormed ? await new GridStore(c.env).version(id, version) : undefined;
  if (!bytes)
    throw new HttpProblem(
      404,
      `There is no such version. GET /v1/grids/${isId(id) ? id : '{id}'} names the current one.`,
    );
  return gridResponse({ version, bytes }, format, { 'cache-control': IMMUTABLE });
});

gridsRoute.put(
  '/grids/:id',
  async (c, next) => {
    await requireToken(c.req.header('authorization'), c.env.DROPLINE_TOKEN);
    await next();
  },
  bodyLimit({
    maxSize: MAX_BODY,
    onError: () => new HttpProblem(413, `A grid has at most ${MAX_BODY} bytes (4 MiB).`).response(),
  }),
  async (c) => {
    const id = c.req.param('id');
    parseNoQuery(new URL(c.req.url));
    const bytes = await c.req.arrayBuffer();
    const grid = parseGrid(bytes);
    if (!isId(id))
      throw invalid('#/id', `"${id.slice(0, 80)}" is no id: 1 to 63 characters a-z, 0-9 and "-".`);
    if (grid.id !== id)
      throw invalid(
        '#/id',
        `The body is the grid "${grid.id}", the address says "${id}". They must be equal.`,
      );
    const version = hex(await crypto.subtle.digest('SHA-256', bytes));
    const isNew = await new GridStore(c.env).publish(summarise(grid, version), bytes);
    const body: Published = { id, version, url: new URL(versionUrl(id, version, undefined), c.req.url).href };
    return c.json(body, isNew ? 201 : 200, { location: body.url, 'cache-control': 'no-store' });
  },
);

/** The name and format of the last part of a path: `mnist.csv` is the resource `mnist` as csv. */
function resource(c: Context<Environment>, name: string): { stem: string; format: Format } {
  parseNoQuery(new URL(c.req.url));
  const { stem, extension } = splitExtension(name);
  return { stem, format: chooseFormat(c.req.raw, extension, GRID_FORMATS) };
}

/** A grid as it was uploaded, byte for byte, or as CSV with one row a cell. */
function gridResponse(grid: StoredGrid, format: Format, headers: Record<string, string>): Response {
  const body = format === 'csv' ? gridCsv(grid.bytes) : grid.bytes;
  return new Response(body, { headers: { ...formatHeaders(format), ...headers } });
}

function gridCsv(bytes: ArrayBuffer): string {
  const grid: Grid = JSON.parse(new TextDecoder().decode(bytes));
  return encodeCsv(GRID_COLUMNS, grid.rows);
}

function parseGrid(bytes: ArrayBuffer): Grid {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw invalid(
      '#',
      `The body is not JSON in UTF-8: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
  const parsed = gridSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const entries = problemEntries(parsed.error, Object.keys(gridSchema.shape));
  throw new HttpProblem(
    422,
    `The body is not a grid; nothing was stored. ${entries[0]?.detail ?? ''}`.trim(),
    entries,
  );
}

const isId = (id: string) => gridId.safeParse(id).success;

const hex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

const versionUrl = (id: string, version: string, format: Format | undefined) =>
  `/v1/grids/${id}/versions/${version}${format ? `.${format}` : ''}`;

const invalid = (pointer: string, detail: string) => new HttpProblem(422, detail, [{ pointer, detail }]);

const noGrid = (id: string) =>
  new HttpProblem(404, `There is no grid "${id.slice(0, 80)}". GET /v1/grids lists them.`);
