import { describe, expect, test } from 'vitest';
import { listAvailableBackends } from '../backends/index.ts';
import { findInit } from '../inits.ts';
import { inputNames } from '../networks/model.ts';
import { buildModel, drawInitialValues } from '../networks/network-graph.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, drawUniform } from '../random/stream.ts';
import { networkOf } from '../testing/network.ts';
import { measureCurvature } from './curvature.ts';

const [INPUTS, WIDTH, CLASSES, DEPTH, IMAGES] = [4, 5, 3, 2, 6];

describe.each(listAvailableBackends())('$name', (backend) => {
  test('the mean of (x ∂E/∂x)² is the squared slope of the loss by a factor on the unit', async () => {
    const network = networkOf('tanh', DEPTH, WIDTH, { carry: 0, branch: 1 });
    const shape = (batch: number) => ({ network, inputs: INPUTS, classes: CLASSES, batch, noise: [] });
    const init = findInit('gaussian', { sigma_w2: 2, sigma_b2: 0.3 });
    const values = drawInitialValues(shape(1), init, (name) => createStream(4, name));
    const stream = createStream(5, 'images');
    const images = Array.from({ length: IMAGES }, () =>
      Float32Array.from({ length: INPUTS }, () => 2 * drawUniform(stream) - 1),
    );
    const labels = images.map((_, i) => BigInt(i % CLASSES));

    const batch = 3;
    const found = await measureCurvature({
      ...{ backend, model: buildModel(shape(batch)), values, images: IMAGES, batch },
      read: (from) => ({
        images: Float32Array.from(images.slice(from, from + batch).flatMap((one) => [...one])),
        labels: BigInt64Array.from(labels.slice(from, from + batch)),
      }),
    });
    expect(found.map(({ length }) => length)).toEqual([WIDTH, WIDTH]);

    const trainer = await backend.create(
      {
        ...{ name: 'one image', network: buildModel(shape(1)), optimiser: optimisers.sgd, norms: [] },
        options: { learning_rate: 0.1 },
      },
      values,
    );
    // a factor on unit i is a factor on row i of the weights that follow
    const lossAt = async (image: number, layer: number, unit: number, factor: number) => {
      const scaled = values.map((value) => {
        if (value.name !== `W${layer + 2}`) return value;
        const data = value.data.slice();
        const columns = value.shape[1] as number;
        for (let j = unit * columns; j < (unit + 1) * columns; j++) data[j] = (data[j] as number) * factor;
        return { ...value, data };
      });
      const feeds = {
        [inputNames.images]: images[image] as Float32Array,
        [inputNames.labels]: BigInt64Array.of(labels[image] as bigint),
      };
      return (await trainer.evaluate(feeds, scaled)).loss;
    };
    const step = 0.02;
    for (const layer of [0, 1])
      for (const unit of [0, 3]) {
        let sum = 0;
        for (let image = 0; image < IMAGES; image++) {
          const [up, down] = [
            await lossAt(image, layer, unit, 1 + step),
            await lossAt(image, layer, unit, 1 - step),
          ];
          sum += ((up - down) / (2 * step)) ** 2;
        }
        const relative = (found[layer]?.[unit] as number) / (sum / IMAGES) - 1;
        expect(Math.abs(relative), `layer ${layer}, unit ${unit}`).toBeLessThan(2e-3);
      }
    await trainer.release();
  });
});
