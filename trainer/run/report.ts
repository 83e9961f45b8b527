import type { Grid } from '../../schemas/grid.ts';
import { AXIS_NAMES, type AxisName } from '../../schemas/plan.ts';

/**
 * A table of a grid for a terminal: training accuracy in per cent, mean over the seeds, with the first axis down and
 * the other across. A point with a diverged network shows `div`.
 *
 * @param grid the grid
 * @returns lines of text
 * @example console.log(accuracyTable(grid));
 */
export function accuracyTable(grid: Grid): string {
  const { axes } = grid.meta.plan;
  const [down, across] = AXIS_NAMES.filter((name) => axes[name]) as [AxisName, AxisName];
  const header = [`${down} \\ ${across}`, ...(axes[across] ?? []).map(String)];
  const body = (axes[down] ?? []).map((row) => [
    String(row),
    ...(axes[across] ?? []).map((column) => {
      const accuracies = grid.rows
        .filter((cell) => cell[down] === row && cell[across] === column)
        .map((cell) => cell.train_accuracy);
      return accuracies.includes(null) ? 'div' : percent(accuracies as number[]);
    }),
  ]);
  const table = [header, ...body];
  const widths = header.map((_, i) => Math.max(...table.map((cells) => cells[i]?.length ?? 0)));
  const text = table.map((cells) => cells.map((cell, i) => cell.padStart(widths[i] as number)).join('  '));
  return ['Training accuracy, %, noise off, mean over the seeds:', ...text].join('\n');
}

function percent(accuracies: readonly number[]): string {
  return ((accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length) * 100).toFixed(1);
}
