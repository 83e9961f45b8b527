import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readRecords, reliabilityPage } from './reliability.ts';
import { PROMISES } from './reliability-promises.ts';
import { countCases } from './reliability-run.ts';

const RECORD = {
  promise: 'x',
  test: 'bench/load.ts',
  command: 'npm run load',
  counts: { requests: 12_345, unexpected_answers: 0 },
  date: '2026-11-30',
};

it('is the page that the promises and the records give', () => {
  const page = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'reliability.md'), 'utf8');
  expect(page).toBe(reliabilityPage(PROMISES, readRecords()));
});

const none = { long: new Map<string, typeof RECORD>(), tests: undefined };

it('shows what was counted, and when', () => {
  const test = ['worker/token.test.ts', 'is refused from pages of %s'] as const;
  const promise = { promise: 'It holds.', page: 'api.md', tests: [test], record: 'load' };
  const tests = {
    command: 'npm test',
    date: '2026-11-29',
    tests: { [test.join(': ')]: { cases: 7, inputs: 5000 } },
  };
  const page = reliabilityPage([promise], { long: new Map([['load', RECORD]]), tests });
  expect(page).toContain('requests: 12,345<br>unexpected answers: 0 | 2026-11-30 |');
  expect(page).toContain('cases: 7<br>inputs: 5,000 | 2026-11-29 |');
  expect(reliabilityPage([promise], none)).toMatch(/not counted yet[\s\S]*not run yet/);
});

it('stops where a test is gone, has another name, or a record belongs to nothing', () => {
  const held = (file: string, name: string) => [
    { promise: 'p', page: 'api.md', tests: [[file, name] as const] },
  ];
  expect(() => reliabilityPage(held('worker/gone.test.ts', ''), none)).toThrow('is not there');
  expect(() => reliabilityPage(held('scripts/start.test.ts', 'no such test'), none)).toThrow('has no test');
  expect(() => reliabilityPage([{ promise: 'p', page: 'gone.md', tests: [], record: 'x' }], none)).toThrow(
    'docs/gone.md is not there',
  );
  expect(() => reliabilityPage([], { ...none, long: new Map([['load', RECORD]]) })).toThrow(
    'belongs to no promise',
  );
});

it('counts the cases of a test by the words of its name', () => {
  const numbers = 'schemas/parameters.test.ts';
  const { tests } = countCases([[numbers, '']]);
  expect(tests[`${numbers}: `]?.cases).toBeGreaterThan(1);
  expect(() => countCases([[numbers, 'no such %s']])).toThrow('has no test "no such %s" that ran');
}, 120_000);
