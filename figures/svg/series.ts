import { didYouMean } from '../../schemas/problem.ts';
import { ParameterError } from '../../theory/index.ts';
import { formatNumber } from '../scale.ts';
import type { Table } from '../table.ts';

/** Which columns of a table a chart is of. */
export type ChartColumns = {
  /** the column along x; by default the column of `by` that has the most different numbers */
  readonly x?: string;
  /** the columns that are drawn */
  readonly y: readonly string[];
  /** the columns that tell rows apart: the parameters of the query. Those that vary make a line each */
  readonly by: readonly string[];
};

/** One line of a chart. */
export type Series = {
  readonly label: string;
  /** x rising; y is NaN where the line has a gap */
  readonly points: readonly { readonly x: number; readonly y: number }[];
};

/**
 * The lines of a chart. Rows that differ in nothing but what is drawn (a trajectory's layers) need an `x` of their own.
 *
 * @param table what to show
 * @param columns which of its columns
 * @returns the name of the column along x, and the lines in the order of the rows
 * @throws ParameterError if a column does not exist, or there are no numbers to lay along x
 * @example seriesOf(table, { y: ['xi_2'], by: ['sigma_w2', 'keep'] }).series[0].label
 */
export function seriesOf(
  { columns, rows }: Table,
  { x, y, by }: ChartColumns,
): { x: string; series: Series[] } {
  for (const name of [...(x === undefined ? [] : [x]), ...y]) {
    if (!columns.includes(name))
      throw new ParameterError(
        'field',
        'unknown_name',
        `There is no column "${name.slice(0, 40)}".${didYouMean(name, columns)} Columns: ${columns.join(', ')}.`,
      );
  }
  const different = (name: string) => new Set(rows.map((row) => row[name]));
  const isNumber = (name: string) => rows.some((row) => typeof row[name] === 'number');
  const along =
    x ??
    by
      .filter(isNumber)
      .map((name) => ({ name, count: different(name).size }))
      .reduce((best, one) => (one.count > best.count ? one : best), { name: '', count: 0 }).name;
  if (!isNumber(along))
    throw new ParameterError(
      'field',
      'not_applicable',
      'A chart needs a column of numbers along x, and at least one row.',
    );
  const others = by.filter((name) => name !== along && different(name).size > 1);
  const label = (name: string, row: Record<string, unknown>) => {
    const parts = others.map((other) => `${other} = ${show(row[other])}`);
    return [...(y.length > 1 || parts.length === 0 ? [name] : []), ...parts].join(', ');
  };
  const lines = new Map<string, { label: string; points: { x: number; y: number }[] }>();
  for (const name of y)
    for (const row of rows) {
      const key = JSON.stringify([name, ...others.map((other) => row[other])]);
      const line = lines.get(key) ?? { label: label(name, row), points: [] };
      lines.set(key, line);
      const value = row[name];
      if (typeof row[along] === 'number')
        line.points.push({ x: row[along], y: typeof value === 'number' ? value : Number.NaN });
    }
  for (const { points } of lines.values()) points.sort((a, b) => a.x - b.x);
  return { x: along, series: [...lines.values()] };
}

const show = (value: unknown) => (typeof value === 'number' ? formatNumber(value, 6) : String(value));
