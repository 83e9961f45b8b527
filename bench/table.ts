import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const DOCS = path.join(import.meta.dirname, '..', 'docs');

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/**
 * Puts a table into a page of docs/, between the marks of its name.
 *
 * @param name of the marks
 * @param lines of the table
 * @param page the page's file
 * @throws when the page has no such marks
 */
export function writeTable(name: string, lines: readonly string[], page = 'performance.md'): void {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const file = path.join(DOCS, page);
  const text = readFileSync(file, 'utf8');
  if (!text.includes(begin) || !text.includes(end)) throw new Error(`docs/${page} has no table ${name}`);
  const [before, rest] = text.split(begin) as [string, string];
  writeFileSync(file, `${before}${begin}\n${lines.join('\n')}\n${end}${rest.split(end)[1]}`);
}
