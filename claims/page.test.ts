import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { replaceTables } from '../scripts/tables.ts';
import { type ExaminedRow, examineClaims } from './examine.ts';
import { CLAIMS_PAGE, CLAIMS_PICTURES, drawPictures, makeAllTables } from './page.ts';
import { readChecks, readResults } from './read.ts';
import type { Results } from './tables.ts';

let results: Results;
let examined: ExaminedRow[];
beforeAll(async () => {
  results = await readResults(() => {});
  examined = examineClaims({ results, checks: await readChecks(() => {}) });
});

test('docs/claims.md and fixtures/claims.json are those of the results (npm run claims -- --write)', () => {
  const page = readFileSync(CLAIMS_PAGE, 'utf8');
  expect(page).toBe(replaceTables(page, makeAllTables(examined, results)));
  const file = path.join(import.meta.dirname, '..', 'fixtures', 'claims.json');
  expect(JSON.parse(readFileSync(file, 'utf8')).claims).toEqual(examined.map(({ row }) => row));
});

test('the pictures are those of the results, and the page shows each of them', () => {
  const page = readFileSync(CLAIMS_PAGE, 'utf8');
  for (const [name, picture] of Object.entries(drawPictures(examined, results))) {
    const file = path.join(CLAIMS_PICTURES, `${name}.svg`);
    expect(existsSync(file), name).toBe(picture !== undefined);
    if (picture === undefined) continue;
    expect(readFileSync(file, 'utf8'), name).toBe(picture);
    expect(page).toContain(`(claims/${name}.svg)`);
  }
});

test('a verdict that was measured says by what, and one that is open says what it would take', () => {
  for (const { row } of examined) {
    const measured = ['holds here', 'fails here', 'real but below delta', 'undecided'].includes(row.verdict);
    if (measured && row.effect !== null) {
      expect(row.lower as number, row.id).toBeLessThanOrEqual(row.effect);
      expect(row.upper as number, row.id).toBeGreaterThanOrEqual(row.effect);
      expect(row.networks as number, row.id).toBeGreaterThanOrEqual(10);
    }
    expect(row.needs !== null, row.id).toBe(row.verdict === 'undecided');
  }
});
