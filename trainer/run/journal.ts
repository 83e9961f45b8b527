import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type GridRow, gridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { Failure, toFileFailure } from '../errors.ts';
import { listCells, toCellKey } from './cells.ts';
import { syncFolder } from './files.ts';
import { listSoftware } from './grid-file.ts';
import { digestPlan } from './plan.ts';

/** The first line of a journal, and its second: whose it is. */
export type JournalHeader = {
  journal: 'dropline-journal/1';
  id: string;
  /** SHA-256 of the plan. */
  plan: string;
  software: Record<string, string>;
};

/** The header of a plan's journal. */
export function createHeader(plan: Plan): JournalHeader {
  return {
    journal: 'dropline-journal/1',
    id: plan.id,
    plan: digestPlan(plan),
    software: listSoftware(plan),
  };
}

/** What a journal holds, and how its lines are read. */
export type JournalFormat<Row extends object> = {
  readonly header: JournalHeader;
  /** A text that is the same for the same network, and different for different ones. */
  readonly key: (row: Row) => string;
  /** The keys of all networks that may stand in it. */
  readonly keys: ReadonlySet<string>;
  /** Reads a row; undefined where it is none. */
  readonly parse: (content: unknown) => Row | undefined;
};

/** The journal of a plan: the rows of its grid. */
export const planJournal = (plan: Plan): JournalFormat<GridRow> => ({
  header: createHeader(plan),
  key: toCellKey,
  keys: new Set(listCells(plan).map(toCellKey)),
  parse: (content) => gridRow.safeParse(content).data,
});

/** A line of the journal: JSON with a checksum of the rest before it, and a line feed at the end. */
export function encodeLine(content: object): string {
  const checksum = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
  return `${JSON.stringify({ checksum, content })}\n`;
}

/**
 * The content of a line, without the line feed; undefined where the line is damaged. A line is whole only if writing
 * its content again gives the very same characters, so that any changed character is noticed.
 * @example decodeLine('torn{') // undefined
 */
export function decodeLine(line: string): unknown {
  try {
    const { content } = JSON.parse(line);
    return encodeLine(content) === `${line}\n` ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Where a line begins: after a line feed, and where that is damaged, at the checksum that every line begins with. */
const LINE_BREAK = /\n|(?=\{"checksum":"[0-9a-f]{32}")/;

/** What a journal says. */
export type JournalContent<Row = GridRow> = {
  /** The rows of finished networks, by their keys. */
  readonly rows: Map<string, Row>;
  /** How many lines were damaged and left aside. */
  readonly damaged: number;
  /** How many whole copies of the header there are, at least one. */
  readonly headers: number;
  /** The length without a last line that has no line feed, because it was being written when the process died. */
  readonly end: number;
};

/** The finished cells of a journal, without opening it for writing. */
export async function readJournal<Row extends object>(
  file: string,
  format: JournalFormat<Row>,
): Promise<JournalContent<Row>> {
  const text = await readFile(file, 'latin1').catch((error) => {
    throw toFileFailure(
      `read the journal ${file}`,
      error,
      'Give the path of a journal, or the folder it is in.',
    );
  });
  return parseJournal(file, text, format);
}

/**
 * Reads the text of a journal: copies of a header, and a line for each finished cell. A damaged line is left aside; it costs no other
 * line.
 */
export function parseJournal<Row extends object>(
  file: string,
  text: string,
  format: JournalFormat<Row>,
): JournalContent<Row> {
  const header = encodeLine(format.header).trimEnd();
  const rows = new Map<string, Row>();
  let [headers, damaged] = [0, 0];
  const end = text.lastIndexOf('\n') + 1;
  for (const line of text.slice(0, end).split(LINE_BREAK).slice(0, -1)) {
    const content = line === header ? undefined : decodeLine(line);
    const row = format.parse(content);
    if (line === header) headers++;
    else if (isHeader(content)) refuseHeader(file, content, format.header);
    else if (row && format.keys.has(format.key(row))) rows.set(format.key(row), row);
    else damaged++;
  }
  if (headers === 0)
    throw new Failure(
      `${file} is no journal of Dropline, or all copies of its header are damaged. ` +
        'Move it away to start this run anew, or give the plan another id, or choose another folder with --out.',
    );
  return { rows, damaged, headers, end };
}

const isHeader = (content: unknown): content is JournalHeader =>
  (content as JournalHeader | undefined)?.journal === 'dropline-journal/1';

function refuseHeader(file: string, found: JournalHeader, expected: JournalHeader): never {
  if (found.plan !== expected.plan)
    throw new Failure(
      `${file} belongs to another plan with the id "${expected.id}" (the plan was changed since it was begun). ` +
        'Delete it to start anew, or give the plan another id, or choose another folder with --out.',
    );
  throw new Failure(
    `${file} was begun with other software (${describe(found.software)}; now ${describe(expected.software)}), ` +
      'and all networks of a run are trained with one. Delete it to start anew, or choose another folder with --out.',
  );
}

function describe(software: Record<string, string> = {}): string {
  return Object.entries(software)
    .map((entry) => entry.join(' '))
    .join(', ');
}

const ADVICE =
  'Everything finished so far is saved; put it right and run the same command again, or choose another folder with --out.';

/** Copies of the header: one damaged byte leaves at least one whole. */
const COPIES = 2;

/**
 * The journal of a run: an append-only file with two copies of a header and one line for each finished cell. A cell that
 * {@link Journal.append} returned for survives a crash of the process and of the machine.
 */
export class Journal<Row extends object = GridRow> {
  /** The rows of finished networks, by their keys. */
  readonly rows: Map<string, Row>;
  /** How many lines were damaged and left aside. */
  readonly damaged: number;
  /** Whether the last line was not whole and was cut off. */
  readonly cut: boolean;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #key: (row: Row) => string;
  #last: Promise<void> = Promise.resolve();

  private constructor(
    file: string,
    handle: FileHandle,
    key: (row: Row) => string,
    { rows, damaged }: Pick<JournalContent<Row>, 'rows' | 'damaged'>,
    cut: boolean,
  ) {
    this.#file = file;
    this.#handle = handle;
    this.#key = key;
    this.rows = rows;
    this.damaged = damaged;
    this.cut = cut;
  }

  /**
   * Opens a journal, making it where there is none. A last line without its line feed was being written when
   * the process died, and is cut off. Where copies of the header are damaged or missing, they are added at the end.
   */
  static async open<Row extends object>(file: string, format: JournalFormat<Row>): Promise<Journal<Row>> {
    let handle: FileHandle | undefined;
    try {
      await mkdir(path.dirname(file), { recursive: true });
      handle = await open(file, 'a+');
      // one character a byte: the journal is ASCII, and damage must not change the length
      const text = await handle.readFile('latin1');
      const header = encodeLine(format.header);
      const whole = header.repeat(COPIES);
      // a header that was being written: nothing was finished yet
      if (text.length < whole.length && whole.startsWith(text)) {
        await handle.truncate(0);
        await handle.writeFile(whole);
        await handle.sync();
        await syncFolder(path.dirname(file));
        return new Journal<Row>(file, handle, format.key, { rows: new Map(), damaged: 0 }, false);
      }
      const content = parseJournal(file, text, format);
      const cut = text.length > content.end;
      if (cut) await handle.truncate(content.end);
      if (content.headers < COPIES) {
        await handle.appendFile(header.repeat(COPIES - content.headers));
        await handle.sync();
      }
      return new Journal(file, handle, format.key, content, cut);
    } catch (error) {
      await handle?.close();
      throw toFileFailure(`open the journal ${file}`, error, ADVICE);
    }
  }

  /** Adds a finished cell and waits until it is on the disk. Calls are written one after the other. */
  append(row: Row): Promise<void> {
    this.#last = this.#last.then(() => this.#write(row));
    return this.#last;
  }

  /** Closes the file when what was appended is written. */
  async close(): Promise<void> {
    await this.#last.catch(() => {});
    await this.#handle.close();
  }

  async #write(row: Row): Promise<void> {
    try {
      await this.#handle.appendFile(encodeLine(row));
      await this.#handle.sync();
    } catch (error) {
      throw toFileFailure(`write the journal ${this.#file}`, error, ADVICE);
    }
    this.rows.set(this.#key(row), row);
  }
}
