import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/command.ts';
import { takeLock } from './lock.ts';

test('a lock of a living process is respected, and given back', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'x.lock');
  // the parent lives as long as this test
  await writeFile(file, JSON.stringify({ pid: process.ppid, host: hostname() }));
  await expect(takeLock(file)).rejects.toThrow(`Another process (${process.ppid} on ${hostname()})`);
  expect(JSON.parse(await readFile(file, 'utf8')).pid).toBe(process.ppid);
});

test('a lock of a process that is gone, or that was cut while written, is taken over', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'x.lock');
  const gone = spawnSync(process.execPath, ['--version']).pid;
  for (const content of [JSON.stringify({ pid: gone, host: hostname() }), '', '{"pid":']) {
    await writeFile(file, content);
    const release = await takeLock(file);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ pid: process.pid, host: hostname() });
    await release();
    expect(await readdir(folder)).toEqual([]);
  }
});

test('of a process on another machine nothing is known: its lock is respected', async () => {
  const file = path.join(await temporaryFolder(), 'x.lock');
  await writeFile(file, JSON.stringify({ pid: 1, host: 'elsewhere' }));
  await expect(takeLock(file)).rejects.toThrow(/1 on elsewhere.*delete .*x\.lock/);
});

test('a folder that cannot be made is a clear failure', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  await expect(takeLock(path.join(file, 'x.lock'))).rejects.toThrow(
    /Cannot lock .*: a file of that name is in the way \(EEXIST\)\. Choose a folder/,
  );
});
