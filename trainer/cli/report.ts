import { columnAxis, measuredColumns, trainedBy } from '../../figures/measured/columns.ts';
import { predictedAt } from '../../figures/measured/predicted.ts';
import type { Grid } from '../../schemas/grid.ts';
import { AXIS_NAMES, type AxisName } from '../../schemas/plan.ts';
import { columns } from './output.ts';

/**
 * A table of a grid for a terminal: training accuracy in per cent, mean over the seeds, with the first axis down and
 * the other across. A point with a diverged network shows `div`, one that a search did not train `·`.
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
      if (accuracies.length === 0) return '·';
      return accuracies.includes(null) ? 'div' : percent(accuracies as number[]);
    }),
  ]);
  return ['Training accuracy, %, noise off, mean over the seeds:', columns([header, ...body])].join('\n');
}

/**
 * The frontier of each column for a terminal, with its interval and the theory's depth scale.
 *
 * @param grid with depth as one axis
 * @returns lines of text
 * @example console.log(frontierTable(grid));
 */
export function frontierTable(grid: Grid): string {
  const axis = columnAxis(grid);
  if (!axis) return 'This grid has no axis depth, so it has no frontier.';
  const trained = trainedBy(grid.meta.plan);
  const rows = measuredColumns(grid, trained).map((column) => {
    const { depth, low, high, censored, networks } = column;
    const { xi_2 } = predictedAt(grid, column);
    const shown = (value: number | null) => (value === null ? 'open' : value.toFixed(1));
    return [
      String(column[axis]),
      censored === 'deeper' ? 'deeper' : censored === 'shallower' ? 'shallower' : shown(depth),
      `${shown(low)} to ${shown(high)}`,
      String(networks),
      xi_2 === null ? '–' : xi_2.toFixed(2),
      xi_2 === null || depth === null ? '–' : (depth / xi_2).toFixed(1),
    ];
  });
  const head = [axis, 'L50', '95 % interval', 'networks', 'xi_2', 'L50 / xi_2'];
  return [
    `Trainable depth: half of the networks reach a training accuracy of ${trained.threshold}:`,
    columns([head, ...rows]),
  ].join('\n');
}

function percent(accuracies: readonly number[]): string {
  return ((accuracies.reduce((sum, one) => sum + one, 0) / accuracies.length) * 100).toFixed(1);
}
