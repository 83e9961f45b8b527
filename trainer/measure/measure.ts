import type { BackendName } from '../../catalogue/training.ts';
import type { Measurement, MeasurementRow, UnitOptions } from '../../schemas/measurement.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { type MeasurementOptions, measurementOptions } from '../../schemas/plan-options.ts';
import { findBackend } from '../backends/index.ts';
import { EXIT, Failure } from '../errors.ts';
import { type Cell, describeCell, listCells, toCellKey } from '../run/cells.ts';
import { toFinite } from '../run/evaluate.ts';
import { listSoftware } from '../run/grid-file.ts';
import { describeWork, Pace, type Work } from '../run/pace.ts';
import { createQueue, runPool, type Task } from '../run/pool.ts';
import { showProgress } from '../run/progress.ts';
import type { RunOptions } from '../run/run.ts';
import { predictLayers, startOf } from './predict.ts';
import { computeStatistics, METRICS, type Statistic } from './statistics.ts';

/** Networks that a worker measures at a time, at most. */
const TOGETHER = 4;

type MeasureTask = Exclude<Task, { kind: 'train' | 'time' }> & { readonly key: string; readonly work: Work };

/** What is measured of networks: signals and gradients, or pairs of units. */
export type Measured =
  | { readonly kind: 'measure' }
  | { readonly kind: 'measure_units'; readonly units: UnitOptions };

const NOTES = [
  'Networks are untrained, with the noise on; the two inputs of a pair see the same weights and have noise of their own.',
  'The theory is that of wide networks whose backward weights are independent of the forward pass.',
] as const;

/** Measures the networks of a plan's cells, with its first seed, beside the theory's prediction. */
export async function measure(
  plan: Plan,
  { workers, signal }: Pick<RunOptions, 'workers' | 'signal'>,
): Promise<Measurement> {
  if (plan.network.technique === 'ic' || plan.network.ops?.includes('norm'))
    throw new Failure(
      'Networks with batch norms cannot be measured: their layers normalise over the batch, so that no input has a signal of its own. (--units measures pairs of their units.)',
      EXIT.usage,
    );
  if (plan.network.technique === 'dropconnect')
    throw new Failure(
      'Networks with the technique "dropconnect" cannot be measured: the inputs of a pair have no noise of their own.',
      EXIT.usage,
    );
  const options = measurementOptions.parse(plan.measurement ?? {});
  const whole: Plan = { ...plan, measurement: options };
  const cells = listCells({ ...whole, seeds: whole.seeds.slice(0, 1) });
  const sums = await collectNetworks(whole, { kind: 'measure' }, cells, options, { workers, signal });
  const rows = cells.flatMap((cell, i) =>
    makeRows(whole, cell, options, computeStatistics(sums[i] as Float64Array[], 2 * options.pairs)),
  );
  return {
    id: plan.id,
    meta: {
      schema: 'dropline-measurement/1',
      plan: whole,
      software: listSoftware(plan),
      backend: findBackend(plan.backend).name as BackendName,
      notes: [...NOTES],
    },
    rows,
  };
}

/**
 * What is measured of every network, by workers, with progress shown.
 *
 * @param plan the plan
 * @param cells of the plan
 * @param measured what is measured, see `measureNetworks` and `measureUnits`
 * @param options initialisations of each cell
 * @param run how many workers, and what interrupts them
 * @returns the numbers of each network, by cell and number
 * @throws Failure where it is interrupted, or a network cannot be measured
 * @example await collectNetworks(plan, { kind: 'measure' }, listCells(plan), { networks: 100 }, { workers: 2, signal })
 */
export async function collectNetworks(
  plan: Plan,
  measured: Measured,
  cells: readonly Cell[],
  { networks }: { readonly networks: number },
  { workers, signal }: Pick<RunOptions, 'workers' | 'signal'>,
): Promise<Float64Array[][]> {
  const found = cells.map(() => new Array<Float64Array>(networks));
  const numbers = Array.from({ length: networks }, (_, i) => i);
  const together = Math.min(TOGETHER, Math.ceil((cells.length * networks) / workers));
  const tasks = cells.flatMap((cell) =>
    Array.from({ length: Math.ceil(networks / together) }, (_, i): MeasureTask => {
      const own = numbers.slice(i * together, (i + 1) * together);
      const work = { ...describeWork(plan, cell), steps: own.length, evaluations: 0 };
      return { ...measured, plan, cell, networks: own, key: `${toCellKey(cell)} ${i}`, work };
    }),
  );
  const total = networks * cells.length;
  const progress = showProgress({ cells: total, workers: 0 });
  const failures: string[] = [];
  const [pace, open] = [new Pace(), new Set(tasks)];
  const atOnce = Math.min(workers, tasks.length);
  let done = 0;
  const show = () =>
    progress.update(() => ({ share: done / total, left: pace.left(open, atOnce), cells: done }));
  try {
    await runPool(
      createQueue(tasks),
      atOnce,
      {
        progress({ key, work }, { timing }) {
          pace.time(key, work, timing);
          show();
        },
        again(task, message) {
          pace.drop(task.key);
          progress.say(`The cell ${describeCell(task.cell)} is measured again: ${message}.`);
        },
        async result(task, results, _, timing) {
          const own = found[cells.indexOf(task.cell)] as Float64Array[];
          task.networks.forEach((number, i) => {
            own[number] = results[i] as Float64Array;
          });
          done += task.networks.length;
          open.delete(task);
          pace.finish(task.key, task.work, timing);
          show();
        },
        error(task, message) {
          open.delete(task);
          pace.drop(task.key);
          failures.push(`${describeCell(task.cell)}: ${message}`);
        },
      },
      signal,
    );
  } finally {
    progress.stop();
  }
  if (signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
  if (failures.length > 0) throw new Failure(`Networks cannot be measured:\n  ${failures.join('\n  ')}`);
  return found;
}

function makeRows(
  plan: Plan,
  cell: Cell,
  options: MeasurementOptions,
  statistics: readonly (readonly Statistic[])[],
): MeasurementRow[] {
  const { depth, sigma_w2, keep } = cell;
  const [sigma_b2, width] = [valueAt(plan, cell, 'sigma_b2'), valueAt(plan, cell, 'width')];
  const mean = (layer: number, name: (typeof METRICS)[number]['name']) =>
    statistics[layer]?.[METRICS.findIndex((metric) => metric.name === name)]?.mean ?? 0;
  const start = startOf(plan, { sigma_w2, sigma_b2 }, options) ?? { q0: mean(0, 'q'), c0: mean(0, 'c') };
  const last = depth - 1;
  const theory = predictLayers(plan, cell, sigma_b2, start, (q, c) => {
    if (options.read_out === 'fixed') return { single: 1, cosine: 1 };
    if (options.read_out === 'quadratic') return { single: 4 * q, cosine: c };
    const single = mean(last, 'gradient_1');
    return { single, cosine: mean(last, 'gradient_2') / single };
  });
  return statistics.map((layer, l) => {
    const measured = METRICS.flatMap(({ name }, m) => {
      const { mean, error, variance } = layer[m] as Statistic;
      return [
        [name, toFinite(mean)],
        [`${name}_error`, toFinite(error)],
        [`${name}_variance`, toFinite(variance)],
        [`${name}_theory`, toFinite(theory?.[l]?.[name])],
      ];
    });
    return { depth, sigma_w2, keep, sigma_b2, width, layer: l + 1, ...Object.fromEntries(measured) };
  });
}
