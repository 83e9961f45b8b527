import { type Plan, valueAt } from '../../schemas/plan.ts';
import type { Backend } from '../backends/backend.ts';
import { createBatchReader, type DataSet } from '../data/data-set.ts';
import { findInit } from '../inits.ts';
import { drawNoise } from '../networks/model.ts';
import { buildModel, drawInitialValues } from '../networks/network-graph.ts';
import { trainedNetwork } from '../networks/trained-network.ts';
import { optimisers } from '../optimisers.ts';
import { createStream } from '../random/stream.ts';
import type { Cell } from '../run/cells.ts';

/**
 * The losses of a cell's steps, on the training images in their order: what back ends are compared by.
 *
 * @param backend the back end
 * @param plan the plan
 * @param cell one of its cells
 * @param data what it is trained on
 * @example await losses(backends['ort-node'], plan, { depth: 10, sigma_w2: 1.5, keep: 0.95, seed: 1 }, data)
 */
export async function losses(backend: Backend, plan: Plan, cell: Cell, data: DataSet): Promise<number[]> {
  const { batch, steps, optimiser } = plan.training;
  const { sigma_w2, seed } = cell;
  const shape = trainedNetwork(plan, cell, data, backend.dialect);
  const init = findInit(plan.network.init, { sigma_w2, sigma_b2: valueAt(plan, cell, 'sigma_b2') });
  const trainer = await backend.create(
    {
      name: 'losses',
      network: buildModel(shape),
      optimiser: optimisers[optimiser],
      options: { ...plan.training, learning_rate: valueAt(plan, cell, 'learning_rate') },
      norms: [],
    },
    drawInitialValues(shape, init, (name) => createStream(seed, name)),
  );
  const read = createBatchReader(data, data.train, batch);
  const noise = drawNoise(shape.noise, createStream(seed, 'noise'));
  const found: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { loss } = await trainer.step({ ...read((i) => step * batch + i), ...noise() });
    found.push(loss);
  }
  await trainer.release();
  return found;
}
