import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Plan } from '../../schemas/plan.ts';
import { temporaryFolder } from '../testing/command.ts';
import { smallPlan } from '../testing/plan.ts';
import { Journal, planJournal } from './journal.ts';
import { runPlan } from './run-plan.ts';

test('a cell that throws is named; the others go on and are saved, and there is no grid', async () => {
  const out = await temporaryFolder();
  const { keep, ...network } = smallPlan.network;
  // a keep that no plan file could have: it makes the noise of these cells throw
  const plan: Plan = {
    ...smallPlan,
    axes: { depth: [1], keep: [0.9, 2, 0.8] },
    network: { ...network, sigma_w2: 1 },
  };
  const said: string[] = [];
  const run = runPlan(plan, {
    out,
    workers: 1,
    signal: new AbortController().signal,
    say: (line) => said.push(line),
  });
  await expect(run).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining(
      '1 of 3 networks failed, so there is no grid yet:\n  depth 1, sigma_w2 1, keep 2, seed 1\n',
    ),
  });
  expect(await readdir(out)).toEqual(['small.journal.jsonl']);
  const journal = await Journal.open(path.join(out, 'small.journal.jsonl'), planJournal(plan));
  await journal.close();
  expect([...journal.rows.values()].map((row) => row.keep)).toEqual([0.9, 0.8]);
});

test('interrupted before it began, a run trains nothing and keeps its journal', async () => {
  const out = await temporaryFolder();
  const run = runPlan(smallPlan, { out, workers: 1, signal: AbortSignal.abort(), say: () => {} });
  await expect(run).rejects.toMatchObject({ exitCode: 130 });
  expect(await readdir(out)).toEqual(['small.journal.jsonl']);
});
