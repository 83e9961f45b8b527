import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const main = path.join(import.meta.dirname, 'main.ts');

/** Runs `npm run claims`. */
const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [main, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) =>
      ({ code, stdout, stderr }) as { code: number; stdout: string; stderr: string },
  );

test('without an id: the verdict of every claim', async () => {
  const { code, stdout } = await run();
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(36);
  expect(stdout).toMatch(/^ T1 +exact/m);
});

test('a claim that needs no training is run in a moment, the same twice', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'claims-'));
  const { code, stdout } = await run('T2', '--out', folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^T2: .*\n {2}holds here/);
  const file = path.join(folder, 'check-tabu_diversity.json');
  const shipped = path.join(import.meta.dirname, '..', 'fixtures', 'claims', 'check-tabu_diversity.json');
  expect(await readFile(file, 'utf8')).toBe(await readFile(shipped, 'utf8'));
});

test('what it cannot do, it says', async () => {
  const unknown = await run('T7');
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain('There is no claim "T7". There are: T1, T2');
  const write = await run('T2', '--write');
  expect(write.code).toBe(2);
  expect(write.stderr).toContain('The page is made from the results in fixtures/claims');
  expect((await run('--help')).stdout).toContain('npm run claims -- T5 --workers 2');
});
