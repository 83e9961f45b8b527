import { readFloats } from '../../trainer/backends/evaluator.ts';
import { findBackend } from '../../trainer/backends/index.ts';
import { Graph, type Value } from '../../trainer/graph/graph.ts';
import { encodeModel } from '../../trainer/onnx.ts';

/**
 * Runs a small graph once, in WebAssembly.
 *
 * @param write writes the graph and names its outputs
 * @param feeds the numbers of each input, by name
 * @example await evaluateGraph((graph) => ({ y: graph.call(exp, [graph.input('x', 'float', [1])]) }), { x: [0] })
 */
export async function evaluateGraph(
  write: (graph: Graph) => Readonly<Record<string, Value>>,
  feeds: Readonly<Record<string, readonly number[]>>,
): Promise<Record<string, number[]>> {
  const backend = findBackend('ort-web-training');
  const { runtime, options } = await backend.inference();
  const graph = new Graph('check', backend.dialect);
  const outputs = write(graph);
  for (const value of Object.values(outputs)) graph.output(value);
  const model = graph.model();
  const session = await runtime.InferenceSession.create(encodeModel(model), options);
  try {
    const tensors = Object.fromEntries(
      model.inputs.map(({ name, shape = [] }) => [
        name,
        new runtime.Tensor('float32', Float32Array.from(feeds[name] ?? []) as never, shape),
      ]),
    );
    const given = await session.run(tensors);
    return Object.fromEntries(
      Object.entries(outputs).map(([key, { name }]) => [key, [...readFloats(given, name)]]),
    );
  } finally {
    await session.release();
  }
}
