import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { fileFailure } from '../errors.ts';
import { cellKey } from './cells.ts';
import { syncFolder } from './files.ts';
import { encodeLine, journalHeader } from './journal-lines.ts';
import { type JournalContent, parseJournal } from './journal-read.ts';

const ADVICE =
  'Everything finished so far is saved; put it right and run the same command again, or choose another folder with --out.';

/** Copies of the header: one damaged byte leaves at least one whole. */
const COPIES = 2;

/**
 * The journal of a run: an append-only file with two copies of a header and one line for each finished cell. A cell that
 * {@link Journal.append} returned for survives a crash of the process and of the machine.
 */
export class Journal {
  /** The rows of finished cells, by {@link cellKey}. */
  readonly rows: Map<string, GridRow>;
  /** How many lines were damaged and left aside. */
  readonly damaged: number;
  /** Whether the last line was not whole and was cut off. */
  readonly cut: boolean;
  readonly #file: string;
  readonly #handle: FileHandle;
  #last: Promise<void> = Promise.resolve();

  private constructor(
    file: string,
    handle: FileHandle,
    { rows, damaged }: Pick<JournalContent, 'rows' | 'damaged'>,
    cut: boolean,
  ) {
    this.#file = file;
    this.#handle = handle;
    this.rows = rows;
    this.damaged = damaged;
    this.cut = cut;
  }

  /**
   * Opens a plan's journal, making it where there is none. A last line without its line feed was being written when
   * the process died, and is cut off. Where copies of the header are damaged or missing, they are added at the end.
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
      const whole = header.repeat(COPIES);
      // a header that was being written: nothing was finished yet
      if (text.length < whole.length && whole.startsWith(text)) {
        await handle.truncate(0);
        await handle.writeFile(whole);
        await handle.sync();
        await syncFolder(path.dirname(file));
        return new Journal(file, handle, { rows: new Map(), damaged: 0 }, false);
      }
      const content = parseJournal(file, text, plan);
      const cut = text.length > content.end;
      if (cut) await handle.truncate(content.end);
      if (content.headers < COPIES) {
        await handle.appendFile(header.repeat(COPIES - content.headers));
        await handle.sync();
      }
      return new Journal(file, handle, content, cut);
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
