import { DEPTH_FORMS, DEPTH_RULES, type DepthRuleName } from '../theory/index.ts';
import type { AtlasColumn } from './columns.ts';
import type { Factor } from './factors.ts';
import { type Candidate, type Fit, predictLog } from './fit.ts';
import { type Errors, type HeldOut, measureErrors, measureRuleErrors } from './hold-out.ts';
import type { Coverage, Rule } from './rule.ts';
import { formatDepth, formatKeep, table } from './tables.ts';

/** A candidate's formula with its numbers' names. */
export function formatFormula({ form, extension }: Candidate): string {
  const { formula } = DEPTH_FORMS[form];
  const length = formula.replace(/^m (times )?/, '').replace(/^\/ /, '1 / ');
  if (extension === 'exponent') return `m (${length})^p`;
  return extension === 'width' ? `1 / (1/(${formula}) + v/width)` : formula;
}

/** A fit's numbers. */
export function formatParameters({ parameters }: Pick<Fit, 'parameters'>): string {
  return Object.entries(parameters)
    .map(([name, value = 0]) => `${name} ${value.toPrecision(3)}`)
    .join(', ');
}

/** Columns by what they were trained for: the table of candidates has a number for each. */
export type Compared = {
  /** of the first round: tanh with biases */
  readonly old: readonly AtlasColumn[];
  /** of the second: without biases, or with PyTorch's */
  readonly fresh: readonly AtlasColumn[];
  /** never fitted to */
  readonly unseen: readonly AtlasColumn[];
};

/** The candidates by how well they fit, and by their error on what was held out, of those for which that was done. */
export function formatCandidateTable(
  fits: readonly Fit[],
  held: readonly HeldOut[],
  { old, fresh, unseen }: Compared,
): string[] {
  const nameOf = ({ form, extension }: Candidate) => [form, extension].filter(Boolean).join(' + ');
  const byName = new Map(held.map((one) => [nameOf(one.fit.candidate), one]));
  const missed = (fit: Fit, own: readonly AtlasColumn[]) => {
    const { rms } = measureErrors(own, (column) => predictLog(fit, column));
    return Number.isFinite(rms) ? rms.toFixed(3) : 'no depth for some';
  };
  return table(
    [
      'candidate',
      'L50',
      'fitted',
      'spread',
      'first round: rms of ln L50',
      'second round',
      'unseen networks',
      'held out: worst group',
      'mean over groups',
      'log score',
    ],
    fits
      .toSorted((a, b) => b.log_likelihood - a.log_likelihood)
      .map((fit) => {
        const out = byName.get(nameOf(fit.candidate));
        return [
          `\`${nameOf(fit.candidate)}\``,
          formatFormula(fit.candidate),
          formatParameters(fit),
          fit.spread.toFixed(3),
          missed(fit, old),
          missed(fit, fresh),
          missed(fit, unseen),
          out ? out.worst.toFixed(3) : '',
          out ? out.mean.toFixed(3) : '',
          out ? out.log_score.toFixed(2) : '',
        ];
      }),
  );
}

/** What the rule is off by on each group, fitted to all the others, and how often its intervals hold. */
export function formatHeldTable(coverage: readonly Coverage[]): string[] {
  return table(
    [
      'held out',
      'columns',
      'rms of ln L50',
      'measured / predicted',
      'inside the 95 % interval',
      'half-width of the interval / rms',
    ],
    coverage
      .toSorted((a, b) => (a.group < b.group ? -1 : 1))
      .map(({ group, errors, inside, side }) => [
        group,
        String(errors.columns),
        errors.columns > 0 ? errors.rms.toFixed(3) : '',
        errors.columns > 0 ? errors.ratio.toFixed(2) : '',
        errors.columns > 0 ? `${Math.round(100 * inside)} %` : '',
        errors.columns > 0 ? (side / errors.rms).toFixed(1) : '',
      ]),
  );
}

/** The optimisers as the rule has them. */
export function formatOptimiserTable(
  rule: Pick<Rule, 'optimisers' | 'fit'>,
  columns: readonly AtlasColumn[],
): string[] {
  return table(
    [
      'optimiser',
      'divides by the gradient',
      'its rate is so many of sgd',
      'numbers of its own',
      'rates measured',
      'columns',
      'rms of ln L50',
    ],
    Object.entries(rule.optimisers).map(([name, { normalised, rate, parameters, rates }]) => {
      const own = columns.filter(({ settings }) => settings.optimiser === name);
      const { rms } = measureErrors(own, (column) => predictLog(rule.fit, column, rule.optimisers));
      return [
        name,
        normalised ? 'yes' : 'no',
        rate.toPrecision(3),
        parameters ? formatParameters({ parameters }) : '',
        rates.join(' to '),
        String(own.length),
        rms.toFixed(3),
      ];
    }),
  );
}

/**
 * The published rules, with nothing fitted, and the fitted one, on the columns of each round; where a rule has no limit it does not count.
 */
export function formatRuleTable(
  { old, fresh }: Omit<Compared, 'unseen'>,
  rule: Pick<Rule, 'fit' | 'optimisers'>,
): string[] {
  const cells = ({ rms, ratio, columns }: Errors) => [String(columns), ratio.toFixed(2), rms.toFixed(3)];
  const row = (name: string, errors: (columns: readonly AtlasColumn[]) => Errors) => [
    name,
    ...cells(errors(old)),
    ...cells(errors(fresh)),
  ];
  const round = (which: string) => [`${which} round: columns`, 'measured / predicted', 'rms of ln L50'];
  return table(
    ['rule', ...round('first'), ...round('second')],
    [
      ...(Object.keys(DEPTH_RULES) as DepthRuleName[]).map((name) => {
        const { multiplier, scale } = DEPTH_RULES[name];
        const limited = (columns: readonly AtlasColumn[]) =>
          columns.filter(({ scales }) => scales && Number.isFinite(scales[scale]));
        return row(`${multiplier} ${scale}`, (columns) => measureRuleErrors(name, limited(columns)));
      }),
      row('the fitted rule', (columns) =>
        measureErrors(columns, (column) => predictLog(rule.fit, column, rule.optimisers)),
      ),
    ],
  );
}

/** What other settings do. */
export function formatFactorTable(factors: readonly Factor[]): string[] {
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

/** Columns beside what the rule says of them. */
export function formatColumnTable(
  columns: readonly AtlasColumn[],
  rule: Pick<Rule, 'fit' | 'optimisers'>,
): string[] {
  return table(
    [
      'activation',
      'technique',
      'width',
      'keep',
      'sigma_w2',
      'sigma_b2',
      'optimiser',
      'steps',
      'learning rate',
      'L50 (95 %)',
      'xi_2',
      'xi_1',
      'rule',
      'L50 / rule',
    ],
    columns.map((column) => {
      const { settings, sigma_w2, sigma_b2, learning_rate, scales, frontier } = column;
      const rule_depth = Math.exp(predictLog(rule.fit, column, rule.optimisers));
      const scale = (value: number | undefined) =>
        value === undefined || !Number.isFinite(value) ? '∞' : value.toFixed(1);
      return [
        settings.activation,
        settings.technique,
        String(settings.width),
        formatKeep(column),
        String(sigma_w2),
        String(sigma_b2),
        settings.optimiser,
        String(settings.steps),
        String(learning_rate),
        formatDepth(column),
        scale(scales?.xi_2),
        scale(scales?.xi_1),
        rule_depth.toFixed(1),
        frontier.depth ? (frontier.depth / rule_depth).toFixed(2) : '',
      ];
    }),
  );
}
