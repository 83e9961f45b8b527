/**
 * Writes the table of endpoints into docs/api.md, from the contracts, and adds what is new to schemas/openapi.snapshot.txt: `npm run
 * docs`. With `-- --break` it takes out of the snapshot what is gone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { queryString } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { recordPromises } from './openapi-snapshot.ts';

const PAGE = path.join(import.meta.dirname, '..', 'docs', 'api.md');
const [BEGIN, END] = ['<!-- endpoints: begin -->', '<!-- endpoints: end -->'];

/**
 * The page with the table that the contracts give.
 *
 * @param page the page as it is
 * @throws where the page has no place for the table
 */
export function withEndpoints(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`docs/api.md has no ${BEGIN} … ${END}`);
  const rows = CONTRACTS.map(
    ({ name, summary, formats, examples }) =>
      `| \`/v1/${name}\` | ${summary} | ${formats.join(', ')} | ${examples.map((query) => `\`${escaped(queryString(query))}\``).join('<br>')} |`,
  );
  const table = ['| path | answers | formats | for example |', '| --- | --- | --- | --- |', ...rows];
  return `${before}${BEGIN}\n${table.join('\n')}\n${END}${after}`;
}

const escaped = (text: string) => text.replaceAll('|', '\\|');

if (import.meta.main) {
  const broken = recordPromises(process.argv.includes('--break'));
  if (broken.length > 0) {
    console.error(
      `The API would break what it promised:\n${broken.join('\n')}\nIf it is meant to: npm run docs -- --break`,
    );
    process.exitCode = 1;
  }
  writeFileSync(PAGE, withEndpoints(readFileSync(PAGE, 'utf8')));
}
