import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../schemas/plan.ts';
import { EXIT } from '../trainer/errors.ts';
import { measureRecord, readRecord } from './gradients/record.ts';
import { smallGradients } from './gradients/testing.ts';

const ROOT = path.dirname(import.meta.dirname);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-gradients-'));
  mkdirSync(path.join(folder, 'plans'));
  mkdirSync(path.join(folder, 'docs'));
  for (const read_out of ['fixed', 'quadratic'] as const)
    writeFileSync(path.join(folder, 'plans', `${read_out}.json`), JSON.stringify(planOf(read_out)));
  cpSync(path.join(ROOT, 'docs', 'gradients.md'), page());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = () => path.join(folder, 'docs', 'gradients.md');

const planOf = (read_out: 'fixed' | 'quadratic'): Plan => ({
  ...smallGradients,
  id: `small-${read_out}`,
  measurement: { ...(smallGradients.measurement as NonNullable<Plan['measurement']>), read_out },
});

/** Runs the command with folders of the test's own. */
function gradients(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const places = { plans: 'plans', records: 'records', out: 'seeds', docs: 'docs' };
  const own = Object.entries(places).flatMap(([name, to]) => [`--${name}`, path.join(folder, to)]);
  const child = spawn(process.execPath, ['atlas/gradients.ts', ...own, ...args], { cwd: ROOT });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('measures small plans, draws them and writes their tables; the second time it measures nothing', async () => {
  const first = await gradients();
  expect([first.code, first.stderr]).toEqual([EXIT.ok, expect.stringContaining('small-fixed: seed 2 of 2')]);
  const files = () =>
    ['gradients-tanh.svg', 'gradients-variance.svg'].map((name) => path.join(folder, 'docs', 'atlas', name));
  for (const file of files()) expect(first.stdout).toContain(path.basename(file));
  const text = readFileSync(page(), 'utf8');
  expect(text).toContain('| `tanh` | 0.8 |');
  expect(text).not.toContain('`relu` | 0.8');
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
  // nothing is left of the seeds
  expect(readdirSync(path.join(folder, 'seeds'))).toEqual([]);

  for (const file of files()) rmSync(file);
  const again = await gradients('--draw');
  expect(again).toEqual({ code: EXIT.ok, stdout: first.stdout, stderr: '' });
  expect(readFileSync(page(), 'utf8')).toBe(text);
  expect(files().every((file) => existsSync(file))).toBe(true);
  expect((await gradients()).stderr).not.toContain('seed');
}, 300_000);

test('says what is wrong', async () => {
  const both = await gradients('--draw', '--again');
  expect([both.code, both.stderr]).toEqual([EXIT.usage, expect.stringContaining('give one of them')]);
  const records = await gradients('--draw', '--records', path.join(folder, 'nowhere'));
  expect([records.code, records.stderr]).toEqual([EXIT.failed, expect.stringContaining('not measured yet')]);
  const help = await gradients('--help');
  expect([help.code, help.stdout]).toEqual([EXIT.ok, expect.stringContaining('npm run gradients -- --draw')]);
  const wrong = await gradients('--workers', 'many');
  expect([wrong.code, wrong.stderr]).toEqual([EXIT.usage, expect.stringContaining('whole number')]);
}, 120_000);

test('interrupted after a seed, it goes on to the same record', async () => {
  const plan = { ...planOf('fixed'), id: 'small-again', seeds: [1, 2, 3] };
  const [records, seeds] = [path.join(folder, 'again'), path.join(folder, 'again-seeds')];
  const controller = new AbortController();
  const said: string[] = [];
  const options = { workers: 1, records, seeds, signal: controller.signal };
  const stopped = measureRecord(plan, {
    ...options,
    say: (line) => {
      said.push(line);
      if (line.includes('seed 2')) controller.abort();
    },
  });
  await expect(stopped).rejects.toMatchObject({ exitCode: EXIT.interrupted });
  expect(readdirSync(seeds)).toEqual(['small-again.seed-1.json']);
  expect(readRecord(records, plan.id)).toBeUndefined();

  const before = readFileSync(path.join(seeds, 'small-again.seed-1.json'), 'utf8');
  const signal = new AbortController().signal;
  const record = await measureRecord(plan, { ...options, signal, say: () => {} });
  expect(record).toEqual(
    await measureRecord(plan, { ...options, signal, records: `${records}-2`, say: () => {} }),
  );
  expect(readRecord(records, plan.id)).toEqual(record);
  // the first seed is in it as it was
  const { rows } = JSON.parse(before) as { rows: number[][] };
  expect(record.rows.slice(0, rows.length)).toEqual(rows);
  // another plan under the same name is measured again
  const other = { ...plan, measurement: { ...plan.measurement, networks: 3 } } as Plan;
  const changed = await measureRecord(other, { ...options, signal, say: () => {} });
  expect(changed.meta.plan.measurement?.networks).toBe(3);
  expect(changed.rows).not.toEqual(record.rows);
}, 300_000);
