import { type DepthFormName, type FormParameters, type FormScales, formDepth } from './forms.ts';

/** A form with its numbers, and what they were fitted to: `fixtures/depth-rule.json`, of the contract `schemas/depth-rule.ts`. */
export type FittedRule = {
  readonly form: DepthFormName;
  readonly parameters: FormParameters;
  /** root mean square of ln(measured / predicted) where it was tried on what it was not fitted to */
  readonly spread: number;
  /** settings of the networks that it was fitted to */
  readonly conditions: Readonly<Record<string, Setting>> & { readonly width: number };
  /** how many times as deep networks with another setting train */
  readonly factors: readonly {
    readonly setting: string;
    readonly value: Setting;
    readonly factor: number;
  }[];
};

/** What a network was trained with: a number of steps, the name of an optimiser. */
export type Setting = string | number;

/** A depth by a fitted rule. */
export type FittedDepth = {
  /** layers; Infinity where nothing limits it */
  readonly depth: number;
  /** ends of the 95 % interval of one measured frontier */
  readonly low: number;
  readonly high: number;
  /** settings beyond what was measured: numbers count as the nearest measured one, names as those of the conditions */
  readonly outside: readonly string[];
};

/** Standard deviations from the middle to the ends of a 95 % interval. */
const SIDE = 1.96;

/**
 * The trainable depth by a rule that was fitted to measured networks.
 *
 * @param rule see {@link FittedRule}
 * @param scales of the network, see `formScales`
 * @param settings what the network is trained with, by the names of conditions and factors; what is left out, or was never
 * varied, is as in the conditions. Between measured numbers the factor is linear in ln of the number. The width counts by the rule's own v
 * where it has one.
 * @throws RangeError as `formDepth`
 * @see docs/atlas.md for what was measured, and how the rule was fitted
 * @example fittedDepth(rule, formScales(network, statistics.mnist), { steps: 300, optimiser: 'adam' }).depth // 31.4
 */
export function fittedDepth(
  rule: FittedRule,
  scales: FormScales,
  settings: Readonly<Record<string, Setting | undefined>> = {},
): FittedDepth {
  const { form, parameters, spread, conditions } = rule;
  const { width = conditions.width, ...others } = settings;
  const outside: string[] = [];
  let factor = 1;
  for (const [setting, value] of Object.entries(parameters.v ? others : settings)) {
    if (value === undefined) continue;
    const found = factorOf(rule, setting, value);
    factor *= found.factor;
    if (found.outside) outside.push(setting);
  }
  const depth = factor * formDepth(form, parameters, scales, Number(width));
  return { depth, low: depth / Math.exp(SIDE * spread), high: depth * Math.exp(SIDE * spread), outside };
}

/**
 * The values of a setting for which a rule has a factor, that of its conditions first.
 *
 * @param rule see {@link FittedRule}
 * @param setting its name
 * @example measuredSettings(rule, 'optimiser') // ['sgd', 'adam']
 */
export function measuredSettings(rule: FittedRule, setting: string): Setting[] {
  return measured(rule, setting).map(({ value }) => value);
}

function measured({ conditions, factors }: FittedRule, setting: string) {
  const own = conditions[setting];
  return [
    ...(own === undefined ? [] : [{ value: own, factor: 1 }]),
    ...factors.filter((one) => one.setting === setting),
  ];
}

function factorOf(rule: FittedRule, setting: string, value: Setting): { factor: number; outside: boolean } {
  const known = measured(rule, setting);
  const exact = known.find((one) => one.value === value);
  if (exact) return { factor: exact.factor, outside: false };
  if (typeof value === 'string') return { factor: 1, outside: setting in rule.conditions };
  const numbers = known
    .flatMap(({ value: at, factor }) => (typeof at === 'number' ? [{ at, factor }] : []))
    .sort((a, b) => a.at - b.at);
  const before = numbers.findLast(({ at }) => at < value);
  const after = numbers.find(({ at }) => at > value);
  if (!(before && after)) {
    const nearest = before ?? after;
    return { factor: nearest?.factor ?? 1, outside: nearest !== undefined };
  }
  const part = Math.log(value / before.at) / Math.log(after.at / before.at);
  return { factor: before.factor + part * (after.factor - before.factor), outside: false };
}
