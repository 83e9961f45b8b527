import { describe, expect, test } from 'vitest';
import type { Backend } from './backends/backend.ts';
import { listAvailableBackends } from './backends/index.ts';
import { add, mul } from './graph/arithmetic.ts';
import { reduceSum, reshape } from './graph/matrix.ts';
import type { Model } from './networks/model.ts';
import {
  computeLearningRate,
  fillDefaults,
  type Optimiser,
  type OptimiserOptions,
  optimisers,
  roundLearningRate,
} from './optimisers.ts';
import { createStream, drawGaussians } from './random/stream.ts';
import { relativeError } from './testing/float64.ts';
import { type Numbers, rules } from './testing/optimisers64.ts';

const STEPS = 6;

/** Two parameters whose gradients are what is fed: the loss is their product with it. */
const network: Model = {
  parameters: [
    { name: 'w', shape: [2, 3] },
    { name: 'v', shape: [2], rate: 0.5, decay: false },
  ],
  states: [],
  forward(graph) {
    const [gw, gv] = [graph.input('gw', 'float', [2, 3]), graph.input('gv', 'float', [2])];
    const [w, v] = [graph.input('w', 'float', [2, 3]), graph.input('v', 'float', [2])];
    const [a, b] = [graph.call(mul, [w, gw]), graph.call(mul, [v, gv])];
    const loss = graph.call(add, [graph.call(reduceSum, [a]), graph.call(reduceSum, [b])]);
    const logits = graph.call(reshape, [loss], { shape: [1, 1] });
    return { loss, objective: loss, logits, states: new Map(), layers: [], noises: [], watched: new Map() };
  },
};

const draw = (name: string, length: number, at: number) =>
  drawGaussians(createStream(8, name, at), length, 4);

async function run(
  backend: Backend,
  optimiser: Optimiser,
  options: OptimiserOptions,
  gradients: Float32Array[][],
) {
  const values = network.parameters.map(({ name, shape }) => ({
    name,
    shape,
    data: draw(name, name === 'w' ? 6 : 2, 0),
  }));
  const trainer = await backend.create(
    { name: 'an optimiser', network, optimiser, options, norms: [] },
    values,
  );
  const found: Float32Array[][] = [];
  for (const [gw, gv] of gradients as [Float32Array, Float32Array][]) {
    await trainer.step({ gw, gv });
    found.push((await trainer.values()).map(({ data }) => data.slice()));
  }
  await trainer.release();
  return { before: values.map(({ data }) => Array.from(data)), found };
}

const gradients = Array.from({ length: STEPS }, (_, step) => [draw('gw', 6, step), draw('gv', 2, step)]);

/** The parameters after each step in float64: the same rates and clipping, the independent rules. */
function expected(
  name: string,
  options: OptimiserOptions,
  rates: readonly number[],
  before: number[][],
): number[][][] {
  const given = fillDefaults(optimisers[name as 'sgd'], options) as unknown as Numbers;
  const [w, v] = before as [number[], number[]];
  const ruleW = rules[name]?.({ ...given, decay: options.weight_decay ?? 0 }, 6);
  const ruleV = rules[name]?.({ ...given, decay: 0 }, 2);
  return gradients.map(([gw = [], gv = []], step) => {
    const norm = Math.hypot(...gw, ...gv);
    const factor = options.clip_norm === undefined ? 1 : Math.min(1, options.clip_norm / (norm + 1e-6));
    const clip = (g: ArrayLike<number>) => Array.from(g, (one) => one * factor);
    ruleW?.(w, clip(gw), rates[step] as number);
    ruleV?.(v, clip(gv), 0.5 * (rates[step] as number));
    return [[...w], [...v]];
  });
}

describe.each(listAvailableBackends())('$name', (backend) => {
  test.each(Object.keys(optimisers))('%s is its rule in float64, step after step', async (name) => {
    const options = { learning_rate: 0.1, weight_decay: 0.02 };
    const { before, found } = await run(backend, optimisers[name as 'sgd'], options, gradients);
    const wanted = expected(name, options, new Array(STEPS).fill(0.1), before);
    for (let step = 0; step < STEPS; step++)
      for (const i of [0, 1])
        expect(
          relativeError(found[step]?.[i] ?? [], wanted[step]?.[i] ?? []),
          `step ${step}, parameter ${i}`,
        ).toBeLessThan(2e-6);
  });

  test('the gradient is clipped by its norm over all parameters, and the rate follows its schedule', async () => {
    const options: OptimiserOptions = {
      learning_rate: 0.1,
      steps: STEPS,
      clip_norm: 6,
      momentum: 0.8,
      schedule: { name: 'cosine', warmup_steps: 2, end: 0.1 },
    };
    const { before, found } = await run(backend, optimisers.momentum, options, gradients);
    // two steps up, then half a cosine from 1 to 0.1 over four
    const shares = [0.5, 1, ...[0, 1, 2, 3].map((k) => 0.1 + (0.9 * (1 + Math.cos((Math.PI * k) / 4))) / 2)];
    const wanted = expected(
      'momentum',
      options,
      shares.map((share) => 0.1 * share),
      before,
    );
    const norms = gradients.map((both) => Math.hypot(...both.flatMap((g) => [...g])));
    expect([norms.some((norm) => norm > 6), norms.some((norm) => norm < 6)]).toEqual([true, true]);
    for (const i of [0, 1])
      expect(relativeError(found.at(-1)?.[i] ?? [], wanted.at(-1)?.[i] ?? [])).toBeLessThan(2e-6);
  });

  test('novograd has the numbers worked out by hand', async () => {
    // g = (3, 4), then (0, 10), without decay: m = (0.6, 0.8), then v = 0.98 · 25 + 0.02 · 100 = 26.5
    const vectors = [
      [new Float32Array(6).fill(1), Float32Array.of(3, 4)],
      [new Float32Array(6).fill(1), Float32Array.of(0, 10)],
    ];
    const { before, found } = await run(backend, optimisers.novograd, { learning_rate: 0.2 }, vectors);
    const at = [before[1] as number[], ...found.map((values) => Array.from(values[1] as Float32Array))];
    const moved = [1, 2].map((step) =>
      [0, 1].map((i) => ((at[step - 1]?.[i] ?? 0) - (at[step]?.[i] ?? 0)) / 0.1),
    );
    for (const [step, m] of [
      [0.6, 0.8],
      [0.57, 2.70257],
    ].entries())
      for (const i of [0, 1]) expect(moved[step]?.[i]).toBeCloseTo(m[i] as number, 4);
  });
});

test('rates rise over the warm-up and fall as the schedule says', () => {
  const at = (schedule: Parameters<typeof computeLearningRate>[0]['schedule'], step: number) =>
    computeLearningRate({ learning_rate: 0.4, steps: 100, schedule }, step);
  expect(at(undefined, 99)).toBe(0.4);
  expect([0, 1, 3, 4, 99].map((step) => at({ name: 'constant', warmup_steps: 4 }, step))).toEqual([
    0.1, 0.2, 0.4, 0.4, 0.4,
  ]);
  expect(at({ name: 'cosine' }, 50)).toBeCloseTo(0.2, 12);
  expect(at({ name: 'cosine' }, 25)).toBeCloseTo(0.2 * (1 + Math.SQRT1_2), 12);
  expect(at({ name: 'poly' }, 50)).toBeCloseTo(0.1, 12);
  expect(at({ name: 'poly', power: 1, end: 0.5 }, 50)).toBeCloseTo(0.3, 12);
  expect(at({ name: 'poly', warmup_steps: 50 }, 75)).toBeCloseTo(0.1, 12);
});

test('a rate in thousandths is the rate to float32', () => {
  for (const rate of [1e-4, 0.03, 0.1, 1, 3]) expect(roundLearningRate(rate) / rate).toBeCloseTo(1, 6);
});
