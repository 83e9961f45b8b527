import { describe, expect, test } from 'vitest';
import type { Backend } from '../backends/backend.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { findInit } from '../inits.ts';
import { buildModel, drawInitialValues } from '../networks/fully-connected.ts';
import { drawNoise, feedNeutral, setStates } from '../networks/model.ts';
import { optimisers } from '../optimisers.ts';
import { createStream } from '../random/stream.ts';
import { recalibrate } from '../run/evaluate.ts';
import { affine, matrix } from '../testing/float64.ts';
import { networkOf } from '../testing/network.ts';
import { fedOver, placeOf, scattered } from '../testing/noise.ts';
import { computeBatchStatistics, normalised, rowsOf, type Statistics } from '../testing/normalisation.ts';
import { feedsOf, type OneNoise, trainOneNoise } from '../testing/one-noise.ts';
import { ic } from './ic.ts';
import type { NoiseLayer, Place } from './technique.ts';

const layerOf = (given: Partial<Place>) => ic.layer(placeOf(given)) as NoiseLayer;

/** Batches of 6 images and 5 units that differ in mean and variance. */
const batch = (i: number) => scattered(30, 40 * i + 3).map((one, k) => (1 + (i % 3)) * one + i / 4 + (k % 5));

/** A layer after training steps on batches. The input of a layer on its own is a parameter: each batch has a network, with the states of the one before. */
async function stepsOver(backend: Backend, batches: readonly Float32Array[]) {
  const layer = layerOf({ keep: 0.8, dialect: backend.dialect });
  let states: Record<string, Float32Array> = {};
  let last: OneNoise | undefined;
  for (const x of batches) {
    await last?.trainer.release();
    last = await trainOneNoise(backend, layer, x, 5, states);
    await last.trainer.step(feedsOf(last.labels, fedOver(layer, 1, 1)[0]));
    const values = await last.trainer.values();
    states = Object.fromEntries(
      ['mean', 'variance', 'batches'].map((name) => [
        name,
        (values.find((one) => one.name === `noise 1 ${name}`) as { data: Float32Array }).data,
      ]),
    );
  }
  return { states, last: last as OneNoise };
}

describe.each(listAvailableBackends())('$name', (backend) => {
  test('running statistics are averages of the batches’, and from ten batches on the newest counts a tenth', async () => {
    const batches = Array.from({ length: 13 }, (_, i) => batch(i));
    const { states, last } = await stepsOver(backend, batches);
    let expected: Statistics = { mean: Array(5).fill(0), variance: Array(5).fill(1) };
    for (const [i, x] of batches.entries()) {
      const now = computeBatchStatistics(rowsOf(x, 5), true);
      const weight = Math.max(1 / (i + 1), 0.1);
      const mixed = (before: number[], after: number[]) =>
        before.map((one, k) => (1 - weight) * one + weight * (after[k] as number));
      expected = { mean: mixed(expected.mean, now.mean), variance: mixed(expected.variance, now.variance) };
    }
    expect(states.batches?.[0]).toBe(13);
    for (const name of ['mean', 'variance'] as const)
      for (const [i, one] of (expected[name] as number[]).entries())
        expect(states[name]?.[i], `${name} ${i}`).toBeCloseTo(one, 4);

    // with the noise off: by these, and by what is learned; nothing is changed by it
    const before = await last.trainer.values();
    const at = (name: string) => before.find((one) => one.name === name)?.data as Float32Array;
    const y = normalised(rowsOf(at('x'), 5), expected, at('noise 1 gamma'), at('noise 1 beta')).flat();
    const { logits } = await last.trainer.evaluate(feedsOf(last.labels, undefined));
    for (const [i, one] of y.entries()) expect(logits[i]).toBeCloseTo(one, 4);
    expect(await last.trainer.values()).toEqual(before);
    await last.trainer.release();
  });

  test('recalibrated, they are plain averages over the images shown, whatever they were before; training goes on from its own', async () => {
    const [size, pixels, units, count] = [6, 4, 3, 15];
    const shape = {
      inputs: pixels,
      classes: 2,
      batch: size,
      network: networkOf('tanh', 1, units),
      noise: [undefined, layerOf({ keep: 0.5, batch: size, units, fanOut: 2, dialect: backend.dialect })],
    };
    const values = drawInitialValues(shape, findInit('gaussian', { sigma_w2: 2, sigma_b2: 0.3 }), (name) =>
      createStream(3, name),
    );
    const trainer = await backend.create(
      {
        name: 'ic',
        network: buildModel(shape),
        optimiser: optimisers.sgd,
        options: { learning_rate: 0.1 },
        norms: [],
      },
      values,
    );
    const read = (index: (i: number) => number) => ({
      images: Float32Array.from({ length: size * pixels }, (_, i) =>
        Math.sin(index(Math.floor(i / pixels)) ** 2 + 2 * (i % pixels)),
      ),
      labels: new BigInt64Array(size),
    });
    const noise = drawNoise(shape.noise, createStream(3, 'noise'));
    for (let step = 0; step < 4; step++)
      await trainer.step({ ...read((i) => 500 + size * step + i), ...noise() });
    const trained = await trainer.values();

    const { neutral = 0, from = {} } = ic.recalibration ?? {};
    await recalibrate(
      trainer,
      read,
      count * size,
      size,
      feedNeutral(shape.noise, neutral),
      setStates(shape.noise, from),
    );
    const after = new Map((await trainer.values()).map(({ name, data }) => [name, data]));
    const batches = Array.from({ length: count }, (_, b) => {
      const images = matrix(read((i) => b * size + i).images, pixels);
      const h = affine(images, matrix(after.get('W1') ?? [], units), after.get('b1') ?? []);
      return computeBatchStatistics(
        h.map((row) => row.map(Math.tanh)),
        true,
      );
    });
    for (const name of ['mean', 'variance'] as const)
      for (let i = 0; i < units; i++) {
        const average = batches.reduce((sum, one) => sum + (one[name][i] as number), 0) / count;
        expect(after.get(`noise 1 ${name}`)?.[i], name).toBeCloseTo(average, 5);
      }

    await trainer.step({ ...read((i) => i), ...noise() });
    const next = new Map((await trainer.values()).map(({ name, data }) => [name, data[0]]));
    expect(next.get('noise 1 batches')).toBe(5);
    expect(next.get('noise 1 least weight')).toBeCloseTo(0.1, 7);
    expect(trained.find(({ name }) => name === 'noise 1 batches')?.data[0]).toBe(4);
    await trainer.release();
  });
});
