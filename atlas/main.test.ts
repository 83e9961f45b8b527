import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { backends } from '../trainer/backends/index.ts';
import { PLANES } from './planes.ts';

/** Runs `npm run atlas` without npm. */
function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), ...args]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part) => (stdout += part));
    child.stderr.on('data', (part) => (stderr += part));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('lists the planes; help has examples and exit statuses', async () => {
  const list = await run();
  expect(list.code).toBe(0);
  for (const { plan } of PLANES) expect(list.stdout).toContain(plan.id);
  // (what nobody has timed has an estimate)
  for (const line of list.stdout.trimEnd().split('\n').slice(1)) expect(line).toMatch(/\d (min|networks)$/);
  const help = await run('--help');
  expect(help.code).toBe(0);
  expect(help.stdout).toContain('Examples:');
  expect(help.stdout).toContain('Exit status:');
});

test('unknown planes and numbers out of range are refused with what would do', async () => {
  const unknown = await run('mnist-tanh');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('"npm run atlas" lists them')]);
  const share = await run('--check', '--share', '2');
  expect([share.code, share.stderr]).toEqual([2, expect.stringContaining('--share')]);
});

test('what says how to check is refused where nothing is checked', async () => {
  for (const args of [
    ['--save'],
    ['--share', '0.1'],
    ['--draw', '1'],
    ['mnist-tanh-vsd', '--backend', 'ort-node'],
  ]) {
    const { code, stdout, stderr } = await run(...args);
    expect([args, code, stdout]).toEqual([args, 2, '']);
    expect(stderr).toContain('add --check');
  }
});

// (the grids that ship were trained by the native back end)
test.skipIf(backends['ort-node'].unavailable() !== undefined)(
  'a cell that ships is trained again',
  async () => {
    // (this draw takes one of 24 layers)
    const { code, stdout, stderr } = await run(
      'mnist-tanh-technique-bernoulli',
      '--check',
      '--share',
      '1e-6',
      '--draw',
      '1',
    );
    expect(stderr).toContain('Draw 1');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/1 cells: [01] the same in every number, [01] within .*, 0 off/),
    ]);
  },
  120_000,
);
