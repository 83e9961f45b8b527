/**
 * Asks the API what people asked, and writes what it answers into docs/field-cases.md: `npm run field-cases`.
 *
 * The questions and the right answers are in fixtures/field-cases.json; the test asks them again.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import cases from '../fixtures/field-cases.json' with { type: 'json' };
import { formatTable, replaceTable } from './tables.ts';
import { freePort, start, stop } from './testing/api.ts';

const PAGE = path.join(import.meta.dirname, '..', 'docs', 'field-cases.md');

/** What a column must hold: a value within a tolerance, anything but a value, an interval around a measured depth, a word. */
type Wanted =
  | { readonly value: number; readonly within: number }
  | { readonly not: string | number }
  | { readonly measured: readonly [low: number, depth: number, high: number] }
  | string
  | null;

/** What was asked, and what is right. */
export type FieldCase = {
  readonly kind: string;
  /** an address of the API */
  readonly ask: string;
  /** the HTTP status of the answer */
  readonly status: number;
  /** what columns of its only row hold */
  readonly expect?: Readonly<Record<string, Wanted>>;
  /** how the right answer was obtained */
  readonly how: string;
};

/** What the API said, and what of it is wrong. */
export type Outcome = { readonly answered: string; readonly wrong: readonly string[] };

export const FIELD_CASES = cases as unknown as readonly FieldCase[];

type Row = Readonly<Record<string, unknown>>;

/**
 * Asks one question.
 *
 * @param url of the API
 * @param asked the question and the right answer
 * @example await askCase('http://localhost:8787', FIELD_CASES[0])
 */
export async function askCase(url: string, { ask, status, expect = {} }: FieldCase): Promise<Outcome> {
  const response = await fetch(url + ask, { headers: { accept: 'application/json' } });
  const text = await response.text();
  const wrong = response.status === status ? [] : [`HTTP status ${response.status} in place of ${status}`];
  if (!response.ok) {
    const { detail = text } = JSON.parse(text) as { detail?: string };
    return { answered: `${response.status}: ${detail}`, wrong };
  }
  const row = (ask.includes('.txt') ? {} : (JSON.parse(text) as { rows: Row[] }).rows[0]) ?? {};
  const columns = Object.entries(expect);
  const off = columns.filter(([column, wanted]) => !holds(row, column, wanted));
  const said = columns.length > 0 ? columns.map(([column]) => shown(row, column)) : [summary(row)];
  return { answered: said.join('; '), wrong: [...wrong, ...off.map(([column]) => shown(row, column))] };
}

function holds(row: Row, column: string, wanted: Wanted): boolean {
  const found = row[column];
  if (wanted === null || typeof wanted === 'string')
    // (a reason may name the columns that it is about)
    return column === 'reason' ? String(found).includes(String(wanted)) : found === wanted;
  if ('not' in wanted) return found !== wanted.not && !(Math.abs(Number(found) - Number(wanted.not)) < 1e-9);
  if ('value' in wanted) return Math.abs((found as number) - wanted.value) <= wanted.within;
  if (found === null) return false;
  const [, depth] = wanted.measured;
  return (row.fitted_low as number) <= depth && depth <= (row.fitted_high as number);
}

function shown(row: Row, column: string): string {
  if (column === 'fitted_depth' && row.fitted_depth !== null)
    return `fitted_depth: ${rounded(row.fitted_depth)} (${rounded(row.fitted_low)} to ${rounded(row.fitted_high)})`;
  const because = row[column] === null && column !== 'reason' ? ` (${String(row.reason)})` : '';
  return `${column}: ${rounded(row[column])}${because}`;
}

/** Where nothing in particular was asked for: what the row says of the variance, and why it lacks what it lacks. */
const summary = ({ status, reason }: Row) => `status: ${String(status)}; reason: ${String(reason)}`;

const rounded = (value: unknown) =>
  typeof value === 'number' ? String(Number(value.toPrecision(12))) : String(value);

/**
 * The page with the table of cases.
 *
 * @param page the page as it is
 * @param outcomes in the order of the cases
 * @throws where the page has no place for the table
 */
export function withCases(page: string, outcomes: readonly Outcome[]): string {
  const rows = FIELD_CASES.map(({ kind, ask, how }, k) => [
    kind,
    `\`${ask}\``,
    outcomes[k]?.answered ?? '',
    how,
  ]);
  const header = ['kind', 'asked', 'answered', 'how the right answer is known'];
  return replaceTable(page, 'cases', formatTable(header, rows));
}

if (import.meta.main) {
  const state = mkdtempSync(path.join(os.tmpdir(), 'dropline-field-cases-'));
  const port = await freePort();
  const { child } = await start(port, state);
  try {
    const outcomes: Outcome[] = [];
    for (const asked of FIELD_CASES) {
      const outcome = await askCase(`http://localhost:${port}`, asked);
      outcomes.push(outcome);
      if (outcome.wrong.length > 0) console.log(`wrong: ${asked.ask}\n  ${outcome.wrong.join('\n  ')}`);
    }
    writeFileSync(PAGE, withCases(readFileSync(PAGE, 'utf8'), outcomes));
    const wrong = outcomes.filter(({ wrong: off }) => off.length > 0).length;
    console.log(
      `${outcomes.length - wrong} of ${outcomes.length} cases are answered rightly. docs/field-cases.md`,
    );
    process.exitCode = wrong > 0 ? 1 : 0;
  } finally {
    await stop(child);
    rmSync(state, { recursive: true, force: true });
  }
}
