import { type DataSetName, isRowSet } from '../../catalogue/training.ts';
import { networkFromSettings } from '../../networks/from-plan.ts';
import { type Grid, settingsOf } from '../../schemas/grid.ts';
import {
  type DataStatistics,
  type DepthScales,
  depthScales,
  describeNetwork,
  type FittedDepth,
  type FittedRule,
  fittedDepth,
  formScales,
  hasDepthScales,
  maskCorrelation,
  type Network,
} from '../../theory/index.ts';

/** Where in a grid: its network with one column's values. */
export type Place = {
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly keep: number;
  readonly width: number;
  /** what the plan says if left out */
  readonly learning_rate?: number | undefined;
  /** the accuracy from which on a network counts as trained; what the plan says if left out */
  readonly accuracy_threshold?: number | undefined;
};

/** All that is read of a grid here: its plan. */
export type OfPlan = { readonly meta: Pick<Grid['meta'], 'plan'> };

/** The fitted rule, and what each data set of images looks like to a first layer: the contents of two files of fixtures/. */
export type Fitting = {
  readonly rule: FittedRule;
  readonly statistics: Readonly<Record<DataSetName, DataStatistics>>;
};

/**
 * The one number that takes xi_2 to the measured depths of a grid: the geometric mean over its columns of measured depth over xi_2.
 *
 * @param columns measured depth and predicted xi_2 of each column
 * @returns null where no column has both
 * @example gridMultiplier([{ depth: 40, xi_2: 5 }, { depth: 18, xi_2: 9 }]) // 4
 */
export function gridMultiplier(
  columns: readonly { readonly depth: number | null; readonly xi_2: number | null }[],
): number | null {
  const logs = columns.flatMap(({ depth, xi_2 }) => (depth && xi_2 ? [Math.log(depth / xi_2)] : []));
  return logs.length > 0 ? Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length) : null;
}

/**
 * The network of one column of a grid, as the theory takes it.
 *
 * @param grid measured
 * @param place the column
 * @returns null for layers that differ, or have skip connections or operations of their own: they have no depth scales
 * @example networkAt(grid, { sigma_w2: 1.5, sigma_b2: 0.05, keep: 0.95, width: 100 })?.width // 100
 */
export function networkAt({ meta }: OfPlan, place: Place): Network | null {
  const { network } = meta.plan;
  if (network.ops) return null;
  const found = networkFromSettings({ ...network, ...network.residual }, place);
  return hasDepthScales(found) ? found : null;
}

/** What there is to say of a network without depth scales. */
const NO_SCALES = { xi_1: null, xi_2: null } as const;

/**
 * The theory's depth scales for one column of a grid.
 *
 * @param grid measured
 * @param place the column
 * @returns nulls where {@link networkAt} is null
 * @example predictedAt(grid, { sigma_w2: 1.5, sigma_b2: 0.05, keep: 0.95, width: 100 }).xi_2 // 6.2332…
 */
export function predictedAt(grid: OfPlan, place: Place): Pick<DepthScales, 'xi_1' | 'xi_2'> {
  const network = networkAt(grid, place);
  return network ? depthScales(network) : NO_SCALES;
}

/**
 * The trainable depth of one column of a grid by the fitted rule, for what the column's networks were trained with: learning rate, steps,
 * batch, optimiser, data.
 *
 * @param grid measured
 * @param place the column
 * @param fitting see {@link Fitting}
 * @param known its depth scales, where they are known already
 * @returns null where {@link networkAt} is null or its images share masks, the theory has no scales, or nothing like the networks was measured
 * @example fittedAt(grid, column, { rule, statistics })?.depth
 */
export function fittedAt(
  grid: OfPlan,
  place: Place,
  { rule, statistics }: Fitting,
  known?: DepthScales,
): FittedDepth | null {
  const network = networkAt(grid, place);
  if (!network || maskCorrelation(network.mask) > 0) return null;
  const { plan } = grid.meta;
  const { name } = plan.data;
  if (isRowSet(name)) return null;
  const scales = formScales(network, statistics[name], known);
  if (!scales) return null;
  const own = settingsOf(plan);
  const { width, learning_rate = own.learning_rate, accuracy_threshold = own.accuracy_threshold } = place;
  const settings = { ...own, ...describeNetwork(network), width, learning_rate, accuracy_threshold };
  return fittedDepth(rule, scales, settings);
}
