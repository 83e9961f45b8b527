import { csvFormatRows } from 'd3-dsv';

/** Rows as CSV (RFC 4180 quoting), a header row first and a newline at the end of every row. */
export function encodeCsv(columns: readonly string[], rows: readonly Record<string, unknown>[]): string {
  const cells = rows.map((row) =>
    columns.map((name) => (row[name] === null || row[name] === undefined ? '' : String(row[name]))),
  );
  return `${csvFormatRows([[...columns], ...cells])}\n`;
}
