import { csvFormatRows } from 'd3-dsv';

/** Where a cell may begin within text: a spreadsheet may take any of these for the end of a cell or of a row. */
const SEPARATORS = ';\\t\\n\\v\\f\\r\\u0085\\u2028\\u2029';

/** What is invisible at the start of a cell, so that what follows may count as its first character: white space, controls, format characters. */
const INVISIBLE = '\\s\\p{Z}\\p{C}\\p{Default_Ignorable_Code_Point}';

/** What makes a spreadsheet read text as a formula: = + - @, and the characters that Unicode takes for them (NFKC), with the minus sign. */
const SIGNS = '=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−﬩';

/** The start of a cell with all that is invisible, whether or not a sign follows: it takes a run at once, so that the time is linear. */
const CELL_START = new RegExp(`((?:^|[${SEPARATORS}])[${SEPARATORS}${INVISIBLE}]*)([${SIGNS}]?)`, 'gu');

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
 * formula, also behind invisible characters. The apostrophe also goes after a semicolon, tab or line
 * break within the text: where those separate cells (a spreadsheet in a country with decimal commas), a cell begins there.
 *
 * @param value a number, a truth value, text, null, or a list or object of such
 * @see Unicode Standard Annex #44, property Default_Ignorable_Code_Point
 * @example cellText('+1') // "'+1"
 */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(CELL_START, (all, before: string, sign: string) => (sign ? `${before}'${sign}` : all));
}
