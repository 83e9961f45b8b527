import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure, toFileFailure } from '../errors.ts';

/**
 * Writes a file so that a reader, or a crash at any moment, finds either the old content or the whole new one: a
 * temporary file beside it, fsync, rename, fsync of the folder.
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

/** Makes a folder's entries durable. Windows cannot open folders and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** SQLite's result codes: another connection has the lock; the file is no database. */
const [BUSY, NOT_A_DATABASE] = [5, 26];

/**
 * Takes a lock that the operating system keeps (fcntl on POSIX, LockFileEx on Windows) and gives back by itself when the process
 * ends, however it ends. It holds between containers that share the folder, whatever their host names and process numbers, and a
 * process that is only paused keeps it. Node has no call for such locks, but its SQLite takes them: the file is an empty database in
 * which the holder has begun to write.
 * @see https://www.sqlite.org/lockingv3.html
 */
export async function takeLock(file: string): Promise<() => Promise<void>> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    for (;;) {
      await writeFile(file, '', { flag: 'wx' }).catch(ignoring('EEXIST'));
      const before = await identity(file);
      const database = lock(file);
      // the process that held it may have removed the file between our opening and locking it
      if (before !== undefined && before === (await identity(file)))
        return async () => {
          // removed while it is locked, so that nobody's fresh file is; Windows does not remove open files
          await rm(file, { force: true }).catch(() => {});
          database.close();
        };
      database.close();
    }
  } catch (error) {
    throw toFileFailure(`lock ${file}`, error, 'Choose a folder that can be written with --out.');
  }
}

function lock(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
    return database;
  } catch (error) {
    database?.close();
    const { errcode, message } = error as Error & { errcode?: number };
    if (errcode === BUSY)
      throw new Failure(
        `Another process is training this plan into this folder (it holds ${file}). ` +
          'Wait for it, or choose another folder with --out.',
      );
    if (errcode === NOT_A_DATABASE)
      throw new Failure(
        `${file} is a lock of an older version of Dropline. If no run of it is going on, delete ${file}.`,
      );
    throw new Failure(
      `Cannot lock ${file}: ${message}. Choose a folder with --out that can be written and whose file system has locks.`,
      undefined,
      { cause: error },
    );
  }
}

/**
 * Which file a path names; undefined where there is none. (It is not opened to look: closing any descriptor of a file gives back the
 * process's locks on it.)
 */
async function identity(file: string): Promise<string | undefined> {
  const found = await stat(file, { bigint: true }).catch(ignoring('ENOENT'));
  return found && `${found.dev} ${found.ino} ${found.ctimeNs}`;
}

const ignoring =
  (code: string) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== code) throw error;
  };
