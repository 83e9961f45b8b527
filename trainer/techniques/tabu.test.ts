import { expect, test } from 'vitest';
import { tabuAveraging, tabuCorrelation } from '../../research/techniques.ts';
import { computeNoise, tabuDropRate } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { drawNoise } from '../networks/model.ts';
import { createStream } from '../random/stream.ts';
import { expectMoments, fedOver, placeOf, scattered } from '../testing/noise.ts';
import { expectFactorGradient, feedsOf, trainOneNoise } from '../testing/one-noise.ts';
import { tabu } from './factors.ts';
import type { NoiseLayer } from './technique.ts';

const PLACES = { batch: 200, units: 100 };
const N = PLACES.batch * PLACES.units;

const layerOf = (p: number, tenure = 1, given = {}) =>
  tabu.layer(placeOf({ keep: 1 - p, options: { noise_tenure: tenure }, ...PLACES, ...given })) as NoiseLayer;

const share = (n: number, condition: (i: number) => boolean) =>
  Array.from({ length: n }, (_, i) => condition(i)).filter(Boolean).length / n;

const near = (found: number, rate: number, n: number, what: string) =>
  expect(Math.abs(found - rate), `${what}: ${found}, not ${rate}`).toBeLessThanOrEqual(
    1e-12 + 4 * Math.sqrt((rate * (1 - rate)) / n),
  );

test.each([
  [0.2, 1],
  [0.5, 1],
  [0.9, 1],
  [0.5, 2],
  [0.2, 5],
])('with p = %d and tenure %d the drop rate of each step is that of the theory', (p, tenure) => {
  const steps = fedOver(layerOf(p, tenure), 3, 40);
  for (const pass of [1, 2, 3, 4, 10, 40]) {
    const factors = steps[pass - 1] as Float32Array;
    const found = share(N, (i) => factors[i] === 0);
    near(found, tabuDropRate(p, tenure, pass), N, `step ${pass}`);
  }
});

test('no unit is dropped twice within the tenure, and one is right after it', () => {
  const steps = fedOver(layerOf(0.6, 3), 4, 12);
  const gaps = Array.from({ length: N }, (_, i) => {
    const dropped = steps.flatMap((factors, step) => (factors[i] === 0 ? [step] : []));
    return dropped.slice(1).map((step, k) => step - (dropped[k] as number));
  }).flat();
  expect(gaps.reduce((least, gap) => Math.min(least, gap), 99)).toBe(4);
});

test.each([
  [0.2, 1],
  [0.5, 1],
  [0.5, 2],
])('in the long run, with p = %d and tenure %d, the factors and their correlation over steps are the theory’s', (p, tenure) => {
  // the transient is gone, p^60 of it left
  const steps = fedOver(layerOf(p, tenure), 5, 100).slice(60);
  const noise = computeNoise('tabu', { keep: 1 - p, tenure });
  expectMoments(steps.at(-1) as Float32Array, noise);
  if (tenure === 1) expect(Math.max(...(steps[0] as Float32Array).subarray(0, 100))).toBeCloseTo(1 + p, 6);

  const rate = tabuDropRate(p, tenure);
  const [last, ...before] = steps.toReversed() as [Float32Array, ...Float32Array[]];
  for (const lag of [1, 2, 3, 4]) {
    const both = share(N, (i) => last[i] === 0 && before[lag - 1]?.[i] === 0);
    const joint = Math.max(0, rate * rate + tabuCorrelation(p, lag, tenure) * rate * (1 - rate));
    if (tenure === 1) expect(tabuCorrelation(p, lag)).toBeCloseTo((-p) ** lag, 15);
    near(both, joint, N, `lag ${lag}`);
  }
  // of other units it tells nothing: independent within a step and over steps
  const row = share(N - 1, (i) => last[i] === 0 && last[i + 1] === 0);
  near(row, rate * rate, N / 2, 'neighbours');
  near(
    share(N - 1, (i) => last[i] === 0 && before[0]?.[i + 1] === 0),
    rate * rate,
    N / 2,
    'neighbour, a step ago',
  );
});

test('averaged over many steps a unit’s factor varies less than under independent masks', () => {
  const steps = fedOver(layerOf(0.5), 6, 1020).slice(20);
  const means = Float64Array.from({ length: 2000 }, (_, i) =>
    steps.reduce((sum, factors) => sum + (factors[i] === 0 ? 1 : 0), 0),
  );
  const rate = tabuDropRate(0.5);
  const found = means.reduce((sum, one) => sum + (one - 1000 * rate) ** 2, 0) / 2000;
  const ratio = found / (1000 * rate * (1 - rate));
  // a variance over 2000 units has a relative standard error of √(2/2000)
  expect(Math.abs(ratio / tabuAveraging(0.5) - 1)).toBeLessThan(4 * Math.sqrt(2 / 2000));
});

test('marks belong to one layer, and an evaluation draws from a source of its own', () => {
  const layers = () => [undefined, layerOf(0.5), layerOf(0.5)];
  const drawn = drawNoise(layers(), createStream(1, 'training'));
  const interrupted = drawNoise(layers(), createStream(1, 'training'));
  const evaluation = drawNoise(layers(), createStream(1, 'evaluation'));
  const copy = (feeds: ReturnType<typeof drawn>) =>
    Object.values(feeds).map((feed) => [...(feed as Float32Array)]);
  let again = 0;
  let before: number[][] = [];
  for (let step = 0; step < 5; step++) {
    const [first, second] = copy(drawn()) as [number[], number[]];
    expect(copy(interrupted())).toEqual([first, second]);
    copy(evaluation());
    // a unit of one layer is not protected by that of another
    again += first.filter((one, i) => one === 0 && before[1]?.[i] === 0).length;
    expect(first.some((one, i) => one === 0 && before[0]?.[i] === 0)).toBe(false);
    before = [first, second];
  }
  expect(again).toBeGreaterThan(0);
});

test.each(
  listAvailableBackends(),
)('$name: with the noise off activations are as they are', async (backend) => {
  const layer = layerOf(0.5, 1, { batch: 6, units: 5, dialect: backend.dialect });
  const x = scattered(30);
  const { trainer, labels } = await trainOneNoise(backend, layer, x, 5);
  expect([...(await trainer.evaluate(feedsOf(labels, undefined))).logits]).toEqual([...x]);
  await trainer.release();
  expect(tabu.layer(placeOf({ keep: 1 }))).toBeUndefined();
});

test.each(
  listAvailableBackends(),
)('$name: the gradient of its input is that of finite differences', (backend) =>
  expectFactorGradient(backend, tabu, { keep: 0.5 }));
