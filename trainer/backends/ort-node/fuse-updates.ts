import type { Model, Node } from '../../onnx/types.ts';

/**
 * Lets the matrix product of a weight gradient write the new weights: W + η (xᵀ dz) becomes xᵀ (η dz) + W, one node that starts
 * its sums from W instead of three that go over all weights. It is done where the gradient is needed for nothing else, which
 * is so for gradient descent without weight decay.
 *
 * @param model a training step
 * @returns the same step
 * @example fuseUpdates(graph.model()).nodes.length
 */
export function fuseUpdates(model: Model): Model {
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const uses = new Map<string, number>();
  for (const name of [
    ...model.nodes.flatMap(({ inputs }) => inputs),
    ...model.outputs.map(({ name }) => name),
  ])
    uses.set(name, (uses.get(name) ?? 0) + 1);
  const scalars = new Set(model.inputs.flatMap(({ name, shape }) => (shape?.length === 0 ? [name] : [])));
  const gone = new Set<Node>();
  /** The node that makes a value which one other node uses, if it is of this kind. */
  const only = (name: string | undefined, operator: string): Node | undefined => {
    const node = name === undefined ? undefined : producers.get(name);
    return node?.operator === operator && uses.get(name as string) === 1 ? node : undefined;
  };

  const nodes = model.nodes.flatMap((node): Node[] => {
    if (node.operator !== 'Add') return [node];
    const [weights, change] = node.inputs as [string, string];
    const scaling = only(change, 'Mul');
    const [gradient, rate] = (scaling?.inputs ?? []) as [string?, string?];
    const product = only(gradient, 'Gemm');
    if (!scaling || !product || product.inputs.length !== 2 || !scalars.has(rate as string)) return [node];
    const [x, dz] = product.inputs as [string, string];
    gone.add(scaling).add(product);
    const scaled = `scaled ${gradient}`;
    return [
      { ...scaling, inputs: [dz, rate as string], outputs: [scaled] },
      { ...product, inputs: [x, scaled, weights], outputs: node.outputs },
    ];
  });
  return { ...model, nodes: nodes.filter((node) => !gone.has(node)) };
}
