import { expect } from 'vitest';
import type { Backend, Trainer } from '../backends/backend.ts';
import { add, mul } from '../graph/arithmetic.ts';
import { crossEntropy } from '../graph/layers.ts';
import {
  drawOwnParameters,
  inputNames,
  listOwnParameters,
  MODES,
  type Model,
  NoiseWriter,
} from '../networks/model.ts';
import type { Elements, Parameter } from '../onnx.ts';
import { optimisers } from '../optimisers.ts';
import { createStream } from '../random/stream.ts';
import type { NoiseLayer, Place, Technique } from '../techniques/technique.ts';
import { crossEntropyLoss, finiteDifferences, type Matrix, matrix, relativeError } from './float64.ts';
import { fedOver, LEARNING_RATE, placeOf, scattered } from './noise.ts';

/** A network of one noise layer: x [batch, units] is a parameter, and what comes out of the layer are the logits. */
export function oneNoise(layer: NoiseLayer, batch: number, units: number): Model {
  const layers = [undefined, layer];
  const parameters = [{ name: 'x', shape: [batch, units] }, ...listOwnParameters(layers)];
  return {
    parameters,
    states: [],
    forward(graph, mode) {
      const labels = graph.input('labels', 'int64', [batch]);
      const noise = new NoiseWriter(graph, layers, MODES[mode].noisy);
      const values = new Map(parameters.map(({ name, shape }) => [name, graph.input(name, 'float', shape)]));
      const logits = noise.apply(1, values.get('x') as never, values);
      const loss = graph.call(crossEntropy, [logits, labels]);
      const [penalty] = noise.penalties;
      const objective = penalty
        ? graph.call(add, [
            loss,
            graph.call(mul, [graph.input(inputNames.penaltyWeight, 'float', []), penalty]),
          ])
        : loss;
      return { loss, objective, logits, layers: [], noises: [], states: new Map(), watched: noise.watched };
    },
  };
}

/** A noise layer in a network of its own, ready to be run. */
export type OneNoise = {
  trainer: Trainer;
  /** Parameters and states at the start: x, then the layer's own by the names given there. */
  values: readonly Parameter[];
  labels: readonly number[];
};

/**
 * Builds {@link oneNoise} on a back end.
 *
 * @param x what goes in, [batch, units]
 * @param own initial values in place of the layer's
 */
export async function trainOneNoise(
  backend: Backend,
  layer: NoiseLayer,
  x: Float32Array,
  units: number,
  own: Readonly<Record<string, ArrayLike<number>>> = {},
): Promise<OneNoise> {
  const batch = x.length / units;
  const network = oneNoise(layer, batch, units);
  const layers = [undefined, layer];
  const initial = drawOwnParameters(layers, (name) => createStream(9, name)).map((value) => {
    const given = own[value.name.slice(inputNames.own(1, '').length)];
    return given ? { ...value, data: Float32Array.from(given) } : value;
  });
  const values = [{ name: 'x', shape: [batch, units], data: x }, ...initial];
  const trainer = await backend.create(
    {
      name: 'one noise layer',
      network,
      optimiser: optimisers.sgd,
      options: { learning_rate: LEARNING_RATE },
      norms: [],
      gradients: network.parameters.map(({ name }) => name),
    },
    values,
  );
  return { trainer, values, labels: Array.from({ length: batch }, (_, i) => (i * 7 + 2) % units) };
}

/** What to feed {@link OneNoise}. */
export function feedsOf(labels: readonly number[], feed: Elements['float'] | undefined, weight = 0) {
  return {
    labels: BigInt64Array.from(labels, BigInt),
    [inputNames.penaltyWeight]: Float32Array.of(weight),
    ...(feed && { [inputNames.noise(1)]: feed }),
  };
}

/** A layer in float64: from what goes in and the layer's own parameters, by the names given there, to what comes out. */
export type Reference = (
  x: Matrix,
  own: Readonly<Record<string, Float64Array>>,
) => { y: Matrix; penalty?: number };

/**
 * Expects the gradient of cross-entropy and 0.05 times the penalty, with respect to what goes into a layer and to each of
 * its parameters, to be that of finite differences in float64.
 *
 * @returns the values before and after one step of gradient descent, and the gradients
 */
export async function expectGradients(
  backend: Backend,
  layer: NoiseLayer,
  reference: Reference,
  {
    units,
    feed,
    x,
    own,
  }: { units: number; feed?: Float32Array; x: Float32Array; own?: Record<string, ArrayLike<number>> },
) {
  const weight = 0.05;
  const { trainer, values, labels } = await trainOneNoise(backend, layer, x, units, own);
  const prefix = inputNames.own(1, '');
  const objective = (at: Record<string, Float64Array>) => {
    const named = Object.entries(at).map(([name, data]) => [name.replace(prefix, ''), data]);
    const { y, penalty = 0 } = reference(matrix(at.x ?? [], units), Object.fromEntries(named));
    return crossEntropyLoss(y, labels) + weight * penalty;
  };
  const expected = finiteDifferences(values, objective);
  const result = await trainer.step(feedsOf(labels, feed, weight));
  const after = await trainer.values();
  await trainer.release();
  for (const { name } of values) {
    const found = result.gradients[name] ?? [];
    expect(Math.max(...Array.from(expected[name] ?? [], Math.abs)), `${name} has a gradient`).toBeGreaterThan(
      1e-7,
    );
    expect(relativeError(found, expected[name] ?? []), name).toBeLessThan(1e-5);
  }
  return { values, after, gradients: expected };
}

/** Expects the gradient of a technique that only multiplies by what is fed to be that of finite differences, see {@link expectGradients}. */
export async function expectFactorGradient(
  backend: Backend,
  technique: Technique,
  given: Partial<Place>,
): Promise<void> {
  const layer = technique.layer(placeOf({ ...given, dialect: backend.dialect })) as NoiseLayer;
  const [feed] = fedOver(layer, 2, 1) as [Float32Array];
  const reference = (x: Matrix) => ({
    y: x.map((row, i) => row.map((value, j) => value * (feed[5 * i + j] as number))),
  });
  await expectGradients(backend, layer, reference, { units: 5, feed, x: scattered(30) });
}
