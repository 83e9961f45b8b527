import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file so that a reader, or a crash at any moment, finds either the old content or the whole new one: a
 * temporary file beside it, fsync, rename, fsync of the folder.
 *
 * @param file the file
 * @param content its whole content
 * @throws what the file system throws; the temporary file is removed
 * @example await writeAtomically('runs/tiny.json', text);
 */
export async function writeAtomically(file: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/**
 * Makes a folder's entries durable. Windows cannot open folders and does not need it.
 *
 * @example await syncFolder('runs');
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
