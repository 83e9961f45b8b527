import { encodePng } from '../figures/png.ts';
import { encodeChart } from '../figures/svg/chart.ts';
import { encodeHeatMap } from '../figures/svg/heat-map.ts';
import type { Plane } from '../figures/table.ts';
import {
  type Contract,
  columnsOf,
  type Format,
  META_LEVELS,
  type MetaLevel,
  numericColumns,
} from '../schemas/endpoint.ts';
import { notAmong } from '../schemas/parameters.ts';
import { didYouMean } from '../schemas/problem.ts';
import { ParameterError } from '../theory/index.ts';
import { type AnswerTable, metaAmong, metaJson } from './endpoints/answer-meta.ts';
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
export type Shown = Pick<Contract, 'name' | 'field' | 'row' | 'query' | 'summary' | 'notes' | 'x'>;

/** How a table is asked for, beside its format. */
type Options = {
  /** the columns asked for; all by default, in txt and charts the usual one */
  readonly fields: readonly string[] | undefined;
  /** whether a plane becomes a wide CSV: a column for each value along x */
  readonly wide: boolean;
  /** how much JSON says beside the rows */
  readonly meta: MetaLevel;
};

/**
 * A table in a format, as `field`, `layout` and `meta` of the query say. An HttpProblem (400) says which of them is wrong or has no
 * effect here.
 */
export async function encodeTable(
  table: AnswerTable,
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

/** One answer of a batch: the columns that its query asks for. */
export function showInBatch(table: AnswerTable, shown: Shown, search: URLSearchParams): AnswerTable {
  if ((search.get('format') ?? 'json') !== 'json') throw bad('format', 'This is answered as json.');
  if (search.has('meta')) throw bad('meta', 'Say it once for the whole batch: POST /v1/batch?meta=full.');
  return only(table, optionsOf(search, table, 'json', shown).fields);
}

/** How much is said beside the rows. */
export function readMetaLevel(search: URLSearchParams): MetaLevel {
  const given = search.get('meta') ?? 'brief';
  const level = META_LEVELS.find((name) => name === given);
  if (level) return level;
  throw bad('meta', notAmong(given, META_LEVELS));
}

function optionsOf(search: URLSearchParams, table: AnswerTable, format: Format, { row }: Shown): Options {
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
  if (search.has('meta') && format !== 'json') throw bad('meta', `meta is for JSON, not for ${format}.`);
  return { fields, wide: layout === 'wide', meta: readMetaLevel(search) };
}

/** The formats in which a plane has no columns. */
const MATRICES: readonly Format[] = ['npy', 'svg', 'png'];

const bad = (name: string, detail: string) =>
  new HttpProblem(400, detail, [{ pointer: `#/${name}`, detail }]);

type Body = string | Uint8Array;
type Encoder = (table: AnswerTable, options: Options, shown: Shown) => Body | Promise<Body>;

const ENCODERS: Record<Format, Encoder> = {
  json: (table, { fields, meta: level }) => {
    const { meta, rows } = only(table, fields);
    const members = [metaJson(meta, level), `"rows":${JSON.stringify(rows)}`].filter(
      (member) => member !== '',
    );
    return `{${members.join()}}\n`;
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

/** The units to write at the axes of a chart: none where a column is a plain number. */
const unitsOf = (shown: Pick<Shown, 'row' | 'query'>) =>
  Object.fromEntries(
    Object.entries(columnsOf(shown)).map(([name, { unit }]) => [name, unit === '1' ? undefined : unit]),
  );

/** Columns that hold lists or objects have no place in a flat table. */
const flat = (rows: AnswerTable['rows']) => (name: string) =>
  rows.every((row) => typeof row[name] !== 'object' || row[name] === null);

function only(table: AnswerTable, fields: readonly string[] | undefined): AnswerTable {
  if (!fields) return table;
  const columns = table.columns.filter((name) => fields.includes(name));
  return {
    meta: metaAmong(table.meta, columns),
    columns,
    rows: table.rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]]))),
  };
}
