/** Runs the tests that hold the promises of docs/reliability.md, and counts their cases. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { TestRecord } from './reliability-record.ts';

const ROOT = path.dirname(import.meta.dirname);

/** What vitest's JSON says of its tests. `meta.inputs` is how many random inputs a test tried, where it says so. */
const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          meta: z.object({ inputs: z.int().optional() }).optional(),
        }),
      ),
    }),
  ),
});

/**
 * Runs tests and counts their cases.
 *
 * @param tests by file and words of their name, in which %s, %j, $name and the like stand for anything
 * @returns how many cases passed, of each
 * @throws Error where one failed, or there is none
 * @example countCases([['worker/token.test.ts', 'is refused from pages of %s']])
 */
export function countCases(tests: readonly (readonly [file: string, name: string])[]): TestRecord {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-reliability-'));
  const output = path.join(folder, 'tests.json');
  const files = [...new Set(tests.map(([file]) => file))];
  spawnSync(
    process.execPath,
    [
      path.join(import.meta.dirname, 'launch.mjs'),
      'vitest',
      'run',
      ...['--project', '!browser', '--reporter', 'json', '--outputFile', output],
      ...files,
    ],
    { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const { testResults } = report.parse(JSON.parse(readFileSync(output, 'utf8')));
  rmSync(folder, { recursive: true });
  const counted = tests.map(([file, name]) => {
    const words = new RegExp(
      name
        .split(/%[sdifjo]|\$\w+/)
        .map(escaped)
        .join('.*'),
    );
    const cases = testResults
      .filter((result) => path.resolve(ROOT, result.name) === path.join(ROOT, file))
      .flatMap((result) => result.assertionResults)
      .filter(({ fullName, status }) => words.test(fullName) && status !== 'todo' && status !== 'skipped');
    const failed = cases.filter(({ status }) => status !== 'passed');
    if (cases.length === 0) throw new Error(`${file} has no test "${name}" that ran`);
    if (failed.length > 0)
      throw new Error(`${file}: ${failed.map(({ fullName }) => fullName).join(', ')} failed`);
    const inputs = cases.reduce((sum, { meta }) => sum + (meta?.inputs ?? 0), 0);
    return [`${file}: ${name}`, { cases: cases.length, ...(inputs > 0 && { inputs }) }] as const;
  });
  const date = new Date().toISOString().slice(0, 10);
  return { command: 'npm run reliability -- --test', date, tests: Object.fromEntries(counted) };
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
