import type { Graph, Value } from '../graph.ts';
import { type Operator, onlyGradient } from '../operator.ts';

/**
 * Inverted dropout with a mask that is fed in: x, mask (bool, of x's shape) → x · mask / keep. The attribute `drop` is
 * the probability 1 − keep, as the plan gives it. The runtime's own Dropout is not used: its generator repeats
 * itself (every run reseeds it, so that element 0 of a mask never changes). DropoutGrad is the very product that is wanted, in both directions.
 *
 * @example const [h] = graph.apply(mask, [x, bits], { drop: 0.05 });
 */
export const mask: Operator = {
  name: 'mask',
  lowerings: {
    'ort-training': {
      forward(graph, inputs, attributes) {
        const [x, bits] = inputs as [Value, Value];
        if (bits.type !== 'bool' || bits.shape.join() !== x.shape.join())
          throw new Error(
            `mask: ${bits.name} is ${bits.type} [${bits.shape.join(' × ')}], not bool [${x.shape.join(' × ')}]`,
          );
        return [apply(graph, x, bits, attributes, 'masked')];
      },
      vjp(graph, from) {
        const [x, bits] = from.inputs as [Value, Value];
        return [apply(graph, onlyGradient('mask', from), bits, from.attributes, `d ${x.name}`), undefined];
      },
    },
  },
};

function apply(
  graph: Graph,
  x: Value,
  bits: Value,
  { drop }: Readonly<Record<string, number>>,
  hint: string,
): Value {
  if (drop === undefined || !(drop >= 0 && drop < 1)) throw new Error(`mask: drop is ${drop}, not in [0, 1)`);
  const y = graph.fresh(hint, x.shape);
  const training = graph.constant('bool', [], [1]);
  graph.node('com.microsoft.DropoutGrad', [x, bits, graph.constant('float', [], [drop]), training], [y]);
  return y;
}
