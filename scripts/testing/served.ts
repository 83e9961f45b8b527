import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { freePort, start, stop } from './api.ts';

/**
 * The API for all tests of a file, with storage of its own.
 *
 * @param name of the file, for the name of the folder
 * @returns a folder that goes with the tests, and the address once they run
 */
export function apiForTests(name: string): { readonly folder: string; readonly url: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), `dropline-${name}-`));
  const served = { folder, url: '' };
  let api: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    const port = await freePort();
    api = await start(port, path.join(folder, 'state'));
    served.url = `http://localhost:${port}`;
  }, 60_000);
  afterAll(async () => {
    await stop(api.child);
    rmSync(folder, { recursive: true, force: true });
  });
  return served;
}

/** Whether a command is there and succeeds. */
export const has = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
