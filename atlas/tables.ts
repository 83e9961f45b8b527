import { deviation, mean } from 'd3-array';
import { type FittedRule, fittedDepth } from '../theory/index.ts';
import type { AtlasColumn } from './columns.ts';
import { predictLog } from './fit.ts';
import type { MeasuredPlane, Times } from './grids.ts';
import { type Errors, measureErrors, measureRuleErrors } from './hold-out.ts';
import { SUBJECTS, type Subject } from './planes.ts';
import type { Rule } from './rule.ts';

/** A table in Markdown. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );

/** A measured depth with its interval. */
export function formatDepth({ frontier: { depth, low, high, censored } }: AtlasColumn): string {
  const formatLayers = (value: number | null) => (value === null ? '…' : value.toFixed(value < 10 ? 1 : 0));
  if (censored) return `${censored} than ${formatLayers(censored === 'deeper' ? low : high)}`;
  return `${formatLayers(depth)} (${formatLayers(low)}–${formatLayers(high)})`;
}

/** The keep rate of a column; empty for advanced dropout, which has none. */
export const formatKeep = ({ settings, keep }: AtlasColumn): string =>
  settings.technique === 'advanced' ? '' : String(keep);

/** The planes of a subject: what they are, and how to have them again. */
export function formatPlaneTable(planes: readonly MeasuredPlane[], subject: Subject, times: Times): string[] {
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
export function formatSettingTable(
  columns: readonly AtlasColumn[],
  name: string,
  of: (column: AtlasColumn) => string,
  rule: Pick<Rule, 'fit' | 'optimisers'>,
): string[] {
  return table(
    [name, 'keep', 'sigma_w2', 'learning rate', 'L50 (95 %)', 'L50 / rule'],
    columns.map((column) => {
      const expected = Math.exp(predictLog(rule.fit, column, rule.optimisers));
      const { depth } = column.frontier;
      return [
        of(column),
        formatKeep(column),
        String(column.sigma_w2),
        String(column.learning_rate),
        formatDepth(column),
        depth && Number.isFinite(expected) ? (depth / expected).toFixed(2) : '',
      ];
    }),
  );
}

/** The frontier of each column of a full plane beside that of a search with the same settings, which trained few networks. */
export function formatWholeTable(whole: readonly AtlasColumn[], searched: readonly AtlasColumn[]): string[] {
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
        formatDepth(column),
        String(column.networks),
        other ? formatDepth(other) : '',
        other ? String(other.networks) : '',
        Number.isFinite(ratio) ? ratio.toFixed(2) : '',
      ];
    }),
  );
}

/** Test accuracy by depth of planes that differ in their schedule. */
export function formatScheduleTable(planes: readonly MeasuredPlane[]): string[] {
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

/** Columns beside what the rule says of them. */
const compareWithRule = (columns: readonly AtlasColumn[], rule: FittedRule) =>
  columns.flatMap((column) => {
    const { scales, frontier, settings, keep_effective } = column;
    if (!scales) return [];
    const { width, steps, optimiser, technique } = settings;
    const training = { width, steps, optimiser, technique, learning_rate: column.learning_rate };
    const said = fittedDepth(rule, scales, { ...training, keep: keep_effective });
    if (!said) return [];
    const within = frontier.depth !== null && frontier.depth >= said.low && frontier.depth <= said.high;
    return [{ column, scales, said, within, depth: frontier.depth }];
  });

/** Networks that the rule was not fitted to, beside what the API says of them, and how often that held. */
export function formatUnseenTable(columns: readonly AtlasColumn[], rule: FittedRule): string[] {
  const rows = compareWithRule(columns, rule);
  if (rows.length === 0) return ['Not trained yet.'];
  const crossing = rows.filter(({ depth }) => depth !== null);
  const saidOf = new Map(rows.map(({ column, said }) => [column, Math.log(said.depth)]));
  const errors = (of: Errors) =>
    `measured / predicted ${of.ratio.toFixed(2)}, rms of ln L50 ${of.rms.toFixed(3)}`;
  return [
    `${crossing.filter(({ within }) => within).length} of ${crossing.length} frontiers are within the rule's 95 % interval; ${errors(
      measureErrors([...saidOf.keys()], (column) => saidOf.get(column) as number),
    )} (6 xi_2, where it has a limit: ${errors(
      measureRuleErrors(
        'six_xi_2',
        [...saidOf.keys()].filter(({ scales }) => Number.isFinite(scales?.xi_2)),
      ),
    )}).`,
    '',
    ...table(
      [
        'activation',
        'technique',
        'width',
        'keep',
        'sigma_w2',
        'sigma_b2',
        'xi_2',
        'L50 (95 %)',
        'rule (95 %)',
        'L50 / rule',
      ],
      rows.map(({ column, scales, said, depth }) => [
        column.settings.activation,
        column.settings.technique,
        String(column.settings.width),
        formatKeep(column),
        String(column.sigma_w2),
        String(column.sigma_b2),
        Number.isFinite(scales.xi_2) ? scales.xi_2.toFixed(1) : '∞',
        formatDepth(column),
        `${said.depth.toFixed(0)} (${said.low.toFixed(0)}–${said.high.toFixed(0)})`,
        depth === null ? '' : (depth / said.depth).toFixed(2),
      ]),
    ),
  ];
}
