import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PAGE = path.join(import.meta.dirname, '..', 'docs', 'performance.md');

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/**
 * Puts a table into docs/performance.md, between the marks of its name.
 *
 * @param name of the marks
 * @param lines of the table
 * @throws when the page has no such marks
 */
export function writeTable(name: string, lines: readonly string[]): void {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const page = readFileSync(PAGE, 'utf8');
  if (!page.includes(begin) || !page.includes(end))
    throw new Error(`docs/performance.md has no table ${name}`);
  const [before, rest] = page.split(begin) as [string, string];
  writeFileSync(PAGE, `${before}${begin}\n${lines.join('\n')}\n${end}${rest.split(end)[1]}`);
}
