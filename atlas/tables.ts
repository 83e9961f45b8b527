import { deviation, mean } from 'd3-array';
import type { AtlasColumn } from './columns.ts';
import { expectedLog } from './fit.ts';
import type { MeasuredPlane } from './grids.ts';
import { SUBJECTS, type Subject } from './planes.ts';
import type { Rule } from './rule.ts';
import type { Times } from './train.ts';

/** A table in Markdown. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );

/**
 * A measured depth with its interval.
 *
 * @example depthText(column)
 */
export function depthText({ frontier: { depth, low, high, censored } }: AtlasColumn): string {
  const shown = (value: number | null) => (value === null ? '…' : value.toFixed(value < 10 ? 1 : 0));
  if (censored) return `${censored} than ${shown(censored === 'deeper' ? low : high)}`;
  return `${shown(depth)} (${shown(low)}–${shown(high)})`;
}

/** The keep rate of a column; empty for advanced dropout, which has none. */
export const keepText = ({ settings, keep }: AtlasColumn): string =>
  settings.technique === 'advanced' ? '' : String(keep);

/** The planes of a subject: what they are, and how to have them again. */
export function planeTable(planes: readonly MeasuredPlane[], subject: Subject, times: Times): string[] {
  const own = planes.filter((plane) => plane.subject === subject);
  if (own.length === 0) return ['Not trained yet.'];
  return table(
    [SUBJECTS[subject], 'picture', 'back end', 'networks', 'core-minutes', 'again'],
    own.map(({ plan, grid }) => [
      plan.title,
      `[${plan.id}](atlas/${plan.id}.svg)`,
      plan.backend,
      String(grid.rows.length),
      times[plan.id] === undefined ? '' : ((times[plan.id] as number) / 60).toFixed(1),
      `\`npm run atlas -- ${plan.id}\``,
    ]),
  );
}

/** Columns of some planes, each learning rate by itself, beside the rule. */
export function settingTable(
  columns: readonly AtlasColumn[],
  name: string,
  of: (column: AtlasColumn) => string,
  rule: Pick<Rule, 'fit' | 'optimisers'>,
): string[] {
  return table(
    [name, 'keep', 'sigma_w2', 'learning rate', 'L50 (95 %)', 'L50 / rule'],
    columns.map((column) => {
      const expected = Math.exp(expectedLog(rule.fit, column, rule.optimisers));
      const { depth } = column.frontier;
      return [
        of(column),
        keepText(column),
        String(column.sigma_w2),
        String(column.learning_rate),
        depthText(column),
        depth && Number.isFinite(expected) ? (depth / expected).toFixed(2) : '',
      ];
    }),
  );
}

/** The frontier of each column of a full plane beside that of a search with the same settings, which trained few networks. */
export function wholeTable(whole: readonly AtlasColumn[], searched: readonly AtlasColumn[]): string[] {
  if (whole.length === 0) return ['Not trained yet.'];
  const keyOf = ({ settings, keep, sigma_w2, sigma_b2, learning_rate }: AtlasColumn) =>
    JSON.stringify([settings, keep, sigma_w2, sigma_b2, learning_rate]);
  const bySettings = new Map(searched.map((column) => [keyOf(column), column]));
  return table(
    [
      'data',
      'keep',
      'sigma_w2',
      'full plane: L50 (95 %)',
      'networks',
      'searched: L50 (95 %)',
      'networks',
      'ratio',
    ],
    whole.map((column) => {
      const other = bySettings.get(keyOf(column));
      const ratio = (column.frontier.depth ?? Number.NaN) / (other?.frontier.depth ?? Number.NaN);
      return [
        column.settings.data,
        String(column.keep),
        String(column.sigma_w2),
        depthText(column),
        String(column.networks),
        other ? depthText(other) : '',
        other ? String(other.networks) : '',
        Number.isFinite(ratio) ? ratio.toFixed(2) : '',
      ];
    }),
  );
}

/** Test accuracy by depth of planes that differ in their schedule. */
export function accuracyBySchedule(planes: readonly MeasuredPlane[]): string[] {
  const own = planes.filter(({ plan }) => plan.id.includes('schedule-accuracy'));
  const [first] = own;
  if (!first) return ['Not trained yet.'];
  const depths = first.plan.axes.depth ?? [];
  return table(
    ['schedule', ...depths.map((depth) => `depth ${depth}`)],
    own.map(({ plan, grid }) => [
      plan.network.schedule ?? 'constant',
      ...depths.map((depth) => {
        const values = grid.rows
          .filter((row) => row.depth === depth)
          .map(({ test_accuracy }) => 100 * (test_accuracy ?? 0));
        const error = (deviation(values) ?? Number.NaN) / Math.sqrt(values.length);
        return `${mean(values)?.toFixed(1)} ± ${error.toFixed(1)}`;
      }),
    ]),
  );
}
