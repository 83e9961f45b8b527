import { type Dialect, differentiate, Graph, type Value } from '../graph/graph.ts';
import { computeLearningRate, fillDefaults, roundLearningRate } from '../optimisers.ts';
import type { StepDescription } from './backend.ts';

/** What a step does to a variable: a parameter, a state of the network, or a state of the optimiser. */
export type Update = {
  readonly variable: Value;
  /** Whether the value is added to the variable or takes its place. */
  readonly how: 'add' | 'replace';
  readonly value: Value;
};

/**
 * A training step as a graph: forward, backward and the updates as values. How they get into the variables is the back end's matter.
 */
export type StepGraph = {
  readonly graph: Graph;
  /** The outputs of each step, by what they are. */
  readonly outputs: {
    readonly loss: Value;
    readonly logits: Value;
    readonly norms: Readonly<Record<string, Value>>;
    readonly gradients: Readonly<Record<string, Value>>;
    readonly watched: Readonly<Record<string, Value>>;
  };
  /** What was differentiated. */
  readonly objective: Value;
  /** The gradients, in the order in which they were written. */
  readonly gradients: readonly Value[];
  /** One for each parameter, then each state of the network, then each state of the optimiser. */
  readonly updates: readonly Update[];
  /** The optimiser's states, which start at 0. */
  readonly optimiserStates: readonly Value[];
  /** Scalars that are fed at a step, counted from 0, beside what the network is fed. */
  scalars(step: number): Readonly<Record<string, number>>;
};

const MINUS_RATE = 'minus learning rate';

/** Writes the training step of a network. */
export function writeTrainingStep(step: StepDescription, dialect: Dialect): StepGraph {
  const { network, optimiser, options } = step;
  const graph = new Graph('train', dialect);
  const { loss, objective, logits, states, watched } = network.forward(graph, 'train');
  const parameters = network.parameters.map(({ name, shape }): Value => ({ name, shape, type: 'float' }));
  const gradients = differentiate(graph, objective, network.parameters);
  const byName = new Map(parameters.map(({ name }, i) => [name, gradients[i] as Value]));
  const mapNames = (names: readonly string[], value: (gradient: Value) => Value) =>
    Object.fromEntries(names.map((name) => [name, value(findGradient(byName, name))]));

  const outputs = {
    loss,
    logits,
    norms: mapNames(step.norms, (gradient) =>
      graph.compute('ReduceL2', [gradient], [], 'norm', { keepdims: { int: 0 } }),
    ),
    gradients: mapNames(step.gradients ?? [], (gradient) =>
      graph.compute('Identity', [gradient], gradient.shape, 'gradient'),
    ),
    watched: Object.fromEntries(watched),
  };

  const numbers = fillDefaults(optimiser, options);
  const scalarsAt = (at: number) => ({
    [MINUS_RATE]: -roundLearningRate(computeLearningRate(options, at)),
    ...addPrefix(optimiser.scalars?.(numbers, at) ?? {}),
  });
  const scalars = Object.fromEntries(
    Object.keys(scalarsAt(0)).map((name) => [name, graph.input(name, 'float', [])]),
  );
  const own = Object.fromEntries(
    Object.entries(scalars).map(([name, value]) => [name.replace(PREFIX, ''), value]),
  );
  const used = clipGradients(graph, gradients, options.clip_norm);
  const optimiserStates: Value[] = [];
  const stateUpdates: Update[] = [];
  const updates = network.parameters.map(({ name, shape, rate = 1, decay = true }, i): Update => {
    const parameter = parameters[i] as Value;
    const before = Object.fromEntries(
      Object.entries(optimiser.states(shape)).map(([state, of]) => [
        state,
        graph.input(`${name} ${state}`, 'float', of),
      ]),
    );
    const minusRate = scalars[MINUS_RATE] as Value;
    const { change, states: after } = optimiser.update(graph, {
      parameter,
      gradient: used[i] as Value,
      states: before,
      scalars: own,
      minusRate:
        rate === 1 ? minusRate : graph.compute('Mul', [minusRate, graph.scalar(rate)], [], 'own rate'),
      decay: decay ? (options.weight_decay ?? 0) : 0,
      numbers,
    });
    for (const [state, variable] of Object.entries(before)) {
      optimiserStates.push(variable);
      stateUpdates.push({ variable, how: 'replace', value: after[state] as Value });
    }
    return { variable: parameter, how: 'add', value: change };
  });
  const carried = network.states.map(({ name, shape }): Update => {
    const value = states.get(name);
    if (!value) throw new Error(`the network does not give the next value of its state "${name}"`);
    return { variable: { name, shape, type: 'float' }, how: 'replace', value };
  });
  return {
    graph,
    outputs,
    objective,
    gradients,
    updates: [...updates, ...carried, ...stateUpdates],
    optimiserStates,
    scalars: scalarsAt,
  };
}

const PREFIX = 'optimiser ';

const addPrefix = (scalars: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(scalars).map(([name, value]) => [`${PREFIX}${name}`, value]));

/** The gradients, scaled down together where their common norm is above the limit (as PyTorch's clip_grad_norm_). */
function clipGradients(
  graph: Graph,
  gradients: readonly Value[],
  limit: number | undefined,
): readonly Value[] {
  if (limit === undefined) return gradients;
  const squares = gradients.map((gradient) =>
    graph.compute('ReduceSumSquare', [gradient], [], 'square', { keepdims: { int: 0 } }),
  );
  const norm = graph.compute('Sqrt', [graph.compute('Sum', squares, [])], [], 'global norm');
  const safe = graph.compute('Add', [norm, graph.scalar(1e-6)], []);
  const ratio = graph.compute('Div', [graph.scalar(limit), safe], []);
  const factor = graph.compute('Min', [ratio, graph.scalar(1)], [], 'clip factor');
  return gradients.map((gradient) => graph.compute('Mul', [gradient, factor], gradient.shape, 'clipped'));
}

function findGradient(gradients: ReadonlyMap<string, Value>, name: string): Value {
  const gradient = gradients.get(name);
  if (!gradient) throw new Error(`there is no parameter "${name}"`);
  return gradient;
}
