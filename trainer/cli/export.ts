import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { columnAxis, measuredColumns, trainedBy } from '../../figures/measured/columns.ts';
import { predictedAt } from '../../figures/measured/predicted.ts';
import { comparisonResultSchema } from '../../schemas/comparison.ts';
import { type Grid, gridSchema } from '../../schemas/grid.ts';
import { measurementSchema, unitMeasurementSchema } from '../../schemas/measurement.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import { readJson } from '../compare/comparison.ts';
import { EXIT, Failure, toFileFailure } from '../errors.ts';
import { writeAtomically } from '../run/files.ts';
import { verifyChecksum } from '../run/grid-file.ts';
import { bold, type OutputOptions, print, say } from './output.ts';

type ExportOptions = OutputOptions & { readonly out?: string };

/** Adds `dropline export`. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description('Write a grid, a comparison or a measurement as a spreadsheet.')
    .argument('<result.json>', 'a grid, the result of a comparison, or a measurement')
    .option('--out <file>', 'the spreadsheet, .xlsx (default: beside the result)')
    .addHelpText(
      'after',
      `
The sheets: rows, as they are in the file, with numbers as numbers; of a grid with depth as an axis also the frontier, L50 of
each column with its interval beside the theory; and about, what was trained and how. Lists are in a cell as JSON. Text is text,
also where it begins like a formula.

Examples:
  npm run dropline -- export runs/tiny.json
  npm run dropline -- export fixtures/grids/mnist-tanh-keep-095.json --out grid.xlsx

Exit status: 0 written, 1 the file was altered or cannot be written, 2 wrong usage or no result.`,
    )
    .action((file: string, options: ExportOptions, command: Command) =>
      exportResult(file, { ...options, ...command.optsWithGlobals() }),
    );
}

/** A result: whatever has rows. */
type Result = {
  readonly id: string;
  readonly sha256?: string | undefined;
  readonly meta: { readonly schema: string };
  readonly rows: readonly object[];
};

const SCHEMAS = [gridSchema, comparisonResultSchema, measurementSchema, unitMeasurementSchema] as const;

async function exportResult(file: string, options: ExportOptions): Promise<void> {
  const out = options.out ?? file.replace(/(\.json)?$/, '.xlsx');
  if (!out.endsWith('.xlsx'))
    throw new Failure(`A spreadsheet's name ends in .xlsx; "${out}" does not.`, EXIT.usage);
  const result = await readResult(file);
  const sheets = makeSheets(result);
  try {
    await mkdir(path.dirname(out), { recursive: true });
    await writeAtomically(out, await encodeSheets(sheets));
  } catch (error) {
    throw toFileFailure(`write the spreadsheet ${out}`, error, 'Choose another place with --out.');
  }
  print(
    options,
    { id: result.id, spreadsheet: out, sheets: sheets.map(({ name }) => name), rows: result.rows.length },
    `Spreadsheet: ${bold(out)}`,
  );
}

/** A result's file, checked. */
async function readResult(file: string): Promise<Result> {
  const value = await readJson(file);
  const kind = (value as { meta?: { schema?: unknown } } | null)?.meta?.schema;
  const schema = SCHEMAS.find(({ shape }) => shape.meta.shape.schema.value === kind);
  const parsed = schema?.safeParse(value, { error: otherType });
  if (!schema || !parsed)
    throw new Failure(
      `${file} is no grid, comparison or measurement: it says so in meta.schema. Give one that dropline has written, for example runs/tiny.json.`,
      EXIT.usage,
    );
  if (parsed.success) {
    if ('sha256' in schema.shape) verifyChecksum(file, value as object, say);
    return parsed.data as Result;
  }
  const lines = problemEntries(parsed.error, Object.keys(schema.shape));
  throw new Failure(
    `${file} is not whole:\n${lines.map(({ pointer, detail }) => `  ${pointer}  ${detail}`).join('\n')}`,
    EXIT.usage,
  );
}

/** What a cell may hold. */
type Cell = string | number | boolean | null;

/** A sheet: its header, and rows of as many cells. */
export type Sheet = {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
};

/** Characters that a cell of a spreadsheet may hold. */
const LONGEST = 32_767;

/**
 * The sheets of a result.
 *
 * @param result a grid, a comparison or a measurement
 * @example makeSheets(grid).map(({ name }) => name) // ['rows', 'frontier', 'about']
 */
export function makeSheets(result: Result): Sheet[] {
  const isGrid = result.meta.schema === 'dropline-grid/1';
  const frontier = isGrid ? listFrontier(result as Grid) : [];
  return [
    makeSheet('rows', result.rows),
    ...(frontier.length > 0 ? [makeSheet('frontier', frontier)] : []),
    makeSheet('about', describe({ id: result.id, sha256: result.sha256, ...result.meta })),
  ];
}

function makeSheet(name: string, rows: readonly object[]): Sheet {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cut = new Set<string>();
  const cells = rows.map((row) =>
    columns.map((column) => {
      const cell = toCell((row as Readonly<Record<string, unknown>>)[column]);
      if (typeof cell !== 'string' || cell.length <= LONGEST) return cell;
      cut.add(column);
      return null;
    }),
  );
  if (cut.size > 0)
    say(
      `Note: what is longer than the ${LONGEST} characters of a cell is left out, in the columns ${[...cut].join(', ')}.`,
    );
  return { name, columns, rows: cells };
}

function toCell(value: unknown): Cell {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  return JSON.stringify(value);
}

/** The frontier of each column of a grid, beside the theory's scale. */
function listFrontier(grid: Grid): object[] {
  const axis = columnAxis(grid);
  if (!axis) return [];
  return measuredColumns(grid, trainedBy(grid.meta.plan)).map((column) => ({
    [axis]: column[axis],
    L50: column.depth,
    low: column.low,
    high: column.high,
    censored: column.censored,
    networks: column.networks,
    xi_2: predictedAt(grid, column).xi_2,
  }));
}

/** What is known of a result, a name and a value in each row: `plan.network.width`, 100. */
function describe(value: object, path: readonly string[] = []): { name: string; value: unknown }[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const here = [...path, name];
    return typeof member === 'object' && member !== null && !Array.isArray(member)
      ? describe(member, here)
      : [{ name: here.join('.'), value: member }];
  });
}

/** Sheets as the bytes of an .xlsx file. */
async function encodeSheets(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const { default: writeExcelFile } = await import('write-excel-file/node');
  return writeExcelFile(
    sheets.map(({ name, columns, rows }) => ({
      sheet: name,
      data: [
        columns.map((value) => ({ value, fontWeight: 'bold' as const })),
        ...rows.map((row) => [...row]),
      ],
      columns: columns.map((column) => ({ width: Math.max(10, column.length + 2) })),
      stickyRowsCount: 1,
    })),
  ).toBuffer();
}
