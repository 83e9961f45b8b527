import type { GridRow } from '../../schemas/grid.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { findBackend } from '../backends/index.ts';
import type { AnyData } from '../data/any-data.ts';
import type { DataSet } from '../data/data-set.ts';
import { findInit } from '../inits.ts';
import { buildModel, drawInitialValues, listWeights } from '../networks/network-graph.ts';
import { trainedNetwork } from '../networks/trained-network.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, type Stream } from '../random/stream.ts';
import { techniques } from '../techniques/index.ts';
import { type Cell, describeCell, pickCell } from './cells.ts';
import { toFinite } from './evaluate.ts';
import { DIVERGED, describeLayers, measure, measureAtStart, measureExtensions } from './measure-cell.ts';
import { train } from './train-steps.ts';
import type { TrainingState } from './training-history.ts';

/**
 * Trains one cell of a plan and measures it. The result depends on the plan and the cell alone.
 *
 * @param plan the plan
 * @param cell one of its cells
 * @param data the data set of the plan
 * @param progress is told how far training is, after each step
 * @param other the data set that the plan names as out of distribution, if it does
 */
export async function trainCell(
  plan: Plan,
  cell: Cell,
  data: AnyData,
  progress: (state: TrainingState) => void = () => {},
  other?: DataSet,
): Promise<GridRow> {
  const { depth, sigma_w2, keep, seed } = cell;
  const { network } = plan;
  const { common_random_numbers: common, ...rest } = plan.training;
  const training = { ...rest, learning_rate: valueAt(plan, cell, 'learning_rate') };
  const point = common ? [] : ['depth', depth, 'sigma_w2', sigma_w2, 'keep', keep];
  const source = (...purpose: (string | number)[]): Stream => createStream(seed, ...point, ...purpose);
  const backend = findBackend(plan.backend);
  const shape = trainedNetwork(plan, cell, data, backend.dialect);
  const init = findInit(network.init, { sigma_w2, sigma_b2: valueAt(plan, cell, 'sigma_b2') });
  const weights = listWeights(shape);
  const [first, last] = [weights[0] as string, weights.at(-1) as string];
  const values = drawInitialValues(shape, init, (name) => source('initial', name));
  const model = buildModel(shape);
  const trainer = await backend.create(
    {
      name: describeCell(cell),
      network: model,
      optimiser: optimisers[training.optimiser],
      options: training,
      // a course has the norm of the whole gradient
      norms: plan.evaluation.course ? model.parameters.map(({ name }) => name) : [first, last],
    },
    values,
  );
  try {
    const { noise } = shape;
    const setup = { plan, data, other, trainer, technique: techniques[network.technique], noise, source };
    const trained = await train(setup, progress);
    const measured = trained.finite ? await measure(setup) : DIVERGED;
    const extended = measured.loss === null ? {} : await measureExtensions(setup);
    const layers =
      measured.loss === null ? undefined : await describeLayers(setup, backend, model, trained.watched);
    return {
      ...pickCell(cell),
      ...measured,
      steps: trained.steps,
      status: measured.loss === null ? 'diverged' : 'ok',
      gradient_norm_first: toFinite(trained.norms[first]),
      gradient_norm_last: toFinite(trained.norms[last]),
      ...(plan.evaluation.details && { ...trained.history.details(), ...measureAtStart(data, values) }),
      ...extended,
      ...(measured.loss !== null && trained.spread),
      ...(trained.course && { course: trained.course.lists() }),
      ...(layers && { layers }),
    };
  } finally {
    await trainer.release();
  }
}
