import { activationParameters, parametersIn } from '../activations/find.ts';
import { checked, type DepthScalesInput } from '../depth-scales-input.ts';
import { keepEffective } from '../noise.ts';
import { type DepthFormName, type FormParameters, type FormScales, formDepth } from './forms.ts';

/** A form with its numbers, and what they were fitted to: `fixtures/depth-rule.json`, of the contract `schemas/depth-rule.ts`. */
export type FittedRule = {
  readonly form: DepthFormName;
  readonly parameters: FormParameters;
  /** root mean square of ln(measured / predicted) where it was tried on what it was not fitted to */
  readonly spread: number;
  /** the same of networks without noise, whose depths the learning rate moves more; left out: as the others */
  readonly spread_without_noise?: number | undefined;
  /** settings of the networks that it was fitted to */
  readonly conditions: Readonly<Record<string, Setting>> & { readonly width: number };
  /** smallest and largest of their numbers, see {@link networkSettings}, and of their measured depths, `depth` */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** the names among them: activations, techniques */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** how many times as deep networks with another setting train */
  readonly factors: readonly {
    readonly setting: string;
    readonly value: Setting;
    readonly factor: number;
    /** ends of its 95 % interval, null where they are open */
    readonly low: number | null;
    readonly high: number | null;
    /** of data: the share of right images that counted as trained, where it is not that of the conditions */
    readonly trained_at?: number | undefined;
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
  /** settings beyond what was measured, and `depth` where no network was measured that trains so deep or so little; factors of numbers are then those of the nearest measured one, of names 1 */
  readonly outside: readonly string[];
};

/**
 * Networks whose variance falls to 0 or grows without bound were measured down to so many xi_1 by the rule (relu with weights a
 * tenth beside the critical ones, `mnist-relu-keep-*` of the atlas: a test of `figures/` has the numbers), and lay within its
 * interval. Farther from criticality the gradients that vanish or explode with the variance limit the depth, for which the rule has no
 * term: it is then twice as deep as such networks train, and more.
 */
const DRIFT = 3.6;

/** Standard deviations from the middle to the ends of a 95 % interval. */
const SIDE = 1.96;

/** Numbers so near to each other, relative to their size, are the same. */
const SAME = 1e-9;

/**
 * The trainable depth by a rule that was fitted to measured networks.
 *
 * @param rule see {@link FittedRule}
 * @param scales of the network, see `formScales`
 * @param settings what the network is (`networkSettings`) and is trained with, by the names of conditions, ranges, names and
 * factors; what is left out, or of which the rule says nothing, is as in the conditions. Between measured numbers the factor is
 * linear in ln of the number. The width counts by the rule's own v where it has one. What a factor is uncertain by is part of
 * the interval: of numbers between two measured ones the larger of theirs.
 * @returns null where the rule is known not to hold: q falls to 0 or grows without bound, and that by a factor of more than e^3.6 before
 * the rule's depth is reached
 * @throws ParameterError as `formDepth`
 * @see docs/atlas.md for what was measured, and how the rule was fitted
 * @example fittedDepth(rule, formScales(network, statistics.mnist), { steps: 300, optimiser: 'adam' })?.depth
 */
export function fittedDepth(
  rule: FittedRule,
  scales: FormScales,
  settings: Readonly<Record<string, Setting | undefined>> = {},
): FittedDepth | null {
  const { form, parameters, spread, ranges, names, factors } = rule;
  const conditions = conditionsOf(rule, settings.data);
  const outside: string[] = [];
  let factor = 1;
  const own = settings.keep === 1 ? (rule.spread_without_noise ?? spread) : spread;
  let variance = own ** 2;
  for (const [setting, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    const known = setting === 'width' && parameters.v ? [] : measured({ conditions, factors }, setting);
    const times = factorOf(known, value);
    factor *= times.factor;
    variance += times.variance;
    const values = known.map((one) => one.value);
    if (!reaches([...values, ...(ranges[setting] ?? []), ...(names[setting] ?? [])], value))
      outside.push(setting);
  }
  const depth = factor * formDepth(form, parameters, scales, Number(settings.width ?? conditions.width));
  if (scales.drifts && depth > DRIFT * scales.xi_1) return null;
  if (ranges.depth && !reaches([...ranges.depth], depth)) outside.push('depth');
  const side = Math.exp(SIDE * Math.sqrt(variance));
  return { depth, low: depth / side, high: depth * side, outside };
}

/**
 * What a rule was fitted to, with what counts as trained for a data set: half of the images is out of reach for some.
 *
 * @param rule see {@link FittedRule}
 * @param data its name; that of the conditions if left out
 * @example conditionsOf(rule, 'cifar10').trained_at // 0.25
 */
export function conditionsOf<Rule extends Pick<FittedRule, 'conditions' | 'factors'>>(
  { conditions, factors }: Rule,
  data?: Setting,
): Rule['conditions'] {
  const own = factors.find(({ setting, value }) => setting === 'data' && value === data)?.trained_at;
  return own === undefined ? conditions : { ...conditions, trained_at: own };
}

/**
 * What a network is, as {@link fittedDepth} compares it with those that a rule was fitted to. Parameters of an activation other
 * than the defaults make it one of another name; without noise all techniques are one, but those with maps of their own.
 *
 * @param input the network, as `depthScales` takes it
 * @returns activation, technique, sigma_w2, sigma_b2, and keep, the effective one
 * @throws ParameterError as `depthScales`
 * @example networkSettings({ ...network, activation: 'tanh', input_scale: 2 }).activation
 */
export function networkSettings(input: DepthScalesInput) {
  const { activation, technique, sigma_w2, sigma_b2 } = input;
  const { noise, technique: entry } = checked(input);
  const usual = activationParameters(activation);
  const changed = Object.entries(parametersIn(input)).filter(
    ([name, value]) => value !== usual[name]?.default,
  );
  const silent = !entry.maps && noise.variance === 0 && noise.s2 === 1;
  return {
    activation: [activation, ...changed.map(([name, value]) => `${name} ${value}`)].join(', '),
    technique: silent ? undefined : technique,
    sigma_w2,
    sigma_b2,
    keep: keepEffective(noise),
  };
}

type Measured = { readonly value: Setting; readonly factor: number; readonly variance: number };

/** The values of a setting that were measured, that of the conditions first, with the variance of ln factor. */
function measured(
  { conditions, factors }: Pick<FittedRule, 'conditions' | 'factors'>,
  setting: string,
): Measured[] {
  const own = conditions[setting];
  return [
    ...(own === undefined ? [] : [{ value: own, factor: 1, variance: 0 }]),
    ...factors
      .filter((one) => one.setting === setting)
      .map(({ value, factor, low, high }) => ({
        value,
        factor,
        variance: low && high ? (Math.log(high / low) / (2 * SIDE)) ** 2 : 0,
      })),
  ];
}

function factorOf(known: readonly Measured[], value: Setting): Omit<Measured, 'value'> {
  const plain = { factor: 1, variance: 0 };
  if (typeof value === 'string') return known.find((one) => one.value === value) ?? plain;
  const numbers = known
    .flatMap(({ value: at, ...own }) => (typeof at === 'number' ? [{ at, ...own }] : []))
    .sort((a, b) => a.at - b.at);
  const before = numbers.findLast(({ at }) => at <= value);
  const after = numbers.find(({ at }) => at >= value);
  if (!(before && after) || before === after) return before ?? after ?? plain;
  const part = Math.log(value / before.at) / Math.log(after.at / before.at);
  return {
    factor: before.factor + part * (after.factor - before.factor),
    variance: Math.max(before.variance, after.variance),
  };
}

/** Whether a value is one of the names, or between the smallest and the largest number, of those known; where none is, nothing is beyond. */
function reaches(known: readonly Setting[], value: Setting): boolean {
  if (known.length === 0) return true;
  if (typeof value === 'string') return known.includes(value);
  const numbers = known.filter((one) => typeof one === 'number');
  return value >= Math.min(...numbers) * (1 - SAME) && value <= Math.max(...numbers) * (1 + SAME);
}
