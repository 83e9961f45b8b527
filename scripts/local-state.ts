/** Whether `npm start` can keep published grids in a folder: whether it can be written to, and its databases are sound. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What has to fit besides what is there: an upload or two, and what SQLite writes beside it. */
const ROOM = 8 * 1024 * 1024;

/** Written and deleted again at every start. */
const PROBE = '.write-probe';

/** The folders of the state, under `v3/`, that hold what was published; the others hold nothing that would be missed. */
const PUBLISHED = ['d1', 'r2'];

/**
 * What is wrong with the folder, and what to do; undefined where nothing is.
 *
 * @param folder where wrangler keeps its databases and files; made if it is not there
 * @example localStateFault('.wrangler/state') // undefined
 */
export function localStateFault(folder: string): string | undefined {
  return writeFault(folder) ?? databaseFault(folder);
}

function writeFault(folder: string): string | undefined {
  const probe = path.join(folder, PROBE);
  try {
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(probe, new Uint8Array(ROOM), { flush: true });
    } finally {
      rmSync(probe, { force: true });
    }
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const full = code === 'ENOSPC' || code === 'EDQUOT';
    return full
      ? `The disk is full: ${ROOM / 1024 / 1024} MB do not fit into ${folder}, where published grids are kept.\nMake room, or keep them elsewhere: npm start -- --persist-to <folder>`
      : `Nothing can be written into ${folder}, where published grids are kept (${code ?? message}).\nGive this user the right to write there, or keep them elsewhere: npm start -- --persist-to <folder>`;
  }
}

function databaseFault(folder: string): string | undefined {
  const state = path.join(folder, 'v3');
  const files = listFiles(state).filter((file) => file.endsWith('.sqlite'));
  for (const file of files) {
    const fault = damage(path.join(state, file));
    if (fault === undefined) continue;
    const [kind = ''] = file.split(path.sep);
    const what = PUBLISHED.includes(kind)
      ? `It says which grids were published here. Move the folder ${folder} away and start again, with nothing published:\nthe shipped grids and the theory do not need it. Then publish again: npm run dropline -- publish <grid.json> --to <url>`
      : `It holds nothing that would be missed. Delete the folder ${path.join(state, kind)} and start again.`;
    return `The local database is damaged: ${path.join(state, file)}\n(${fault}).\n${what}`;
  }
  return undefined;
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** What SQLite says of a damaged file, in its words. */
function damage(file: string): string | undefined {
  try {
    const database = new DatabaseSync(file);
    try {
      const [first] = database.prepare('PRAGMA quick_check(1)').all();
      const said = String(Object.values(first ?? {})[0]);
      return said === 'ok' ? undefined : said;
    } finally {
      database.close();
    }
  } catch (error) {
    // another process is writing: the file is in use, not damaged
    return (error as { errcode?: number }).errcode === 5 ? undefined : (error as Error).message;
  }
}
