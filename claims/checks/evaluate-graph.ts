import { GraphRunner } from '../../trainer/backends/graph-runner.ts';
import { findBackend } from '../../trainer/backends/index.ts';
import type { Graph, Value } from '../../trainer/graph/graph.ts';

/**
 * Runs a small graph once, in WebAssembly.
 *
 * @param write writes the graph and names the values that are wanted
 * @param feeds the numbers of each input, by name
 * @example await evaluateGraph((graph) => ({ y: graph.call(exp, [graph.input('x', 'float', [1])]) }), { x: [0] })
 */
export async function evaluateGraph(
  write: (graph: Graph) => Readonly<Record<string, Value>>,
  feeds: Readonly<Record<string, readonly number[]>>,
): Promise<Record<string, number[]>> {
  let names: string[] = [];
  const runner = await GraphRunner.create(findBackend('ort-web-training'), (graph) => {
    const values = write(graph);
    names = Object.keys(values);
    return Object.values(values);
  });
  try {
    const fed = Object.entries(feeds).map(([name, numbers]) => [name, Float32Array.from(numbers)]);
    const found = await runner.run(Object.fromEntries(fed));
    return Object.fromEntries(names.map((name, i) => [name, [...(found[i] as Float32Array)]]));
  } finally {
    await runner.release();
  }
}
