import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { startProgram, temporaryFolder } from '../testing/command.ts';
import { takeLock } from './files.ts';

const holder = fileURLToPath(new URL('../testing/hold-lock.ts', import.meta.url));

/** A process that holds the lock. */
async function held(file: string, ...prefix: string[]) {
  const [program = process.execPath, ...args] = [...prefix, process.execPath, holder, file];
  const process_ = startProgram(program, args);
  const [said] = await once(process_.child.stdout as NodeJS.ReadableStream, 'data');
  return { ...process_, said: String(said) };
}

test('is held against other processes, given back, and leaves nothing', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'deeper', 'x.lock');
  const release = await takeLock(file);
  expect((await held(file)).said).toContain(
    `Another process is training this plan into this folder (it holds ${file})`,
  );
  await expect(takeLock(file), 'nor by the same process again').rejects.toThrow('Another process');
  expect((await held(file)).said, 'a refused attempt does not free it').toContain('Another process');
  await release();
  expect(await readdir(path.dirname(file))).toEqual([]);
  await (await takeLock(file))();
});

test.skipIf(process.platform === 'win32')('a paused holder keeps it, a killed one does not', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'x.lock');
  const { child, ended, said } = await held(file);
  expect(said).toBe('locked\n');
  child.kill('SIGSTOP');
  await expect(takeLock(file)).rejects.toThrow('Another process');
  child.kill('SIGKILL');
  await ended;
  expect(await readdir(folder), 'the file of the killed one is no obstacle').toEqual(['x.lock']);
  await (await takeLock(file))();
  expect(await readdir(folder)).toEqual([]);
});

test('a process of another container with the same host name and process number is kept out', async (context) => {
  const file = path.join(await temporaryFolder(), 'x.lock');
  const isolated = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--uts'];
  const possible = await startProgram('unshare', [...isolated.slice(1), 'true']).ended.catch(() => undefined);
  if (possible?.code !== 0) return context.skip('no namespaces can be made here');
  const release = await takeLock(file);
  expect((await held(file, ...isolated)).said).toContain('Another process');
  await release();
  const inside = await held(file, ...isolated);
  expect(inside.said).toBe('locked\n');
  await expect(takeLock(file)).rejects.toThrow('Another process');
  inside.child.kill('SIGKILL');
});

test('of processes that take it and give it back at once, one has it at a time', async () => {
  const folder = await temporaryFolder();
  const turns = [path.join(folder, 'x.lock'), '100'];
  const ends = await Promise.all(
    [1, 2, 3].map(() => startProgram(process.execPath, [holder, ...turns]).ended),
  );
  expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual([1, 2, 3].map(() => [0, '']));
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['is there again', true],
  ['is gone', false],
])('a file that its holder removes between opening and locking is not what is locked: it %s', async (_, again) => {
  const file = path.join(await temporaryFolder(), 'x.lock');
  const { exec } = DatabaseSync.prototype;
  vi.spyOn(DatabaseSync.prototype, 'exec').mockImplementationOnce(function (this: DatabaseSync, sql) {
    rmSync(file);
    if (again) writeFileSync(file, '');
    return exec.call(this, sql);
  });
  const release = await takeLock(file);
  expect((await held(file)).said).toContain('Another process');
  await release();
  vi.restoreAllMocks();
});

test('a lock of an older version says what to do', async () => {
  const file = path.join(await temporaryFolder(), 'x.lock');
  await writeFile(file, JSON.stringify({ pid: 1, host: 'elsewhere' }));
  await expect(takeLock(file)).rejects.toThrow(`If no run of it is going on, delete ${file}.`);
});

test('a folder that cannot be made is a clear failure', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await expect(takeLock(path.join(file, 'x.lock'))).rejects.toThrow(
    /Cannot lock .*: a file of that name is in the way \(EEXIST\)\. Choose a folder/,
  );
});
