/** Writes the table of endpoints into docs/api.md, and that of the rooms into docs/design.md: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { queryString } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { formatHouse } from './house.ts';
import { formatTable, replaceTable, writeTable } from './tables.ts';

const PAGE = path.join(import.meta.dirname, '..', 'docs', 'api.md');

/** The page with the table that the contracts give. */
export function withEndpoints(page: string): string {
  const rows = CONTRACTS.map(({ name, summary, formats, examples }) => [
    `\`/v1/${name}\``,
    summary,
    formats.join(', '),
    examples.map((query) => `\`${queryString(query)}\``).join('<br>'),
  ]);
  return replaceTable(page, 'endpoints', formatTable(['path', 'answers', 'formats', 'for example'], rows));
}

if (import.meta.main) {
  writeFileSync(PAGE, withEndpoints(readFileSync(PAGE, 'utf8')));
  writeTable('house', formatHouse(), 'design.md');
}
