import type { GradientRecord, KeptMetric } from './record.ts';

/** A number with its standard error. */
export type Estimate = { readonly value: number; readonly error: number };

/** A metric over one group of networks: its mean and its variance over networks and inputs. */
export type Group = { readonly mean: number; readonly variance: number };

/** The same over several groups. */
export type Whole = Group & { readonly rms: number };

/**
 * A metric over several groups of equally many networks.
 * @example combineGroups([{ mean: 1, variance: 0 }, { mean: 3, variance: 0 }]) // { mean: 2, variance: 1, rms: 2.236… }
 */
export function combineGroups(groups: readonly Group[]): Whole {
  const mean = average(groups.map((group) => group.mean));
  const variance = average(groups.map((group) => group.variance + (group.mean - mean) ** 2));
  return { mean, variance, rms: Math.sqrt(mean * mean + variance) };
}

/**
 * What is reckoned from several independent groups, with its standard error by the jackknife: from how much it moves when
 * each group in turn is left out. It holds for what is no mean, too: a slope through the logarithms of means, say.
 *
 * @see Efron & Stein 1981, "The jackknife estimate of variance"
 * @example jackknife([1, 2, 3], (some) => some.reduce((a, b) => a + b) / some.length) // { value: 2, error: 0.577… }
 */
export function jackknife<T>(groups: readonly T[], statistic: (some: readonly T[]) => number): Estimate {
  if (groups.length < 2) throw new RangeError('A jackknife needs two groups or more.');
  const without = groups.map((_, left) => statistic(groups.filter((_, i) => i !== left)));
  const middle = average(without);
  const squares = without.reduce((sum, one) => sum + (one - middle) ** 2, 0);
  return {
    value: statistic(groups),
    error: Math.sqrt((squares * (groups.length - 1)) / groups.length),
  };
}

/**
 * The slope of the straight line through points, by least squares.
 * @example fitSlope([{ x: 0, y: 1 }, { x: 2, y: 5 }]) // 2
 */
export function fitSlope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const x = average(points.map((point) => point.x));
  const y = average(points.map((point) => point.y));
  let [along, across] = [0, 0];
  for (const point of points) {
    along += (point.x - x) ** 2;
    across += (point.x - x) * (point.y - y);
  }
  return along > 0 ? across / along : Number.NaN;
}

/**
 * Where a curve through points falls through 0, between two of them by a straight line.
 * @example findZeroCrossing([{ x: 0, y: 1 }, { x: 2, y: -1 }]) // 1
 */
export function findZeroCrossing(
  points: readonly { readonly x: number; readonly y: number }[],
): number | null {
  for (const [i, { x, y }] of points.entries()) {
    if (y > 0) continue;
    const before = points[i - 1];
    return before ? before.x + ((x - before.x) * before.y) / (before.y - y) : x;
  }
  return null;
}

const average = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** A layer of a cell. */
export type MeasuredLayer = {
  readonly layer: number;
  /** layers between it and the read-out */
  readonly K: number;
  /** of each metric, a group for each seed */
  readonly metrics: Readonly<Partial<Record<KeptMetric, readonly Group[]>>>;
};

/** The networks of one keep. */
export type MeasuredCell = {
  readonly keep: number;
  /** how many there are in all */
  readonly networks: number;
  /** from the read-out downwards */
  readonly layers: readonly MeasuredLayer[];
};

/** The cells of a record. */
export function groupCells({ meta: { plan }, columns, rows }: GradientRecord): MeasuredCell[] {
  const at = (name: string) => columns.indexOf(name);
  const metrics = columns.filter((name) => columns.includes(`${name}_variance`)) as KeptMetric[];
  const value = (row: readonly number[], name: string) => row[at(name)] as number;
  const depth = (plan.axes.depth as number[])[0] as number;
  const keeps = [...new Set(rows.map((row) => value(row, 'keep')))];
  return keeps.map((keep) => {
    const own = rows.filter((row) => value(row, 'keep') === keep);
    const layers = [...new Set(own.map((row) => value(row, 'layer')))].toSorted((a, b) => b - a);
    return {
      keep,
      networks: plan.seeds.length * (plan.measurement?.networks as number),
      layers: layers.map((layer) => ({
        layer,
        K: depth - layer,
        metrics: Object.fromEntries(
          metrics.map((name) => [
            name,
            own
              .filter((row) => value(row, 'layer') === layer)
              .map((row) => ({ mean: value(row, name), variance: value(row, `${name}_variance`) })),
          ]),
        ),
      })),
    };
  });
}

/** The groups of a metric at a layer. */
export function groupsOf({ metrics, layer }: MeasuredLayer, name: KeptMetric): readonly Group[] {
  const groups = metrics[name];
  if (!groups) throw new Error(`There is no ${name} of layer ${layer}.`);
  return groups;
}

/**
 * Something reckoned from several layers of a cell, with its standard error. A seed's networks are the same at all layers, so that
 * a seed is left out of all at once.
 */
export function estimate(
  layers: readonly MeasuredLayer[],
  name: KeptMetric,
  statistic: (all: readonly (ReturnType<typeof combineGroups> & { readonly K: number })[]) => number,
) {
  const all = layers.map((layer) => ({ K: layer.K, groups: groupsOf(layer, name) }));
  const seeds = (all[0]?.groups ?? []).map((_, i) => i);
  return jackknife(seeds, (some) =>
    statistic(
      all.map(({ K, groups }) => ({ K, ...combineGroups(some.map((seed) => groups[seed] as Group)) })),
    ),
  );
}

/**
 * The depth below the read-out at which the product of two inputs' gradients first spreads, over networks and pairs, more
 * than its mean.
 * @see Huang et al. 2019, figure 2; docs/theory.md, "Gradients", K_x
 */
export function estimateCrossover(layers: readonly MeasuredLayer[], name: KeptMetric) {
  const found = estimate(
    layers,
    name,
    (all) =>
      findZeroCrossing(
        all.map(({ K, mean, variance }) => ({ x: K, y: Math.log(mean * mean) - Math.log(variance) })),
      ) ?? Number.NaN,
  );
  return Number.isFinite(found.value) && Number.isFinite(found.error) ? found : null;
}
