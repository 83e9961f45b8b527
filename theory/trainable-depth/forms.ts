import { KERNEL_LIMITS, type KernelLimit } from '../../catalogue/queries.ts';
import { checkNotNegative, ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import type { TangentKernel, Updates } from './tangent-kernel.ts';

/** What a form is made from: depth scales in layers, Infinity where they have no bound. */
export type FormScales = {
  readonly xi_1: number;
  readonly xi_2: number;
  /** factor of the squared gradient of one input per layer */
  readonly chi_1: number;
  /** factor per layer by which q falls to 0 or grows without bound; 1 where it does neither */
  readonly growth: number;
  /** the depth at which inputs of one class and of two can no longer be told apart, see `estimateDepth` */
  readonly trajectory: number;
  /** the depth at which corr(one input, two masks) − corr(two inputs) has fallen to e^−t */
  readonly margin: (t: number) => number;
  readonly kernel: TangentKernel;
};

/** How a network is trained. */
export type Training = {
  /** units of a hidden layer */
  readonly width: number;
  /** of gradient descent, or what has the same effect with another optimiser */
  readonly learning_rate: number;
  readonly steps: number;
  /** inputs a step */
  readonly batch: number;
  /** whether the optimiser divides the gradient by its size (adam); no if left out */
  readonly normalised?: boolean;
  /** whether weight matrices are orthogonal, which keeps the length of what goes through them; no if left out */
  readonly orthogonal?: boolean;
};

/** The training that the numbers of the forms refer to. */
export const REFERENCE_TRAINING = { width: 100, learning_rate: 0.03, steps: 500, batch: 100 } as const;

/** The numbers of a form, by name; what each means stands in {@link DEPTH_FORMS}. */
export type FormParameters = {
  readonly [Name in FormParameterName]?: number | undefined;
};

/** The numbers that forms have; none is negative. */
export type FormParameterName =
  | 'm'
  | 'n'
  | 'b'
  | 'p'
  | 'v'
  | 't'
  | 'signal'
  | 'noise'
  | 'step'
  | 'aspect'
  | 'signal_spread'
  | 'aspect_power'
  | 'blend';

/** A form of the trainable depth. */
export type DepthForm = {
  readonly name: string;
  /** in words of the vocabulary */
  readonly formula: string;
  /** the numbers that are fitted */
  readonly free: readonly FormParameterName[];
} & (
  | {
      /** one over the depth, before a power and a term in the width */
      readonly rate: (scales: FormScales, parameters: Numbers) => number;
    }
  | {
      /** above 0 at depths that train: the depth is where it reaches 0 */
      readonly excess: (updates: Updates, parameters: Numbers, training: Training, depth: number) => number;
    }
);

type Numbers = { readonly [Name in FormParameterName]: number };

const chaos = ({ chi_1 }: FormScales, b: number) => b * Math.max(0, Math.log(chi_1));

/** One over xi_1 where gradients vanish, 0 where they do not. */
const vanishing = ({ chi_1 }: FormScales) => Math.max(0, -Math.log(chi_1));

/** What a layer takes off the covariance that depends on the input: 1/xi_2, and what q falls by. */
const loss = ({ xi_2, growth }: FormScales) => 1 / xi_2 + Math.max(0, -Math.log(growth));

/** The smallest of some numbers, rounded off: equal ones count less than one of them, by blend × ln of their number. */
function smallest(values: readonly number[], blend: number): number {
  const least = Math.min(...values);
  if (!(blend > 0) || !Number.isFinite(least)) return least;
  return least - blend * Math.log(values.reduce((sum, value) => sum + Math.exp((least - value) / blend), 0));
}

/**
 * The forms of the trainable depth that the atlas compares. Most are a length made from depth scales, times a number that is
 * measured; in a length in which the rates of several limits are added up each of them limits the depth. `kernel` has no
 * length: it is the depth up to which the first updates are large enough beside the weights, large enough beside their
 * noise, and small enough to be stable, in a network that is not too deep for its width; docs/theory.md derives it.
 *
 * @see docs/atlas.md, where they are compared; Schoenholz et al. 2017 (a multiple of xi_2), Huang et al. 2019 (multiples of xi_1
 * and xi_2)
 * @example DEPTH_FORMS.chaos.free // ['m', 'b']
 */
export const DEPTH_FORMS = {
  constant: { name: 'constant', formula: 'm', free: ['m'], rate: (_, { m }) => 1 / m },
  xi_2: { name: 'xi_2', formula: 'm xi_2', free: ['m'], rate: ({ xi_2 }, { m }) => 1 / (m * xi_2) },
  xi_1: { name: 'xi_1', formula: 'm xi_1', free: ['m'], rate: ({ xi_1 }, { m }) => 1 / (m * xi_1) },
  min: {
    name: 'min',
    formula: 'm min(xi_1, xi_2)',
    free: ['m'],
    rate: ({ xi_1, xi_2 }, { m }) => 1 / (m * Math.min(xi_1, xi_2)),
  },
  harmonic: {
    name: 'harmonic',
    formula: 'm / (1/xi_1 + 1/xi_2)',
    free: ['m'],
    rate: ({ xi_1, xi_2 }, { m }) => (1 / xi_1 + 1 / xi_2) / m,
  },
  chaos: {
    name: 'chaos',
    formula: 'm / (1/xi_2 + b max(0, ln chi_1))',
    free: ['m', 'b'],
    rate: (scales, { m, b }) => (1 / scales.xi_2 + chaos(scales, b)) / m,
  },
  trajectory: {
    name: 'trajectory',
    formula: 'm times the estimate from the trajectory',
    free: ['m'],
    rate: ({ trajectory }, { m }) => 1 / (m * trajectory),
  },
  signed: {
    name: 'signed',
    formula: 'm / (1/xi_2 + b ln chi_1)',
    free: ['m', 'b'],
    rate: ({ xi_2, chi_1 }, { m, b }) => Math.max(0, 1 / xi_2 + b * Math.log(chi_1)) / m,
  },
  collapse: {
    name: 'collapse',
    formula: 'm / (Lambda + b max(0, ln chi_1))',
    free: ['m', 'b'],
    rate: (scales, { m, b }) => (loss(scales) + chaos(scales, b)) / m,
  },
  min_of_two: {
    name: 'min_of_two',
    formula: 'min(m / (1/xi_2 + b max(0, ln chi_1)), n xi_1 where chi_1 < 1)',
    free: ['m', 'b', 'n'],
    rate: (scales, { m, b, n }) => Math.max((1 / scales.xi_2 + chaos(scales, b)) / m, vanishing(scales) / n),
  },
  sum_of_two: {
    name: 'sum_of_two',
    formula: '1 / ((1/xi_2 + b max(0, ln chi_1)) / m + max(0, −ln chi_1) / n)',
    free: ['m', 'b', 'n'],
    rate: (scales, { m, b, n }) => (1 / scales.xi_2 + chaos(scales, b)) / m + vanishing(scales) / n,
  },
  p_norm_of_two: {
    name: 'p_norm_of_two',
    formula: 'the same two rates to the power p, added, to the power 1/p',
    free: ['m', 'b', 'n', 'p'],
    rate: (scales, { m, b, n, p }) =>
      (((1 / scales.xi_2 + chaos(scales, b)) / m) ** p + (vanishing(scales) / n) ** p) ** (1 / p),
  },
  margin: {
    name: 'margin',
    formula: 'the depth at which corr(one input, two masks) − corr(two inputs) is e^−t',
    free: ['t'],
    rate: ({ margin }, { t }) => 1 / margin(t),
  },
  margin_and_gradient: {
    name: 'margin_and_gradient',
    formula: 'the smaller of that and n xi_1 where chi_1 < 1',
    free: ['t', 'n'],
    rate: (scales, { t, n }) => Math.max(1 / scales.margin(t), vanishing(scales) / n),
  },
  update: {
    name: 'update',
    formula: 'the depth at which ln D + ln(rate steps) − b (ln Theta where that is above 0) is −t',
    free: ['t', 'b'],
    excess: ({ signal, size }, { t, b }, { learning_rate, steps }) =>
      signal + Math.log((learning_rate * steps) / 15) - b * Math.max(0, size) + t,
  },
  kernel: {
    name: 'kernel',
    formula:
      'the depth at which the smallest of signal + ln D + 2 ln(rate steps) + ln width − signal_spread V/width, noise + ln D − ln Theta + ln(steps batch width depth), step − ln Theta − ln(rate width) and aspect − ln rate − aspect_power ln(V/width) is 0',
    free: ['signal', 'noise', 'step', 'aspect', 'signal_spread', 'aspect_power', 'blend'],
    excess: (updates, numbers, training, depth) =>
      smallest(conditions(updates, numbers, training, depth), numbers.blend),
  },
} as const satisfies Record<string, DepthForm>;

/** What such an optimiser adds to the root mean square of a weight's gradient, which is √(Theta / (width depth)). */
const EPSILON = 1e-8;

/** ln(e^a + e^b), without overflow. */
const logSum = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));

/**
 * What ends the depth of the form `kernel`: the condition that is least fulfilled there.
 *
 * @param parameters the form's own numbers
 * @param scales of the network
 * @param training {@link REFERENCE_TRAINING} where it is left out
 * @param depth layers, as {@link formDepth} gives them
 * @returns null where nothing limits the depth, or the updates cannot be had there
 * @see docs/theory.md
 * @example findKernelLimit({ signal: 9, noise: 100, step: 100, aspect: 100, signal_spread: 0, aspect_power: 0, blend: 0 }, { kernel: { at: (depth) => ({ signal: -0.2 * depth, size: 0, variance: 0 }) } }, {}, 45) // 'weak_updates'
 */
export function findKernelLimit(
  parameters: FormParameters,
  { kernel }: Pick<FormScales, 'kernel'>,
  training: Partial<Training>,
  depth: number,
): KernelLimit | null {
  if (!Number.isFinite(depth)) return null;
  const at = Math.floor(depth);
  const updates = kernel.at(at);
  if (!updates) return null;
  const all = conditions(updates, parameters as Numbers, { ...REFERENCE_TRAINING, ...training }, at);
  return KERNEL_LIMITS[all.indexOf(Math.min(...all))] ?? null;
}

/** The four conditions of the form `kernel`, in the order of KERNEL_LIMITS: above 0 where they hold. */
function conditions(
  { signal, size, variance }: Updates,
  numbers: Numbers,
  { learning_rate, steps, batch, width, normalised = false, orthogonal = false }: Training,
  depth: number,
): readonly number[] {
  count(3);
  const { signal_spread, aspect_power } = numbers;
  const rate = Math.log(learning_rate / REFERENCE_TRAINING.learning_rate);
  const length = Math.log(steps / REFERENCE_TRAINING.steps);
  const images = Math.log(batch / REFERENCE_TRAINING.batch);
  const units = Math.log(width / REFERENCE_TRAINING.width);
  // (of N Var(ln g) Gaussian weights are 2 a layer)
  const strain = (variance - (orthogonal ? 2 * depth : 0)) / width;
  // (an optimiser that divides by the size of the gradient moves the weights as far whatever that is, down to its epsilon)
  const scale = normalised ? logSum(size, 2 * Math.log(EPSILON) + Math.log(width * (depth + 1))) : 0;
  // (every layer is moved as far by it, so that their number counts and not how gradients stray: 2 is the least V of a layer)
  const beside = normalised ? (2 * (depth + 1)) / width : strain;
  return [
    numbers.signal + signal - scale + 2 * (rate + length) + units - signal_spread * strain,
    numbers.noise + signal - size + length + images + units + Math.log(depth + 1),
    numbers.step - size + scale / 2 - rate * (normalised ? 2 : 1) - units,
    numbers.aspect - rate * (normalised ? 2 : 1) - aspect_power * Math.log(Math.max(beside, 1e-9)),
  ];
}

/** The name of a form. */
export type DepthFormName = keyof typeof DEPTH_FORMS;

/** A form with an excess is followed to so many layers. */
export const DEEPEST_FORM = 2000;

/**
 * The trainable depth by a form.
 *
 * @param form a name of {@link DEPTH_FORMS}
 * @param parameters the form's own numbers; p, an exponent of a form that has no p of its own, and v, by which 1/depth has v/width more, may
 * be added to a form made from depth scales
 * @param scales of the network
 * @param training {@link REFERENCE_TRAINING} where it is left out
 * @returns layers; Infinity where nothing limits it, for `update` and `kernel` within 2000 layers
 * @throws ParameterError for an unknown form, and numbers that are missing, negative or not finite
 * @see DEPTH_FORMS
 * @example formDepth('chaos', { m: 11, b: 0.33 }, { xi_1: 12, xi_2: 5, chi_1: 1.09 }) // 48.1529…
 */
export function formDepth(
  form: DepthFormName,
  parameters: FormParameters,
  scales: FormScales,
  training: Partial<Training> = {},
): number {
  if (!Object.hasOwn(DEPTH_FORMS, form))
    throw new ParameterError(
      'form',
      'unknown_name',
      `Unknown form "${form}". Known: ${Object.keys(DEPTH_FORMS).join(', ')}.`,
    );
  const own: DepthForm = DEPTH_FORMS[form];
  for (const name of own.free)
    if (parameters[name] === undefined)
      throw new ParameterError(name, 'missing', `The form ${form} needs ${name}.`);
  checkNotNegative(parameters as Record<string, number>);
  const numbers = parameters as Numbers;
  const how = { ...REFERENCE_TRAINING, ...training };
  if ('excess' in own) return excessDepth((at, depth) => own.excess(at, numbers, how, depth), scales.kernel);
  const { p = 1, v = 0 } = parameters;
  const rate = own.rate(scales, numbers);
  return 1 / ((own.free.includes('p') ? rate : powered(rate, p, parameters.m)) + v / how.width);
}

/** m length^p, of which `rate` is one over m length. */
const powered = (rate: number, p: number, m = 1): number => (p === 1 ? rate : (rate * m) ** p / m);

/** Layers that are passed over at a time: no excess falls below 0 and rises above it within so few. */
const STRIDE = 2;

/**
 * The first depth at which an excess falls to 0, between layers on a straight line. (Of small rates it may be above 0 again at greater
 * depths, where the gradients of more layers add up. No such network was seen to train: `mnist-tanh-keep-100-rates-low` of the atlas.)
 */
function excessDepth(excess: (updates: Updates, depth: number) => number, kernel: TangentKernel): number {
  const at = (depth: number): number => {
    const updates = kernel.at(depth);
    return updates ? excess(updates, depth) : Number.NEGATIVE_INFINITY;
  };
  let last = 0;
  while (at(last) >= 0) {
    if (last >= DEEPEST_FORM) return Number.POSITIVE_INFINITY;
    last += STRIDE;
  }
  if (last === 0) return 0;
  let depth = last - STRIDE + 1;
  while (at(depth) >= 0) depth++;
  const [before, here] = [at(depth - 1), at(depth)];
  return depth - 1 + (here === Number.NEGATIVE_INFINITY ? 0 : before / (before - here));
}
