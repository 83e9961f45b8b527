import { group } from 'd3-array';
import { DEPTH_FORMS, DEPTH_RULES, type DepthRuleName } from '../theory/index.ts';
import { type AtlasColumn, CONDITIONS, isUsual } from './columns.ts';
import type { Factor } from './factors.ts';
import { type Candidate, expectedLog, type Fit } from './fit.ts';
import type { MeasuredPlane } from './grids.ts';
import { type Errors, errorsOf, type HeldOut, heldWith, ruleErrors } from './hold-out.ts';
import { SUBJECTS, type Subject } from './planes.ts';
import type { Times } from './train.ts';

/** A table in Markdown. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [header, header.map((_, i) => (i === 0 ? '---' : '---:')), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );

/**
 * A measured depth with its interval.
 *
 * @example depthText(column) // '43.5 (39.6–46.4)'
 */
export function depthText({ frontier: { depth, low, high, censored } }: AtlasColumn): string {
  const shown = (value: number | null) => (value === null ? '…' : value.toFixed(value < 10 ? 1 : 0));
  if (censored) return `${censored} than ${shown(censored === 'deeper' ? low : high)}`;
  return `${shown(depth)} (${shown(low)}–${shown(high)})`;
}

/** The keep rate of a column; empty for advanced dropout, which has none. */
export const keepText = ({ settings, keep }: AtlasColumn): string =>
  settings.technique === 'advanced' ? '' : String(keep);

/** A candidate's formula with its numbers' names. */
export function formulaOf({ form, extension }: Candidate): string {
  const { formula } = DEPTH_FORMS[form];
  const length = formula.replace(/^m (times )?/, '').replace(/^\/ /, '1 / ');
  if (extension === 'exponent') return `m (${length})^p`;
  return extension === 'width' ? `1 / (1/(${formula}) + v/width)` : formula;
}

/** A fit's numbers. */
export function numbersOf({ parameters }: Pick<Fit, 'parameters'>): string {
  return Object.entries(parameters)
    .map(([name, value = 0]) => `${name} ${value.toPrecision(3)}`)
    .join(', ');
}

const percent = (log: number) => `${(100 * Math.expm1(log)).toFixed(0)} %`;

/**
 * The candidates by their error on what was held out, and the null model: one depth for each keep rate and technique, which says
 * nothing of one that was held out.
 */
export function candidateTable(
  held: readonly HeldOut[],
  columns: readonly AtlasColumn[],
  unseen: readonly AtlasColumn[],
): string[] {
  const narrow = unseen.filter(({ settings }) => settings.width === CONDITIONS.width);
  const missed = (fit: Fit, own: readonly AtlasColumn[]) => {
    const { rms } = errorsOf(own, (column) => expectedLog(fit, column));
    return Number.isNaN(rms) ? '' : rms.toFixed(3);
  };
  const perGroup = group(columns, heldWith);
  const rows = held
    .toSorted((a, b) => a.all.rms - b.all.rms)
    .map(({ fit, keeps, techniques, all, bounded, log_score }) => [
      `\`${[fit.candidate.form, fit.candidate.extension].filter(Boolean).join(' + ')}\``,
      formulaOf(fit.candidate),
      numbersOf(fit),
      fit.spread.toFixed(3),
      keeps.rms.toFixed(3),
      techniques.rms.toFixed(3),
      `${all.rms.toFixed(3)} (${percent(all.rms)})`,
      bounded.rms.toFixed(3),
      all.median.toFixed(3),
      log_score.toFixed(2),
      missed(fit, unseen),
      missed(fit, narrow),
    ]);
  return table(
    [
      'candidate',
      'L50',
      'fitted to all',
      'spread',
      'keeps held out',
      'techniques held out',
      'both: rms of ln L50',
      'without the critical column',
      'median',
      'log score',
      'unseen networks',
      `of width ${CONDITIONS.width}`,
    ],
    [
      ...rows,
      [
        'one depth for each keep or technique',
        '',
        `${perGroup.size} depths`,
        spreadOf(perGroup),
        '',
        '',
        '',
        '',
        '',
        '',
        '',
        '',
      ],
    ],
  );
}

/** Standard deviation of ln L50 about the mean of each group. */
function spreadOf(groups: ReadonlyMap<string, readonly AtlasColumn[]>): string {
  const squares = [...groups.values()].flatMap((own) => {
    const logs = own.flatMap(({ frontier }) => (frontier.depth ? [Math.log(frontier.depth)] : []));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    return logs.map((log) => (log - mean) ** 2);
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length).toFixed(3);
}

/** What the rule is off by on each keep rate and technique, fitted to all the others. */
export function heldTable({ groups }: HeldOut): string[] {
  return table(
    ['held out', 'columns', 'rms of ln L50', 'measured / predicted'],
    Object.entries(groups).map(([name, { columns, rms, ratio }]) => [
      name,
      String(columns),
      columns > 0 ? rms.toFixed(3) : '',
      columns > 0 ? ratio.toFixed(2) : '',
    ]),
  );
}

/** The published rules, with nothing fitted. */
export function ruleTable(columns: readonly AtlasColumn[], own: Errors): string[] {
  const row = (name: string, { rms, median, ratio }: Errors) => [
    name,
    ratio.toFixed(2),
    rms.toFixed(3),
    median.toFixed(3),
  ];
  const keeps = columns.filter(({ settings }) => settings.technique === 'bernoulli');
  const noisy = columns.filter(({ settings, keep }) => settings.technique === 'bernoulli' && keep < 1);
  return table(
    ['rule', 'measured / predicted', 'rms of ln', 'median of ln', 'with dropout only: ratio', 'rms'],
    [
      ...(Object.keys(DEPTH_RULES) as DepthRuleName[]).map((name) => {
        const { multiplier, scale } = DEPTH_RULES[name];
        const without = ruleErrors(name, noisy);
        return [
          ...row(`${multiplier} ${scale}`, ruleErrors(name, keeps)),
          without.ratio.toFixed(2),
          without.rms.toFixed(3),
        ];
      }),
      [...row('fitted, held out', own), '', ''],
    ],
  );
}

/** What other settings do. */
export function factorTable(factors: readonly Factor[]): string[] {
  return table(
    ['setting', 'value', 'keep', 'times as deep', '95 % interval', 'columns'],
    factors.map(({ setting, value, keep, factor, low, high, columns }) => [
      setting,
      String(value),
      keep === undefined ? 'all' : String(keep),
      factor.toFixed(2),
      `${low.toFixed(2)}–${high.toFixed(2)}`,
      String(columns),
    ]),
  );
}

/** Every usual column beside what the rule says of it. */
export function columnTable(columns: readonly AtlasColumn[], rule: Fit): string[] {
  return table(
    [
      'technique',
      'width',
      'keep',
      'sigma_w2',
      'learning rate',
      'L50 (95 %)',
      'xi_2',
      'xi_1',
      'rule',
      'L50 / xi_2',
      'L50 / rule',
    ],
    columns
      .filter(({ settings }) => isUsual(settings))
      .map((column) => {
        const { settings, sigma_w2, learning_rate, scales, frontier } = column;
        const rule_depth = Math.exp(expectedLog(rule, column));
        const over = (value: number | undefined) =>
          frontier.depth && value && Number.isFinite(value) ? (frontier.depth / value).toFixed(2) : '';
        const scale = (value: number | undefined) =>
          value === undefined || !Number.isFinite(value) ? '∞' : value.toFixed(1);
        return [
          settings.technique,
          String(settings.width),
          keepText(column),
          String(sigma_w2),
          String(learning_rate),
          depthText(column),
          scale(scales?.xi_2),
          scale(scales?.xi_1),
          rule_depth.toFixed(1),
          over(scales?.xi_2),
          over(rule_depth),
        ];
      }),
  );
}

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
  rule: Fit,
): string[] {
  return table(
    [name, 'keep', 'sigma_w2', 'learning rate', 'L50 (95 %)', 'L50 / rule'],
    columns.map((column) => {
      const expected = Math.exp(expectedLog(rule, column));
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
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        const deviation = Math.sqrt(
          values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1),
        );
        return `${mean.toFixed(1)} ± ${(deviation / Math.sqrt(values.length)).toFixed(1)}`;
      }),
    ]),
  );
}
