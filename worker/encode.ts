import { encodePngFigure } from '../figures/png-figure.ts';
import { encodeChart } from '../figures/svg/chart.ts';
import { encodeHeatMap } from '../figures/svg/heat-map.ts';
import type { Plane } from '../figures/table.ts';
import {
  ALL_COLUMNS,
  type Contract,
  columnsOf,
  FORMATS,
  type Format,
  META_LEVELS,
  type MetaLevel,
  numericColumns,
} from '../schemas/endpoint.ts';
import { digits as digitsSchema, notAmong } from '../schemas/parameters.ts';
import { didYouMean } from '../schemas/problem.ts';
import { ParameterError } from '../theory/index.ts';
import { tagged } from './caching.ts';
import { type AnswerTable, metaAmong, metaJson, refusal } from './endpoints/endpoint.ts';
import { encodeCsv } from './formats/csv.ts';
import { encodeNpy, encodeNpyTable } from './formats/npy.ts';
import { encodeTxt } from './formats/txt.ts';
import { wideCsv } from './formats/wide-csv.ts';
import { HttpProblem } from './problem.ts';
import { fieldsIn, pickFields } from './query.ts';

/** What the columns of a table are, and which of them a picture shows. */
export type Shown = Pick<
  Contract,
  'name' | 'field' | 'row' | 'query' | 'summary' | 'notes' | 'x' | 'chart' | 'answer'
> & {
  /** what a chart is of, in words; its columns if left out */
  readonly title?: string;
  /** the columns that say of which network a row is; the parameters of the query if left out */
  readonly by?: readonly string[];
};

/** How a table is asked for, beside its format. */
type Options = {
  /** the columns asked for; all by default, in txt and charts the usual one */
  readonly fields: readonly string[] | undefined;
  /** the columns that come first */
  readonly first: readonly string[];
  /** whether a plane becomes a wide CSV: a column for each value along x */
  readonly wide: boolean;
  /** how much JSON says beside the rows */
  readonly meta: MetaLevel;
  /** significant digits that numbers are rounded to; all by default */
  readonly digits: number | undefined;
  /** the parameters that the query gives */
  readonly given: readonly string[];
};

/**
 * A table in a format, as `field`, `layout`, `meta` and `digits` of the query say. An HttpProblem (400) says which of them is wrong or has no
 * effect here.
 */
export async function encodeTable(
  table: AnswerTable,
  format: Format,
  shown: Shown,
  search: URLSearchParams,
): Promise<Response> {
  const options = readOptions(search, table, format, shown);
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
  if ((search.get('format') ?? 'json') !== 'json') throw refuse('format', 'This is answered as json.');
  if (search.has('meta')) throw refuse('meta', 'Say it once for the whole batch: POST /v1/batch?meta=full.');
  return pickOnly(table, readOptions(search, table, 'json', shown));
}

/** How much is said beside the rows. */
export function readMetaLevel(search: URLSearchParams): MetaLevel {
  const given = search.get('meta') ?? 'brief';
  const level = META_LEVELS.find((name) => name === given);
  if (level) return level;
  throw refuse('meta', notAmong(given, META_LEVELS));
}

function readOptions(
  search: URLSearchParams,
  table: AnswerTable,
  format: Format,
  { row, answer = [] }: Shown,
): Options {
  const asked = fieldsIn(search);
  if (asked === ALL_COLUMNS && !TABULAR.includes(format))
    throw refuse(
      'field',
      `field=${ALL_COLUMNS} is for ${TABULAR.join(', ')}, not for ${format}: name columns.`,
    );
  const fields = pickFields(asked, TABULAR.includes(format) ? table.usual : undefined);
  const known = Object.keys(row.shape);
  for (const field of fields ?? [])
    if (!known.includes(field))
      throw refuse(
        'field',
        `There is no column "${field.slice(0, 40)}".${didYouMean(field, known) || ` Columns: ${known.join(', ')}.`}`,
      );
  const layout = search.get('layout') ?? 'long';
  if (layout !== 'long' && layout !== 'wide')
    throw refuse('layout', 'layout is long (a row for each point) or wide (a row for each value along y).');
  if (search.has('layout') && format !== 'csv')
    throw refuse('layout', `layout is for CSV, not for ${format}.`);
  if (layout === 'wide' && !table.plane)
    throw refuse('layout', 'layout=wide is a CSV of a plane; this answer has no such form.');
  if (asked && table.plane && (layout === 'wide' || MATRICES.includes(format)))
    throw refuse(
      'field',
      `A plane as ${layout === 'wide' ? 'a wide CSV' : format} shows one measure: say which as measure, and leave field out.`,
    );
  if (search.has('meta') && format !== 'json') throw refuse('meta', `meta is for JSON, not for ${format}.`);
  const digits = readDigits(search, format);
  // (JSON has no order of its own; that of the columns of a CSV is promised)
  const first = format === 'json' && asked === undefined ? (table.usual ?? answer) : [];
  const given = [...search.keys()];
  return { fields, first, wide: layout === 'wide', meta: readMetaLevel(search), digits, given };
}

function readDigits(search: URLSearchParams, format: Format): number | undefined {
  const given = search.get('digits');
  if (given === null) return undefined;
  if (!ROUNDED.includes(format))
    throw refuse('digits', `digits is for ${ROUNDED.join(', ')}, not for ${format}.`);
  const parsed = digitsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw refuse('digits', parsed.error.issues[0]?.message ?? '');
}

/** The formats in which numbers are text, so that they can have fewer digits. */
const ROUNDED: readonly Format[] = ['json', 'csv', 'txt'];

/** The formats that show any number of columns. */
const TABULAR: readonly Format[] = ['json', 'csv', 'npy'];

/** The formats in which a plane has no columns. */
const MATRICES: readonly Format[] = ['npy', 'svg', 'png'];

const refuse = (name: string, detail: string) =>
  new HttpProblem(400, detail, [{ pointer: `#/${name}`, detail }]);

type Body = string | Uint8Array;
type Encoder = (table: AnswerTable, options: Options, shown: Shown) => Body | Promise<Body>;

const ENCODERS: Record<Format, Encoder> = {
  json: (table, options) => {
    const { meta, rows } = pickOnly(table, options);
    const members = [metaJson(meta, options.meta), `"rows":${JSON.stringify(rows)}`].filter(
      (member) => member !== '',
    );
    return `{${members.join()}}\n`;
  },
  csv: (table, options) => {
    if (options.wide) return wideCsv(roundPlane(table.plane as Plane, options.digits));
    const { columns, rows } = pickOnly(table, options);
    return encodeCsv(columns.filter(flatten(rows)), rows);
  },
  npy: (table, options, { row }) => {
    if (table.plane)
      return encodeNpy(table.plane.values, [table.plane.y.values.length, table.plane.x.values.length]);
    const { columns, rows } = pickOnly(table, options);
    return encodeNpyTable({ columns: numericColumns(row, columns), rows });
  },
  txt: (table, { fields = [], digits }, { field }) => {
    if (fields.length > 1)
      throw new ParameterError('field', 'conflict', 'txt shows one column: give one name as field.');
    return encodeTxt(pickOnly(table, { digits }), fields[0] ?? table.plane?.measure ?? field);
  },
  svg: (table, { fields, given }, { field, query, row, title, x, by, chart = {} }) =>
    table.plane
      ? encodeHeatMap(table.plane, { contours: true, overlays: table.overlays ?? [] })
      : encodeChart(table, {
          ...chart,
          ...(x !== undefined && { x }),
          y: fields ?? chart.y ?? [field],
          by: by ?? Object.keys(query.shape).filter((name) => table.columns.includes(name)),
          ...(!by && { named: [...given, ...NAMED] }),
          ...(title !== undefined && { title }),
          units: listUnits({ row, query }),
        }),
  png: (table) => {
    if (!table.plane)
      throw new ParameterError('format', 'not_applicable', 'Only a plane has a PNG. Ask for svg.');
    return encodePngFigure(table.plane);
  },
};

/** What the title of a chart says of a network, also where the query does not give it. */
const NAMED = ['activation', 'keep'];

/** The units to write at the axes of a chart: none where a column is a plain number. */
const listUnits = (shown: Pick<Shown, 'row' | 'query'>) =>
  Object.fromEntries(
    Object.entries(columnsOf(shown)).map(([name, { unit }]) => [name, unit === '1' ? undefined : unit]),
  );

/** Columns that hold lists or objects have no place in a flat table. */
const flatten = (rows: AnswerTable['rows']) => (name: string) =>
  rows.every((row) => typeof row[name] !== 'object' || row[name] === null);

/** The columns that are asked for, in their order, their numbers with as many digits. */
function pickOnly(
  table: AnswerTable,
  { fields, first = [], digits }: Partial<Pick<Options, 'fields' | 'first' | 'digits'>>,
): AnswerTable {
  if (!fields && first.length === 0 && digits === undefined) return table;
  const chosen = table.columns.filter((name) => fields?.includes(name) ?? true);
  const columns = [...new Set([...first, ...chosen])].filter((name) => chosen.includes(name));
  const shown = digits === undefined ? (value: unknown) => value : roundTo(digits);
  return {
    meta: metaAmong(table.meta, columns),
    columns,
    rows: table.rows.map((row) => Object.fromEntries(columns.map((name) => [name, shown(row[name])]))),
  };
}

/** Rounds a number, and those within a list or an object. Whole numbers are counts, or what a query gave, and stay as they are. */
function roundTo(digits: number) {
  return function shown(value: unknown): unknown {
    if (typeof value === 'number')
      return Number.isSafeInteger(value) ? value : Number(value.toPrecision(digits));
    if (Array.isArray(value)) return value.map(shown);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shown(one)]));
  };
}

/** (Its axes stay as they are: two of their values must not become one.) */
const roundPlane = (plane: Plane, digits: number | undefined): Plane =>
  digits === undefined ? plane : { ...plane, values: plane.values.map(roundTo(digits) as typeof Number) };

/** The media types of the formats. */
const MEDIA_TYPES: Record<Format, string> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  npy: 'application/octet-stream',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};

/** In which formats there are answers to a request, once one of them was chosen. */
export const POSSIBLE_FORMATS = new WeakMap<Request, readonly Format[]>();

/** Which format to answer in: the extension decides, then `?format=`, then `Accept`, then json. */
export function chooseFormat(
  request: Request,
  extension: Format | undefined,
  possible: readonly Format[],
): Format {
  POSSIBLE_FORMATS.set(request, possible);
  const wanted = new URL(request.url).searchParams.getAll('format');
  if (wanted.length > 1) throw unknownFormat('format stands twice.', possible);
  const named = possible.find((format) => format === wanted[0]);
  if (wanted.length > 0 && !named) throw unknownFormat('There is no such format here.', possible);
  if (extension && !possible.includes(extension))
    throw unknownFormat(`This has no answer as ${extension}.`, possible);
  return extension ?? named ?? parseAccept(request, possible);
}

/** Whether a page is preferred to all formats: where neither the extension nor `?format=` says which. */
export function prefersPage(request: Request): boolean {
  const { pathname, searchParams } = new URL(request.url);
  if (!['GET', 'HEAD'].includes(request.method) || searchParams.has('format')) return false;
  const quality = readAccept(request);
  const page = quality('text/html');
  return (
    !splitExtension(pathname).extension &&
    page > quality(MEDIA_TYPES.json) &&
    FORMATS.every((format) => page >= quality(MEDIA_TYPES[format]))
  );
}

/**
 * The format that an Accept header prefers; of several the first that there is. Where it names none of ours, json: an
 * answer beats a 406.
 */
function parseAccept(request: Request, possible: readonly Format[]): Format {
  const quality = readAccept(request);
  let best: Format = 'json';
  let bestQuality = possible.includes('json') ? quality(MEDIA_TYPES.json) : 0;
  for (const format of possible)
    if (quality(MEDIA_TYPES[format]) > bestQuality)
      [best, bestQuality] = [format, quality(MEDIA_TYPES[format])];
  return best;
}

/** The quality that the Accept header of a request gives to media types. */
function readAccept({ headers }: Request): (mediaType: string) => number {
  const choices = (headers.get('accept') ?? '').split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((text) => text.startsWith('q='));
    return { type, quality: quality ? Number(quality.slice(2)) || 0 : 1 };
  });
  return (mediaType) => {
    const type = mediaType.split(';')[0] as string;
    // the most specific of what the header says of a type decides
    for (const name of [type, `${type.split('/')[0]}/*`, '*/*']) {
      const choice = choices.find((one) => one.type === name);
      if (choice) return choice.quality;
    }
    return 0;
  };
}

function unknownFormat(why: string, possible: readonly Format[]): HttpProblem {
  const detail = `${why} Formats: ${possible.join(', ')}.`;
  return new HttpProblem(400, detail, [{ pointer: '#/format', detail }]);
}

/** The headers of an answer in a format. Caches must keep the answers to different Accept headers apart. */
export function formatHeaders(format: Format): Record<string, string> {
  return { 'content-type': MEDIA_TYPES[format], vary: 'Accept' };
}

/** A path's last part, taken apart: `mnist.csv` is the resource `mnist` as csv. */
export function splitExtension(name: string): { stem: string; extension: Format | undefined } {
  const extension = FORMATS.find((format) => name.endsWith(`.${format}`));
  return { stem: extension ? name.slice(0, -extension.length - 1) : name, extension };
}

/** A body as JSON in UTF-8, or an HttpProblem (422). */
export function parseJson(bytes: ArrayBuffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    const detail = `The body is not JSON in UTF-8: ${error instanceof Error ? error.message : 'unreadable'}`;
    throw new HttpProblem(422, detail, [{ pointer: '#', detail }]);
  }
}
