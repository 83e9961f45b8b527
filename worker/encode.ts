import { encodePng } from '../figures/png.ts';
import { encodeChart } from '../figures/svg/chart.ts';
import { encodeHeatMap } from '../figures/svg/heat-map.ts';
import type { Plane, Table } from '../figures/table.ts';
import { type Contract, columnsOf, type Format, numericColumns } from '../schemas/endpoint.ts';
import { didYouMean } from '../schemas/problem.ts';
import { ParameterError } from '../theory/index.ts';
import { refusal } from './endpoints/refusals.ts';
import { tagged } from './etag.ts';
import { fieldsIn } from './fields.ts';
import { formatHeaders } from './format.ts';
import { encodeCsv } from './formats/csv.ts';
import { encodeNpy, encodeNpyTable } from './formats/npy.ts';
import { encodeTxt } from './formats/txt.ts';
import { wideCsv } from './formats/wide-csv.ts';
import { HttpProblem } from './problem.ts';

/** What the columns of a table are, and which of them a picture shows. */
export type Shown = Pick<Contract, 'field' | 'row' | 'query' | 'summary' | 'x'>;

/** How a table is asked for, beside its format. */
type Options = {
  /** the columns asked for; all by default, in txt and charts the usual one */
  readonly fields: readonly string[] | undefined;
  /** whether a plane becomes a wide CSV: a column for each value along x */
  readonly wide: boolean;
};

/**
 * A table in a format.
 *
 * @param table what to show
 * @param format how
 * @param shown what its columns are
 * @param search the query, for `field` and `layout`
 * @throws HttpProblem 400 for a column that there is not, a table that the format cannot show, or a parameter that has no effect on it
 * @example await encodeTable(table, 'csv', contract, new URLSearchParams('field=xi_2'))
 */
export async function encodeTable(
  table: Table,
  format: Format,
  shown: Shown,
  search: URLSearchParams,
): Promise<Response> {
  const options = optionsOf(search, table, format, shown);
  try {
    const body = await ENCODERS[format](table, options, shown);
    return await tagged(body, formatHeaders(format));
  } catch (error) {
    // what an encoder cannot show is a question that it cannot answer
    if (error instanceof ParameterError) throw refusal(error, { field: undefined, format });
    throw error;
  }
}

/**
 * The columns of a table that JSON shows.
 *
 * @param table to be shown
 * @param shown what its columns are
 * @param search the query, for `field`
 * @throws HttpProblem 400 for a column that there is not, or a parameter that has no effect on JSON
 * @example shownInJson(table, contract, new URLSearchParams('field=xi_2'))
 */
export function shownInJson(table: Table, shown: Shown, search: URLSearchParams): Table {
  if ((search.get('format') ?? 'json') !== 'json') throw bad('format', 'This is answered as json.');
  return only(table, optionsOf(search, table, 'json', shown).fields);
}

function optionsOf(search: URLSearchParams, table: Table, format: Format, { row }: Shown): Options {
  const fields = fieldsIn(search);
  const known = Object.keys(row.shape);
  for (const field of fields ?? [])
    if (!known.includes(field))
      throw bad(
        'field',
        `There is no column "${field.slice(0, 40)}".${didYouMean(field, known) || ` Columns: ${known.join(', ')}.`}`,
      );
  const layout = search.get('layout') ?? 'long';
  if (layout !== 'long' && layout !== 'wide')
    throw bad('layout', 'layout is long (a row for each point) or wide (a row for each value along y).');
  if (search.has('layout') && format !== 'csv') throw bad('layout', `layout is for CSV, not for ${format}.`);
  if (layout === 'wide' && !table.plane)
    throw bad('layout', 'layout=wide is a CSV of a plane; this answer has no such form.');
  if (fields && table.plane && (layout === 'wide' || MATRICES.includes(format)))
    throw bad(
      'field',
      `A plane as ${layout === 'wide' ? 'a wide CSV' : format} shows one measure: say which as measure, and leave field out.`,
    );
  return { fields, wide: layout === 'wide' };
}

/** The formats in which a plane has no columns. */
const MATRICES: readonly Format[] = ['npy', 'svg', 'png'];

const bad = (name: string, detail: string) =>
  new HttpProblem(400, detail, [{ pointer: `#/${name}`, detail }]);

type Body = string | Uint8Array;
type Encoder = (table: Table, options: Options, shown: Shown) => Body | Promise<Body>;

const ENCODERS: Record<Format, Encoder> = {
  json: (table, { fields }) => {
    const { meta, rows } = only(table, fields);
    return `{"meta":${metaJson(meta)},"rows":${JSON.stringify(rows)}}\n`;
  },
  csv: (table, { fields, wide }) => {
    if (wide) return wideCsv(table.plane as Plane);
    const { columns, rows } = only(table, fields);
    return encodeCsv(columns.filter(flat(rows)), rows);
  },
  npy: (table, { fields }, { row }) => {
    if (table.plane)
      return encodeNpy(table.plane.values, [table.plane.y.values.length, table.plane.x.values.length]);
    const { columns, rows } = only(table, fields);
    return encodeNpyTable({ columns: numericColumns(row, columns), rows });
  },
  txt: (table, { fields = [] }, { field }) => {
    if (fields.length > 1)
      throw new ParameterError('field', 'conflict', 'txt shows one column: give one name as field.');
    return encodeTxt(table, fields[0] ?? table.plane?.measure ?? field);
  },
  svg: (table, { fields }, { field, query, row, summary, x }) =>
    table.plane
      ? encodeHeatMap(table.plane, { contours: true, overlays: table.overlays ?? [] })
      : encodeChart(table, {
          ...(x !== undefined && { x }),
          y: fields ?? [field],
          by: Object.keys(query.shape).filter((name) => table.columns.includes(name)),
          title: summary,
          units: unitsOf({ row, query }),
        }),
  png: (table) => {
    if (!table.plane)
      throw new ParameterError('format', 'not_applicable', 'Only a plane has a PNG. Ask for svg.');
    return encodePng(table.plane);
  },
};

/** What columns hold is the same text in most answers of an endpoint, and longer than many of them. */
const columnsJson = new WeakMap<object, string>();

function metaJson(meta: Table['meta']): string {
  const members = Object.entries(meta).map(([name, value]) => {
    if (name !== 'columns') return `"${name}":${JSON.stringify(value)}`;
    const text = columnsJson.get(value as object) ?? JSON.stringify(value);
    columnsJson.set(value as object, text);
    return `"columns":${text}`;
  });
  return `{${members.join()}}`;
}

/** The units to write at the axes of a chart: none where a column is a plain number. */
const unitsOf = (shown: Pick<Shown, 'row' | 'query'>) =>
  Object.fromEntries(
    Object.entries(columnsOf(shown)).map(([name, { unit }]) => [name, unit === '1' ? undefined : unit]),
  );

/** Columns that hold lists or objects have no place in a flat table. */
const flat = (rows: Table['rows']) => (name: string) =>
  rows.every((row) => typeof row[name] !== 'object' || row[name] === null);

function only(table: Table, fields: readonly string[] | undefined): Table {
  if (!fields) return table;
  const columns = table.columns.filter((name) => fields.includes(name));
  // (a grid says nothing of its columns)
  const { columns: about = {} } = table.meta as { columns?: Record<string, unknown> };
  return {
    meta: { ...table.meta, columns: Object.fromEntries(columns.map((name) => [name, about[name]])) },
    columns,
    rows: table.rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]]))),
  };
}
