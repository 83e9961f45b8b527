import type { GRID_MEASURES } from '../../schemas/endpoints/frontier.ts';
import type { Grid } from '../../schemas/grid.ts';
import { AXIS_NAMES } from '../../schemas/plan.ts';
import { applyRule, type DepthRuleName } from '../../theory/index.ts';
import { GRID_LOOKS } from '../svg/looks.ts';
import type { Overlay } from '../svg/overlays.ts';
import type { Plane } from '../table.ts';
import { columnAxis, type MeasuredColumn, measuredColumns, trainedBy } from './columns.ts';
import { isDrawn } from './outside.ts';
import { type Fitting, gridMultiplier } from './predicted.ts';
import { columnTheory, curvePlaces, curveTheory, type GridTheory } from './theory.ts';

/** What a picture of a grid can show. */
export type Measure = (typeof GRID_MEASURES)[number];

/** The curves that are drawn over a measured plane. */
const RULES: readonly (readonly [DepthRuleName & keyof typeof GRID_LOOKS, string])[] = [
  ['six_xi_2', '6 xi_2'],
  ['twelve_xi_2', '12 xi_2'],
  ['twelve_xi_1', '12 xi_1'],
];

/**
 * A grid as a matrix: the mean over the seeds of one measurement, with depth along y where it is an axis.
 *
 * @param grid measured
 * @param measure which measurement
 * @returns NaN where no seed of a cell has it
 * @example gridPlane(grid, 'train_accuracy').y.name // 'depth'
 */
export function gridPlane(grid: Grid, measure: Measure): Plane {
  const { axes, title } = grid.meta.plan;
  const [first, second] = AXIS_NAMES.filter((name) => axes[name]) as ['depth', 'sigma_w2'];
  const axisOf = (name: 'depth' | 'sigma_w2') => ({
    name,
    values: axes[name] ?? [],
    ...(name === 'depth' && { unit: 'layers' }),
  });
  const [y, x] = [axisOf(first), axisOf(second)];
  const [sums, counts] = [new Float64Array(x.values.length * y.values.length), new Map<number, number>()];
  for (const row of grid.rows) {
    const index =
      y.values.indexOf(row[y.name] as number) * x.values.length + x.values.indexOf(row[x.name] as number);
    const value = row[measure];
    if (value === null) continue;
    sums[index] = (sums[index] as number) + value;
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  return {
    meta: {},
    x,
    y,
    measure,
    title: `${title}: ${measure.replaceAll('_', ' ')}`,
    values: sums.map((sum, index) => sum / (counts.get(index) ?? Number.NaN)),
  };
}

/**
 * What is drawn over a measured plane: the curves of the rules that have depths there (the fitted one for networks of the kind
 * that it was fitted to, see `isDrawn`, and as they were trained), and the measured frontier with its intervals.
 *
 * @param grid with depth as one axis; others get nothing
 * @param measure what the frontier rests on
 * @param fitting the fitted rule
 * @param kept what is known of the grid already, for this measure
 * @example gridOverlays(grid, 'train_accuracy', { rule, statistics }).map(({ label }) => label) // ['6 xi_2', …]
 */
export function gridOverlays(
  grid: Grid,
  measure: Measure,
  fitting: Fitting,
  kept: { readonly columns?: readonly MeasuredColumn[]; readonly theory?: GridTheory } = {},
): Overlay[] {
  const axis = columnAxis(grid);
  if (!axis) return [];
  const columns = kept.columns ?? measuredColumns(grid, { ...trainedBy(grid.meta.plan), measure });
  const values = columns.map((column) => column[axis]);
  const fine = curvePlaces(grid, columns).map((place) => place[axis]);
  const theory = kept.theory?.columns ?? columnTheory(grid, columns, fitting);
  const scales = (kept.theory?.curve ?? curveTheory(grid, columns)).map((one) => one ?? NO_SCALES);
  const calibration = gridMultiplier(
    columns.map(({ depth }, i) => ({ depth, xi_2: theory[i]?.xi_2 ?? null })),
  );
  const curve = (
    name: keyof typeof GRID_LOOKS,
    label: string,
    depths: readonly (number | null | undefined)[],
    across = fine,
  ): Overlay => ({
    label,
    kind: 'curve',
    look: GRID_LOOKS[name],
    points: across.map((x, i) => ({ x, y: finite(depths[i]) })),
  });
  const curves = [
    ...RULES.map(([rule, label]) =>
      curve(
        rule,
        label,
        scales.map((one) => applyRule(rule, one).depth),
      ),
    ),
    // (at the measured columns, which is where it is to be compared: it follows the layers of a network for each point)
    curve(
      'fitted',
      'fitted rule',
      theory.map((one) => (one?.fitted && isDrawn(one.fitted.outside) ? one.fitted.depth : null)),
      values,
    ),
    curve(
      'calibrated',
      `calibrated: ${calibration?.toPrecision(3)} xi_2`,
      scales.map(({ xi_2 }) => calibration && xi_2 && calibration * xi_2),
    ),
  ];
  return [
    ...curves.filter(({ points }) => points.some(({ y }) => y !== null)),
    {
      label: 'measured: half of the networks train',
      kind: 'points',
      points: columns.map((column) => ({
        x: column[axis],
        y: column.depth,
        low: column.low,
        high: column.high,
      })),
    },
  ];
}

/** A point that was given up. */
const NO_SCALES = { xi_1: null, xi_2: null } as const;

const finite = (depth: number | null | undefined) =>
  typeof depth === 'number' && Number.isFinite(depth) ? depth : null;
