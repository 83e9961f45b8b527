import { describe, expect, test } from 'vitest';
import type { Graph } from '../graph/graph.ts';
import { findInit } from '../inits.ts';
import type { Mode } from '../networks/model.ts';
import { buildModel, drawInitialValues } from '../networks/network-graph.ts';
import { optimisers } from '../optimisers.ts';
import { createMaskSource } from '../random/mask.ts';
import { createStream, drawUniform } from '../random/stream.ts';
import { bernoulli } from '../techniques/factors.ts';
import { affine, crossEntropyLoss, finiteDifferences, matrix, relativeError } from '../testing/float64.ts';
import { networkOf } from '../testing/network.ts';
import type { Backend } from './backend.ts';
import { listAvailableBackends } from './index.ts';

const KEEP = 0.7;
const phi = { tanh: Math.tanh, relu: (x: number) => Math.max(0, x) };

/** A small network of three hidden layers, its parameters, one batch and its masks. */
function example({ dialect }: Backend, activation: keyof typeof phi, keep = KEEP) {
  const shape = {
    inputs: 6,
    classes: 4,
    batch: 7,
    network: networkOf(activation, 3, 5),
    noise: [0, 1, 2, 3].map((layer) =>
      layer === 0
        ? undefined
        : bernoulli.layer({
            keep,
            batch: 7,
            units: 5,
            fanOut: 5,
            learningRate: 0.3,
            dialect,
            options: {},
          }),
    ),
  };
  const source = createStream(7, 'example', activation);
  const parameters = drawInitialValues(shape, findInit('gaussian', { sigma_w2: 2, sigma_b2: 0.3 }), (name) =>
    createStream(7, name),
  );
  const images = Float32Array.from({ length: 42 }, () => 2 * drawUniform(source) - 1);
  const labels = Array.from({ length: 7 }, () => Math.floor(4 * drawUniform(source)));
  const fill = createMaskSource(source, keep);
  const masks = [1, 2, 3].map(() => {
    const bits = new Uint8Array(35);
    fill(bits);
    return bits;
  });
  const feeds = {
    images,
    labels: BigInt64Array.from(labels, BigInt),
    ...Object.fromEntries(
      masks.map((bits, i) => [
        `noise ${i + 1}`,
        dialect === 'plain' ? Float32Array.from(bits, (bit) => bit / keep) : bits,
      ]),
    ),
  };
  /** The loss in float64; with or without the masks. */
  const loss = (values: Record<string, ArrayLike<number>>, noisy: boolean) => {
    let h = matrix(images, 6);
    for (const [l, bits] of masks.entries()) {
      const z = affine(h, matrix(values[`W${l + 1}`] ?? [], 5), values[`b${l + 1}`] ?? []);
      h = z.map((row, i) =>
        row.map((value, j) => phi[activation](value) * (noisy ? (bits[i * 5 + j] as number) / keep : 1)),
      );
    }
    return crossEntropyLoss(affine(h, matrix(values.W4 ?? [], 4), values.b4 ?? []), labels);
  };
  const step = {
    name: `example ${activation}`,
    network: buildModel(shape),
    optimiser: optimisers.sgd,
    options: { learning_rate: 0.3 },
    norms: ['W1', 'b2', 'W4'],
    gradients: parameters.map(({ name }) => name),
  };
  return { step, parameters, feeds, loss };
}

const values = (parameters: readonly { name: string; data: Float32Array }[]) =>
  Object.fromEntries(parameters.map(({ name, data }) => [name, data]));

describe.each(listAvailableBackends())('$name', (backend) => {
  test.each([
    'tanh',
    'relu',
  ] as const)('a %s network has the loss and the gradient of float64, and one step moves by them', async (activation) => {
    const { step, parameters, feeds, loss } = example(backend, activation);
    const trainer = await backend.create(step, parameters);
    const expected = finiteDifferences(parameters, (at) => loss(at, true));
    const result = await trainer.step(feeds);
    expect(result.loss).toBeCloseTo(loss(values(parameters), true), 5);
    for (const { name } of parameters)
      expect(relativeError(result.gradients[name] ?? [], expected[name] ?? []), name).toBeLessThan(1e-5);
    for (const [name, norm] of Object.entries(result.norms))
      expect(norm, name).toBeCloseTo(Math.hypot(...(expected[name] ?? [])), 5);

    for (const { name, data } of await trainer.values()) {
      const before = values(parameters)[name] as Float32Array;
      const after = Array.from(before, (value, i) => value - 0.3 * (expected[name]?.[i] as number));
      expect(relativeError(data, after), name).toBeLessThan(1e-6);
    }
    await trainer.release();
  });

  test('gradients do not pile up: a second step has the gradient of its own point alone', async () => {
    const { step, parameters, feeds, loss } = example(backend, 'tanh');
    const trainer = await backend.create(step, parameters);
    await trainer.step(feeds);
    const after = await trainer.values();
    await trainer.evaluateNoisy(feeds);
    expect(await trainer.values(), 'noisy() moves nothing').toEqual(after);
    await trainer.step(feeds);
    const expected = finiteDifferences(after, (at) => loss(at, true));
    for (const { name, data } of await trainer.values()) {
      const moved = Array.from(data, (value, i) => (values(after)[name]?.[i] as number) - value);
      const wanted = Array.from(expected[name] ?? [], (value) => 0.3 * value);
      expect(relativeError(moved, wanted), name).toBeLessThan(1e-4);
    }
    await trainer.release();
  });

  test('an evaluation has the loss without masks', async () => {
    const { step, parameters, feeds, loss } = example(backend, 'relu');
    const trainer = await backend.create(step, parameters);
    const { loss: found, logits } = await trainer.evaluate(feeds);
    expect(found).toBeCloseTo(loss(values(parameters), false), 5);
    expect(Math.abs(found - loss(values(parameters), true))).toBeGreaterThan(1e-3);
    expect(logits).toHaveLength(7 * 4);
    await trainer.release();
  });

  test('keep = 1 has no mask in the graph', async () => {
    const { step, parameters, feeds, loss } = example(backend, 'tanh', 1);
    const trainer = await backend.create(step, parameters);
    const { images, labels } = feeds;
    expect((await trainer.step({ images, labels })).loss).toBeCloseTo(loss(values(parameters), false), 5);
    await trainer.release();
  });

  test('what is not fed is named', async () => {
    const { step, parameters, feeds } = example(backend, 'tanh');
    const trainer = await backend.create(step, parameters);
    const { labels, ...rest } = feeds;
    await expect(trainer.step(rest)).rejects.toThrow('the network (example tanh) is not fed "labels"');
    await trainer.release();
  });

  test('a model that the runtime refuses is an error that says what was being built', async () => {
    const { step, parameters } = example(backend, 'tanh');
    const broken = {
      ...step,
      network: {
        ...step.network,
        forward(graph: Graph, mode: Mode) {
          const made = step.network.forward(graph, mode);
          graph.node('NoSuchOperator', [made.logits], [graph.fresh('nothing', [7, 4])]);
          return made;
        },
      },
    };
    await expect(backend.create(broken, parameters)).rejects.toThrow(
      /^onnxruntime-(web|node) failed in building the network \(example tanh\): .{5}/,
    );
  });
});
