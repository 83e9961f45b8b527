import type { DepthRuleFile } from '../schemas/depth-rule.ts';
import { type FittedRule, fittedDepth } from '../theory/index.ts';
import type { AtlasColumn } from './columns.ts';
import { type Errors, errorsOf, ruleErrors } from './hold-out.ts';
import { depthText, keepText, table } from './tables.ts';

/** Columns beside what the rule says of them. */
const compared = (columns: readonly AtlasColumn[], rule: FittedRule) =>
  columns.flatMap((column) => {
    const { scales, frontier, settings, keep_effective } = column;
    if (!scales) return [];
    const said = fittedDepth(rule, scales, { width: settings.width, keep: keep_effective });
    if (!said) return [];
    const within = frontier.depth !== null && frontier.depth >= said.low && frontier.depth <= said.high;
    return [{ column, scales, said, within, depth: frontier.depth }];
  });

/**
 * A rule that says of more networks that it reaches them: of those that it was not fitted to, and within whose interval they lay.
 *
 * @param rule as it was fitted to others
 * @param columns of those networks
 * @returns the rule with wider ranges, and with the names of which all were so
 * @example widened(rule, columns).names.activation // ['elu', 'erf', 'tanh']
 */
export function widened(rule: DepthRuleFile, columns: readonly AtlasColumn[]): DepthRuleFile {
  const all = compared(columns, rule);
  const held = all.flatMap(({ column, within }) => (within ? [column] : []));
  const missed = all.flatMap(({ column, within }) => (within ? [] : [column]));
  const range = ([low, high]: readonly [number, number], of: (column: AtlasColumn) => number | null) => {
    const values = held.flatMap((column) => of(column) ?? []).map((value) => Number(value.toPrecision(6)));
    return [Math.min(low, ...values), Math.max(high, ...values)] as [number, number];
  };
  // (of a name all networks have to)
  const names = (known: readonly string[], of: (column: AtlasColumn) => string) => {
    const wrong = new Set(missed.map(of));
    return [...new Set([...known, ...held.map(of).filter((name) => !wrong.has(name))])].sort();
  };
  const { ranges } = rule;
  return {
    ...rule,
    ranges: {
      width: range(ranges.width, ({ settings }) => settings.width),
      sigma_w2: range(ranges.sigma_w2, ({ sigma_w2 }) => sigma_w2),
      sigma_b2: range(ranges.sigma_b2, ({ sigma_b2 }) => sigma_b2),
      keep: range(ranges.keep, ({ keep_effective }) => keep_effective),
      depth: range(ranges.depth, ({ frontier }) => frontier.depth),
    },
    names: {
      activation: names(rule.names.activation, ({ settings }) => settings.activation),
      technique: names(rule.names.technique, ({ settings }) => settings.technique),
    },
  };
}

/**
 * Networks that the rule was not fitted to, beside what the API says of them, and how often that held.
 *
 * @param columns of those networks
 * @param rule as it was fitted to others
 * @returns lines of Markdown
 * @example unseenTable(columns, rule)
 */
export function unseenTable(columns: readonly AtlasColumn[], rule: FittedRule): string[] {
  const rows = compared(columns, rule);
  if (rows.length === 0) return ['Not trained yet.'];
  const crossing = rows.filter(({ depth }) => depth !== null);
  const saidOf = new Map(rows.map(({ column, said }) => [column, Math.log(said.depth)]));
  const errors = (of: Errors) =>
    `measured / predicted ${of.ratio.toFixed(2)}, rms of ln L50 ${of.rms.toFixed(3)}`;
  return [
    `${crossing.filter(({ within }) => within).length} of ${crossing.length} frontiers are within the rule's 95 % interval; ${errors(
      errorsOf([...saidOf.keys()], (column) => saidOf.get(column) as number),
    )} (6 xi_2: ${errors(ruleErrors('six_xi_2', [...saidOf.keys()]))}).`,
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
        keepText(column),
        String(column.sigma_w2),
        String(column.sigma_b2),
        scales.xi_2.toFixed(1),
        depthText(column),
        `${said.depth.toFixed(0)} (${said.low.toFixed(0)}–${said.high.toFixed(0)})`,
        depth === null ? '' : (depth / said.depth).toFixed(2),
      ]),
    ),
  ];
}
