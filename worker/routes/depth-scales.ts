import { Hono } from 'hono';
import {
  DEPTH_SCALES_PARAMETERS,
  type DepthScalesQuery,
  depthScalesQuery,
  depthScalesRow,
} from '../../schemas/depth-scales.ts';
import { expand } from '../../schemas/expand.ts';
import { SOFTWARE_VERSION } from '../../schemas/versions.ts';
import { depthScales } from '../../theory/index.ts';
import type { Environment } from '../environment.ts';
import { chooseFormat, encodeTable, type Table } from '../format.ts';
import { type ParsedQuery, parseQuery } from '../query.ts';
import { limitWork } from '../work.ts';

const COLUMNS = Object.keys(depthScalesRow.shape);

const DESCRIPTIONS = Object.fromEntries(
  Object.entries(depthScalesRow.shape).map(([name, column]) => [name, column.description ?? name]),
);

const NOTES = [
  'max_depth_low and max_depth_high are 6 xi_2 and 12 xi_2: two of the rules that circulate for the trainable depth. The multiplier depends on optimiser, steps and width.',
];

/** `GET /v1/depth-scales`: fixed points, slopes and depth scales of random dropout networks. */
export const depthScalesRoute = new Hono<Environment>();

for (const extension of [undefined, 'json', 'csv'] as const) {
  depthScalesRoute.get(extension ? `/depth-scales.${extension}` : '/depth-scales', (c) => {
    const format = chooseFormat(c.req.raw, extension);
    const url = new URL(c.req.url);
    const response = encodeTable(
      answer(parseQuery(url, depthScalesQuery, DEPTH_SCALES_PARAMETERS), url.search),
      format,
    );
    // A pure function of the address and of the software: fresh for an hour, revalidated by its ETag after that.
    response.headers.set('cache-control', 'public, max-age=3600, stale-while-revalidate=86400');
    return response;
  });
}

type Network = Parameters<typeof depthScales>[0];

/** The table that answers a query; the last parameter of the query varies fastest. */
function answer({ query, order }: ParsedQuery<DepthScalesQuery>, search: string): Table {
  const lists: Record<string, readonly (number | string)[] | undefined> = query;
  const names = Object.keys(lists);
  const count = names.reduce((product, name) => product * (lists[name]?.length ?? 1), 1);
  limitWork(query.activation, count / query.activation.length);
  const defaulted = names.filter((name) => !order.includes(name));
  const networks = [...expand(lists, [...defaulted, ...order])];
  return {
    meta: { query: search, count, columns: DESCRIPTIONS, notes: NOTES, version: SOFTWARE_VERSION },
    columns: COLUMNS,
    rows: networks.map((network) => row(network as Network)),
  };
}

/** One row, its members in the order of the columns. */
function row(network: Network): Record<string, unknown> {
  const values: Record<string, unknown> = { ...network, ...depthScales(network) };
  return Object.fromEntries(COLUMNS.map((name) => [name, values[name]]));
}
