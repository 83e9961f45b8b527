import { add, div, mul, sub } from '../graph/arithmetic.ts';
import { sqrt } from '../graph/elementwise.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { reduceMean } from '../graph/matrix.ts';
import type { Parameter } from '../onnx.ts';

/** Added to the variance before its root. */
const EPSILON = 1e-5;

/** Least weight of the newest batch in the running statistics. */
const MOMENTUM = 0.1;

/** By what activations are normalised: the statistics of the batch, or those of the batches before. */
export type Statistics = 'batch' | 'running';

/** One batch norm of a network. */
export type BatchNorm = {
  /** gamma and beta, [units] each, as they start. */
  readonly parameters: readonly Parameter[];
  /** Running mean and variance, [units] each, and the number of batches that they are of, as they start. */
  readonly states: readonly Parameter[];
  /**
   * Writes the norm.
   *
   * @param graph the graph
   * @param x the activations, [batch, units]
   * @param values parameters and states by their names in the network
   * @param statistics by what activations are normalised
   * @param least the least weight of the batch in the running statistics; 0.1 where it is left out
   * @returns the normalised activations, and with the statistics of the batch the states after it, by name
   */
  write(
    graph: Graph,
    x: Value,
    values: ReadonlyMap<string, Value>,
    statistics: Statistics,
    least?: number,
  ): { readonly y: Value; readonly states: ReadonlyMap<string, Value> };
};

/**
 * Batch normalisation: each unit less its mean over the batch, over √(variance + 1e-5), times gamma, plus beta. gamma and beta are
 * learned, from 1 and 0. Running statistics are averages of the batches': each batch counts as much until there are ten, then the
 * newest counts a tenth (PyTorch's momentum 0.1, without its start from 0 and 1); the running variance is the unbiased one.
 *
 * @param number its number in the network, which its names have
 * @param units of x
 * @param batch images a step, at least 2
 * @param epsilon what is added to the variance, where it is not 1e-5
 * @see Ioffe and Szegedy 2015, "Batch normalization"
 * @example createBatchNorm({ number: 1, units: 100, batch: 50 }).parameters.map(({ name }) => name) // ['norm 1 gamma', 'norm 1 beta']
 */
export function createBatchNorm({
  number,
  units,
  batch,
  epsilon = EPSILON,
}: {
  readonly number: number;
  readonly units: number;
  readonly batch: number;
  readonly epsilon?: number | undefined;
}): BatchNorm {
  const named = (name: string) => `norm ${number} ${name}`;
  const filled = (name: string, value: number): Parameter => ({
    name: named(name),
    shape: [units],
    data: new Float32Array(units).fill(value),
  });
  return {
    parameters: [filled('gamma', 1), filled('beta', 0)],
    states: [
      filled('mean', 0),
      filled('variance', 1),
      { name: named('batches'), shape: [], data: Float32Array.of(0) },
    ],
    write(graph, x, values, statistics, least = MOMENTUM) {
      const at = (name: string) => values.get(named(name)) as Value;
      const normalise = (away: Value, variance: Value) => {
        const deviation = graph.call(sqrt, [graph.call(add, [variance, graph.scalar(epsilon)])]);
        const scaled = graph.call(mul, [graph.call(div, [away, deviation]), at('gamma')]);
        return graph.call(add, [scaled, at('beta')]);
      };
      if (statistics === 'running')
        return { y: normalise(graph.call(sub, [x, at('mean')]), at('variance')), states: new Map() };
      const mean = graph.call(reduceMean, [x], { axes: 0 });
      const away = graph.call(sub, [x, mean]);
      const variance = graph.call(reduceMean, [graph.call(mul, [away, away])], { axes: 0 });
      const before = { mean: at('mean'), variance: at('variance'), batches: at('batches') };
      const after = average(graph, before, { mean, variance }, batch, least);
      return {
        y: normalise(away, variance),
        states: new Map(Object.entries(after).map(([name, value]) => [named(name), value])),
      };
    },
  };
}

type State = Readonly<Record<'mean' | 'variance' | 'batches', Value>>;

/** The running statistics after a batch. */
function average(
  graph: Graph,
  before: State,
  now: Pick<State, 'mean' | 'variance'>,
  batch: number,
  least: number,
): State {
  const batches = graph.compute('Add', [before.batches, graph.scalar(1)], [], 'batches');
  const share = graph.compute('Div', [graph.scalar(1), batches], [], 'share');
  const weight = graph.compute('Max', [share, graph.scalar(least)], [], 'weight');
  const towards = (from: Value, to: Value) => {
    const step = graph.compute('Sub', [to, from], from.shape, 'away');
    const part = graph.compute('Mul', [step, weight], from.shape, 'part');
    return graph.compute('Add', [from, part], from.shape, 'running');
  };
  const unbiased = graph.scalar(batch / Math.max(batch - 1, 1));
  return {
    mean: towards(before.mean, now.mean),
    variance: towards(
      before.variance,
      graph.compute('Mul', [now.variance, unbiased], now.variance.shape, 'unbiased'),
    ),
    batches,
  };
}
