import type { TargetScale } from '../data/row-set.ts';
import { add, mul, sub } from '../graph/arithmetic.ts';
import { exp } from '../graph/elementwise.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { reduceMean, reshape } from '../graph/matrix.ts';
import { HALF_LOG_TWO_PI } from '../statistics/gaussian.ts';
import type { NetworkParameter } from './model.ts';

/**
 * The log variance of a regression: one number for the whole network, of targets that are scaled to variance 1, so that it starts at that
 * of the targets, 0. It has no weight decay, and ten times the learning rate: it has to move by several units, weights by tenths.
 */
export const LOG_VARIANCE: NetworkParameter = { name: 'log_variance', shape: [1], rate: 10, decay: false };

/**
 * The likelihood of a regression, N(mean(x), variance), with the same learned variance for all x: the negative logarithm of its density,
 * mean over the batch, in nats and of the targets in their own unit. The read-out is the mean of scaled targets.
 *
 * @param graph the graph
 * @param readOut [batch, 1]
 * @param targets [batch], in their own unit
 * @param logVariance of scaled targets, [1]
 * @param scale of the targets
 * @returns the loss, a scalar, and in the place of logits the means in the unit of the targets, [batch, 1]
 * @see Bishop 2006, "Pattern recognition and machine learning", section 1.2.5
 * @example writeGaussian(graph, z, targets, logVariance, { mean: 23, standardDeviation: 8 }).loss
 */
export function writeGaussian(
  graph: Graph,
  readOut: Value,
  targets: Value,
  logVariance: Value,
  { mean, standardDeviation }: TargetScale,
): { readonly loss: Value; readonly logits: Value } {
  const times = (x: Value, factor: number) => graph.call(mul, [x, graph.scalar(factor)]);
  const scaled = times(graph.call(sub, [targets, graph.scalar(mean)]), 1 / standardDeviation);
  const away = graph.call(sub, [scaled, graph.call(reshape, [readOut], { shape: targets.shape })]);
  const precision = graph.call(exp, [times(logVariance, -1)]);
  const squares = graph.call(mul, [graph.call(mul, [away, away]), precision]);
  const rows = times(graph.call(add, [squares, logVariance]), 0.5);
  const constant = graph.scalar(HALF_LOG_TWO_PI + Math.log(standardDeviation));
  const loss = graph.call(add, [graph.call(reduceMean, [rows]), constant]);
  const logits = graph.call(add, [times(readOut, standardDeviation), graph.scalar(mean)]);
  return { loss, logits };
}
