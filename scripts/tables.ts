/** Generated tables in the pages of docs/: the lines between `<!-- name: begin -->` and `<!-- name: end -->`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const DOCS = path.join(import.meta.dirname, '..', 'docs');

/** A Markdown table: a header, and rows of as many cells. */
export const formatTable = (header: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [header, header.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );

/**
 * The lines that a page has between the marks of a table.
 *
 * @throws Error where the page has no such marks
 */
export function readTable(page: string, name: string): string[] {
  return splitPage(page, name)[1].split('\n').slice(1, -1);
}

/**
 * A page with other lines between the marks of a table.
 *
 * @throws Error where the page has no such marks
 */
export function replaceTable(page: string, name: string, lines: readonly string[]): string {
  const [before, , after] = splitPage(page, name);
  return `${before}\n${lines.join('\n')}\n${after}`;
}

/** A page with several tables replaced. */
export const replaceTables = (page: string, tables: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(tables).reduce((text, [name, lines]) => replaceTable(text, name, lines), page);

/** Replaces a table in a page of docs/. */
export function writeTable(name: string, lines: readonly string[], page = 'performance.md'): void {
  const file = path.join(DOCS, page);
  writeFileSync(file, replaceTable(readFileSync(file, 'utf8'), name, lines));
}

/** The page up to the first mark and with it, what is between the marks, and the rest. */
function splitPage(page: string, name: string): [before: string, between: string, after: string] {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const from = page.indexOf(begin) + begin.length;
  const to = page.indexOf(end, from);
  if (from < begin.length || to < 0) throw new Error(`The page has no place for the table "${name}".`);
  return [page.slice(0, from), page.slice(from, to), page.slice(to)];
}
