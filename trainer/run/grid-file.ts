import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { BackendName } from '../../catalogue/training.ts';
import { checksummedText } from '../../schemas/checksum.ts';
import { parseUnique } from '../../schemas/duplicate-keys.ts';
import { type Grid, type GridRow, gridSchema } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { findBackend } from '../backends/index.ts';
import { type AnyData, isOfRows } from '../data/any-data.ts';
import { DATA_SETS } from '../data/sources.ts';
import { Failure, toFileFailure } from '../errors.ts';
import { findPackageVersion, readDroplineVersion } from '../package-version.ts';
import { listCells, toCellKey } from './cells.ts';
import { writeAtomically } from './files.ts';
import { digestPlan } from './plan.ts';

/** The checksum that a file carries of the rest of itself. */
export function computeChecksum(file: object): string {
  return createHash('sha256').update(checksummedText(file)).digest('hex');
}

/** Checks a file against the checksum that it carries. */
export function verifyChecksum(
  name: string,
  file: { readonly sha256?: unknown },
  say: (line: string) => void,
): void {
  if (file.sha256 === undefined)
    say(
      `Note: ${name} carries no checksum (it was made by an older version), so nobody can tell whether it was altered.`,
    );
  else if (file.sha256 !== computeChecksum(file))
    throw new Failure(
      `${name} was altered after it was written: what it says does not have the SHA-256 that it carries. Do not use its numbers. ` +
        'Take another copy of it; or delete it and run the command again that made it: its journal has the rows, so nothing is trained anew.',
    );
}

/**
 * What computes a plan's numbers, by name, with versions: nothing that depends on the machine. A run is not continued
 * with other versions.
 * @example listSoftware(plan) // { dropline: '0.1.0', 'onnxruntime-web': '1.19.2', … }
 */
export function listSoftware(plan: Plan): Record<string, string> {
  return {
    dropline: readDroplineVersion(),
    ...findBackend(plan.backend).software(),
    'd3-random': findPackageVersion('d3-random'),
    'pure-rand': findPackageVersion('pure-rand'),
  };
}

/**
 * The grid of a finished run, as the text of its file, with its checksum: the same for the same rows, in whatever order they came.
 */
export function encodeGrid(plan: Plan, rows: ReadonlyMap<string, GridRow>, data: AnyData): string {
  const grid: Grid = {
    id: plan.id,
    meta: {
      schema: 'dropline-grid/1',
      plan,
      software: listSoftware(plan),
      ...(plan.backend === 'auto' && { backend: findBackend(plan.backend).name as BackendName }),
      data: describeData(plan, data),
    },
    rows: listCells(plan).flatMap((cell) => {
      const row = rows.get(toCellKey(cell));
      if (!row && !plan.search) throw new Error(`the grid lacks the cell ${toCellKey(cell)}`);
      return row ? [row] : [];
    }),
  };
  return formatGrid(gridSchema.parse(grid));
}

/** What a file of trained networks says of their data. */
export function describeData({ data: { name } }: Pick<Plan, 'data'>, data: AnyData): Grid['meta']['data'] {
  const { source, integrity } = DATA_SETS[name].origin;
  return {
    ...{ name, source, integrity },
    train_images: data.train.count,
    test_images: data.test.count,
    mean: perChannel(data.mean),
    standard_deviation: perChannel(data.standardDeviation),
    ...(isOfRows(data) && {
      target: { mean: data.target.mean, standard_deviation: data.target.standardDeviation },
    }),
  };
}

/** The text of a grid's file, with its checksum. */
export function formatGrid({ id, meta, rows }: Pick<Grid, 'id' | 'meta' | 'rows'>): string {
  return formatRows({ id, sha256: computeChecksum({ id, meta, rows }), meta }, rows);
}

/** The text of a file with rows, one a line: such files are read, and compared, by people too. */
export function formatRows(head: object, rows: readonly object[]): string {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`;
}

/** One number for grey images, a list for coloured ones. */
const perChannel = (values: readonly number[]) => (values.length === 1 ? (values[0] as number) : [...values]);

/** The grid of a plan that was finished before. */
export async function readFinishedGrid(
  plan: Plan,
  file: string,
  say: (line: string) => void,
): Promise<Grid | undefined> {
  const text = await readFile(file, 'utf8').catch((error) => {
    // a folder that is no folder is reported by who writes there
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw toFileFailure(`read ${file}`, error, 'Choose another folder with --out.');
  });
  if (text === undefined) return undefined;
  const remedy = 'Delete it to train anew, or give the plan another id, or choose another folder with --out.';
  let value: unknown;
  try {
    value = parseUnique(text);
  } catch (error) {
    throw new Failure(`${file} is there but is not JSON: ${(error as Error).message}. ${remedy}`);
  }
  const grid = gridSchema.safeParse(value);
  if (!grid.success) throw new Failure(`${file} is there but is no whole grid. ${remedy}`);
  verifyChecksum(file, value as object, say);
  if (digestPlan(grid.data.meta.plan) !== digestPlan(plan))
    throw new Failure(`${file} is the grid of another plan with the id "${plan.id}". ${remedy}`);
  return grid.data;
}

/** Writes the grid of a finished run. */
export async function writeGrid(file: string, text: string): Promise<Grid> {
  await writeAtomically(file, text).catch((error) => {
    throw toFileFailure(`write the grid ${file}`, error, 'All cells are saved: run the same command again.');
  });
  return JSON.parse(text);
}
