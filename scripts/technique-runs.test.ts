import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { COMBINATIONS, planOf, type Runs, runOf, withRuns } from './technique-runs.ts';

const ROOT = path.dirname(import.meta.dirname);
const recorded: Runs = JSON.parse(readFileSync(path.join(ROOT, 'fixtures', 'technique-runs.json'), 'utf8'));

it('records every combination, and docs/trainer.md shows them (npm run techniques writes both)', () => {
  const made = recorded.runs.map(({ technique, optimiser, data }) => ({ technique, optimiser, data }));
  expect(made).toEqual(COMBINATIONS);
  const page = readFileSync(path.join(ROOT, 'docs', 'trainer.md'), 'utf8');
  expect(page).toBe(withRuns(page, recorded));
});

it('every technique learns MNIST past 90 % with every optimiser, at three hidden layers', async () => {
  for (const { test_accuracy, ...run } of recorded.runs)
    if (run.data === 'mnist') expect(test_accuracy, `${run.technique} ${run.optimiser}`).toBeGreaterThan(0.9);
  for (const combination of COMBINATIONS) {
    const { axes, evaluation } = await planOf(combination);
    expect([axes.depth, evaluation.test_images]).toEqual([[3], 10_000]);
  }
});

it('a run of the table, made again, reaches what is recorded', async () => {
  const combination = { technique: 'tabu', optimiser: 'momentum', data: 'mnist' } as const;
  const before = recorded.runs.find(
    (run) => run.technique === 'tabu' && run.optimiser === 'momentum' && run.data === 'mnist',
  );
  const { test_accuracy } = await runOf(combination);
  // another processor or back end rounds otherwise: within four standard errors of a share of 10,000 images
  const share = before?.test_accuracy as number;
  expect(Math.abs((test_accuracy as number) - share)).toBeLessThan(
    4 * Math.sqrt((2 * share * (1 - share)) / 10_000),
  );
});
