import { describe, expect, test } from 'vitest';
import type { LayerOp } from '../../catalogue/techniques.ts';
import { type Plan, planSchema } from '../../schemas/plan.ts';
import type { Backend } from '../backends/backend.ts';
import { listAvailableBackends } from '../backends/index.ts';
import { findInit } from '../inits.ts';
import type { Parameter } from '../onnx.ts';
import { optimisers } from '../optimisers.ts';
import { createStream, drawGaussians, drawUniform } from '../random/stream.ts';
import { forwardBlocks } from '../testing/blocks64.ts';
import { crossEntropyLoss, finiteDifferences, matrix } from '../testing/float64.ts';
import { smallPlan } from '../testing/plan.ts';
import { drawNoise } from './model.ts';
import { buildModel, drawInitialValues, listWeights } from './network-graph.ts';
import { trainedNetwork } from './trained-network.ts';

const [INPUTS, WIDTH, CLASSES, BATCH, DEPTH] = [5, 4, 3, 8, 3];
const KEEP = 0.75;

const USUAL: readonly LayerOp[] = ['activation', 'noise', 'linear'];

/** Orders of operations, with the technique whose noise they have. */
const CASES: {
  name: string;
  technique?: Plan['network']['technique'];
  ops: LayerOp[];
  residual?: Plan['network']['residual'];
  given?: Partial<Plan['network']>;
}[] = [
  { name: 'W–BN–φ–dropout', ops: ['norm', 'activation', 'noise', 'linear'] },
  { name: 'W–BN–φ', technique: 'none', ops: ['norm', 'activation', 'linear'] },
  { name: 'φ–dropout–BN–W', ops: ['activation', 'noise', 'norm', 'linear'] },
  {
    name: 'the technique ic',
    technique: 'ic',
    ops: ['activation', 'norm', 'noise', 'linear'],
  },
  {
    name: 'pre-activation blocks of two linears',
    ops: ['norm', 'activation', 'linear', 'norm', 'activation', 'noise', 'linear'],
    residual: { carry: 1, branch: 0.25 },
  },
  {
    name: 'pre-activation blocks of one linear',
    technique: 'gaussian',
    ops: ['norm', 'activation', 'noise', 'linear'],
    residual: { carry: 0.64, branch: 1 },
  },
  { name: 'two linears without skip connections', ops: ['linear', 'activation', 'noise', 'linear'] },
  { name: 'two noises and no norm', ops: ['noise', 'activation', 'noise', 'linear'] },
  { name: 'dropconnect', technique: 'dropconnect', ops: [...USUAL] },
  {
    name: 'dropconnect behind a norm and before an activation',
    technique: 'dropconnect',
    ops: ['norm', 'noise', 'activation', 'linear', 'activation', 'linear'],
  },
];

function example(backend: Backend, { technique = 'bernoulli', ops, residual }: (typeof CASES)[number]) {
  const { keep: _, ...base } = smallPlan.network;
  const own = technique === 'ic' || ops.join() === USUAL.join() ? {} : { ops };
  const plan: Plan = planSchema.parse({
    ...smallPlan,
    axes: { depth: [DEPTH], sigma_w2: [1.5] },
    network: {
      ...{ ...base, width: WIDTH, technique, ...own },
      ...(technique !== 'none' && { keep: KEEP }),
      ...(residual && { residual }),
    },
    training: { ...smallPlan.training, batch: BATCH },
    evaluation: { train_images: BATCH, test_images: BATCH },
  });
  const cell = { depth: DEPTH, sigma_w2: 1.5, keep: technique === 'none' ? 1 : KEEP, seed: 1 };
  const shape = trainedNetwork(plan, cell, { pixelsPerImage: INPUTS, classes: CLASSES }, backend.dialect);
  const model = buildModel(shape);
  const initial = drawInitialValues(shape, findInit('gaussian', { sigma_w2: 2, sigma_b2: 0.3 }), (name) =>
    createStream(4, name),
  ).map((one): Parameter => {
    // (away from gamma 1 and beta 0)
    const moved = drawGaussians(createStream(5, one.name), one.data.length, 0.1);
    const isMoved = one.name.endsWith('gamma') || one.name.endsWith('beta');
    return isMoved ? { ...one, data: one.data.map((x, i) => x + (moved[i] as number)) } : one;
  });
  const drawn = drawNoise(shape.noise, createStream(4, 'noise'));
  const source = createStream(4, 'images');
  const labels = Array.from({ length: BATCH }, () => Math.floor(CLASSES * drawUniform(source)));
  const nextBatch = () => {
    const images = Float32Array.from({ length: BATCH * INPUTS }, () => 3 * drawUniform(source) - 1);
    const noise = Object.fromEntries(
      Object.entries(drawn()).map(([name, data]) => [name, data.slice() as Float32Array | Uint8Array]),
    );
    const feeds = { ...noise, images, labels: BigInt64Array.from(labels, BigInt) };
    return { images: matrix(images, INPUTS), noise, feeds };
  };
  type Shown = ReturnType<typeof nextBatch>;
  const forward = (
    values: Readonly<Record<string, ArrayLike<number>>>,
    { images, noise }: Shown,
    { noisy, byBatch }: { noisy: boolean; byBatch: boolean },
  ) => {
    const blocks = {
      ...{ depth: DEPTH, ops, classes: CLASSES, carry: 0, branch: 1, ...residual },
      factors(number: number) {
        const fed = noise[`noise ${number}`];
        if (!noisy || !fed) return undefined;
        return fed instanceof Uint8Array ? Float64Array.from(fed, (bit) => bit / KEEP) : fed;
      },
      ofWeights: technique === 'dropconnect',
    };
    const { logits, statistics } = forwardBlocks(blocks, values, images, byBatch);
    return { loss: crossEntropyLoss(logits, labels), logits, statistics };
  };
  const build = () =>
    backend.create(
      {
        name: 'example',
        network: model,
        optimiser: optimisers.sgd,
        options: { learning_rate: 0.2 },
        norms: [],
        gradients: model.parameters.map(({ name }) => name),
      },
      initial,
    );
  return { model, shape, initial, nextBatch, forward, build };
}

const byName = (values: readonly Parameter[]) =>
  Object.fromEntries(values.map(({ name, data }) => [name, data]));

describe.each(listAvailableBackends())('$name', (backend) => {
  test.each(CASES)('$name: the gradients are those of finite differences in float64', async (one) => {
    const { model, initial, nextBatch, forward, build } = example(backend, one);
    const trainer = await build();
    const shown = nextBatch();
    const names = model.parameters.map(({ name }) => name);
    const parameters = initial.filter(({ name }) => names.includes(name));
    const training = { noisy: true, byBatch: true };
    const expected = finiteDifferences(parameters, (at) => forward(at, shown, training).loss);
    const { loss, gradients } = await trainer.step(shown.feeds);
    expect(loss).toBeCloseTo(forward(byName(initial), shown, training).loss, 5);
    const largest = Math.max(...Object.values(expected).flatMap((all) => [...all].map(Math.abs)));
    for (const name of names) {
      const [found, wanted] = [gradients[name] ?? [], expected[name] ?? []];
      expect(found).toHaveLength(wanted.length);
      const own = Math.max(...Array.from(wanted, Math.abs));
      // (biases before a norm have none)
      const scale = own > 1e-6 * largest ? own : 0.1 * largest;
      const errors = Array.from(found, (x, i) => Math.abs(x - (wanted[i] as number)));
      expect(Math.max(...errors) / scale, name).toBeLessThan(2e-5);
    }
    await trainer.release();
  });

  test.each(
    CASES,
  )('$name: running statistics, evaluations, and running statistics taken anew', async (one) => {
    const { model, initial, nextBatch, forward, build } = example(backend, one);
    const trainer = await build();
    const norms = model.states.filter(({ name }) => name.endsWith('mean')).length;
    const running = Array.from({ length: norms }, () => ({
      mean: Array(WIDTH).fill(0) as number[],
      variance: Array(WIDTH).fill(1) as number[],
    }));
    const expectRunning = async (wanted: typeof running, batches: number) => {
      const after = byName(await trainer.values());
      wanted.forEach((statistics, i) => {
        expect(after[`norm ${i + 1} batches`]?.[0]).toBe(batches);
        for (const name of ['mean', 'variance'] as const)
          statistics[name].forEach((x, unit) => {
            expect(after[`norm ${i + 1} ${name}`]?.[unit], `norm ${i + 1} ${name} ${unit}`).toBeCloseTo(x, 4);
          });
      });
      return after;
    };
    const mix = (weight: number, from: typeof running, to: typeof running) =>
      from.map(({ mean, variance }, i) => ({
        mean: mean.map((x, k) => (1 - weight) * x + weight * (to[i]?.mean[k] as number)),
        variance: variance.map((x, k) => (1 - weight) * x + weight * (to[i]?.variance[k] as number)),
      }));
    let wanted = running;
    const steps = 12;
    for (let step = 1; step <= steps; step++) {
      const shown = nextBatch();
      const values = byName(await trainer.values());
      const { statistics } = forward(values, shown, { noisy: true, byBatch: true });
      wanted = mix(Math.max(1 / step, 0.1), wanted, statistics);
      await trainer.step(shown.feeds);
    }
    const trained = await expectRunning(wanted, steps);

    const shown = nextBatch();
    const off = forward(trained, shown, { noisy: false, byBatch: false });
    const noisy = forward(trained, shown, { noisy: true, byBatch: false });
    const { images, labels } = shown.feeds;
    expect((await trainer.evaluate({ images, labels })).loss).toBeCloseTo(off.loss, 4);
    const drawn = await trainer.evaluateNoisy(shown.feeds);
    expect(drawn.loss).toBeCloseTo(noisy.loss, 4);
    // an image does not depend on those beside it, but by its noise
    const others = Float32Array.from(images, (x, i) => (i < INPUTS ? x : -x));
    const again = await trainer.evaluateNoisy({ ...shown.feeds, images: others });
    expect([...again.logits.slice(0, CLASSES)]).toEqual([...drawn.logits.slice(0, CLASSES)]);
    expect(byName(await trainer.values())).toEqual(trained);

    if (norms === 0) {
      await trainer.release();
      return;
    }
    let anew = running;
    for (let batch = 1; batch <= 15; batch++) {
      const next = nextBatch();
      const { statistics } = forward(trained, next, { noisy: false, byBatch: true });
      anew = mix(1 / batch, anew, statistics);
      await trainer.recalibrate({ images: next.feeds.images, labels }, batch === 1);
    }
    const recalibrated = await expectRunning(anew, 15);
    const parameters = initial.map(({ name }) => name).filter((name) => !/mean|variance|batches/.test(name));
    for (const name of parameters) expect(recalibrated[name], name).toEqual(trained[name]);
    const expected = forward(recalibrated, shown, { noisy: false, byBatch: false });
    expect((await trainer.evaluate({ images, labels })).loss).toBeCloseTo(expected.loss, 4);
    // training goes on from its own
    await trainer.step(shown.feeds);
    expect(byName(await trainer.values())['norm 1 batches']?.[0]).toBe(steps + 1);
    await trainer.release();
  });
});

test('linears, norms and noises are numbered in the order of the forward pass', () => {
  const [backend] = listAvailableBackends() as [Backend];
  const blocks = CASES.find(({ name }) => name === 'pre-activation blocks of two linears');
  const { model, shape } = example(backend, blocks as (typeof CASES)[number]);
  expect(listWeights(shape)).toEqual(['W1', 'W2', 'W3', 'W4', 'W5', 'W6']);
  const own = model.parameters.filter(({ name }) => name.startsWith('norm')).map(({ name }) => name);
  expect(own).toEqual([1, 2, 3, 4, 5].flatMap((number) => [`norm ${number} gamma`, `norm ${number} beta`]));
  // none on the images; the read-out stops at the first linear, before the noise of its block
  expect(shape.noise.map((noise) => noise !== undefined)).toEqual([false, true, true]);
});
