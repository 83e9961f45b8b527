import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Grid, GridRow } from '../../schemas/grid.ts';
import { formatAccuracies } from '../cli/train.ts';
import { smallPlan } from '../testing/plan.ts';
import { listCells } from './cells.ts';
import { countCorrect } from './evaluate.ts';
import { formatDuration, type ProgressStart, type ProgressState, showProgress } from './progress.ts';

test('the table has the mean over the seeds, and says where a network diverged', () => {
  const plan = { ...smallPlan, axes: { depth: [5, 10], keep: [0.5, 0.95] }, seeds: [1, 2] };
  const rows = listCells(plan).map(
    (cell, i) => ({ ...cell, train_accuracy: i === 7 ? null : 0.1 * i + 0.2 }) as GridRow,
  );
  const table = formatAccuracies({ meta: { plan }, rows } as Grid).split('\n');
  expect(table.slice(1)).toEqual([
    'depth \\ keep   0.5  0.95',
    '           5  25.0  45.0',
    '          10  65.0   div',
  ]);
});

/** What is written where no terminal is, at times in milliseconds. */
function written(start: ProgressStart, updates: readonly (readonly [number, ProgressState])[]): string[] {
  let time = 0;
  const lines: string[] = [];
  const stream = { isTTY: false, write: (text: string) => lines.push(text) } as never;
  const progress = showProgress(start, stream, () => time);
  for (const [at, state] of updates) {
    time = at;
    progress.update(() => state);
  }
  return lines;
}

test('without a terminal a line comes every ten seconds, with the time left', () => {
  const state = { share: 0.3, left: 70, cells: 2 };
  const lines = written({ cells: 8, workers: 1 }, [
    [9_000, state],
    [10_000, state],
    [19_000, state],
  ]);
  expect(lines).toEqual(['30 %  2/8 cells  1 min left\n']);
  expect(lines.join('')).not.toContain('\x1b');
});

test('before steps were timed there is no time left, and of a search, whose end is not known, there is none', () => {
  const early = { share: 0.001, left: undefined, cells: 0 };
  expect(written({ cells: 8, workers: 2 }, [[12_000, early]])).toEqual(['0 %  0/8 cells  12 s so far\n']);
  const search = { share: undefined, left: undefined, cells: 12, note: '1 of 3 columns' };
  expect(written({ cells: undefined, workers: 2 }, [[20_000, search]])).toEqual([
    '12 cells  1 of 3 columns  20 s so far\n',
  ]);
});

test('a terminal has a bar for the run and a line for each worker', async () => {
  const written: string[] = [];
  const stream = Object.assign(
    new Writable({
      write(chunk, _, done) {
        written.push(String(chunk));
        done();
      },
    }),
    {
      isTTY: true,
      columns: 120,
    },
  );
  const progress = showProgress({ cells: 8, workers: 2 }, stream as never);
  progress.update(() => ({ share: 0.5, left: 90, cells: 4 }));
  progress.worker(1, 0.3, 'depth 20: step 30');
  // it is drawn ten times a second
  await sleep(300);
  progress.stop();
  const text = written.join('');
  expect(text).toContain('50 %  4/8 cells');
  expect(text).toContain('depth 20: step 30');
});

test('durations', () => {
  expect([0.2, 59, 60, 3599, 3725].map(formatDuration)).toEqual([
    '1 s',
    '59 s',
    '1 min',
    '1 h 0 min',
    '1 h 2 min',
  ]);
});

test('an image counts as right when its largest logit is that of its label; of equal ones the first', () => {
  const logits = Float32Array.of(1, 3, 2, 5, 4, 0, 1, 1, 1);
  expect(countCorrect(logits, BigInt64Array.of(1n, 0n, 0n))).toBe(3);
  expect(countCorrect(logits, BigInt64Array.of(2n, 0n, 1n))).toBe(1);
  expect(countCorrect(Float32Array.of(Number.NaN, Number.NaN), BigInt64Array.of(1n))).toBe(0);
});
