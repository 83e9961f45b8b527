import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { smallPlan } from '../testing/plan.ts';
import { chooseWorkers, countStates, estimateMemory, formatBytes } from './estimate.ts';

test('a larger network, a larger batch and an optimiser with states take more', () => {
  const { worker } = estimateMemory(smallPlan);
  const with_ = (change: object) => estimateMemory({ ...smallPlan, ...change }).worker;
  expect(with_({ axes: { ...smallPlan.axes, depth: [1, 100] } })).toBeGreaterThan(worker);
  expect(with_({ network: { ...smallPlan.network, width: 400 } })).toBeGreaterThan(worker);
  expect(with_({ training: { ...smallPlan.training, batch: 1000 } })).toBeGreaterThan(worker);
  expect(with_({ training: { ...smallPlan.training, optimiser: 'adam' } })).toBeGreaterThan(worker);
});

test('states count by their sizes: NovoGrad has half of those of Adam', () => {
  expect(countStates('sgd')).toBe(0);
  for (const one of ['momentum', 'nesterov', 'rmsprop'] as const) expect(countStates(one), one).toBe(1);
  for (const two of ['adam', 'adamw'] as const) expect(countStates(two), two).toBe(2);
  expect(countStates('novograd')).toBeCloseTo(1, 3);
  const bytes = (optimiser: string) =>
    estimateMemory({
      ...smallPlan,
      training: { ...smallPlan.training, optimiser } as typeof smallPlan.training,
    }).worker;
  expect(bytes('novograd') - bytes('sgd')).toBeLessThan(0.51 * (bytes('adam') - bytes('sgd')));
});

test('as many workers as cores, fewer where memory is short, and never none', () => {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const { main, worker } = estimateMemory(smallPlan);
  expect(chooseWorkers(smallPlan, say, 1e12)).toBe(availableParallelism());
  expect(chooseWorkers(smallPlan, say, (main + 1.5 * worker) / 0.8)).toBe(1);
  expect(chooseWorkers(smallPlan, say, 1e6)).toBe(1);
  expect(said.at(-1)).toMatch(/^Warning: only 1 MB are free/);
  expect(formatBytes(1.55e9)).toBe('1.6 GB');
});
