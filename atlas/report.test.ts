import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CANDIDATES } from './fit.ts';
import { shippedPlanes } from './grids.ts';
import { PAGE, PICTURES, RULE, reportOf, withTables } from './report.ts';

const planes = shippedPlanes();
const page = readFileSync(PAGE, 'utf8');
const file = JSON.parse(readFileSync(RULE, 'utf8'));
// (all of them take a minute: the rule, and one to compare it with)
const [own] = CANDIDATES.filter(
  ({ form, extension }) =>
    form === file.form &&
    extension === ('v' in file.parameters ? 'width' : 'p' in file.parameters ? 'exponent' : undefined),
);
const { tables, file: again } = reportOf(planes, {
  candidates: [own as (typeof CANDIDATES)[number], { form: 'xi_2' }],
  draws: 2,
});

test('the rule that ships is what the shipped grids give', () => {
  // (two draws of the bootstrap are no interval)
  const { intervals: _, ...rule } = file;
  expect(again).toMatchObject(rule);
  for (const [name, [low, high]] of Object.entries(file.intervals as Record<string, [number, number]>)) {
    expect(low).toBeLessThan(file.parameters[name]);
    expect(high).toBeGreaterThan(file.parameters[name]);
  }
});

test('the tables of the page are what the shipped grids give', () => {
  const { candidates = [], rule: _, ...others } = tables;
  for (const line of candidates) expect(page).toContain(line);
  expect(withTables(page, others)).toBe(page);
});

test('every plane that ships has its picture, and the page links to it', () => {
  for (const { plan } of planes) {
    expect(existsSync(path.join(PICTURES, `${plan.id}.svg`)), plan.id).toBe(true);
    expect(page).toContain(`(atlas/${plan.id}.svg)`);
  }
});

test('a page without a place for a table is refused', () => {
  expect(() => withTables('', { factors: [] })).toThrow('no place for the table "factors"');
});
