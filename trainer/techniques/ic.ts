import { add, div, mul, sub } from '../graph/arithmetic.ts';
import { sqrt } from '../graph/elementwise.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { reduceMean } from '../graph/matrix.ts';
import { createMaskSource } from '../random/mask.ts';
import type { Given, Technique } from './technique.ts';

/** Added to the variance before its root. */
const EPSILON = 1e-5;

/** Least weight of the newest batch in the running statistics. */
const MOMENTUM = 0.1;

/**
 * The independent-component layer: batch normalisation, then dropout with keep, before each weight layer. The scale gamma and
 * the shift beta are learned (from 1 and 0). Running statistics are averages of the batches': each batch counts as much
 * until there are ten, then the newest counts a tenth (PyTorch's momentum 0.1, without its start from 0 and 1); the running
 * variance is the unbiased one. With the noise off activations are normalised by them.
 *
 * They were taken with dropout on in the layers before, so that with it off they no longer fit: a plan with
 * `evaluation.recalibrate` has them taken anew over the images of the evaluation, every batch counting as much, with no unit
 * dropped (Chen et al. 2019, arXiv 1905.05928, for the layer; Li et al. 2019, "Understanding the disharmony between dropout and
 * batch normalization by variance shift", for the misfit).
 */
export const ic: Technique = {
  name: 'ic',
  layer({ keep, batch, units }) {
    const filled = (value: number) => new Float32Array(units).fill(value);
    return {
      ...(keep < 1 && {
        feed: {
          type: 'float',
          shape: [batch, units],
          source: (stream) => createMaskSource(stream, keep, Math.fround(1 / keep)),
          shared: `ic ${keep}`,
        },
      }),
      parameters: [
        { name: 'gamma', shape: [units], initial: () => filled(1) },
        { name: 'beta', shape: [units], initial: () => filled(0) },
      ],
      states: [
        { name: 'mean', shape: [units], initial: filled(0) },
        { name: 'variance', shape: [units], initial: filled(1) },
        { name: 'batches', shape: [], initial: Float32Array.of(0) },
        { name: 'least weight', shape: [], initial: Float32Array.of(MOMENTUM) },
      ],
      train(graph, x, given) {
        const mean = graph.call(reduceMean, [x], { axes: 0 });
        const away = graph.call(sub, [x, mean]);
        const variance = graph.call(reduceMean, [graph.call(mul, [away, away])], { axes: 0 });
        const normal = normalised(graph, away, variance, given);
        const states = running(graph, given, { mean, variance, batch });
        return { y: given.feed ? graph.call(mul, [normal, given.feed]) : normal, states };
      },
      evaluate(graph, x, given) {
        const away = graph.call(sub, [x, given.states.mean as Value]);
        return normalised(graph, away, given.states.variance as Value, given);
      },
      report: () => ({ keep_effective: keep }),
    };
  },
  recalibration: { neutral: 1, from: { batches: 0, 'least weight': 0 } },
};

function normalised(graph: Graph, away: Value, variance: Value, { parameters }: Given): Value {
  const deviation = graph.call(sqrt, [graph.call(add, [variance, graph.scalar(EPSILON)])]);
  const scaled = graph.call(mul, [graph.call(div, [away, deviation]), parameters.gamma as Value]);
  return graph.call(add, [scaled, parameters.beta as Value]);
}

/** The states after a batch. */
function running(
  graph: Graph,
  { states }: Given,
  { mean, variance, batch }: { mean: Value; variance: Value; batch: number },
): Record<string, Value> {
  const least = states['least weight'] as Value;
  const batches = graph.compute('Add', [states.batches as Value, graph.scalar(1)], [], 'batches');
  const share = graph.compute('Div', [graph.scalar(1), batches], [], 'share');
  const weight = graph.compute('Max', [share, least], [], 'weight');
  const towards = (before: Value, now: Value) => {
    const step = graph.compute('Sub', [now, before], before.shape, 'away');
    const part = graph.compute('Mul', [step, weight], before.shape, 'part');
    return graph.compute('Add', [before, part], before.shape, 'running');
  };
  const unbiased = graph.scalar(batch / Math.max(batch - 1, 1));
  return {
    mean: towards(states.mean as Value, mean),
    variance: towards(
      states.variance as Value,
      graph.compute('Mul', [variance, unbiased], variance.shape, 'unbiased'),
    ),
    batches,
    'least weight': graph.compute('Identity', [least], [], 'least weight'),
  };
}
