import type { DepthScales } from '../../theory/index.ts';
import type { Nearest } from '../measured/nearest.ts';
import { MAX_WORK } from '../work.ts';

/** The numbers of a row of /v1/trainable-depth that may be null. */
type Numbers = Readonly<
  Record<
    | 'xi_1'
    | 'xi_2'
    | 'fitted_depth'
    | 'estimate_low'
    | 'estimate_high'
    | 'looked_to'
    | 'calibration'
    | 'measured_depth',
    number | null
  > & { width_depth?: number | null }
>;

/** What they were made from. */
type Known = {
  /** undefined with a schedule or skip connections */
  readonly scales: DepthScales | undefined;
  /** whether networks with such masks are trained at all */
  readonly trained: boolean;
  /** the nearest measurement */
  readonly near: Nearest | undefined;
};

/** Columns, whether they are null for this reason, and the reason. */
type Reason = readonly [columns: string, applies: boolean, why: string];

/**
 * Why numbers of a row of /v1/trainable-depth are null.
 *
 * @param row the numbers
 * @param known what they were made from
 * @returns sentences that begin with the columns they are about; null where there is nothing to explain
 * @example whyNull(row, { scales: undefined, trained: true, near })
 */
export function whyNull(row: Numbers, { scales, trained, near }: Known): string | null {
  const unknown = scales?.reason === 'unknown';
  const gaveUp = row.looked_to === null;
  const beyond = `nothing limits it within ${row.looked_to} layers.`;
  const reasons: readonly Reason[] = [
    [
      'xi_1, xi_2, fitted_depth, rules',
      scales === undefined,
      'depth scales are those of equal layers without skip connections.',
    ],
    ['xi_1, xi_2, fitted_depth, rules', unknown, `there are no depth scales (status ${scales?.status}).`],
    ['xi_1', scales?.xi_1 === null && !unknown, 'unbounded.'],
    ['xi_2', scales?.xi_2 === null && !unknown, 'unbounded.'],
    ['fitted_depth, measured_depth', !trained, 'networks are trained with masks of their own.'],
    [
      'fitted_depth',
      trained && !unknown && scales !== undefined && row.fitted_depth === null,
      'nothing limits it.',
    ],
    [
      'estimate_low, estimate_high, calibrated_depth',
      gaveUp,
      `to follow this network takes more than there is of the ${MAX_WORK / 1000} ms of work of one request.`,
    ],
    ['estimate_low, estimate_high, calibrated_depth', !gaveUp && row.estimate_low === null, beyond],
    ['estimate_high', !gaveUp && row.estimate_low !== null && row.estimate_high === null, beyond],
    ['width_depth', row.width_depth === null, 'the theory has no number for such layers.'],
    [
      'measured_depth',
      trained && !near,
      'no grid has networks of this kind: activation, technique, schedule, skip connections.',
    ],
    [
      'measured_depth',
      near !== undefined && row.measured_depth === null,
      'the frontier lies beyond the depths that were tried.',
    ],
    [
      'calibration, calibrated_depth',
      row.measured_depth !== null && row.calibration === null,
      'no estimate_low of the measured network could be had.',
    ],
  ];
  const said = reasons.filter(([, applies]) => applies).map(([columns, , why]) => `${columns}: ${why}`);
  return said.length > 0 ? said.join(' ') : null;
}
