import type { BackendName } from '../../catalogue/training.ts';
import { type Grid, type GridRow, gridSchema } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { backendOf } from '../backends/index.ts';
import type { DataSet } from '../data/data-set.ts';
import { DATA_SETS } from '../data/index.ts';
import { cellKey, planCells } from './cells.ts';
import { checksumOf } from './checksum.ts';
import { softwareOf } from './software.ts';

/**
 * The grid of a finished run, as the text of its file, with its checksum: the same for the same rows, in whatever order they came.
 *
 * @param plan the plan
 * @param rows the row of each of its cells, or of those that its search took, by {@link cellKey}
 * @param data what was trained on
 * @throws Error when a row is missing or the grid breaks its schema, which would be an error of Dropline
 * @example encodeGrid(plan, journal.rows, data)
 */
export function encodeGrid(plan: Plan, rows: ReadonlyMap<string, GridRow>, data: DataSet): string {
  const { spec, integrity } = DATA_SETS[plan.data.name].package;
  const grid: Grid = {
    id: plan.id,
    meta: {
      schema: 'dropline-grid/1',
      plan,
      software: softwareOf(plan),
      ...(plan.backend === 'auto' && { backend: backendOf(plan.backend).name as BackendName }),
      data: {
        name: plan.data.name,
        source: `npm:${spec}`,
        integrity,
        train_images: data.train.count,
        test_images: data.test.count,
        mean: perChannel(data.mean),
        standard_deviation: perChannel(data.standardDeviation),
      },
    },
    rows: planCells(plan).flatMap((cell) => {
      const row = rows.get(cellKey(cell));
      if (!row && !plan.search) throw new Error(`the grid lacks the cell ${cellKey(cell)}`);
      return row ? [row] : [];
    }),
  };
  const { rows: checked, id, meta } = gridSchema.parse(grid);
  const rest = { id, sha256: checksumOf({ id, meta, rows: checked }), meta };
  // one row a line: grids are read, and compared, by people too
  const lines = checked.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  const head = JSON.stringify(rest, null, 2).slice(0, -2);
  return `${head},\n  "rows": [\n${lines}\n  ]\n}\n`;
}

/** One number for grey images, a list for coloured ones. */
const perChannel = (values: readonly number[]) => (values.length === 1 ? (values[0] as number) : [...values]);
