import { describe, expect, test } from 'vitest';
import { advancedStart } from '../../research/techniques.ts';
import { computeNoise, keepEffective } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { createStream } from '../random/stream.ts';
import { expectMean, expectMoments, fedOver, placeOf, scattered } from '../testing/noise.ts';
import { expectGradients, feedsOf, type Reference, trainOneNoise } from '../testing/one-noise.ts';
import { advanced } from './advanced.ts';
import type { NoiseLayer, Place } from './technique.ts';

type Own = Readonly<Record<string, ArrayLike<number>>>;

const layerOf = (given: Partial<Place>) => advanced.layer(placeOf(given)) as NoiseLayer;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.log1p(Math.exp(x));

/** mu and sigma of a batch, in float64. */
function locationOf(x: readonly (readonly number[])[], own: Own): { mu: number; sigma: number } {
  const hidden = (own.Wmu as ArrayLike<number>).length;
  const outputs = x.map((row) => {
    const h = Array.from({ length: hidden }, (_, j) =>
      row.reduce((sum, one, i) => sum + one * (own.Wh?.[i * hidden + j] as number), own.bh?.[0] as number),
    );
    const out = (w: ArrayLike<number> = [], b: ArrayLike<number> = []) =>
      h.reduce((sum, one, j) => sum + one * (w[j] as number), b[0] as number);
    return { mu: out(own.Wmu, own.bmu), sigma: softplus(out(own.Wsig, own.bsig)) };
  });
  const mean = (key: 'mu' | 'sigma') => outputs.reduce((sum, one) => sum + one[key], 0) / x.length;
  return { mu: mean('mu'), sigma: mean('sigma') };
}

const zOf = ({ mu, sigma }: { mu: number; sigma: number }) =>
  sigmoid(mu / Math.sqrt(1 + (3.14 / 8) * sigma * sigma));

/** The layer in float64. Z is that of the first call: to the gradient it is a constant. */
function referenceOf(feed: Float32Array, units: number, kl = 0): Reference {
  let z: number | undefined;
  const start = softplus(1.2);
  return (x, own) => {
    const at = locationOf(x, own);
    const { mu, sigma } = at;
    z ??= zOf(at);
    const norm = z;
    return {
      y: x.map((row, b) =>
        row.map((one, i) => (one * sigmoid(mu + sigma * (feed[b * units + i] as number))) / norm),
      ),
      penalty: kl * (Math.log(start / sigma) + (sigma * sigma + mu * mu) / (2 * start * start) - 1 / 2),
    };
  };
}

const UNITS = 34;
/** Parameters large enough for gradients to be seen, of two hidden units. */
const someOwn = {
  Wh: scattered(2 * UNITS, 4).map((one) => one / 2),
  bh: [0.3],
  Wmu: [0.7, -0.4],
  bmu: [0.2],
  Wsig: [0.5, 0.9],
  bsig: [0.8],
};

describe.each(listAvailableBackends())('$name', (backend) => {
  test.each([
    0, 2,
  ])('the gradients of its input and all parameters, with %d times the divergence, are those of finite differences with Z held', async (noise_kl) => {
    const layer = layerOf({ units: UNITS, dialect: backend.dialect, options: { noise_kl } });
    expect(layer.parameters?.map(({ shape }) => shape)).toEqual([[UNITS, 2], [1], [2, 1], [1], [2, 1], [1]]);
    const [feed] = fedOver(layer, 2, 1) as [Float32Array];
    // held at the point itself, from which the differences go both ways
    const reference = referenceOf(feed, UNITS, noise_kl);
    const x = scattered(6 * UNITS);
    const own = Object.fromEntries(
      Object.entries(someOwn).map(([name, data]) => [name, Float64Array.from(Float32Array.from(data))]),
    );
    reference(
      Array.from({ length: 6 }, (_, b) => [...x.subarray(b * UNITS, (b + 1) * UNITS)]),
      own,
    );
    const { values, after, gradients } = await expectGradients(backend, layer, reference, {
      units: UNITS,
      feed,
      x,
      own,
    });
    // by the published learning rate, not by that of the plan
    const moved = (name: string) =>
      (after.find((one) => one.name === name)?.data[0] as number) -
      (values.find((one) => one.name === name)?.data[0] as number);
    for (const name of ['noise 1 bmu', 'noise 1 bsig'])
      expect(Math.abs(moved(name) + 1e-4 * (gradients[name]?.[0] as number))).toBeLessThan(1e-7);
  });

  test('at its start the mask has the published second moment and the factor that of the theory', async () => {
    const layer = layerOf({ batch: 1000, units: 32, dialect: backend.dialect });
    const [feed] = fedOver(layer, 1, 1) as [Float32Array];
    const ones = new Float32Array(1000 * 32).fill(1);
    const own = { Wh: new Float32Array(64), bh: [0] };
    const { trainer, labels } = await trainOneNoise(backend, layer, ones, 32, own);
    const { logits, watched } = await trainer.step(feedsOf(labels, feed));
    expect(watched).toEqual({ 'noise 1 mu': 0, 'noise 1 sigma': expect.closeTo(1.46328, 4) });
    const noise = computeNoise('advanced', {});
    expect([noise.s1, noise.s2]).toEqual([expect.closeTo(1, 12), expect.closeTo(1.28485, 4)]);
    expectMoments(logits, noise);
    // Z is a half
    expectMean(
      [...logits].map((one) => (one / 2) ** 2),
      0.32121,
    );
    expect(keepEffective(noise)).toBeCloseTo(0.7783, 4);
    await trainer.release();
  });

  test('mu and sigma are those of the batch, and the factor has the theory’s moments at them', async () => {
    const layer = layerOf({ batch: 1000, units: UNITS, dialect: backend.dialect });
    const [feed] = fedOver(layer, 1, 1) as [Float32Array];
    const ones = new Float32Array(1000 * UNITS).fill(1);
    const { trainer, labels } = await trainOneNoise(backend, layer, ones, UNITS, someOwn);
    const { logits, watched } = await trainer.step(feedsOf(labels, feed));
    const { mu, sigma } = locationOf([Array(UNITS).fill(1)], someOwn);
    expect(watched['noise 1 mu']).toBeCloseTo(mu, 4);
    expect(watched['noise 1 sigma']).toBeCloseTo(sigma, 4);
    const noise = computeNoise('advanced', { mu, sigma });
    expectMoments(logits, noise);
    expect(layer.report?.({}, { mu, sigma })).toEqual({ mu, sigma, keep_effective: keepEffective(noise) });
    await trainer.release();
  });

  test('with the noise off activations are as they are', async () => {
    const x = scattered(30);
    const { trainer, labels } = await trainOneNoise(backend, layerOf({ dialect: backend.dialect }), x, 5);
    expect([...(await trainer.evaluate(feedsOf(labels, undefined))).logits]).toEqual([...x]);
    await trainer.release();
  });
});

const initial = (layer: NoiseLayer, seed: number): Own =>
  Object.fromEntries(
    (layer.parameters ?? []).map(({ name, initial }) => [name, initial(createStream(seed, name))]),
  );

test('it starts, on average over seeds, where the theory says that the published start lies', () => {
  const mean = 0.4;
  for (const [units, official] of [
    [512, 0],
    [1024, 1],
  ] as const) {
    const layer = layerOf({ units, options: { noise_published_init: official } });
    const starts = Array.from(
      { length: 15 },
      (_, seed) => locationOf([Array(units).fill(mean)], initial(layer, seed)).mu,
    );
    expectMean(starts, advancedStart(units, mean).mu);
  }
});

test('wide layers start where a layer of 512 units does, unless the plan asks for the published weights', () => {
  const largest = (options: Record<string, number>) =>
    (initial(layerOf({ units: 2048, options }), 1).Wh as Float32Array).reduce((a, b) => Math.max(a, b));
  expect(largest({})).toBeLessThanOrEqual(0.0025);
  expect(largest({ noise_published_init: 1 })).toBeGreaterThan(0.0099);
  const starts = Array.from(
    { length: 15 },
    (_, seed) => locationOf([Array(2048).fill(0.4)], initial(layerOf({ units: 2048 }), seed)).mu,
  );
  // the shift is 1.56e-6 · 512² · 0.4, the same as at 512, to within what the biases add
  expect(Math.abs(starts.reduce((sum, one) => sum + one, 0) / 15 - advancedStart(512, 0.4).mu)).toBeLessThan(
    0.01,
  );
});

test('the plan may choose where mu and sigma start, and their learning rate', () => {
  const layer = layerOf({
    learningRate: 0.05,
    options: { noise_mu: 1, noise_sigma: 0.3, noise_learning_rate: 0.01 },
  });
  const own = initial(layer, 1);
  expect(own.bmu?.[0]).toBe(1);
  expect(softplus(own.bsig?.[0] as number)).toBeCloseTo(0.3, 6);
  expect(layer.parameters?.map(({ rate }) => rate)).toEqual(Array(6).fill(0.01 / 0.05));
  expect(layerOf({}).parameters?.[0]?.rate).toBeCloseTo(1e-4 / 0.3, 12);
});

test('what is out of the theory’s range is reported without an effective keep', () => {
  expect(layerOf({}).report?.({}, { mu: -60, sigma: 1 })?.keep_effective).toBeNaN();
});
