import type { KernelLimit } from '../../catalogue/queries.ts';
import { activationParameters } from '../activations/index.ts';
import { type Activate, type Network, readPlainLayer } from '../network.ts';
import { keepEffective } from '../noise.ts';
import { count, TERMS } from '../work.ts';
import {
  type DepthFormName,
  type FormParameters,
  type FormScales,
  findKernelLimit,
  formDepth,
  REFERENCE_TRAINING,
  type Training,
} from './forms.ts';

/** How an optimiser compares with gradient descent, as a rule was fitted to it. */
export type OptimiserEffect = {
  /** whether it divides the gradient by its size */
  readonly normalised: boolean;
  /** what multiplies its learning rate to give that of gradient descent with the same effect */
  readonly rate: number;
  /** numbers of the form that are its own */
  readonly parameters?: FormParameters | undefined;
  /** smallest and largest of the learning rates that were measured */
  readonly rates: readonly [number, number];
  /** the same of those that are usual: where no rate is given the best of them is taken */
  readonly usual: readonly [number, number];
  /** standard deviation of ln(measured / predicted) of its networks, where that is more than the rule's own */
  readonly spread?: number | undefined;
};

/** A form with its numbers, and what they were fitted to: `fixtures/depth-rule.json`, of the contract `schemas/depth-rule.ts`. */
export type FittedRule = {
  readonly form: DepthFormName;
  readonly parameters: FormParameters;
  readonly optimisers: Readonly<Record<string, OptimiserEffect>>;
  /** standard deviation of ln(measured / predicted) of networks like those that it was fitted to */
  readonly spread: number;
  /** what it grows by with the distance to the nearest of them: the variance is spread² + (spread_per_distance × distance)² */
  readonly spread_per_distance: number;
  /** a distance beyond which the rule is a guess */
  readonly far: number;
  /** where the measured networks lie, see {@link locateNetwork} */
  readonly measured: readonly (readonly number[])[];
  /** settings of the networks that it was fitted to; what is left out of a question is as there */
  readonly conditions: Readonly<Record<string, Setting>> & { readonly width: number };
  /** smallest and largest of their numbers */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** the names among them: techniques */
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
    readonly accuracy_threshold?: number | undefined;
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
  /** the learning rate that it is for: the best of the usual ones where none is given */
  readonly learning_rate: number;
  /** settings beyond what was measured, and `network` where no network like this one was */
  readonly outside: readonly string[];
  /** what ends the depth, see `KERNEL_LIMITS`; null where nothing does, and by other forms than `kernel` */
  readonly limited_by: KernelLimit | null;
};

/** Standard deviations from the middle to the ends of a 95 % interval. */
const SIDE = 1.96;

/** Numbers so near to each other, relative to their size, are the same. */
const EQUAL_WITHIN = 1e-9;

/** So many times as far as `far` nothing is known: there is no answer. */
const MAX_DISTANCE = 3;

/** The learning rates that the best is looked for among, and how near to it the search comes: by a tenth. */
const RATES_TRIED = 1.1;

/**
 * The trainable depth by a rule that was fitted to measured networks.
 *
 * @param rule see {@link FittedRule}
 * @param scales of the network, see `formScales`
 * @param settings what the network is (`describeNetwork`) and is trained with, by the names of conditions, ranges, names and
 * factors; what is left out is as in the conditions, the learning rate the best of the usual ones. What a factor and the
 * distance to the nearest measured network are uncertain by is part of the interval.
 * @returns null where nothing like the network was measured
 * @throws ParameterError as `formDepth`
 * @see docs/atlas.md for what was measured, and how the rule was fitted
 * @example fittedDepth(rule, formScales(network, statistics.mnist), { steps: 300, optimiser: 'adam' })?.depth
 */
export function fittedDepth(
  rule: FittedRule,
  scales: FormScales,
  settings: Readonly<Record<string, Setting | undefined>> = {},
): FittedDepth | null {
  const { ranges, names } = rule;
  const conditions = readConditions(rule, settings.data);
  const outside: string[] = [];
  let factor = 1;
  let variance = 0;
  for (const [setting, value] of Object.entries(settings)) {
    if (value === undefined || setting === 'learning_rate') continue;
    const known = rule.factors.filter((one) => one.setting === setting);
    const own = known.find((one) => one.value === value);
    factor *= own?.factor ?? 1;
    if (own?.low && own.high) variance += (Math.log(own.high / own.low) / (2 * SIDE)) ** 2;
    const condition = conditions[setting];
    const values = [
      ...known.map((one) => one.value),
      ...(condition === undefined ? [] : [condition]),
      ...(setting === 'optimiser' ? Object.keys(rule.optimisers) : []),
    ];
    if (!isMeasured([...values, ...(ranges[setting] ?? []), ...(names[setting] ?? [])], value))
      outside.push(setting);
  }
  const optimiser = String(settings.optimiser ?? conditions.optimiser);
  const effect = rule.optimisers[optimiser] ?? rule.optimisers[ALIKE[optimiser] ?? ''] ?? PLAIN;
  const given = settings.learning_rate;
  const found =
    typeof given === 'number'
      ? { learning_rate: given, depth: computeDepth(rule, effect, scales, settings, given) }
      : findBestRate(effect.usual, (rate) => computeDepth(rule, effect, scales, settings, rate));
  if (typeof given === 'number' && !isMeasured(effect.rates, given)) outside.push('learning_rate');
  const { learning_rate } = found;
  // (no frontier that was measured lies at the data)
  if (found.depth === 0) return null;
  const depth = factor * found.depth;
  const training = readTraining(rule, effect, settings, learning_rate);
  const distance = measureDistance(
    rule.measured,
    locateNetwork(scales, found.depth, training, Number(settings.keep ?? 1)),
  );
  if (distance > MAX_DISTANCE * rule.far) return null;
  if (distance > rule.far) outside.push('network');
  variance += Math.max(rule.spread, effect.spread ?? 0) ** 2 + (rule.spread_per_distance * distance) ** 2;
  const side = Math.exp(SIDE * Math.sqrt(variance));
  const limited_by =
    rule.form === 'kernel'
      ? findKernelLimit({ ...rule.parameters, ...effect.parameters }, scales, training, found.depth)
      : null;
  return { depth, low: depth / side, high: depth * side, learning_rate, limited_by, outside };
}

/** Optimisers whose first updates are those of another one. They stand in `outside` all the same: they were not measured. */
const ALIKE: Readonly<Record<string, string>> = { adamw: 'adam', nesterov: 'momentum' };

/** Gradient descent, where an optimiser is not known. */
const PLAIN: OptimiserEffect = { normalised: false, rate: 1, rates: [0.003, 0.3], usual: [0.003, 0.03] };

/** How the form is told of a network's training. */
function readTraining(
  { conditions }: Pick<FittedRule, 'conditions'>,
  { normalised, rate }: OptimiserEffect,
  settings: Readonly<Record<string, Setting | undefined>>,
  learning_rate: number,
): Training {
  const number = (name: 'width' | 'steps' | 'batch') =>
    Number(settings[name] ?? conditions[name] ?? REFERENCE_TRAINING[name]);
  return {
    ...{ width: number('width'), steps: number('steps'), batch: number('batch') },
    ...{ normalised, learning_rate: rate * learning_rate },
    orthogonal: (settings.init ?? conditions.init) === 'orthogonal',
  };
}

function computeDepth(
  rule: FittedRule,
  effect: OptimiserEffect,
  scales: FormScales,
  settings: Readonly<Record<string, Setting | undefined>>,
  learning_rate: number,
): number {
  const training = readTraining(rule, effect, settings, learning_rate);
  return formDepth(rule.form, { ...rule.parameters, ...effect.parameters }, scales, training);
}

/** So many learning rates are looked at before the search goes on about the deepest of them. */
const FIRST_RATES = 12;

/**
 * The learning rate with the deepest networks: a depth rises to it and falls beyond, so the search divides by the golden section;
 * but it starts from a grid, because next to rates that train no depth at all it would not know where to go.
 */
function findBestRate(
  [lowest, highest]: readonly [number, number],
  depthOf: (rate: number) => number,
): { learning_rate: number; depth: number } {
  const golden = (Math.sqrt(5) - 1) / 2;
  const at = (x: number) => ({ x, depth: depthOf(Math.exp(x)) });
  const deeper = (one: ReturnType<typeof at>, other: typeof one) => (other.depth > one.depth ? other : one);
  const [start, side] = [Math.log(lowest), Math.log(highest / lowest) / (FIRST_RATES - 1)];
  let best = Array.from({ length: FIRST_RATES }, (_, i) => at(start + i * side)).reduce(deeper);
  let [low, high] = [Math.max(start, best.x - side), Math.min(Math.log(highest), best.x + side)];
  let [a, b] = [at(high - golden * (high - low)), at(low + golden * (high - low))];
  while (high - low > Math.log(RATES_TRIED)) {
    best = [a, b].reduce(deeper, best);
    if (a.depth >= b.depth) [high, b, a] = [b.x, a, at(b.x - golden * (b.x - low))];
    else [low, a, b] = [a.x, b, at(a.x + golden * (high - a.x))];
  }
  best = [a, b].reduce(deeper, best);
  // (rounding must not carry it beyond the ends)
  const learning_rate = Number(Math.exp(best.x).toPrecision(12));
  return { learning_rate, depth: best.depth };
}

/**
 * Where a network lies in the space in which the rule was fitted, so that near ones are alike for it: what its first updates
 * are like at the depth that the rule gives it, how its variance goes, how it is trained. In units in which a distance of 1 is much.
 *
 * @param scales of the network
 * @param depth by the rule, without factors
 * @param training how the form is told of it
 * @param keep effective keep probability
 * @example locateNetwork(scales, 40, training, 0.95)
 */
export function locateNetwork(
  { kernel, growth, chi_1 }: FormScales,
  depth: number,
  { width, learning_rate, steps, normalised }: Training,
  keep: number,
): number[] {
  const layers = Math.min(Math.max(1, Math.round(depth)), 2000);
  let at = layers;
  let updates = kernel.at(at);
  while (!updates && at > 0) updates = kernel.at(--at);
  const { signal = 0, size = 0, variance = 0 } = updates ?? {};
  const limited = (x: number) => Math.max(-50, Math.min(50, x));
  return [
    limited(signal) / 4,
    limited(size) / 4,
    Math.log(layers + 1),
    variance / width,
    limited(Math.log(growth)),
    limited(Math.log(chi_1)),
    Math.log(1.01 - keep) / 1.5,
    Math.log(width / REFERENCE_TRAINING.width) / 1.5,
    Math.log(learning_rate / REFERENCE_TRAINING.learning_rate) / 2.5,
    Math.log(steps / REFERENCE_TRAINING.steps) / 2,
    normalised ? 1 : 0,
  ];
}

/**
 * The Euclidean distance to the nearest of some places; 0 where there are none.
 *
 * @param places see {@link locateNetwork}
 * @param here one more
 * @example measureDistance([[0, 0]], [3, 4]) // 5
 */
export function measureDistance(places: readonly (readonly number[])[], here: readonly number[]): number {
  if (places.length === 0) return 0;
  count((places.length * here.length) / TERMS);
  let least = Number.POSITIVE_INFINITY;
  for (const there of places) {
    let sum = 0;
    for (let i = 0; i < here.length; i++) sum += ((here[i] as number) - (there[i] ?? 0)) ** 2;
    least = Math.min(least, sum);
  }
  return Math.sqrt(least);
}

/**
 * What a rule was fitted to, with what counts as trained for a data set: half of the images is out of reach for some.
 *
 * @param rule see {@link FittedRule}
 * @param data its name; that of the conditions if left out
 * @example readConditions(rule, 'cifar10').accuracy_threshold // 0.25
 */
export function readConditions<Rule extends Pick<FittedRule, 'conditions' | 'factors'>>(
  { conditions, factors }: Rule,
  data?: Setting,
): Rule['conditions'] {
  const own = factors.find(({ setting, value }) => setting === 'data' && value === data)?.accuracy_threshold;
  return own === undefined ? conditions : { ...conditions, accuracy_threshold: own };
}

/**
 * What a network is, as {@link fittedDepth} compares it with those that a rule was fitted to. Parameters of an activation other
 * than the defaults make it one of another name; without noise all techniques are one, but those with maps of their own.
 *
 * @param input the network, as `depthScales` takes it
 * @returns activation, technique, sigma_w2, sigma_b2, and keep, the effective one
 * @throws ParameterError as `depthScales`
 * @example describeNetwork({ ...network, activation: 'tanh', input_scale: 2 }).activation
 */
export function describeNetwork(network: Network) {
  const { activation, noise, batch_norm, sigma_w2, sigma_b2 } = readPlainLayer(network);
  // (an activation of one's own is none of those that were measured, whatever its name)
  const { name } = activation;
  const usual = activationParameters(isOwn(name) ? activation.phi : name);
  const changed = Object.entries(activation.parameters).filter(
    ([parameter, value]) => value !== usual[parameter]?.default,
  );
  const silent = !batch_norm && noise.noise.variance === 0 && noise.noise.s2 === 1;
  return {
    activation: [name, ...changed.map(([parameter, value]) => `${parameter} ${value}`)].join(', '),
    technique: silent ? undefined : noise.technique,
    sigma_w2,
    sigma_b2,
    keep: keepEffective(noise.noise),
  };
}

const isOwn = (name: Activate['name']): name is `own ${string}` => name.startsWith('own ');

/** Whether a value is one of the names, or between the smallest and the largest number, of those known; where none is, nothing is beyond. */
function isMeasured(known: readonly Setting[], value: Setting): boolean {
  if (known.length === 0) return true;
  if (typeof value === 'string') return known.includes(value);
  const numbers = known.filter((one) => typeof one === 'number');
  return (
    value >= Math.min(...numbers) * (1 - EQUAL_WITHIN) && value <= Math.max(...numbers) * (1 + EQUAL_WITHIN)
  );
}
