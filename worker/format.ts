import { csvFormatRows } from 'd3-dsv';
import { HttpProblem } from './problem.ts';

/** The formats of a table, by the name that an extension or `?format=` gives. */
const MEDIA_TYPES = { json: 'application/json', csv: 'text/csv; charset=utf-8' } as const;

/** The name of a format. */
export type Format = keyof typeof MEDIA_TYPES;

/** The names of the formats. */
export const FORMATS = Object.keys(MEDIA_TYPES) as Format[];

/**
 * Which format to answer in: the extension decides, then `?format=`, then `Accept`, then json.
 *
 * @param request for its address and Accept header
 * @param extension what stood after the dot of the path, if anything did
 * @throws HttpProblem 400 for a format that there is not
 * @example chooseFormat(new Request('http://x/v1/grids?format=csv'), undefined) // 'csv'
 */
export function chooseFormat(request: Request, extension: Format | undefined): Format {
  const wanted = new URL(request.url).searchParams.getAll('format');
  if (wanted.length > 1) throw unknownFormat('format stands twice.');
  const named = FORMATS.find((format) => format === wanted[0]);
  if (wanted.length > 0 && !named) throw unknownFormat('There is no such format.');
  return extension ?? named ?? accepted(request.headers.get('accept') ?? '');
}

/** The format that an Accept header prefers. Where it names none of ours, json: an answer beats a 406. */
function accepted(header: string): Format {
  const choices = header.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const quality = parameters.find((text) => text.startsWith('q='));
    return { type, quality: quality ? Number(quality.slice(2)) || 0 : 1 };
  });
  const quality = (type: string) => choices.find((choice) => choice.type === type)?.quality ?? 0;
  return quality('text/csv') > Math.max(quality('application/json'), quality('*/*') * 0.999) ? 'csv' : 'json';
}

function unknownFormat(why: string): HttpProblem {
  const detail = `${why} Formats: ${FORMATS.join(', ')}.`;
  return new HttpProblem(400, detail, [{ pointer: '#/format', detail }]);
}

/** A table: what JSON shows as `{meta, rows}` and CSV as one header row and the rows. */
export type Table = {
  meta: Record<string, unknown>;
  columns: readonly string[];
  rows: readonly Record<string, unknown>[];
};

/**
 * A table in the format asked for. A null is an empty field in CSV.
 *
 * @example encodeTable({ meta: {}, columns: ['a'], rows: [{ a: 1 }] }, 'csv') // body "a\n1\n"
 */
export function encodeTable(table: Table, format: Format): Response {
  const body =
    format === 'csv'
      ? encodeCsv(table.columns, table.rows)
      : `${JSON.stringify({ meta: table.meta, rows: table.rows })}\n`;
  return new Response(body, { headers: formatHeaders(format) });
}

/** Rows as CSV (RFC 4180 quoting), a header row first and a newline at the end of every row. */
export function encodeCsv(columns: readonly string[], rows: readonly Record<string, unknown>[]): string {
  const cells = rows.map((row) =>
    columns.map((name) => (row[name] === null || row[name] === undefined ? '' : String(row[name]))),
  );
  return `${csvFormatRows([[...columns], ...cells])}\n`;
}

/** The headers of an answer in a format. Caches must keep the answers to different Accept headers apart. */
export function formatHeaders(format: Format): Record<string, string> {
  return { 'content-type': MEDIA_TYPES[format], vary: 'Accept' };
}
