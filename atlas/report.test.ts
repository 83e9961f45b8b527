import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { depthRuleSchema } from '../schemas/depth-rule.ts';
import { replaceTables } from '../scripts/tables.ts';
import { measureDistance } from '../theory/index.ts';
import { collectColumns } from './columns.ts';
import { measureRuleFactors } from './factors.ts';
import { computeLogLikelihood, PLAIN_OPTIMISERS, predictLog } from './fit.ts';
import { readShippedPlanes } from './grids.ts';
import { createReport, encodeRule, PAGE, PICTURES, RULE } from './report.ts';
import { locateColumn, selectFittedColumns, toRule } from './rule.ts';

const planes = readShippedPlanes();
const page = readFileSync(PAGE, 'utf8');
const text = readFileSync(RULE, 'utf8');
const file = depthRuleSchema.parse(JSON.parse(text));
const rule = toRule(file);
const every = collectColumns(
  planes
    .filter(({ subject }) => !['plane', 'unseen', 'cases', 'last'].includes(subject))
    .map(({ grid }) => grid),
);
const columns = selectFittedColumns(every, file.optimisers);

// (all fits take minutes: that what ships is the best of them is seen beside it)
test('the numbers of the rule that ships are those that the shipped grids make most likely', () => {
  const plain = columns.filter(({ settings }) => settings.optimiser in PLAIN_OPTIMISERS);
  const expected = (name?: string, by = 1) => {
    const value = file.parameters[name as 'm'] ?? 0;
    const parameters = { ...file.parameters, ...(name && { [name]: value * by }) };
    return plain.map((column) => predictLog({ candidate: rule.fit.candidate, parameters }, column));
  };
  const likelihood = (at: readonly number[], spread: number) =>
    plain.reduce((sum, column, i) => sum + computeLogLikelihood(column, at[i] as number, spread), 0);
  const spreads = Array.from({ length: 16 }, (_, i) => 0.05 * 1.1 ** i);
  const here = expected();
  const spread = spreads.reduce((a, b) => (likelihood(here, b) > likelihood(here, a) ? b : a));
  const most = likelihood(here, spread);
  for (const name of Object.keys(file.parameters))
    for (const by of [0.97, 1.03])
      expect([name, by, likelihood(expected(name, by), spread) < most + 0.1]).toEqual([name, by, true]);
  for (const [name, [low, high]] of Object.entries(file.intervals)) {
    expect(low).toBeLessThan(file.parameters[name as 'm'] as number);
    expect(high).toBeGreaterThan(file.parameters[name as 'm'] as number);
  }
});

test('what it says of the networks that it was fitted to is so', () => {
  expect(file.columns).toBe(columns.length);
  const widths = columns.map(({ settings }) => settings.width);
  const steps = columns.map(({ settings }) => settings.steps);
  expect(file.ranges).toEqual({
    width: [Math.min(...widths), Math.max(...widths)],
    steps: [Math.min(...steps), Math.max(...steps)],
  });
  expect(file.names.technique).toEqual(
    [...new Set(columns.map(({ settings }) => settings.technique))].sort(),
  );
  for (const [name, { rates }] of Object.entries(file.optimisers)) {
    const own = columns.flatMap((column) =>
      column.settings.optimiser === name ? [column.learning_rate] : [],
    );
    expect([name, ...rates]).toEqual([name, Math.min(...own), Math.max(...own)]);
  }
  const far = columns.map((column) =>
    measureDistance(file.measured, locateColumn(rule.fit, column, rule.optimisers)),
  );
  expect(Math.max(...far)).toBeLessThan(0.16);
  const factors = measureRuleFactors(rule, every).map(({ setting, value, factor }) => [
    setting,
    value,
    expect.closeTo(factor, 2),
  ]);
  expect(file.factors.map(({ setting, value, factor }) => [setting, value, factor])).toEqual(factors);
  expect(encodeRule(file)).toBe(text);
});

test('the tables of the page are what the shipped grids and the rule give', () => {
  const { tables } = createReport(planes, file);
  expect(replaceTables(page, tables)).toBe(page);
});

test('every plane that ships has its picture, and the page links to it', () => {
  for (const { plan } of planes) {
    expect(existsSync(path.join(PICTURES, `${plan.id}.svg`)), plan.id).toBe(true);
    expect(page).toContain(`(atlas/${plan.id}.svg)`);
  }
});
