import { group, mean } from 'd3-array';
import { DEPTH_FORMS, DEPTH_RULES, type DepthRuleName } from '../theory/index.ts';
import { type AtlasColumn, CONDITIONS, isUsual } from './columns.ts';
import type { Factor } from './factors.ts';
import { type Candidate, expectedLog, type Fit } from './fit.ts';
import { type Errors, errorsOf, type HeldOut, heldWith, ruleErrors } from './hold-out.ts';
import { depthText, keepText, table } from './tables.ts';

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
  const apart = [...groups.values()].flatMap((own) => {
    const logs = own.flatMap(({ frontier }) => (frontier.depth ? [Math.log(frontier.depth)] : []));
    return logs.map((log) => log - (mean(logs) as number));
  });
  return Math.sqrt(mean(apart, (one) => one ** 2) as number).toFixed(3);
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
