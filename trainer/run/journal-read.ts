import { readFile } from 'node:fs/promises';
import { type GridRow, gridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { Failure, fileFailure } from '../errors.ts';
import { cellKey, planCells } from './cells.ts';
import { decodeLine, encodeLine, type JournalHeader, journalHeader } from './journal-lines.ts';

/** Where a line begins: after a line feed, and where that is damaged, at the checksum that every line begins with. */
const LINE_BREAK = /\n|(?=\{"checksum":"[0-9a-f]{32}")/;

/** What a journal says. */
export type JournalContent = {
  /** The rows of finished cells, by {@link cellKey}. */
  readonly rows: Map<string, GridRow>;
  /** How many lines were damaged and left aside. */
  readonly damaged: number;
  /** How many whole copies of the header there are, at least one. */
  readonly headers: number;
  /** The length without a last line that has no line feed, because it was being written when the process died. */
  readonly end: number;
};

/**
 * The finished cells of a journal, without opening it for writing.
 *
 * @param file where it is
 * @param plan the plan
 * @throws Failure as {@link parseJournal}, and when the file cannot be read
 * @example (await readJournal('runs/tiny.shard-1-of-2.journal.jsonl', plan)).rows.size
 */
export async function readJournal(file: string, plan: Plan): Promise<JournalContent> {
  const text = await readFile(file, 'latin1').catch((error) => {
    throw fileFailure(
      `read the journal ${file}`,
      error,
      'Give the path of a journal, or the folder it is in.',
    );
  });
  return parseJournal(file, text, plan);
}

/**
 * Reads the text of a journal: copies of a header, and a line for each finished cell. A damaged line is left aside; it costs no other
 * line.
 *
 * @param file its name, for messages
 * @param text of it, one character a byte
 * @param plan the plan
 * @throws Failure when no whole header is there, or one of another plan or other software
 * @example parseJournal('tiny.journal.jsonl', text, plan).rows.size
 */
export function parseJournal(file: string, text: string, plan: Plan): JournalContent {
  const header = encodeLine(journalHeader(plan)).trimEnd();
  const cells = new Set(planCells(plan).map(cellKey));
  const rows = new Map<string, GridRow>();
  let [headers, damaged] = [0, 0];
  const end = text.lastIndexOf('\n') + 1;
  for (const line of text.slice(0, end).split(LINE_BREAK).slice(0, -1)) {
    const content = line === header ? undefined : decodeLine(line);
    const row = gridRow.safeParse(content).data;
    if (line === header) headers++;
    else if (isHeader(content)) refuseHeader(file, content, plan);
    else if (row && cells.has(cellKey(row))) rows.set(cellKey(row), row);
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

function refuseHeader(file: string, found: JournalHeader, plan: Plan): never {
  const expected = journalHeader(plan);
  if (found.plan !== expected.plan)
    throw new Failure(
      `${file} belongs to another plan with the id "${plan.id}" (the plan was changed since it was begun). ` +
        'Delete it to start anew, or give the plan another id, or choose another folder with --out.',
    );
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
