import { type Context, Hono } from 'hono';
import { columnAxis, measuredColumns, trainedBy } from '../../figures/measured/columns.ts';
import type { GridEntry } from '../../figures/measured/entry.ts';
import { gridOverlays, gridPlane } from '../../figures/measured/picture.ts';
import { fittedAt, gridMultiplier, predictedAt } from '../../figures/measured/predicted.ts';
import type { Table } from '../../figures/table.ts';
import { columnsOf, FORMATS, type Format } from '../../schemas/endpoint.ts';
import { frontierContract, gridQuery } from '../../schemas/endpoints/frontier.ts';
import { type Grid, gridColumns, gridRow, gridSummary, gridsQuery } from '../../schemas/grid.ts';
import { keepGiven } from '../../schemas/noise-given.ts';
import { gridId } from '../../schemas/plan.ts';
import { didYouMean } from '../../schemas/problem.ts';
import { SOFTWARE_VERSION } from '../../schemas/versions.ts';
import { type DepthRuleName, ruledDepth } from '../../theory/index.ts';
import { encodeTable, type Shown } from '../encode.ts';
import type { Environment } from '../environment.ts';
import { chooseFormat, formatHeaders, splitExtension } from '../format.ts';
import { HttpProblem } from '../problem.ts';
import { parseQuery } from '../query.ts';
import { FITTING, fittedColumns, RULE_NOTE } from '../rule.ts';
import { GridReads } from '../store/reads.ts';
import type { StoredGrid } from '../store/store.ts';

/** The formats of the list of grids. */
const LIST_FORMATS = ['json', 'csv', 'txt'] as const satisfies readonly Format[];

const LATEST = 'public, max-age=60, stale-while-revalidate=86400';
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** The list and a grid, as `encodeTable` sees them. */
const LIST: Shown = { field: 'id', row: gridSummary, query: gridsQuery, summary: 'Measured grids' };
const GRID: Shown = { field: 'train_accuracy', row: gridRow, query: gridQuery, summary: 'A measured grid' };

/** `GET /v1/grids…`: the measured grids, their versions and frontiers. */
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
    const rows = rest.slice(0, limit).map(({ columns: _, ...summary }) => summary);
    const response = await encodeTable(
      { meta: metaOf(url, LIST, rows.length), columns: Object.keys(gridSummary.shape), rows },
      format,
      LIST,
      url.searchParams,
    );
    response.headers.set('cache-control', LATEST);
    if (rest.length > rows.length) {
      url.searchParams.set('after', rows.at(-1)?.id ?? '');
      response.headers.set('link', `<${url.pathname}${url.search}>; rel="next"`);
    }
    return response;
  });
}

for (const extension of [undefined, ...FORMATS])
  gridsRoute.get(extension ? `/grids/:id/frontier.${extension}` : '/grids/:id/frontier', async (c) => {
    const format = chooseFormat(c.req.raw, extension, frontierContract.formats);
    const url = new URL(c.req.url);
    const { measure, threshold } = parseQuery(
      url.searchParams,
      frontierContract.query,
      undefined,
      format === 'txt',
    ).query;
    const grid = parsed((await current(c, c.req.param('id'))).bytes);
    const axis = columnAxis(grid);
    if (!axis) throw new HttpProblem(400, 'This grid has no depth axis, so it has no frontier.');
    const { plan } = grid.meta;
    const { network } = plan;
    const trained = { measure, threshold: threshold?.[0] ?? trainedBy(plan).threshold };
    const columns = measuredColumns(grid, trained).map((column) => ({
      column,
      scales: predictedAt(grid, column),
    }));
    const calibration = gridMultiplier(
      columns.map(({ column: { depth }, scales: { xi_2 } }) => ({ depth, xi_2 })),
    );
    const rows = columns.map(({ column, scales }) => {
      const { sigma_w2, sigma_b2, keep, width, learning_rate, depth, low, high, censored, networks } = column;
      const ruled = (rule: DepthRuleName) => ruledDepth(rule, scales).depth;
      const place = { ...column, trained_at: trained.threshold };
      const { fitted_depth, fitted_outside } = fittedColumns(fittedAt(grid, place, FITTING));
      return {
        sigma_w2,
        sigma_b2,
        keep: keepGiven(network, network.technique, keep),
        width,
        learning_rate,
        measured_depth: depth,
        measured_low: low,
        measured_high: high,
        censored,
        networks,
        xi_1: scales.xi_1,
        xi_2: scales.xi_2,
        six_xi_2: ruled('six_xi_2'),
        twelve_xi_2: ruled('twelve_xi_2'),
        twelve_xi_1: ruled('twelve_xi_1'),
        fitted: fitted_depth,
        fitted_outside,
        multiplier: depth === null || scales.xi_2 === null ? null : depth / scales.xi_2,
        calibrated: calibration === null || scales.xi_2 === null ? null : calibration * scales.xi_2,
      } satisfies Record<keyof typeof frontierContract.row.shape, unknown>;
    });
    const table: Table = {
      meta: {
        ...metaOf(url, frontierContract, rows.length),
        notes: [
          `Counted as trained: ${measure} of ${trained.threshold} or more.`,
          ...frontierContract.notes,
          RULE_NOTE,
        ],
      },
      columns: Object.keys(frontierContract.row.shape),
      rows,
    };
    const shown: Shown = { ...frontierContract, x: axis };
    const response = await encodeTable(table, format, shown, url.searchParams);
    response.headers.set('cache-control', LATEST);
    return response;
  });

gridsRoute.get('/grids/:name', async (c) => {
  const { stem: id, extension } = splitExtension(c.req.param('name'));
  const grid = await current(c, id);
  return gridResponse(c, grid, extension, (format) => ({
    'cache-control': LATEST,
    'content-location': versionUrl(id, grid.version, format),
  }));
});

gridsRoute.get('/grids/:id/versions/:name', async (c) => {
  const id = c.req.param('id');
  const { stem: version, extension } = splitExtension(c.req.param('name'));
  const wellFormed = isId(id) && /^[0-9a-f]{64}$/.test(version);
  const bytes = wellFormed ? await new GridReads(c.env).version(id, version) : undefined;
  if (!bytes)
    throw new HttpProblem(
      404,
      `There is no such version. GET /v1/grids/${isId(id) ? id : '{id}'} names the current one.`,
    );
  return gridResponse(c, { version, bytes }, extension, () => ({ 'cache-control': IMMUTABLE }));
});

/** Whether a grid has one of the names asked for, of each kind. */
function hasNames(
  entry: GridEntry,
  wanted: Readonly<Record<string, readonly string[] | undefined>>,
): boolean {
  const own: Readonly<Record<string, unknown>> = { ...entry.settings, ...entry };
  return Object.entries(wanted).every(([name, names]) => !names || names.includes(String(own[name])));
}

async function current(c: Context<Environment>, id: string): Promise<StoredGrid> {
  const store = new GridReads(c.env);
  const grid = isId(id) ? await store.current(id) : undefined;
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
  { version, bytes }: StoredGrid,
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
  const grid = parsed(bytes);
  const table: Table = {
    meta: {},
    columns: gridColumns(grid.rows),
    rows: grid.rows,
    plane: gridPlane(grid, measure),
    ...(format === 'svg' && { overlays: gridOverlays(grid, measure, FITTING) }),
  };
  const response = await encodeTable(table, format, GRID, url.searchParams);
  for (const [name, value] of Object.entries(headers(format))) response.headers.set(name, value);
  return response;
}

/** Refuses parameters that would change nothing of a grid in a format; what encodeTable knows it refuses itself. */
function refuseIdle(search: URLSearchParams, format: Format): void {
  const refuse = (name: string, why: string) => {
    if (search.has(name))
      throw new HttpProblem(400, `${name}: ${why}`, [{ pointer: `#/${name}`, detail: why }]);
  };
  if (format === 'json')
    for (const name of ['field', 'layout', 'measure'])
      refuse(name, 'A grid in JSON is the published file as it is. Ask for csv, txt, npy, svg or png.');
  if (format === 'csv' && search.get('layout') !== 'wide')
    refuse(
      'measure',
      'CSV has all measures, unless layout=wide makes a matrix of one. Columns are chosen by field.',
    );
  if (format === 'txt' && search.has('field')) refuse('measure', 'field says already which column.');
}

/** Grids were checked when they were published. */
const parsed = (bytes: ArrayBuffer): Grid => JSON.parse(new TextDecoder().decode(bytes));

/**
 * What the answer of a table says beside its rows.
 *
 * @param url of the request
 * @param shown what its columns are
 * @param count of its rows
 */
export const metaOf = (url: URL, shown: Pick<Shown, 'row' | 'query'>, count: number) => ({
  query: url.search,
  count,
  columns: columnsOf(shown),
  notes: [] as readonly string[],
  version: SOFTWARE_VERSION,
});

const isId = (id: string) => gridId.safeParse(id).success;

/**
 * Where a version of a grid is.
 *
 * @param id of the grid
 * @param version SHA-256
 * @param format as an extension
 * @example versionUrl('mnist', 'ab…', 'csv') // '/v1/grids/mnist/versions/ab….csv'
 */
export function versionUrl(id: string, version: string, format?: Format): string {
  return `/v1/grids/${id}/versions/${version}${format ? `.${format}` : ''}`;
}
