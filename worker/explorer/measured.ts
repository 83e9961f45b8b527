import { OWN_INITS } from '../../catalogue/inits.ts';
import { pickNoise } from '../../catalogue/techniques.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import type { Grid, GridRow } from '../../schemas/grid.ts';
import type { AxisName } from '../../schemas/plan.ts';
import { depthScales } from '../../theory/index.ts';
import type { Field } from './heat-map.ts';

/** What a grid can vary; the depth comes last, so that it runs upwards. */
const AXES = [
  'sigma_w2',
  'keep',
  'sigma_b2',
  'width',
  'learning_rate',
  'depth',
] as const satisfies readonly AxisName[];

/** The name of an axis of a grid. */
export type GridAxis = AxisName;

/** The axes that the theory's depth scales are of. */
const PREDICTED: readonly GridAxis[] = ['sigma_w2', 'keep', 'sigma_b2'];

/** A measured grid as a plane: means over the seeds. */
export type Measured = {
  readonly x: { readonly name: GridAxis; readonly values: readonly number[] };
  readonly y: { readonly name: GridAxis; readonly values: readonly number[] };
  readonly field: Field;
};

/**
 * The training accuracy of a grid, mean over the seeds; depth runs upwards where it varies.
 *
 * @param grid with its plan
 * @example measured(grid).y.name // 'depth'
 */
export function measured({ meta, rows }: Pick<Grid, 'meta' | 'rows'>): Measured {
  const { axes } = meta.plan;
  const names = AXES.filter((name) => axes[name]);
  const [xName, yName] = [names[0] ?? 'sigma_w2', names[1] ?? names[0] ?? 'depth'];
  const sorted = (name: GridAxis) =>
    [...new Set(rows.map((row) => row[name] as number))].sort((a, b) => a - b);
  const [x, y] = [sorted(xName), sorted(yName)];
  const sums = new Map<number, { sum: number; count: number }>();
  const cell = (row: GridRow) => y.indexOf(row[yName] as number) * x.length + x.indexOf(row[xName] as number);
  for (const row of rows) {
    if (row.train_accuracy === null) continue;
    const { sum, count } = sums.get(cell(row)) ?? { sum: 0, count: 0 };
    sums.set(cell(row), { sum: sum + row.train_accuracy, count: count + 1 });
  }
  const values = Float64Array.from({ length: x.length * y.length }, (_, i) => {
    const { sum, count } = sums.get(i) ?? { sum: Number.NaN, count: 1 };
    return sum / count;
  });
  return {
    x: { name: xName, values: x },
    y: { name: yName, values: y },
    field: { columns: x.length, rows: y.length, values },
  };
}

/** Values along the axis at which curves are computed. */
const CURVE = 61;

/**
 * The depth scales of the networks of a grid, along its axis other than depth.
 *
 * @param grid with its plan
 * @returns rows with the axis' value; none where depth is no axis, or the other one is nothing to the theory; for layers that differ or have
 * skip connections, which have no depth scales; and for initialisers with variances of their own
 */
export function curvesOver(grid: Pick<Grid, 'meta' | 'rows'>): Readonly<Record<string, number | null>>[] {
  const { x, y } = measured(grid);
  if (y.name !== 'depth' || !PREDICTED.includes(x.name)) return [];
  const { network } = grid.meta.plan;
  const { activation, technique, sigma_b2, sigma_w2, init, schedule = 'constant', residual } = network;
  if (schedule !== 'constant' || residual || !(OWN_INITS as readonly string[]).includes(init)) return [];
  const fixed = { sigma_b2, sigma_w2, ...pickNoise(network, technique, network.keep ?? 1) };
  const [from = 0, to = 0] = [x.values[0], x.values.at(-1)];
  return Array.from({ length: CURVE }, (_, i) => {
    const at = { [x.name]: from + ((to - from) * i) / (CURVE - 1) };
    const { xi_1, xi_2 } = depthScales(networkFromQuery({ activation, technique, ...fixed, ...at }));
    return { ...at, xi_1, xi_2 };
  });
}
