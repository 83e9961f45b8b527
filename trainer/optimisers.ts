import {
  OPTIMISER_ENTRIES,
  type OptimiserName,
  type OptimiserNumber,
  RATE_SCHEDULE_ENTRIES,
  type RateScheduleName,
} from '../catalogue/training.ts';
import type { Graph, Value } from './graph/graph.ts';

/** What a plan says about its optimiser; each takes the numbers that its entry in the catalogue names. */
export type OptimiserOptions = {
  readonly learning_rate: number;
  /** Steps of the plan, for the schedule. */
  readonly steps?: number;
  readonly schedule?: ScheduleOptions | undefined;
  /** Adds the weights, times this, to the gradient (or to the update, where the optimiser decouples it); 0 by default. */
  readonly weight_decay?: number | undefined;
  /** The gradient of all parameters together is scaled down to this L2 norm where it is longer. */
  readonly clip_norm?: number | undefined;
} & { readonly [Name in OptimiserNumber]?: number | undefined };

/** What one parameter's update is written from. */
export type UpdateArguments = {
  readonly parameter: Value;
  readonly gradient: Value;
  readonly states: Readonly<Record<string, Value>>;
  /** What {@link Optimiser.scalars} gives, as graph inputs. */
  readonly scalars: Readonly<Record<string, Value>>;
  /** The learning rate of this step and parameter with a minus sign, a scalar. */
  readonly minusRate: Value;
  /** The weight decay of this parameter. */
  readonly decay: number;
  /** The optimiser's own numbers. */
  readonly numbers: Readonly<Record<string, number>>;
};

/** An optimiser: from a gradient and a state to what is added to the parameter, and the next state. */
export type Optimiser = {
  readonly name: OptimiserName;
  /** Shapes of the states of a parameter, by name; they start at 0. */
  states(shape: readonly number[]): Readonly<Record<string, readonly number[]>>;
  /** Numbers that depend on the step, counted from 0. */
  scalars?(numbers: Readonly<Record<string, number>>, step: number): Readonly<Record<string, number>>;
  update(graph: Graph, from: UpdateArguments): { change: Value; states: Readonly<Record<string, Value>> };
};

/**
 * An optimiser's own numbers: the plan's, or its defaults.
 * @example fillDefaults(optimisers.adam, { learning_rate: 0.001, beta2: 0.99 }) // { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 }
 */
export function fillDefaults(optimiser: Optimiser, options: OptimiserOptions): Record<string, number> {
  return Object.fromEntries(
    Object.entries(OPTIMISER_ENTRIES[optimiser.name].parameters).map(([name, value]) => [
      name,
      options[name as OptimiserNumber] ?? value,
    ]),
  );
}

/** Gradient descent: p ← p − η (g + λ p). */
const sgd: Optimiser = {
  name: 'sgd',
  states: () => ({}),
  update(graph, { parameter, gradient, minusRate, decay }) {
    return { change: multiply(graph, addDecay(graph, gradient, parameter, decay), minusRate), states: {} };
  },
};

/**
 * Gradient descent with momentum: v ← μ v + g + λ p, p ← p − η v.
 * @see Polyak 1964, "Some methods of speeding up the convergence of iteration methods", in the form of PyTorch's SGD
 */
const momentum: Optimiser = {
  name: 'momentum',
  states: (shape) => ({ velocity: shape }),
  update(graph, { parameter, gradient, states, minusRate, decay, numbers }) {
    const g = addDecay(graph, gradient, parameter, decay);
    const velocity = addToScaled(graph, states.velocity as Value, numbers.momentum as number, g);
    return { change: multiply(graph, velocity, minusRate), states: { velocity } };
  },
};

/**
 * Nesterov's momentum: v ← μ v + g + λ p, p ← p − η (g + λ p + μ v).
 * @see Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning", in the form of
 * PyTorch's SGD
 */
const nesterov: Optimiser = {
  name: 'nesterov',
  states: (shape) => ({ velocity: shape }),
  update(graph, { parameter, gradient, states, minusRate, decay, numbers }) {
    const g = addDecay(graph, gradient, parameter, decay);
    const velocity = addToScaled(graph, states.velocity as Value, numbers.momentum as number, g);
    const ahead = addToScaled(graph, velocity, numbers.momentum as number, g);
    return { change: multiply(graph, ahead, minusRate), states: { velocity } };
  },
};

/**
 * RMSProp: v ← β₂ v + (1 − β₂) g², p ← p − η g / (√v + ε), with g + λ p for g.
 * @see Tieleman and Hinton 2012, "Lecture 6.5 – RMSProp", in the form of PyTorch's RMSprop
 */
const rmsprop: Optimiser = {
  name: 'rmsprop',
  states: (shape) => ({ square: shape }),
  update(graph, { parameter, gradient, states, minusRate, decay, numbers }) {
    const { beta2, epsilon } = numbers as { beta2: number; epsilon: number };
    const g = addDecay(graph, gradient, parameter, decay);
    const g2 = multiply(graph, multiply(graph, g, g), 1 - beta2);
    const square = addToScaled(graph, states.square as Value, beta2, g2);
    const scaled = divide(graph, g, add(graph, takeRoot(graph, square), epsilon));
    return { change: multiply(graph, scaled, minusRate), states: { square } };
  },
};

/** What Adam and AdamW share. */
const adamBase = {
  states: (shape: readonly number[]) => ({ mean: shape, square: shape }),
  /** Both running means start at 0, which these correct. */
  scalars({ beta1, beta2 }: Readonly<Record<string, number>>, step: number) {
    return {
      mean_correction: 1 / (1 - (beta1 as number) ** (step + 1)),
      root_correction: 1 / Math.sqrt(1 - (beta2 as number) ** (step + 1)),
    };
  },
};

/** m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², and −η m̂ / (√v̂ + ε). */
function writeAdam(graph: Graph, g: Value, { states, scalars, minusRate, numbers }: UpdateArguments) {
  const { beta1, beta2, epsilon } = numbers as { beta1: number; beta2: number; epsilon: number };
  const mean = addToScaled(graph, states.mean as Value, beta1, multiply(graph, g, 1 - beta1));
  const g2 = multiply(graph, multiply(graph, g, g), 1 - beta2);
  const square = addToScaled(graph, states.square as Value, beta2, g2);
  const root = multiply(graph, takeRoot(graph, square), scalars.root_correction as Value);
  const size = add(graph, root, epsilon);
  const rate = multiply(graph, minusRate, scalars.mean_correction as Value);
  return { change: multiply(graph, divide(graph, mean, size), rate), states: { mean, square } };
}

/**
 * Adam, with weight decay as a part of the gradient.
 * @see Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1
 */
const adam: Optimiser = {
  name: 'adam',
  ...adamBase,
  update: (graph, from) => writeAdam(graph, addDecay(graph, from.gradient, from.parameter, from.decay), from),
};

/**
 * Adam with the weight decay apart from the gradient: p ← p − η (m̂ / (√v̂ + ε) + λ p).
 * @see Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2
 */
const adamw: Optimiser = {
  name: 'adamw',
  ...adamBase,
  update(graph, from) {
    const { change, states } = writeAdam(graph, from.gradient, from);
    if (from.decay === 0) return { change, states };
    const shrinkage = multiply(graph, multiply(graph, from.parameter, from.decay), from.minusRate);
    return { change: add(graph, change, shrinkage), states };
  },
};

/**
 * NovoGrad: each parameter's gradient is divided by a running mean of its norm, one number a parameter; the weight
 * decay is added after that, and momentum comes last: v ← β₂ v + (1 − β₂) |g|² (|g|² at the first step), m ← β₁ m +
 * g / (√v + ε) + λ p, p ← p − η m.
 * @see Ginsburg et al. 2019, "Stochastic gradient methods with layer-wise adaptive moments for training of deep
 * networks", algorithm 1
 */
const novograd: Optimiser = {
  name: 'novograd',
  states: (shape) => ({ momentum: shape, square: [] }),
  scalars: ({ beta2 }, step) =>
    step === 0 ? { old: 0, fresh: 1 } : { old: beta2 as number, fresh: 1 - (beta2 as number) },
  update(graph, { parameter, gradient, states, scalars, minusRate, decay, numbers }) {
    const { beta1, epsilon } = numbers as { beta1: number; epsilon: number };
    const norm2 = graph.compute('ReduceSumSquare', [gradient], [], 'norm2', { keepdims: { int: 0 } });
    const weighted = multiply(graph, norm2, scalars.fresh as Value);
    const square = addToScaled(graph, states.square as Value, scalars.old as Value, weighted);
    const size = add(graph, takeRoot(graph, square), epsilon);
    const direction = addDecay(graph, divide(graph, gradient, size), parameter, decay);
    const momentum = addToScaled(graph, states.momentum as Value, beta1, direction);
    return { change: multiply(graph, momentum, minusRate), states: { momentum, square } };
  },
};

/** Each optimiser, by the name that plans use. */
export const optimisers: Readonly<Record<OptimiserName, Optimiser>> = {
  sgd,
  momentum,
  nesterov,
  rmsprop,
  adam,
  adamw,
  novograd,
};

// The operations of these formulas, on tensors of any shape; b may be a scalar or a number. Differentiation does not see them.
// (The names of the values are part of a graph's bytes.)

const multiply = (graph: Graph, a: Value, b: Value | number): Value =>
  graph.compute('Mul', [a, toValue(graph, b)], a.shape, 'times');

const add = (graph: Graph, a: Value, b: Value | number): Value =>
  graph.compute('Add', [a, toValue(graph, b)], a.shape, 'plus');

const divide = (graph: Graph, a: Value, b: Value): Value => graph.compute('Div', [a, b], a.shape, 'over');

const takeRoot = (graph: Graph, a: Value): Value => graph.compute('Sqrt', [a], a.shape, 'root');

/** factor · old + value. */
const addToScaled = (graph: Graph, old: Value, factor: Value | number, value: Value): Value =>
  add(graph, multiply(graph, old, factor), value);

/** g + λ p; the gradient itself where the decay λ is 0. */
const addDecay = (graph: Graph, gradient: Value, parameter: Value, decay: number): Value =>
  decay === 0 ? gradient : add(graph, gradient, multiply(graph, parameter, decay));

const toValue = (graph: Graph, b: Value | number): Value => (typeof b === 'number' ? graph.scalar(b) : b);

/** How the learning rate changes over the steps of a plan. */
export type ScheduleOptions = {
  readonly name: RateScheduleName;
  /** Steps over which the rate rises from 0 to the plan's; none by default. */
  readonly warmup_steps?: number | undefined;
  /** Share of the rate that is left at the end; 0 by default. */
  readonly end?: number | undefined;
  /** The exponent of poly; 2 by default. */
  readonly power?: number | undefined;
};

/** Each schedule: the factor of what lies above the end, from 1 to 0, as a function of the share of the steps done. */
export const SCHEDULES: Readonly<
  Record<RateScheduleName, (share: number, options: ScheduleOptions) => number>
> = {
  constant: () => 1,
  /** Loshchilov and Hutter 2017, "SGDR", without restarts. */
  cosine: (share) => (1 + Math.cos(Math.PI * share)) / 2,
  poly: (share, { power = RATE_SCHEDULE_ENTRIES.poly.parameters.power }) => (1 - share) ** power,
};

/**
 * The learning rate of a step.
 * @example computeLearningRate({ learning_rate: 0.1, steps: 100, schedule: { name: 'cosine' } }, 50) // 0.05
 */
export function computeLearningRate(
  options: { learning_rate: number; steps?: number; schedule?: ScheduleOptions | undefined },
  step: number,
): number {
  const { learning_rate, steps = 1, schedule } = options;
  if (!schedule) return learning_rate;
  const { warmup_steps = 0, end = 0 } = schedule;
  if (step < warmup_steps) return (learning_rate * (step + 1)) / warmup_steps;
  const share = (step - warmup_steps) / Math.max(1, steps - warmup_steps);
  return learning_rate * (end + (1 - end) * SCHEDULES[schedule.name](Math.min(share, 1), schedule));
}

/** The unit of learning rates. */
const UNIT = 0.001;

/**
 * A learning rate in float32 as a multiple of a float32 thousandth. The optimisers of ONNX Runtime's training backend
 * are fed in that unit, and so were the first grids: this keeps their numbers to the last digit.
 * @example roundLearningRate(0.03) // 0.03000000119…
 */
export function roundLearningRate(rate: number): number {
  return Math.fround(Math.fround(UNIT) * Math.fround(rate / UNIT));
}
