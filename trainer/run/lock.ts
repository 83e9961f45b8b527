import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { Failure, fileFailure } from '../errors.ts';

type Owner = { pid: number; host: string };

/**
 * Takes a lock: a file that names the process that holds it. The lock of a process that is gone is taken over.
 *
 * @param file the lock file; missing folders are made
 * @returns a function that gives the lock back
 * @throws Failure when another process holds it, or the file cannot be written
 * @example const release = await takeLock('runs/tiny.lock');
 */
export async function takeLock(file: string): Promise<() => Promise<void>> {
  const mine = `${file}.${process.pid}`;
  const owner: Owner = { pid: process.pid, host: hostname() };
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(mine, JSON.stringify(owner));
    // a few rounds: between the look at a stale lock and its removal another process may have taken it over
    for (let round = 0; round < 5; round++) {
      // link, not open: the lock appears with its content or not at all
      if (await link(mine, file).then(() => true, exists)) return () => rm(file, { force: true });
      await removeStale(file);
    }
    throw new Failure(`${file} is taken by others again and again; run the same command again.`);
  } catch (error) {
    throw fileFailure(`lock ${file}`, error, 'Choose a folder that can be written with --out.');
  } finally {
    // where it could not be made it cannot be removed
    await rm(mine, { force: true }).catch(() => {});
  }
}

function exists(error: NodeJS.ErrnoException): false {
  if (error.code === 'EEXIST') return false;
  throw error;
}

async function removeStale(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(missing);
  if (text === undefined) return;
  const owner = parseOwner(text);
  if (owner && !isGone(owner))
    throw new Failure(
      `Another process (${owner.pid} on ${owner.host}) is training this plan into this folder. ` +
        `Wait for it, or choose another folder with --out. If it is gone for certain, delete ${file}.`,
    );
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    return missing(error as NodeJS.ErrnoException);
  }
  // somebody else's fresh lock was moved away: put it back
  if ((await readFile(aside, 'utf8')) !== text) await link(aside, file).catch(exists);
  await rm(aside, { force: true });
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text);
    return Number.isInteger(owner?.pid) && typeof owner.host === 'string' ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process has ended. Of another machine's processes nothing is known. */
function isGone({ pid, host }: Owner): boolean {
  if (host !== hostname()) return false;
  // in a container every run may have the same number
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
