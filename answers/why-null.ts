import { DEEPEST_FORM, type DepthScales } from '../theory/index.ts';
import { TOO_MUCH_WORK } from './effort.ts';
import type { Nearest } from './measured/family.ts';
import type { FittedAnswer } from './rule.ts';
import { shorten } from './shorten.ts';

/** The numbers of a row of /v1/trainable-depth that may be null. */
type Numbers = Readonly<
  Record<
    | 'xi_1'
    | 'xi_2'
    | 'fitted_depth'
    | 'limit_low'
    | 'limit_high'
    | 'layers_searched'
    | 'calibration'
    | 'measured_depth',
    number | null
  > & { width_depth?: number | null }
>;

/** What they were made from. */
type Known = {
  /** undefined with a schedule or skip connections */
  readonly scales: DepthScales | undefined;
  /** null where the rule has no answer, undefined where it was not asked or took too long */
  readonly fitted: FittedAnswer | null | undefined;
  /** whether the estimates were asked for */
  readonly looked: boolean;
  /** whether the rule has no answer, so that there are the estimates alone */
  readonly isTheory: boolean;
  /** whether networks with such masks are trained at all */
  readonly trained: boolean;
  /** the nearest measurement; undefined where there is none, null where it could not be looked up */
  readonly near: Nearest | undefined | null;
  /** whether that is because the grids could not be read */
  readonly unread: boolean;
};

/** Columns, whether they are null for this reason, and the reason. */
type Reason = readonly [columns: readonly string[], applies: boolean, why: string];

const RULES_2 = ['six_xi_2', 'twelve_xi_2', 'four_and_half_xi_c'] as const;
const RULES = [...RULES_2, 'twelve_xi_1'] as const;
const FITTED = ['fitted_depth', 'fitted_low', 'fitted_high', 'fitted_learning_rate'] as const;
const MEASURED = [
  ...['measured_depth', 'measured_low', 'measured_high', 'measured_sigma_w2', 'measured_keep'],
  ...['measured_with', 'distance', 'grid'],
];
const ESTIMATES = ['limit_low', 'limit_high', 'calibrated_depth'] as const;

/** Columns that go by one name in a reason. */
const GROUPS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(RULES.map((rule) => [rule, 'rules'])),
  ...Object.fromEntries(FITTED.map((name) => [name, 'fitted_depth'])),
  ...Object.fromEntries(MEASURED.map((name) => [name, 'measured_depth'])),
};

/**
 * Why numbers of a row of /v1/trainable-depth are null.
 *
 * @param row the numbers
 * @param known what they were made from
 * @param asked the columns that are looked at; all if left out
 * @returns sentences that begin with the columns they are about; null where there is nothing to explain
 * @example whyNull(row, { scales: undefined, trained: true, near, unread: false })
 */
export function whyNull(row: Numbers, known: Known, asked?: readonly string[]): string | null {
  const said = listReasons(row, known).flatMap(([columns, applies, why]) => {
    if (!applies || (asked && !asked.some((name) => columns.includes(name)))) return [];
    const names = new Set(columns.map((name) => GROUPS[name] ?? name));
    return [`${[...names].join(', ')}: ${why}`];
  });
  return said.length > 0 ? said.join(' ') : null;
}

function listReasons(
  row: Numbers,
  { scales, fitted, looked, isTheory, trained, near, unread }: Known,
): readonly Reason[] {
  const unknown = scales?.reason === 'unknown';
  const known = scales !== undefined && !unknown;
  const gaveUp = row.layers_searched === null;
  const beyond = beyondAll(row.layers_searched, scales);
  const noScale = ['xi_1', 'xi_2', ...RULES, ...FITTED];
  return [
    [noScale, scales === undefined, 'depth scales are those of equal layers without skip connections.'],
    [noScale, unknown && scales.xi_1 === null, `there are no depth scales (status ${scales?.status}).`],
    [
      ['xi_2', ...RULES_2, ...FITTED],
      unknown && scales.xi_1 !== null,
      `the correlation of two inputs has no limit that could be had (status ${scales?.status}).`,
    ],
    [['xi_1', 'twelve_xi_1'], known && scales.xi_1 === null, 'unbounded.'],
    [['xi_2', ...RULES_2], known && scales.xi_2 === null, 'unbounded.'],
    [[...FITTED, 'measured_depth'], !trained, 'networks are trained with masks of their own.'],
    [FITTED, trained && known && fitted === undefined, TOO_MUCH_WORK],
    [FITTED, trained && known && fitted === null, 'no network like this one was measured.'],
    [
      FITTED,
      trained && known && !!fitted && row.fitted_depth === null,
      `by the rule nothing limits it within ${DEEPEST_FORM} layers.`,
    ],
    [FITTED, isTheory && !looked, 'the theory alone has an estimate, limit_low.'],
    [ESTIMATES, looked && gaveUp, TOO_MUCH_WORK],
    [ESTIMATES, looked && !gaveUp && row.limit_low === null, beyond],
    [['limit_high'], looked && !gaveUp && row.limit_low !== null && row.limit_high === null, beyond],
    [['width_depth'], row.width_depth === null, 'the theory has no number for such layers.'],
    [
      [...MEASURED, 'calibration', 'calibrated_depth'],
      near === null,
      unread ? 'the measured grids cannot be read at the moment. Ask again later.' : TOO_MUCH_WORK,
    ],
    [
      ['measured_depth'],
      trained && near === undefined,
      'no grid has networks of this kind: activation, technique, schedule, skip connections.',
    ],
    [
      ['measured_depth'],
      !!near && row.measured_depth === null,
      'the frontier lies beyond the depths that were tried.',
    ],
    [
      ['calibration', 'calibrated_depth'],
      looked && row.measured_depth !== null && row.calibration === null,
      'no limit_low of the measured network could be had.',
    ],
  ];
}

/**
 * What is to be said of a network that tells inputs apart down to every depth that was looked at: what limits it instead, if anything.
 *
 * @param layers so many were looked at
 * @param scales of the network, where it has some
 * @returns a sentence without its capital, to stand after a colon
 * @example beyondAll(2000, scales)
 */
export function beyondAll(
  layers: number | null,
  scales: Pick<DepthScales, 'gradient' | 'chi_1' | 'xi_2'> | undefined,
): string {
  const { gradient = null, chi_1 = null, xi_2 = null } = scales ?? {};
  if (gradient === null || gradient === 'stable') return `nothing limits it within ${layers} layers.`;
  const scale =
    gradient === 'exploding' && xi_2 !== null
      ? ` and the scale on which different inputs lose their correlation (xi_2, ${shorten(xi_2)} layers)`
      : '';
  return `equal inputs stay equal, so that their correlation sets no limit within ${layers} layers; ${gradient} gradients (chi_1 ${shorten(chi_1)})${scale} limit the depth, to how many layers is not known.`;
}
