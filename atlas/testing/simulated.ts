import type { Grid, GridRow } from '../../schemas/grid.ts';
import { createGaussianSource } from '../../trainer/random/distributions.ts';
import { createStream, drawUniform } from '../../trainer/random/stream.ts';
import { type AtlasColumn, collectColumns } from '../columns.ts';
import { PLANES } from '../planes.ts';

/** How much ln L50 of a column strays from what it is told to be, and how wide the transition is, in ln depth. */
export const [SPREAD, TRANSITION] = [0.06, 0.07] as const;

/**
 * A grid as the trainer would have written it, by the plan of a plane: networks succeed with a logistic in ln depth, about a
 * depth that the test decides.
 *
 * @param id of the plane
 * @param depthOf the depth at which half of a column's networks train
 * @throws Error where there is no such plane
 * @example simulated('mnist-tanh-steps-100', ({ scales }) => 6 * scales.xi_2)
 */
export function simulated(id: string, depthOf: (column: AtlasColumn) => number): Grid {
  const found = PLANES.find(({ plan }) => plan.id === id);
  if (!found) throw new Error(`There is no plane ${id}.`);
  const { plan } = found;
  const random = createStream(1, id);
  const fill = createGaussianSource(createStream(2, id), 0, 1);
  const gaussian = () => {
    const one = new Float32Array(1);
    fill(one);
    return one[0] as number;
  };
  const grid = { id, meta: { plan } } as unknown as Grid;
  const [axis] = Object.keys(plan.axes).filter((name) => name !== 'depth') as ['sigma_w2'];
  const rows = (plan.axes[axis] ?? []).flatMap((value) => {
    const { sigma_w2 = 0, keep = 1 } = plan.network;
    const place = { status: 'ok', ...{ sigma_w2, keep }, ...{ [axis]: value } };
    const [column] = collectColumns([
      { ...grid, rows: [{ ...place, depth: 9, seed: 1 }] } as unknown as Grid,
    ]);
    const L50 = depthOf(column as AtlasColumn) * Math.exp(SPREAD * gaussian());
    return (plan.axes.depth ?? [])
      .filter((depth) => depth > L50 / 2 && depth < 2 * L50)
      .flatMap((depth) =>
        plan.seeds.map((seed) => {
          const good = drawUniform(random) < 1 / (1 + (depth / L50) ** (1 / TRANSITION));
          return { ...place, depth, seed, train_accuracy: good ? 0.9 : 0.2 } as unknown as GridRow;
        }),
      );
  });
  return { ...grid, rows };
}
