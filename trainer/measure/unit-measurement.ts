import type { BackendName } from '../../catalogue/training.ts';
import type { UnitMeasurement, UnitOptions, UnitRow } from '../../schemas/measurement.ts';
import { type Plan, valueAt } from '../../schemas/plan.ts';
import { findBackend } from '../backends/index.ts';
import { DATA_SETS } from '../data/sources.ts';
import { EXIT, Failure } from '../errors.ts';
import { trainedNetwork } from '../networks/trained-network.ts';
import { type Cell, listCells } from '../run/cells.ts';
import { toFinite } from '../run/evaluate.ts';
import { listSoftware } from '../run/grid-file.ts';
import type { RunOptions } from '../run/run.ts';
import { collectNetworks } from './measure.ts';
import { countImages, DROPS_OR_KEEPS, listBlockNoises, momentsOf, readFindings } from './measure-units.ts';
import type { UnitFindings, UnitMetric } from './unit-statistics.ts';

const NOTES = [
  'Networks are untrained and in training mode: the noise is on, each image has its own, and batch norms take the statistics of the batch.',
  'Units are cut into 8 bins of equal numbers of images before the noise, and into the same ones after it; the value 0 has a label of its own.',
] as const;

/** Numbers of units that a worker keeps at most, before the noise and after it: 512 MiB. */
const MOST_NUMBERS = 2 ** 27;

/**
 * Measures pairs of units before and after each noise of the blocks, in untrained networks of a plan's cells, with its first seed.
 *
 * @param plan the plan; its own `measurement` is about signals and gradients, and not used
 * @param options initialisations, images, pairs
 * @param run how many workers, and what interrupts them
 * @returns a row for each cell and noise
 * @throws Failure where there is nothing to measure, with what to do instead; where it is interrupted
 * @see Chen et al. 2019, arXiv 1905.05928
 * @example (await measureUnitPairs(plan, unitOptions.parse({ networks: 5 }), { workers: 2, signal })).rows[0].correlation_ratio
 */
export async function measureUnitPairs(
  plan: Plan,
  options: UnitOptions,
  run: Pick<RunOptions, 'workers' | 'signal'>,
): Promise<UnitMeasurement> {
  const cells = listCells({ ...plan, seeds: plan.seeds.slice(0, 1) });
  checkUnits(plan, cells, options);
  const found = await collectNetworks(plan, { kind: 'measure_units', units: options }, cells, options, run);
  return {
    id: plan.id,
    meta: {
      schema: 'dropline-units/1',
      plan,
      units: options,
      software: listSoftware(plan),
      backend: findBackend(plan.backend).name as BackendName,
      notes: [...NOTES],
    },
    rows: cells.flatMap((cell, i) => makeRows(plan, cell, options, found[i] as Float64Array[])),
  };
}

/** What cannot be compared before and after, by technique, and what to do instead. */
const REFUSED: Partial<Record<Plan['network']['technique'], string>> = {
  none: 'there is no noise, so that nothing changes. Choose a technique that multiplies units, such as "bernoulli" or "ic".',
  dropconnect:
    'it drops weights, and leaves the units as they are. Choose a technique that multiplies units, such as "bernoulli".',
  alpha:
    'it does not multiply units: it sets them to −1.758 and moves them all. Choose a technique that multiplies units, such as "bernoulli".',
};

/**
 * Refuses what cannot be measured.
 *
 * @throws Failure with what to do instead
 * @example checkUnits(plan, listCells(plan), unitOptions.parse({}))
 */
function checkUnits(plan: Plan, cells: readonly Cell[], { images, pairs }: UnitOptions): void {
  const refuse = (why: string): never => {
    throw new Failure(`Pairs of units cannot be measured: ${why}`, EXIT.usage);
  };
  const { network, training, data } = plan;
  const refused = REFUSED[network.technique];
  if (refused) refuse(`of the technique "${network.technique}", ${refused}`);
  if (network.ops && !network.ops.includes('noise'))
    refuse(
      'the plan\'s "ops" have no "noise". Put it where units are to be compared, such as before "linear".',
    );
  const source = DATA_SETS[data.name];
  if (images > source.counts.train)
    refuse(
      `${source.title} has ${source.counts.train} training images, not ${images}. Give fewer with --images.`,
    );
  if (images < training.batch)
    refuse(
      `${images} images do not fill one batch of ${training.batch}. Give more with --images, or the plan a smaller "batch".`,
    );
  for (const cell of cells) {
    const width = valueAt(plan, cell, 'width');
    if (width < 2) refuse('a layer of one unit has no pairs. Give the plan a "width" of 2 or more.');
    const shape = trainedNetwork(plan, cell, source, findBackend(plan.backend).dialect);
    const numbers = 2 * images * listBlockNoises(shape).length * Math.min(width, 2 * pairs);
    if (numbers > MOST_NUMBERS)
      refuse(
        `${images} images of ${Math.min(width, 2 * pairs)} units in ${cell.depth} layers are too many for the memory. Give fewer --images or --pairs.`,
      );
  }
}

/** The rows of a cell. */
function makeRows(
  plan: Plan,
  cell: Cell,
  options: UnitOptions,
  networks: readonly Float64Array[],
): UnitRow[] {
  const { depth, sigma_w2, keep } = cell;
  const [sigma_b2, width] = [valueAt(plan, cell, 'sigma_b2'), valueAt(plan, cell, 'width')];
  const shape = trainedNetwork(plan, cell, DATA_SETS[plan.data.name], findBackend(plan.backend).dialect);
  const found = networks.map(readFindings);
  return listBlockNoises(shape).map((place, l) => {
    const layer = found.map((findings) => findings[l] as UnitFindings);
    const all = (name: UnitMetric) => describe(layer.map((findings) => findings[name]));
    const ratios = { correlation: all('correlation_ratio'), information: all('information_ratio') };
    const noise = DROPS_OR_KEEPS.has(plan.network.technique) && momentsOf(plan, place.keep);
    // of factors 0 and f with probability k, s1 = k f and s2 = k f²
    const kept = noise && all('units_with_zeros').mean === 0 ? noise.s1 ** 2 / noise.s2 : undefined;
    return {
      ...{ depth, sigma_w2, keep, sigma_b2, width, layer: l + 1 },
      ...{ networks: options.networks, images: countImages(plan, options.images), pairs: options.pairs },
      correlation_before: toFinite(all('correlation_before').mean),
      correlation_after: toFinite(all('correlation_after').mean),
      correlation_ratio: toFinite(ratios.correlation.mean),
      correlation_ratio_error: toFinite(ratios.correlation.error),
      correlation_ratio_theory: toFinite(all('correlation_ratio_theory').mean),
      information_before: toFinite(all('information_before').mean),
      information_after: toFinite(all('information_after').mean),
      information_ratio: toFinite(ratios.information.mean),
      information_ratio_error: toFinite(ratios.information.error),
      information_ratio_theory: kept === undefined ? null : kept ** 2,
    };
  });
}

/** Mean, and its standard error. */
function describe(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}
