import { pickNoise } from '../catalogue/techniques.ts';
import type { DataSetName } from '../catalogue/training.ts';
import { columnAxis, trainedBy, trialsOf } from '../figures/measured/columns.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { networkFromPlan } from '../networks/from-plan.ts';
import type { Grid, GridRow } from '../schemas/grid.ts';
import { type Plan, valueAt } from '../schemas/plan.ts';
import {
  type FormScales,
  type Frontier,
  formScales,
  frontierLikelihood,
  hasDepthScales,
  keepEffective,
  measuredFrontier,
  readNoise,
  type Trials,
} from '../theory/index.ts';

/** What a column was trained with, beside the numbers of its network. */
export type Settings = {
  readonly data: string;
  readonly activation: string;
  readonly technique: string;
  readonly init: string;
  readonly schedule: string;
  readonly optimiser: string;
  readonly steps: number;
  readonly batch: number;
  readonly width: number;
  readonly accuracy_threshold: number;
};

/**
 * What a column says of ln L50: its profile likelihood at places where it says anything, and beyond the first and the last place
 * that its logarithm goes on in a straight line, by one in ln L50 for each network that trained (below) or failed (above): so it
 * is for the widest transition that is possible, of a factor e in depth.
 */
export type Likelihood = {
  /** ln L50, rising by `step` */
  readonly places: Float64Array;
  readonly weights: Float64Array;
  readonly step: number;
  readonly below: Tail;
  readonly above: Tail;
};

/** The likelihood beyond a place: exp(log − slope · distance). */
export type Tail = { readonly from: number; readonly log: number; readonly slope: number };

/** A column of the atlas: networks that differ in depth and seed only. */
export type AtlasColumn = {
  /** the planes that its networks are of */
  readonly planes: readonly string[];
  readonly settings: Settings;
  readonly keep: number;
  /** s1²/s2 of its noise */
  readonly keep_effective: number;
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly learning_rate: number;
  readonly networks: number;
  readonly frontier: Frontier;
  readonly likelihood: Likelihood;
  /** null where the theory has none: a schedule, unknown scales */
  readonly scales: FormScales | null;
};

/** The training that most planes share, and that answers are for where a question says nothing else. */
export const CONDITIONS = {
  data: 'mnist',
  width: 100,
  optimiser: 'sgd',
  steps: 500,
  batch: 100,
  init: 'gaussian',
  accuracy_threshold: 0.5,
} as const;

const FREE = new Set(['width', 'optimiser', 'steps']);

/**
 * Whether the rule may be fitted to a column: any network, width, optimiser, learning rate and number of steps, but the data, batches and
 * kind of weights of the conditions, and every layer with the same noise. IC layers have maps of their own.
 */
export function isFitted(settings: Settings): boolean {
  return (
    settings.schedule === 'constant' &&
    settings.technique !== 'ic' &&
    Object.entries(CONDITIONS).every(
      ([name, value]) => FREE.has(name) || settings[name as keyof Settings] === value,
    )
  );
}

/** Whether a column was trained by the optimiser and for the steps of the conditions, too: whatever its width. */
export function isUsual(settings: Settings): boolean {
  return (
    isFitted(settings) && settings.optimiser === CONDITIONS.optimiser && settings.steps === CONDITIONS.steps
  );
}

/** Whether a column was trained under the conditions, with their width. */
export function hasConditions(settings: Settings): boolean {
  return isUsual(settings) && settings.width === CONDITIONS.width;
}

/**
 * The columns of grids. A network that is in several grids counts once, and of columns that differ in the learning rate
 * alone the one with the deepest frontier is kept.
 */
export function collectBestColumns(grids: readonly Grid[]): AtlasColumn[] {
  const best = new Map<string, AtlasColumn>();
  for (const column of collectColumns(grids)) {
    const { settings, keep, sigma_w2, sigma_b2, scales } = column;
    // (advanced has no keep: its noise is known by its scales)
    const key = JSON.stringify([settings, keep, sigma_w2, sigma_b2, scales?.xi_2, scales?.xi_1]);
    const before = best.get(key);
    if (!before || measureReach(column) > measureReach(before)) best.set(key, column);
  }
  return [...best.values()];
}

/** The columns of grids, one for each learning rate. */
export function collectColumns(grids: readonly Grid[]): AtlasColumn[] {
  const groups = new Map<string, { plan: Plan; planes: Set<string>; rows: Map<string, GridRow> }>();
  for (const grid of grids) {
    const { plan } = grid.meta;
    if (!columnAxis(grid)) continue;
    for (const row of grid.rows) {
      const { network, training } = plan;
      const numbers = (['sigma_w2', 'keep', 'sigma_b2', 'width', 'learning_rate'] as const).map((name) =>
        valueAt(plan, row, name),
      );
      const { depth: _, sigma_w2: _w, keep: _k, sigma_b2: _b, width: _n, ...fixed } = network;
      const { learning_rate: _r, ...trained } = training;
      const key = JSON.stringify([plan.data, fixed, trained, plan.evaluation.accuracy_threshold, numbers]);
      const group = groups.get(key) ?? { plan, planes: new Set(), rows: new Map() };
      group.planes.add(plan.id);
      const cell = `${row.depth} ${row.seed}`;
      if (!group.rows.has(cell)) group.rows.set(cell, row);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map(({ plan, planes, rows }) =>
    createColumn(plan, [...planes], [...rows.values()]),
  );
}

function createColumn(plan: Plan, planes: readonly string[], rows: readonly GridRow[]): AtlasColumn {
  const { network, training, data } = plan;
  const [first] = rows as [GridRow];
  const at = (name: Parameters<typeof valueAt>[2]) => valueAt(plan, first, name);
  const criterion = trainedBy(plan);
  const trials = trialsOf(rows, criterion);
  const place = { sigma_w2: first.sigma_w2, sigma_b2: at('sigma_b2'), keep: first.keep };
  const own = networkFromPlan(plan, { ...first, depth: undefined });
  const { noise } = readNoise({
    technique: network.technique,
    ...pickNoise(network, network.technique, place.keep),
  });
  const settings: Settings = {
    data: data.name,
    activation: network.activation,
    technique: network.technique === 'none' ? 'bernoulli' : network.technique,
    init: network.init,
    schedule: network.schedule ?? 'constant',
    optimiser: training.optimiser,
    steps: training.steps,
    batch: training.batch,
    width: at('width'),
    accuracy_threshold: criterion.threshold,
  };
  return {
    planes,
    settings,
    ...place,
    learning_rate: at('learning_rate'),
    keep_effective: keepEffective(noise),
    networks: rows.length,
    frontier: measuredFrontier(trials),
    likelihood: computeLikelihood(trials),
    scales: hasDepthScales(own) ? formScales(own, statistics[data.name as DataSetName]) : null,
  };
}

/** A likelihood below this, beside the largest, is none. */
const SMALLEST_LIKELIHOOD = 1e-12;

function computeLikelihood(trials: readonly Trials[]): Likelihood {
  const { places, logs } = frontierLikelihood(trials);
  const seen = [...places.keys()].filter((i) => Math.exp(logs[i] as number) > SMALLEST_LIKELIHOOD);
  const last = places.length - 1;
  const sum = (of: (trial: Trials) => number) => trials.reduce((all, trial) => all + of(trial), 0);
  return {
    places: Float64Array.from(seen, (i) => places[i] as number),
    weights: Float64Array.from(seen, (i) => Math.exp(logs[i] as number)),
    step: (places[1] as number) - (places[0] as number),
    below: { from: places[0] as number, log: logs[0] as number, slope: sum(({ succeeded }) => succeeded) },
    above: {
      from: places[last] as number,
      log: logs[last] as number,
      slope: sum(({ trained, succeeded }) => trained - succeeded),
    },
  };
}

/** How deep a column's frontier is, for choosing among learning rates: a censored one lies beyond its bound. */
function measureReach({ frontier: { depth, low, censored } }: AtlasColumn): number {
  if (censored === 'deeper') return 1e6 + (low ?? 0);
  return depth ?? 0;
}
