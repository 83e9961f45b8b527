import { type DepthRuleFile, depthRuleSchema } from '../schemas/depth-rule.ts';
import { type AtlasColumn, CONDITIONS, isUsual } from './columns.ts';
import type { Factor } from './factors.ts';
import { CANDIDATES, type Candidate } from './fit.ts';
import { clusterBootstrap, type HeldOut, holdOut } from './hold-out.ts';

/** Draws of the bootstrap. */
const DRAWS = 400;

/** The candidates compared, and the one that predicts best. */
export type Choice = {
  readonly held: readonly HeldOut[];
  readonly rule: HeldOut;
  /** the columns that they were fitted to */
  readonly usual: readonly AtlasColumn[];
};

/**
 * Fits all candidates, and takes the one with the smallest error on keep rates and techniques that were held out.
 *
 * @param columns of all settings
 * @param candidates to compare
 * @throws RangeError where there are too few of the usual ones
 * @example chooseRule(columns).rule.fit.candidate
 */
export function chooseRule(
  columns: readonly AtlasColumn[],
  candidates: readonly Candidate[] = CANDIDATES,
): Choice {
  const usual = columns.filter(({ settings, scales }) => isUsual(settings) && scales);
  const held = candidates.map((candidate) => holdOut(candidate, usual));
  return { held, rule: held.reduce((a, b) => (b.all.rms < a.all.rms ? b : a)), usual };
}

/**
 * The rule as the API reads it.
 *
 * @param choice the candidate that was chosen, and what it was fitted to
 * @param factors of the other settings
 * @param draws of the bootstrap
 * @example ruleFile(chooseRule(columns), factorsOf(columns)).parameters
 */
export function ruleFile(
  { rule: { fit, noisy, quiet }, usual }: Pick<Choice, 'rule' | 'usual'>,
  factors: readonly Factor[],
  draws = DRAWS,
): DepthRuleFile {
  const rounded = (value: number) => Number(value.toPrecision(4));
  const intervals = clusterBootstrap(fit.candidate, usual, draws);
  return depthRuleSchema.parse({
    schema: 'dropline-depth-rule/1',
    form: fit.candidate.form,
    parameters: Object.fromEntries(
      Object.entries(fit.parameters).map(([name, value = 0]) => [name, rounded(value)]),
    ),
    intervals: Object.fromEntries(Object.entries(intervals).map(([name, ends]) => [name, ends.map(rounded)])),
    spread: rounded(noisy.rms),
    ...(quiet.columns > 0 && { spread_without_noise: rounded(quiet.rms) }),
    columns: usual.length,
    conditions: CONDITIONS,
    ranges: {
      width: rangeOf(usual, ({ settings }) => settings.width),
      sigma_w2: rangeOf(usual, ({ sigma_w2 }) => sigma_w2),
      sigma_b2: rangeOf(usual, ({ sigma_b2 }) => sigma_b2),
      keep: rangeOf(usual, ({ keep_effective }) => keep_effective),
      depth: rangeOf(
        usual.filter(({ frontier }) => frontier.depth !== null),
        ({ frontier }) => frontier.depth as number,
      ),
    },
    names: {
      activation: [...new Set(usual.map(({ settings }) => settings.activation))].sort(),
      technique: [...new Set(usual.map(({ settings }) => settings.technique))].sort(),
    },
    // (a schedule is no number of the API's question: it has networks of its own)
    factors: factors
      .filter(({ setting }) => setting !== 'schedule')
      .map((one) => ({
        ...one,
        factor: rounded(one.factor),
        low: rounded(one.low),
        high: rounded(one.high),
      })),
  });
}

/** The smallest and the largest of something. */
function rangeOf(columns: readonly AtlasColumn[], of: (column: AtlasColumn) => number): [number, number] {
  const values = columns.map(of);
  const rounded = (value: number) => Number(value.toPrecision(6));
  return [rounded(Math.min(...values)), rounded(Math.max(...values))];
}
