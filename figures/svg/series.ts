import { didYouMean } from '../../schemas/problem.ts';
import { ParameterError } from '../../theory/index.ts';
import { formatNumber } from '../scale.ts';
import type { Table } from '../table.ts';

/** Which columns of a table a chart is of. */
export type ChartColumns = {
  /** the column along x, which rises along the rows of a line; by default the column of `by` that has the most different numbers */
  readonly x?: string;
  /** the columns that are drawn */
  readonly y: readonly string[];
  /** the columns that tell rows apart: the parameters of the query. Those that vary make a line each */
  readonly by: readonly string[];
  /** the columns with the ends of the interval of a column, where it has one */
  readonly intervals?: Readonly<Record<string, readonly [low: string, high: string]>>;
};

/** A point of a line; NaN: there is none. */
export type SeriesPoint = {
  readonly x: number;
  readonly y: number;
  /** ends of the interval of y, where it has one; -Infinity and Infinity where it is open */
  readonly low?: number;
  readonly high?: number;
};

/** One line of a chart. */
export type Series = {
  /** the column that it shows */
  readonly name: string;
  readonly label: string;
  /** x rising; y is NaN where the line has a gap */
  readonly points: readonly SeriesPoint[];
};

/** The lines of a chart, and what they have in common. */
export type SeriesOfTable = {
  /** the name of the column along x */
  readonly x: string;
  /** in the order of the rows */
  readonly series: readonly Series[];
  /** of `by`, in words: what does not vary and is no column along x */
  readonly fixed: Readonly<Record<string, string>>;
};

/**
 * The lines of a chart. Rows that differ in nothing but what is drawn (a trajectory's layers) need an `x` of their own; what varies
 * along it (the keep rate of a layer) makes no lines.
 *
 * @param table what to show
 * @param columns which of its columns
 * @throws ParameterError if a column does not exist, or there are no numbers to lay along x
 * @example seriesOf(table, { y: ['xi_2'], by: ['sigma_w2', 'keep'] }).series[0].label
 */
export function seriesOf(
  { columns, rows }: Table,
  { x, y, by, intervals = {} }: ChartColumns,
): SeriesOfTable {
  for (const name of [...(x === undefined ? [] : [x]), ...y]) {
    if (!columns.includes(name))
      throw new ParameterError(
        'field',
        'unknown_name',
        `There is no column "${name.slice(0, 40)}".${didYouMean(name, columns)} Columns: ${columns.join(', ')}.`,
      );
  }
  const numbersOf = (name: string) =>
    new Set(rows.map((row) => row[name]).filter((value) => typeof value === 'number'));
  const along =
    x ??
    by
      .map((name) => ({ name, count: numbersOf(name).size }))
      .reduce((best, one) => (one.count > best.count ? one : best), { name: '', count: 0 }).name;
  if (numbersOf(along).size === 0)
    throw new ParameterError(
      'field',
      'not_applicable',
      'A chart needs a column of numbers along x, and at least one row: give a parameter as a range.',
    );
  const runs = x === undefined ? rows.map((row) => [row]) : splitRuns(rows, along);
  const own = by.filter(
    (name) => name !== along && columns.includes(name) && runs.every((run) => isSteady(run, name)),
  );
  const values = (name: string) => new Set(runs.map((run) => valueIn(run, name)));
  const others = own.filter((name) => values(name).size > 1);
  const labelOf = (name: string, parts: readonly unknown[]) => {
    const words = parts.map((part, i) => `${others[i]} = ${show(part)}`);
    return [...(y.length > 1 || words.length === 0 ? [name] : []), ...words].join(', ');
  };
  const lines = new Map<string, { name: string; label: string; points: SeriesPoint[] }>();
  for (const name of y)
    for (const run of runs) {
      const parts = others.map((other) => valueIn(run, other));
      const key = JSON.stringify([name, ...parts]);
      const line = lines.get(key) ?? { name, label: labelOf(name, parts), points: [] };
      lines.set(key, line);
      for (const row of run)
        if (typeof row[along] === 'number')
          line.points.push({ x: row[along], y: numberIn(row[name]), ...intervalOf(row, intervals[name]) });
    }
  for (const { points } of lines.values()) points.sort((a, b) => a.x - b.x);
  const fixed = own.flatMap((name) => {
    const [value] = values(name);
    return others.includes(name) || value === null ? [] : [[name, show(value)]];
  });
  return { x: along, series: [...lines.values()], fixed: Object.fromEntries(fixed) };
}

/** What a column has along a line, where it has anything; null where it has not. */
function valueIn(run: Table['rows'], name: string): unknown {
  for (const row of run) {
    const value = row[name] ?? null;
    if (value !== null) return value;
  }
  return null;
}

/** Whether a column has one value along a line, or none. */
function isSteady(run: Table['rows'], name: string): boolean {
  const value = valueIn(run, name);
  return run.every((row) => (row[name] ?? value) === value);
}

/** Rows along which a column rises, one line after the other. */
function splitRuns(rows: Table['rows'], along: string): Table['rows'][number][][] {
  const runs: Table['rows'][number][][] = [];
  let last = Number.NaN;
  for (const row of rows) {
    const here = numberIn(row[along]);
    if (here > last) runs.at(-1)?.push(row);
    else runs.push([row]);
    last = here;
  }
  return runs;
}

/** The ends of an interval: both null where there is none, one null where it is open there. */
function intervalOf(
  row: Table['rows'][number],
  ends: readonly [low: string, high: string] | undefined,
): Partial<SeriesPoint> {
  if (!ends) return {};
  const [low, high] = ends.map((name) => row[name]);
  if (typeof low !== 'number' && typeof high !== 'number') return {};
  return {
    low: typeof low === 'number' ? low : Number.NEGATIVE_INFINITY,
    high: typeof high === 'number' ? high : Number.POSITIVE_INFINITY,
  };
}

const numberIn = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

const show = (value: unknown) => (typeof value === 'number' ? formatNumber(value, 6) : String(value));
