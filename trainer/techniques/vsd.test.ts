import { describe, expect, test } from 'vitest';
import { computeNoise, keepEffective } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { createStream, drawGaussians, type Stream } from '../random/stream.ts';
import { expectMean, fedOver, placeOf, scattered } from '../testing/noise.ts';
import { expectGradients, feedsOf, type Reference, trainOneNoise } from '../testing/one-noise.ts';
import type { NoiseLayer, Place } from './technique.ts';
import { vsd } from './vsd.ts';

type Own = Readonly<Record<string, ArrayLike<number>>>;

const layerOf = (given: Partial<Place>) => vsd.layer(placeOf(given)) as NoiseLayer;

const alphasOf = ({ log_alpha = [] }: Own) =>
  Array.from(log_alpha, (one) => Math.exp(Math.min(1.5, Math.max(-8, one))));

/** U as rows, by reflecting the unit vectors, in float64. */
function rotationOf(own: Own, units: number): number[][] {
  const columns = Array.from({ length: units }, (_, k) => {
    let x: number[] = Array.from({ length: units }, (_, i) => (i === k ? 1 : 0));
    for (let t = 1; own[`v ${t}`]; t++) {
      const v = Array.from(own[`v ${t}`] as ArrayLike<number>);
      const dot = (a: number[], b: number[]) => a.reduce((sum, one, i) => sum + one * (b[i] as number), 0);
      const factor = (2 * dot(v, x)) / dot(v, v);
      x = x.map((one, i) => one - factor * (v[i] as number));
    }
    return x;
  });
  return Array.from({ length: units }, (_, i) => columns.map((column) => column[i] as number));
}

/** ½ Σ log(1 + C_ii) − ½ Σ log alpha, one column's divergence. */
function divergenceOf(own: Own, units: number): number {
  const alphas = alphasOf(own);
  return rotationOf(own, units).reduce((sum, row, i) => {
    const c = row.reduce((total, one, k) => total + one * one * (alphas[k] as number), 0);
    return sum + (Math.log1p(c) - Math.log(alphas[i] as number)) / 2;
  }, 0);
}

const referenceOf =
  (feed: Float32Array, units: number, columns: number): Reference =>
  (x, own) => {
    const [u, alphas] = [rotationOf(own, units), alphasOf(own)];
    const y = x.map((row, b) => {
      const noise = alphas.map((alpha, k) => Math.sqrt(alpha) * (feed[b * units + k] as number));
      return row.map(
        (one, i) =>
          one * (1 + (u[i] as number[]).reduce((sum, uik, k) => sum + uik * (noise[k] as number), 0)),
      );
    });
    return { y, penalty: columns * divergenceOf(own, units) };
  };

/** Parameters away from anything special; one log alpha beyond either limit. */
const someOwn = (units: number, reflections: number) => ({
  log_alpha: Array.from(scattered(units, 5), (one, i) => (i === 1 ? -8.5 : i === 3 ? 1.8 : one - 1)),
  ...Object.fromEntries(
    Array.from({ length: reflections }, (_, t) => [`v ${t + 1}`, scattered(units, 20 * t + 3)]),
  ),
});

describe.each(listAvailableBackends())('$name', (backend) => {
  test.each([
    0, 1, 2, 3, 5,
  ])('with %d reflection(s) the gradients of its input, log alpha and vectors, through the noise and the penalty, are those of finite differences', async (T) => {
    const layer = layerOf({ keep: 0.8, dialect: backend.dialect, options: { noise_reflections: T } });
    const [feed] = fedOver(layer, 2, 1) as [Float32Array];
    const { gradients } = await expectGradients(backend, layer, referenceOf(feed, 5, 3), {
      units: 5,
      feed,
      x: scattered(30),
      own: someOwn(5, T),
    });
    expect([...(gradients['noise 1 log_alpha'] ?? [])].map((one) => one === 0)).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  test('averaged over units the factor has mean 1 and second moment 1 + mean alpha, whatever the vectors', async () => {
    const units = 40;
    const layer = layerOf({ keep: 0.8, batch: 2000, units, dialect: backend.dialect });
    const [feed] = fedOver(layer, 7, 1) as [Float32Array];
    const ones = new Float32Array(2000 * units).fill(1);
    const log_alpha = drawGaussians(createStream(3, 'log alpha'), units, 1).map((one) => one - 1.5);
    const { trainer, values, labels } = await trainOneNoise(backend, layer, ones, units, { log_alpha });
    const { logits } = await trainer.evaluateNoisy(feedsOf(labels, feed));
    const own = Object.fromEntries(values.map(({ name, data }) => [name.replace('noise 1 ', ''), data]));
    const alphas = alphasOf(own);
    const mean_alpha = alphas.reduce((sum, one) => sum + one, 0) / units;
    const rows = Array.from({ length: 2000 }, (_, b) => [...logits.subarray(b * units, (b + 1) * units)]);
    const average = (f: (one: number) => number) =>
      rows.map((row) => row.reduce((sum, one) => sum + f(one), 0) / units);
    const { s1, s2 } = computeNoise('vsd', { mean_alpha });
    expect(s2).toBeCloseTo(1 + mean_alpha, 12);
    expectMean(
      average((one) => one),
      s1,
    );
    expectMean(
      average((one) => one * one),
      s2,
      'second moment',
    );
    // and unit by unit, and between two of them, C = U diag(alpha) Uᵀ
    const u = rotationOf(own, units) as number[][];
    const c = (i: number, j: number) =>
      alphas.reduce((sum, alpha, k) => sum + alpha * (u[i]?.[k] as number) * (u[j]?.[k] as number), 0);
    for (const [i, j] of [
      [0, 0],
      [7, 7],
      [0, 1],
      [5, 9],
    ] as const)
      expectMean(
        rows.map((row) => ((row[i] as number) - 1) * ((row[j] as number) - 1)),
        c(i, j),
        `C ${i} ${j}`,
      );
    await trainer.release();
  });

  test('with the noise off activations are as they are; noise_kl 0 leaves no penalty', async () => {
    const x = scattered(30);
    const layer = layerOf({ keep: 0.8, dialect: backend.dialect, options: { noise_kl: 0 } });
    const { trainer, labels } = await trainOneNoise(backend, layer, x, 5);
    expect([...(await trainer.evaluate(feedsOf(labels, undefined))).logits]).toEqual([...x]);
    const [feed] = fedOver(layer, 2, 1) as [Float32Array];
    const weighed = await trainer.step(feedsOf(labels, feed, 100));
    await trainer.release();
    const again = await trainOneNoise(backend, layer, x, 5);
    const alike = await again.trainer.step(feedsOf(labels, feed, 0));
    expect(weighed.gradients['noise 1 log_alpha']).toEqual(alike.gradients['noise 1 log_alpha']);
    await again.trainer.release();
  });
});

test('the divergence of equal alphas is ½ Σ log(1 + 1/alpha), and mixing unequal ones only raises it', () => {
  const equal = { ...someOwn(5, 2), log_alpha: Array(5).fill(Math.log(0.2)) };
  expect(divergenceOf(equal, 5)).toBeCloseTo((5 / 2) * Math.log1p(1 / 0.2), 12);
  const unequal = { log_alpha: [-3, -2, -1, 0, 1] };
  for (const from of [1, 30, 70])
    expect(divergenceOf({ ...unequal, 'v 1': scattered(5, from) }, 5)).toBeGreaterThan(
      divergenceOf(unequal, 5),
    );
});

test('it starts from the mean alpha asked for, with alphas that differ, and reports it', () => {
  for (const [given, mean] of [
    [{ keep: 0.9 }, 1 / 9],
    [{ options: { noise_mean_alpha: 0.25 } }, 0.25],
  ] as const) {
    const layer = layerOf({ ...given, units: 100 });
    const [logAlpha, ...vectors] = (layer.parameters ?? []).map((one) =>
      one.initial(createStream(1, one.name)),
    );
    expect(vectors).toHaveLength(2);
    const own = Object.fromEntries(vectors.map((vector, t) => [`v ${t + 1}`, vector]));
    const report = layer.report?.({ ...own, log_alpha: logAlpha as Float32Array }, {});
    expect(report?.mean_alpha).toBeCloseTo(mean, 6);
    expect(report?.keep_effective).toBeCloseTo(keepEffective(computeNoise('vsd', { mean_alpha: mean })), 6);
    const logs = [...(logAlpha as Float32Array)];
    const centre = logs.reduce((sum, one) => sum + one, 0) / 100;
    const deviation = Math.sqrt(logs.reduce((sum, one) => sum + (one - centre) ** 2, 0) / 99);
    expect(Math.abs(deviation / 0.1 - 1)).toBeLessThan(4 / Math.sqrt(2 * 99));
    for (const vector of vectors)
      expectMean(
        [...(vector as Float32Array)].map((one) => one * one),
        1,
      );
  }
  expect(layerOf({ keep: 1 })).toBeUndefined();
  expect(() => layerOf({ keep: 0.1 })).toThrow('vsd cannot start from a mean alpha of 9');
});

test('without reflections each unit has noise of its own, and the divergence of variational dropout', () => {
  const own = someOwn(5, 0);
  const alphas = alphasOf(own);
  expect(divergenceOf(own, 5)).toBeCloseTo(
    alphas.reduce((sum, alpha) => sum + Math.log1p(1 / alpha) / 2, 0),
    12,
  );
  expect(layerOf({ keep: 0.8, options: { noise_reflections: 0 } }).parameters).toHaveLength(1);
});

test.each([
  0, 1, 2, 5,
])('of the learned noise of %d reflection(s) it reports how much is not unit by unit', (T) => {
  const units = 9;
  const own = someOwn(units, T);
  const given = Object.fromEntries(
    Object.entries(own).map(([name, data]) => [name, Float32Array.from(data)]),
  );
  const report = layerOf({ keep: 0.8, units, options: { noise_reflections: T } }).report?.(given, {}) ?? {};
  const [u, alphas] = [rotationOf(given, units), alphasOf(given)];
  let [all, off] = [0, 0];
  for (let i = 0; i < units; i++)
    for (let j = 0; j < units; j++) {
      const c = alphas.reduce(
        (sum, alpha, k) => sum + alpha * (u[i]?.[k] as number) * (u[j]?.[k] as number),
        0,
      );
      all += c * c;
      if (i !== j) off += c * c;
    }
  expect(report.off_diagonal).toBeCloseTo(off / all, 10);
  if (T === 0) expect(report.off_diagonal).toBe(0);
  else expect(report.off_diagonal).toBeGreaterThan(0.01);
  // log alpha −8.5 and 1.8 are beyond the ends
  expect(report.alpha_clipped).toBeCloseTo(2 / units, 12);
  expect(report.largest_alpha).toBeCloseTo(Math.exp(1.5), 12);
  expect(report.mean_alpha).toBeCloseTo(alphas.reduce((sum, one) => sum + one, 0) / units, 12);
  expect(report.keep_effective).toBeCloseTo(1 / (1 + (report.mean_alpha as number)), 12);
});

test('a log alpha at an end counts as clipped', () => {
  const report = layerOf({ keep: 0.8, units: 4, options: { noise_reflections: 0 } }).report?.(
    { log_alpha: Float32Array.of(-8, 1.5, -7.9, 1.4) },
    {},
  );
  expect(report?.alpha_clipped).toBe(0.5);
});

test('the penalty’s weight rises over the first half of the steps to 1 over the images', () => {
  const weight = (step: number) => vsd.penaltyWeight?.({ step, steps: 100, images: 500 });
  expect([0, 24, 49, 50, 99].map(weight)).toEqual([0.02, 0.5, 1, 1, 1].map((one) => one / 500));
});

test('its parameters have no weight decay, and a learning rate of their own where the plan says so', () => {
  const of = (options: Record<string, number>) =>
    layerOf({ keep: 0.9, learningRate: 0.1, options }).parameters?.map(({ decay, rate }) => [decay, rate]);
  expect(of({})).toEqual(Array(3).fill([false, 1]));
  expect(of({ noise_learning_rate: 0.02 })).toEqual(Array(3).fill([false, 0.02 / 0.1]));
});

test('random reflections are the measure of what a rotation adds', () => {
  const units = 40;
  const reportOf = (log_alpha: Float32Array, stream: Stream) => {
    const vectors = { 'v 1': drawGaussians(stream, units, 1), 'v 2': drawGaussians(stream, units, 1) };
    return (
      layerOf({ keep: 0.8, units, options: { noise_reflections: 2 } }).report?.(
        { log_alpha, ...vectors },
        {},
      ) ?? {}
    );
  };
  // equal alphas have no direction to turn
  expect(reportOf(new Float32Array(units).fill(-1), createStream(1)).off_diagonal_random).toBeCloseTo(0, 12);
  // alphas that differ are off the diagonal behind any rotation: on average as much as is reported
  const spread = drawGaussians(createStream(2), units, 1);
  const reports = Array.from({ length: 60 }, (_, i) => reportOf(spread, createStream(3, i)));
  const shares = reports.map(({ off_diagonal = 0 }) => off_diagonal);
  const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  const deviation = Math.sqrt(shares.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 59);
  const expected = reports[0]?.off_diagonal_random as number;
  expect(expected).toBeGreaterThan(0.02);
  // of 60 and of 10 draws
  expect(Math.abs(mean - expected)).toBeLessThan(4 * deviation * Math.sqrt(1 / 60 + 1 / 10));
});
