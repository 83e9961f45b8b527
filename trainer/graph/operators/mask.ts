import type { Graph, Value } from '../graph.ts';
import { type Attributes, type Operator, onlyGradient } from '../operator.ts';

/** How a mask is applied in one dialect: x · mask / keep. */
type Application = (graph: Graph, x: Value, bits: Value, drop: number, hint: string) => Value;

const lowering = (apply: Application) => ({
  forward(graph: Graph, inputs: readonly Value[], attributes: Attributes) {
    const [x, bits] = inputs as [Value, Value];
    if (bits.type !== 'bool' || bits.shape.join() !== x.shape.join())
      throw new Error(
        `mask: ${bits.name} is ${bits.type} [${bits.shape.join(' × ')}], not bool [${x.shape.join(' × ')}]`,
      );
    return [apply(graph, x, bits, dropOf(attributes), 'masked')];
  },
  vjp(graph: Graph, from: Parameters<Operator['lowerings']['plain']['vjp']>[1]) {
    const [x, bits] = from.inputs as [Value, Value];
    const dy = onlyGradient('mask', from);
    return [apply(graph, dy, bits, dropOf(from.attributes), `d ${x.name}`), undefined];
  },
});

/**
 * Inverted dropout with a mask that is fed in: x, mask (bool, of x's shape) → x · mask / keep. The attribute `drop` is
 * the probability 1 − keep, as the plan gives it. The runtime's own Dropout is not used: its generator repeats
 * itself (every run reseeds it, so that element 0 of a mask never changes). DropoutGrad is the very product that is
 * wanted, in both directions.
 *
 * @example const h = graph.call(mask, [x, bits], { drop: 0.05 });
 */
export const mask: Operator = {
  name: 'mask',
  lowerings: {
    'ort-training': lowering((graph, x, bits, drop, hint) => {
      const training = graph.constant('bool', [], [1]);
      return graph.compute(
        'com.microsoft.DropoutGrad',
        [x, bits, graph.scalar(drop), training],
        x.shape,
        hint,
      );
    }),
    plain: lowering((graph, x, bits, drop, hint) => {
      const kept = graph.compute('Cast', [bits], x.shape, 'kept', { to: { int: 1 } });
      const factor = graph.compute('Mul', [kept, graph.scalar(1 / (1 - drop))], x.shape, 'factor');
      return graph.compute('Mul', [x, factor], x.shape, hint);
    }),
  },
};

function dropOf({ drop }: Attributes): number {
  if (typeof drop !== 'number' || !(drop >= 0 && drop < 1))
    throw new Error(`mask: drop is ${drop}, not in [0, 1)`);
  return drop;
}
