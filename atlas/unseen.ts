import { type FittedRule, fittedDepth } from '../theory/index.ts';
import type { AtlasColumn } from './columns.ts';
import { type Errors, errorsOf, ruleErrors } from './hold-out.ts';
import { depthText, keepText, table } from './tables.ts';

/** Columns beside what the rule says of them. */
const compared = (columns: readonly AtlasColumn[], rule: FittedRule) =>
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
    )} (6 xi_2, where it has a limit: ${errors(
      ruleErrors(
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
        keepText(column),
        String(column.sigma_w2),
        String(column.sigma_b2),
        Number.isFinite(scales.xi_2) ? scales.xi_2.toFixed(1) : '∞',
        depthText(column),
        `${said.depth.toFixed(0)} (${said.low.toFixed(0)}–${said.high.toFixed(0)})`,
        depth === null ? '' : (depth / said.depth).toFixed(2),
      ]),
    ),
  ];
}
