import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { Failure, fileFailure } from '../errors.ts';
import { cellKey, planCells } from './cells.ts';
import { syncFolder } from './files.ts';
import { decodeLine, decodeRow, encodeLine, type JournalHeader, journalHeader } from './journal-lines.ts';

const ADVICE =
  'Everything finished so far is saved; put it right and run the same command again, or choose another folder with --out.';

/**
 * The journal of a run: an append-only file with a header and one line for each finished cell. A cell that
 * {@link Journal.append} returned for survives a crash of the process and of the machine.
 */
export class Journal {
  /** The rows of finished cells, by {@link cellKey}. */
  readonly rows: Map<string, GridRow>;
  /** How many lines were damaged and left aside. */
  readonly damaged: number;
  readonly #file: string;
  readonly #handle: FileHandle;
  #last: Promise<void> = Promise.resolve();

  private constructor(file: string, handle: FileHandle, rows: Map<string, GridRow>, damaged: number) {
    this.#file = file;
    this.#handle = handle;
    this.rows = rows;
    this.damaged = damaged;
  }

  /**
   * Opens a plan's journal, making it where there is none. A last line without its line feed was being written when
   * the process died, and is cut off.
   *
   * @param file where it is; missing folders are made
   * @param plan the plan
   * @throws Failure when the journal belongs to another plan or other software, or the file cannot be read or written
   * @example const journal = await Journal.open('runs/tiny.journal.jsonl', plan);
   */
  static async open(file: string, plan: Plan): Promise<Journal> {
    let handle: FileHandle | undefined;
    try {
      await mkdir(path.dirname(file), { recursive: true });
      handle = await open(file, 'a+');
      // one character a byte: the journal is ASCII, and damage must not change the length
      const text = await handle.readFile('latin1');
      const header = encodeLine(journalHeader(plan));
      const end = text.lastIndexOf('\n') + 1;
      // a header that was being written: nothing was finished yet
      if (end === 0 && header.startsWith(text)) {
        await handle.truncate(0);
        await handle.writeFile(header);
        await handle.sync();
        await syncFolder(path.dirname(file));
        return new Journal(file, handle, new Map(), 0);
      }
      const [first = '', ...lines] = text.slice(0, end).split('\n').slice(0, -1);
      checkHeader(file, decodeLine(first), plan);
      if (text.length > end) await handle.truncate(end);
      return new Journal(file, handle, ...readRows(lines, plan));
    } catch (error) {
      await handle?.close();
      throw fileFailure(`open the journal ${file}`, error, ADVICE);
    }
  }

  /**
   * Adds a finished cell and waits until it is on the disk. Calls are written one after the other.
   *
   * @throws Failure when it cannot be written (the disk is full)
   */
  append(row: GridRow): Promise<void> {
    this.#last = this.#last.then(() => this.#write(row));
    return this.#last;
  }

  /** Closes the file when what was appended is written. */
  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#handle.close();
  }

  async #write(row: GridRow): Promise<void> {
    try {
      await this.#handle.appendFile(encodeLine(row));
      await this.#handle.sync();
    } catch (error) {
      throw fileFailure(`write the journal ${this.#file}`, error, ADVICE);
    }
    this.rows.set(cellKey(row), row);
  }
}

/**
 * The finished cells of a journal, without opening it for writing.
 *
 * @param file where it is
 * @param plan the plan
 * @returns rows by {@link cellKey}, and how many lines were damaged
 * @throws Failure as {@link Journal.open}
 * @example (await readJournal('runs/tiny.shard-1-of-2.journal.jsonl', plan)).rows.size
 */
export async function readJournal(
  file: string,
  plan: Plan,
): Promise<{ rows: Map<string, GridRow>; damaged: number }> {
  const text = await readFile(file, 'latin1').catch((error) => {
    throw fileFailure(
      `read the journal ${file}`,
      error,
      'Give the path of a journal, or the folder it is in.',
    );
  });
  const [first = '', ...lines] = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  checkHeader(file, decodeLine(first), plan);
  const [rows, damaged] = readRows(lines, plan);
  return { rows, damaged };
}

function readRows(lines: readonly string[], plan: Plan): [Map<string, GridRow>, number] {
  const cells = new Set(planCells(plan).map(cellKey));
  const rows = new Map<string, GridRow>();
  let damaged = 0;
  for (const line of lines) {
    const row = decodeRow(line);
    if (row && cells.has(cellKey(row))) rows.set(cellKey(row), row);
    else damaged++;
  }
  return [rows, damaged];
}

function checkHeader(file: string, header: unknown, plan: Plan): void {
  const expected = journalHeader(plan);
  const found = header as Partial<JournalHeader> | undefined;
  if (found?.journal !== expected.journal)
    throw new Failure(
      `${file} is no journal of Dropline, or its first line is damaged. ` +
        'Delete it to start this run anew, or give the plan another id, or choose another folder with --out.',
    );
  if (found.plan !== expected.plan)
    throw new Failure(
      `${file} belongs to another plan with the id "${plan.id}" (the plan was changed since it was begun). ` +
        'Delete it to start anew, or give the plan another id, or choose another folder with --out.',
    );
  if (JSON.stringify(found.software) !== JSON.stringify(expected.software))
    throw new Failure(
      `${file} was begun with other software (${describe(found.software)}; now ${describe(expected.software)}), ` +
        'and a grid is trained with one. Delete it to start anew, or choose another folder with --out.',
    );
}

function describe(software: Record<string, string> = {}): string {
  return Object.entries(software)
    .map((entry) => entry.join(' '))
    .join(', ');
}
