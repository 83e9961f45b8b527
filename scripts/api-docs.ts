/**
 * Writes the table of endpoints into docs/api.md, from the contracts, and that of the rooms into docs/design.md, and adds what is new to
 * schemas/openapi.snapshot.txt: `npm run docs`. With `-- --break` it takes out of the snapshot what is gone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { queryString } from '../schemas/query-string.ts';
import { formatHouse } from './house.ts';
import { recordPromises } from './openapi-snapshot.ts';
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
  const broken = recordPromises(process.argv.includes('--break'));
  if (broken.length > 0) {
    console.error(
      `The API would break what it promised:\n${broken.join('\n')}\nIf it is meant to: npm run docs -- --break`,
    );
    process.exitCode = 1;
  }
  writeFileSync(PAGE, withEndpoints(readFileSync(PAGE, 'utf8')));
  writeTable('house', formatHouse(), 'design.md');
}
