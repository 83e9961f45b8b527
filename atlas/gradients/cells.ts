import type { GradientRecord, KeptMetric } from './record.ts';
import { fallsThrough, type Group, jackknife, whole } from './statistics.ts';

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

/**
 * The cells of a record.
 *
 * @example cellsOf(record).map(({ keep }) => keep)
 */
export function cellsOf({ meta: { plan }, columns, rows }: GradientRecord): MeasuredCell[] {
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

/**
 * The groups of a metric at a layer.
 *
 * @throws Error where the record has none
 * @example groupsOf(cell.layers[0], 'gradient_1').length
 */
export function groupsOf({ metrics, layer }: MeasuredLayer, name: KeptMetric): readonly Group[] {
  const groups = metrics[name];
  if (!groups) throw new Error(`There is no ${name} of layer ${layer}.`);
  return groups;
}

/**
 * Something reckoned from several layers of a cell, with its standard error. A seed's networks are the same at all layers, so that
 * a seed is left out of all at once.
 *
 * @param layers of a cell
 * @param statistic of the layers, each with some of its groups put together
 * @example estimated(layers, 'gradient_1', (all) => slopeOf(all.map(({ K, mean }) => ({ x: K, y: Math.log(mean) }))))
 */
export function estimated(
  layers: readonly MeasuredLayer[],
  name: KeptMetric,
  statistic: (all: readonly (ReturnType<typeof whole> & { readonly K: number })[]) => number,
) {
  const all = layers.map((layer) => ({ K: layer.K, groups: groupsOf(layer, name) }));
  const seeds = (all[0]?.groups ?? []).map((_, i) => i);
  return jackknife(seeds, (some) =>
    statistic(all.map(({ K, groups }) => ({ K, ...whole(some.map((seed) => groups[seed] as Group)) }))),
  );
}

/**
 * The depth below the read-out at which the product of two inputs' gradients first spreads, over networks and pairs, more
 * than its mean.
 *
 * @returns the estimate in layers; null where it is not reached, or not whichever seed is left out
 * @see Huang et al. 2019, figure 2; docs/theory.md, "Gradients", K_x
 * @example crossingOf(cell.layers, 'gradient_2')?.value
 */
export function crossingOf(layers: readonly MeasuredLayer[], name: KeptMetric) {
  const found = estimated(
    layers,
    name,
    (all) =>
      fallsThrough(
        all.map(({ K, mean, variance }) => ({ x: K, y: Math.log(mean * mean) - Math.log(variance) })),
      ) ?? Number.NaN,
  );
  return Number.isFinite(found.value) && Number.isFinite(found.error) ? found : null;
}
