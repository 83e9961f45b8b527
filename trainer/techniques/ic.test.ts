import { describe, expect, test } from 'vitest';
import { keepEffective, noiseOf } from '../../theory/index.ts';
import { backends } from '../backends/index.ts';
import { gaussians } from '../random/gaussian.ts';
import { stream } from '../random/stream.ts';
import { allFed, expectMean, expectMoments, fedOver, placeOf, scattered } from '../testing/noise.ts';
import { type Alone, alone, expectGradients, feedsOf, type Reference } from '../testing/one-noise.ts';
import { ic } from './ic.ts';
import type { NoiseLayer, Place } from './technique.ts';

const layerOf = (given: Partial<Place>) => ic.layer(placeOf(given)) as NoiseLayer;

type Statistics = { mean: number[]; variance: number[] };

/** Mean and variance over the batch of each unit; unbiased where asked for. */
function statisticsOf(x: readonly (readonly number[])[], unbiased = false): Statistics {
  const column = (i: number) => x.map((row) => row[i] as number);
  const mean = (x[0] ?? []).map((_, i) => column(i).reduce((sum, one) => sum + one, 0) / x.length);
  const variance = mean.map(
    (centre, i) =>
      column(i).reduce((sum, one) => sum + (one - centre) ** 2, 0) / (x.length - (unbiased ? 1 : 0)),
  );
  return { mean, variance };
}

const normalised = (
  x: readonly (readonly number[])[],
  { mean, variance }: Statistics,
  gamma: ArrayLike<number> = [],
  beta: ArrayLike<number> = [],
) =>
  x.map((row) =>
    row.map(
      (one, i) =>
        ((one - (mean[i] as number)) / Math.sqrt((variance[i] as number) + 1e-5)) * (gamma[i] ?? 1) +
        (beta[i] ?? 0),
    ),
  );

const rowsOf = (data: Float32Array, units: number) =>
  Array.from({ length: data.length / units }, (_, b) => [...data.subarray(b * units, (b + 1) * units)]);

/** Batches of 6 images and 5 units that differ in mean and variance. */
const batch = (i: number) => scattered(30, 40 * i + 3).map((one, k) => (1 + (i % 3)) * one + i / 4 + (k % 5));

/** A layer after training steps on batches. The input of a layer on its own is a parameter: each batch has a network, with the states of the one before. */
async function stepsOver(
  backend: (typeof backends)[keyof typeof backends],
  batches: readonly Float32Array[],
) {
  const layer = layerOf({ keep: 0.8, dialect: backend.dialect });
  let states: Record<string, Float32Array> = {};
  let last: Alone | undefined;
  for (const x of batches) {
    await last?.trainer.release();
    last = await alone(backend, layer, x, 5, states);
    await last.trainer.step(feedsOf(last.labels, fedOver(layer, 1, 1)[0]));
    const values = await last.trainer.values();
    states = Object.fromEntries(
      ['mean', 'variance', 'batches'].map((name) => [
        name,
        (values.find((one) => one.name === `noise 1 ${name}`) as { data: Float32Array }).data,
      ]),
    );
  }
  return { states, last: last as Alone };
}

describe.each(Object.values(backends))('$name', (backend) => {
  test.each([
    0.7, 1,
  ])('with keep %d the gradients of its input, gamma and beta, through the statistics of the batch, are those of finite differences', async (keep) => {
    const layer = layerOf({ keep, dialect: backend.dialect });
    const feed = keep < 1 ? fedOver(layer, 2, 1)[0] : undefined;
    const reference: Reference = (x, { gamma, beta }) => ({
      y: normalised(x, statisticsOf(x), gamma, beta).map((row, b) =>
        row.map((one, i) => one * (feed?.[5 * b + i] ?? 1)),
      ),
    });
    const own = { gamma: scattered(5, 8).map((one) => one + 1.5), beta: scattered(5, 9) };
    await expectGradients(backend, layer, reference, {
      units: 5,
      ...(feed && { feed }),
      x: scattered(30),
      own,
    });
  });

  test('running statistics are averages of the batches’, and from ten batches on the newest counts a tenth', async () => {
    const batches = Array.from({ length: 13 }, (_, i) => batch(i));
    const { states, last } = await stepsOver(backend, batches);
    let expected: Statistics = { mean: Array(5).fill(0), variance: Array(5).fill(1) };
    for (const [i, x] of batches.entries()) {
      const now = statisticsOf(rowsOf(x, 5), true);
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

  test('recalibrated, they are those of the batches shown, whatever they were before', async () => {
    const { last } = await stepsOver(backend, [batch(0), batch(1), batch(2)]);
    const neutral = feedsOf(last.labels, new Float32Array(30).fill(ic.settle?.neutral as number));
    const from = { 'noise 1 batches': 0, 'noise 1 least weight': 0 };
    expect(Object.keys(from)).toEqual(Object.keys(ic.settle?.from ?? {}).map((name) => `noise 1 ${name}`));
    for (let i = 0; i < 20; i++) await last.trainer.settle(neutral, i === 0 ? from : {});
    const after = await last.trainer.values();
    const at = (name: string) => after.find((one) => one.name === name)?.data as Float32Array;
    // one batch, shown twenty times: after as many a plain average still has the same weight for each
    const { mean, variance } = statisticsOf(rowsOf(at('x'), 5), true);
    expect([...at('noise 1 batches')]).toEqual([20]);
    for (let i = 0; i < 5; i++) {
      expect(at('noise 1 mean')[i]).toBeCloseTo(mean[i] as number, 4);
      expect(at('noise 1 variance')[i]).toBeCloseTo(variance[i] as number, 4);
    }
    // a further step of training goes on from its own states
    await last.trainer.step(feedsOf(last.labels, fedOver(layerOf({ keep: 0.8 }), 1, 1)[0]));
    const trained = new Map((await last.trainer.values()).map(({ name, data }) => [name, data[0]]));
    expect(trained.get('noise 1 batches')).toBe(4);
    expect(trained.get('noise 1 least weight')).toBeCloseTo(0.1, 7);
    await last.trainer.release();
  });

  test('whatever goes in, its second moment is 1/keep, weights make it sigma_w2/keep + sigma_b2, and correlations shrink by keep', async () => {
    const [keep, images, units] = [0.8, 2000, 20];
    const layer = layerOf({ keep, batch: images, units, dialect: backend.dialect });
    // a common part of each image correlates its units: 0.36 / (0.36 + 0.64)
    const common = gaussians(stream(1, 'common'), images, 0.36);
    const x = gaussians(stream(1, 'own'), images * units, 0.64).map(
      (one, i) => 3 * (one + (common[Math.floor(i / units)] as number)) + (i % units),
    );
    const { trainer, labels } = await alone(backend, layer, x, units);
    const { logits } = await trainer.noisy(feedsOf(labels, fedOver(layer, 5, 1)[0]));
    await trainer.release();
    const y = rowsOf(logits, units);
    expectMean(
      y.map((row) => row.reduce((sum, one) => sum + one * one, 0) / units),
      1 / keep,
    );
    // corr(y_i, y_j) = keep corr(x_i, x_j) where E y² = 1/keep: the mean product is the correlation of what went in
    const pairs = y.map((row) => {
      const sum = row.reduce((total, one) => total + one, 0);
      return (sum * sum - row.reduce((total, one) => total + one * one, 0)) / (units * (units - 1));
    });
    expectMean(
      pairs.map((one) => one * keep),
      keep * 0.36,
    );
    // q of the layer after, over many draws of one unit's weights and bias
    const [sigma_w2, sigma_b2] = [1.5, 0.3];
    const heads = Array.from({ length: 2000 }, (_, k) => {
      const w = gaussians(stream(2, 'w', k), units, sigma_w2 / units);
      const [b] = gaussians(stream(2, 'b', k), 1, sigma_b2) as unknown as [number];
      return ((y[k] as number[]).reduce((sum, one, i) => sum + one * (w[i] as number), 0) + b) ** 2;
    });
    expectMean(heads, sigma_w2 / keep + sigma_b2);
  });
});

test('what is fed are the factors of dropout', () => {
  expectMoments(allFed(ic, { keep: 0.95 }), noiseOf('ic', { keep: 0.95 }));
  expect(layerOf({ keep: 1 }).feed).toBeUndefined();
});

test('it reports its keep, and starts from gamma 1 and beta 0', () => {
  const layer = layerOf({ keep: 0.95 });
  expect(layer.report?.({}, {})?.keep_effective).toBeCloseTo(
    keepEffective(noiseOf('ic', { keep: 0.95 })),
    12,
  );
  expect(layer.parameters?.map(({ name, initial }) => [name, [...initial(stream(1))]])).toEqual([
    ['gamma', [1, 1, 1, 1, 1]],
    ['beta', [0, 0, 0, 0, 0]],
  ]);
});
