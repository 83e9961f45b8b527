import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawIntervals, type IntervalPanel } from '../figures/svg/interval-plot.ts';
import { CLAIM_METHODS, type ClaimRow } from '../schemas/claims.ts';
import { formatTable, replaceTables } from '../scripts/tables.ts';
import type { ExaminedRow } from './examine.ts';
import { drawKeeps, drawRanges } from './pictures.ts';
import {
  makeLearnedTable,
  makeNormsTable,
  makeOptimisersTable,
  makeOverfittingTable,
  makeTabuTable,
  makeTrialsTable,
  type Results,
} from './tables.ts';
import type { Finding } from './verdict.ts';

const DOCS = path.join(import.meta.dirname, '..', 'docs');

/** The page. */
export const CLAIMS_PAGE = path.join(DOCS, 'claims.md');

/** Where its pictures stand. */
export const CLAIMS_PICTURES = path.join(DOCS, 'claims');

/** The names of the methods for people. */
const NAMES: Readonly<Record<ClaimRow['method'], string>> = {
  tabu: 'Tabu dropout',
  vsd: 'Variational structured dropout',
  ic: 'IC layer',
  novograd: 'NovoGrad',
  advanced: 'Advanced dropout',
};

const show = (value: number | null): string => {
  if (value === null) return '–';
  const text = String(Number(Math.abs(value).toPrecision(3)));
  return value < 0 ? `−${text}` : text;
};

/** The tables of the page, by the names of their marks: one a method, and the notes. */
export function makeTables(rows: readonly ExaminedRow[]): Record<string, string[]> {
  return Object.fromEntries(
    CLAIM_METHODS.map((method) => [
      `claims-${method}`,
      formatTable(
        ['', 'claim', 'here', 'measured', 'effect (95 %)', 'delta', 'n (corrected ±)', 'run it'],
        rows.flatMap(({ row }) => (row.method === method ? [makeCells(row)] : [])),
      ),
    ]),
  );
}

function makeCells(row: ClaimRow): string[] {
  const { id, claim, verdict, measure, comparison, effect, lower, upper, delta, networks, note, command } =
    row;
  const interval = lower === null ? '' : ` (${show(lower)} to ${show(upper)})`;
  const settled = verdict === 'undecided' ? ` (${row.needs} would settle it)` : '';
  return [
    id,
    claim,
    `**${verdict}**${settled}`,
    measure === null ? (note ?? '') : `${measure}: ${comparison}. ${note ?? ''}`.trim(),
    effect === null ? '' : `${show(effect)}${interval}`,
    delta === null ? '' : show(delta),
    networks === null ? '' : `${networks} (± ${show(row.half_width)})`,
    command === null ? '' : `\`${command}\``,
  ];
}

/** What was tried, beside what the abstract is about: a row a claim. */
export const makeScopeTable = (rows: readonly ExaminedRow[]): string[] =>
  formatTable(
    ['', 'what was to confirm it', 'tried on', 'the abstract is about', 'networks'],
    rows.flatMap(({ row, confirms = 'the definition, checked' }) =>
      row.tried_on === '–'
        ? []
        : [
            [
              row.id,
              confirms,
              row.tried_on,
              row.abstract_is_about,
              row.results?.replaceAll('fixtures/claims/', '') ?? '',
            ],
          ],
    ),
  );

/**
 * The findings about the claims of a method: a panel for each claim, and for each delta where data sets have deltas of their own; dashed lines at
 * the least difference that matters.
 */
export function drawMethod(rows: readonly ExaminedRow[], method: ClaimRow['method']): string | undefined {
  const panels = rows.flatMap(({ row, findings, measure, scale = 1 }): IntervalPanel[] => {
    if (row.method !== method || !findings || !measure) return [];
    return [...new Set(findings.map(({ delta }) => delta))].map((delta) => ({
      title: `${row.id}, ${row.verdict}: ${measure}`,
      marks: listMarks(findings[0] as Finding, delta).map((one) => scale * one),
      estimates: findings
        .filter((one) => one.delta === delta)
        .map(({ name, estimate, lower, upper }) => ({
          label: name,
          ...{ value: scale * estimate, lower: scale * lower, upper: scale * upper },
        })),
    }));
  });
  if (panels.length === 0) return undefined;
  return drawIntervals(`${NAMES[method]}: differences, 95 % each; dashed: the least that matters`, panels);
}

const listMarks = ({ expected }: Finding, delta: number): number[] =>
  ({ more: [delta], less: [-delta], not_less: [-delta], equal: [-delta, delta] })[expected];

/** Writes the tables and pictures of docs/claims.md. */
export function writePage(rows: readonly ExaminedRow[], results: Results): void {
  const page = readFileSync(CLAIMS_PAGE, 'utf8');
  writeFileSync(CLAIMS_PAGE, replaceTables(page, makeAllTables(rows, results)));
  mkdirSync(CLAIMS_PICTURES, { recursive: true });
  for (const [name, picture] of Object.entries(drawPictures(rows, results)))
    if (picture) writeFileSync(path.join(CLAIMS_PICTURES, `${name}.svg`), picture);
}

/** All tables of the page, by the names of their marks. */
export const makeAllTables = (rows: readonly ExaminedRow[], results: Results): Record<string, string[]> => ({
  ...makeTables(rows),
  'claims-scope': makeScopeTable(rows),
  'claims-strength': makeTabuTable(results),
  'claims-learned': makeLearnedTable(results),
  'claims-norms': makeNormsTable(results),
  'claims-trials': makeTrialsTable(results),
  'claims-overfitting': makeOverfittingTable(results),
  'claims-optimisers': makeOptimisersTable(results),
});

/** The pictures of the page that there are results for, by name. */
export function drawPictures(
  rows: readonly ExaminedRow[],
  results: Results,
): Readonly<Record<string, string | undefined>> {
  return {
    ...Object.fromEntries(CLAIM_METHODS.map((method) => [method, drawMethod(rows, method)])),
    ranges: drawRanges(results),
    keeps: drawKeeps(results),
  };
}
