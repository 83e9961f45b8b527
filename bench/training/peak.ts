/**
 * The best rate of one core at products of square matrices in the native runtime, in GFLOP/s: what bench/training.ts holds the
 * training steps against.
 *
 *   node bench/training/peak.ts SECONDS
 */
import { loadRuntime } from '../../trainer/backends/ort-node.ts';
import { Graph } from '../../trainer/graph/graph.ts';
import { encodeModel } from '../../trainer/onnx.ts';

const SIDES = [256, 512, 1024];
const runtime = loadRuntime();
if (runtime instanceof Error) throw runtime;
let best = 0;
for (const n of SIDES) {
  const graph = new Graph('product', 'plain');
  const [a, b] = [graph.input('a', 'float', [n, n]), graph.input('b', 'float', [n, n])];
  const c = graph.compute('MatMul', [a, b], [n, n], 'c');
  graph.output(c);
  const session = await runtime.InferenceSession.create(encodeModel(graph.model()), { intraOpNumThreads: 1 });
  const tensor = () =>
    new runtime.Tensor('float32', Float32Array.from({ length: n * n }, (_, i) => Math.sin(i)) as never, [
      n,
      n,
    ]);
  const [feeds, fetches] = [{ a: tensor(), b: tensor() }, { [c.name]: tensor() }];
  const end = performance.now() + (Number(process.argv[2]) * 1000) / SIDES.length;
  while (performance.now() < end) {
    const start = performance.now();
    await session.run(feeds, fetches);
    best = Math.max(best, (2 * n ** 3) / (performance.now() - start) / 1e6);
  }
}
console.log(best);
