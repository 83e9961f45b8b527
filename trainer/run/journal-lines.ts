import { createHash } from 'node:crypto';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { planDigest } from './plan.ts';
import { softwareOf } from './software.ts';

/** The first line of a journal, and its second: whose it is. */
export type JournalHeader = {
  journal: 'dropline-journal/1';
  id: string;
  /** SHA-256 of the plan. */
  plan: string;
  software: Record<string, string>;
};

/**
 * The header of a plan's journal.
 *
 * @example encodeLine(journalHeader(plan))
 */
export function journalHeader(plan: Plan): JournalHeader {
  return {
    journal: 'dropline-journal/1',
    id: plan.id,
    plan: planDigest(plan),
    software: softwareOf(plan),
  };
}

/**
 * A line of the journal: JSON with a checksum of the rest before it, and a line feed at the end.
 *
 * @param content the header, or a finished cell's row
 * @example encodeLine(row)
 */
export function encodeLine(content: JournalHeader | GridRow): string {
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
