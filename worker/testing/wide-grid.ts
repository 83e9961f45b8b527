import type { Grid } from '../../schemas/grid.ts';
import { sampleGrid } from './sample-grid.ts';

/**
 * A grid of so many columns, over sigma_w2, with frontiers that are hard to fit; its numbers are made up.
 *
 * @param id of the grid
 * @param columns how many
 * @param network what its networks have of their own
 * @example wideGrid('wide', 999).rows.length // 14985
 */
export function wideGrid(id: string, columns: number, network: object = {}): Grid {
  const { meta, rows } = sampleGrid(id);
  const depth = [5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 140, 160, 180, 200];
  const sigma_w2 = Array.from({ length: columns }, (_, i) => Number((1 + (3 * i) / columns).toFixed(6)));
  const plan = {
    ...meta.plan,
    axes: { depth, sigma_w2 },
    network: { ...meta.plan.network, width: 100, ...network },
    training: { ...meta.plan.training, steps: 500 },
  } as Grid['meta']['plan'];
  const [row] = rows as [Grid['rows'][number]];
  return {
    id,
    meta: { ...meta, plan },
    rows: depth.flatMap((depth) =>
      sigma_w2.map((value, i) => ({
        ...row,
        ...{ steps: plan.training.steps, depth, sigma_w2: value, keep: plan.network.keep ?? 1 },
        // (a transition that is not sharp: some deep networks train, some shallow ones do not)
        train_accuracy: (depth * 7 + i * 13) % 97 > depth / 2 ? 0.9 : 0.1,
      })),
    ),
  };
}
