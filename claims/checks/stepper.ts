import type { BackendName } from '../../catalogue/training.ts';
import { findBackend } from '../../trainer/backends/index.ts';
import { createBatchReader } from '../../trainer/data/data-set.ts';
import { findInit } from '../../trainer/inits.ts';
import { drawNoise, inputNames } from '../../trainer/networks/model.ts';
import { buildModel, drawInitialValues } from '../../trainer/networks/network-graph.ts';
import { trainedNetwork } from '../../trainer/networks/trained-network.ts';
import type { Parameter } from '../../trainer/onnx.ts';
import { optimisers } from '../../trainer/optimisers.ts';
import { createStream } from '../../trainer/random/stream.ts';
import { type Cell, listCells } from '../../trainer/run/cells.ts';
import { checkPlan } from '../../trainer/run/plan.ts';
import { loadPlanData } from '../../trainer/run/run.ts';

const [BATCH, RATE] = [100, 0.001] as const;

/** A network of three layers of 100 relu units that is trained on MNIST with adam for some steps at a time. */
export type Stepper = {
  /** of the back end */
  readonly backend: string;
  readonly initial: readonly Parameter[];
  /** Takes steps on the same images, with noise of their own; gives the processor time that they took, in milliseconds. */
  run(steps: number): Promise<number>;
  values(): Promise<Parameter[]>;
  release(): Promise<void>;
};

/**
 * Makes a network to be stepped.
 *
 * @param network its technique, with the technique's numbers, as plans name them
 * @param backend what trains it (default: the fastest that the machine has)
 * @example await (await createStepper({ technique: 'tabu', keep: 0.7 })).run(10)
 */
export async function createStepper(
  network: Readonly<Record<string, unknown>>,
  backend: BackendName | 'auto' = 'auto',
): Promise<Stepper> {
  const plan = checkPlan(
    {
      ...{ schema: 'dropline-plan/1', id: 'steps', title: 'Some steps', seeds: [1], backend },
      data: { name: 'mnist', normalisation: 'standard' },
      axes: { depth: [3], width: [100] },
      network: { activation: 'relu', sigma_w2: 2, sigma_b2: 0, init: 'gaussian', ...network },
      training: { optimiser: 'adam', learning_rate: RATE, batch: BATCH, steps: 1000 },
      evaluation: { train_images: 1000, test_images: 1000 },
    },
    'The plan of the steps',
  );
  const data = await loadPlanData(plan, undefined, () => {});
  const found = findBackend(plan.backend);
  const shape = trainedNetwork(plan, listCells(plan)[0] as Cell, data, found.dialect);
  const source = (...purpose: string[]) => createStream(1, ...purpose);
  const init = findInit(plan.network.init, { sigma_w2: 2, sigma_b2: 0 });
  const initial = drawInitialValues(shape, init, (name) => source('initial', name));
  const trainer = await found.create(
    {
      ...{ name: plan.network.technique, network: buildModel(shape), norms: [] },
      ...{ optimiser: optimisers.adam, options: { learning_rate: RATE } },
    },
    initial,
  );
  const noise = drawNoise(shape.noise, source('noise'));
  const { images, labels } = createBatchReader(data, data.train, BATCH)((i) => i);
  const shown = { [inputNames.images]: images, [inputNames.labels]: labels };
  return {
    ...{ backend: found.name, initial },
    async run(steps) {
      const start = process.cpuUsage();
      for (let i = 0; i < steps; i++) await trainer.step({ ...shown, ...noise() });
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    },
    values: () => trainer.values(),
    release: () => trainer.release(),
  };
}
