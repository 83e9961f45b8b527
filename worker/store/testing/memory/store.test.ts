import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { histories } from '../histories.ts';
import { play } from '../play.ts';
import { MUTANTS } from './mutants.ts';
import { memoryWorld } from './world.ts';

const SEED = 15;

// each failure of a part is logged
beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

it('keeps its promises in ten thousand histories of several clients whose every call may fail', {
  timeout: 300_000,
}, async () => {
  const counts = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const { wrong, calls } = await play(await memoryWorld(history.ships), history);
      expect(wrong).toEqual([]);
      for (const { asked, answer } of calls) {
        const name = `${asked.kind} ${asked.kind === 'publish' || asked.kind === 'withdraw' ? answer : answer === undefined}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
    }),
    { numRuns: 10_000, seed: SEED },
  );
  // the histories reach everything that can be answered, and often
  expect([...counts.keys()].sort()).toEqual(ANSWERS);
  expect(Math.min(...counts.values())).toBeGreaterThan(50);
});

const ANSWERS = [
  ...['current false', 'current true'],
  ...['failed', 'older', 'published', 'restored', 'unchanged', 'undefined'].map((one) => `publish ${one}`),
  ...['versions false', 'versions true'],
  ...['failed', 'missing', 'shipped', 'undefined', 'withdrawn'].map((one) => `withdraw ${one}`),
].sort();

it.each(MUTANTS)('would find a store that $fault', { timeout: 120_000 }, async ({ change, collects }) => {
  const promises = fc.asyncProperty(histories, async (history) => {
    const clients = history.clients.map((deeds) =>
      deeds.filter(({ kind }) => collects || kind !== 'collect'),
    );
    const { wrong } = await play(await memoryWorld(history.ships), { ...history, clients }, change);
    return wrong.length === 0;
  });
  const { failed } = await fc.check(promises, { numRuns: 10_000, seed: SEED, endOnFailure: true });
  expect(failed).toBe(true);
});
