import { csvFormatRows } from 'd3-dsv';

/** What makes a spreadsheet read text as a formula; the wide forms of = + - @ count in East Asian versions. */
const FORMULA = /((?:^|[;\t\r\n])\s*)([=+\-@＝＋－＠])/g;

/**
 * Rows as CSV (RFC 4180 quoting), a header row first and a newline at the end of every row.
 *
 * A spreadsheet that opens the file runs text that begins like a formula (`=HYPERLINK(…)`). Titles come from whoever
 * publishes a grid, so {@link cellText} puts an apostrophe before the sign.
 * Numbers stay as they are: -1.5 is no formula. JSON has every text unchanged.
 *
 * @param columns their names, in order
 * @param rows cells by column; what is missing is an empty cell
 * @see OWASP, "CSV Injection", https://owasp.org/www-community/attacks/CSV_Injection
 * @example encodeCsv(['a', 'b'], [{ a: -1, b: '=1+1' }]) // "a,b\n-1,'=1+1\n"
 */
export function encodeCsv(columns: readonly string[], rows: readonly Record<string, unknown>[]): string {
  const cells = rows.map((row) => columns.map((name) => cellText(row[name])));
  return `${csvFormatRows([[...columns], ...cells])}\n`;
}

/**
 * A value as the text of one cell: null and undefined are empty, lists and objects are JSON, and text cannot act as a
 * formula. The apostrophe also goes after a semicolon, tab or line break within the text: where those separate cells (a
 * spreadsheet in a country with decimal commas), a cell begins there.
 *
 * @param value a number, a truth value, text, null, or a list or object of such
 * @example cellText('+1') // "'+1"
 */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return (typeof value === 'string' ? value : JSON.stringify(value)).replace(FORMULA, "$1'$2");
}
