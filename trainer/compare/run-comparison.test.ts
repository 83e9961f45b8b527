import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/command.ts';
import { smallComparison } from '../testing/comparison.ts';
import { checkComparison } from './comparison.ts';
import { runComparison } from './run-comparison.ts';
import { pairDifferences, readNumbers, summariseComparison } from './summarise.ts';

const comparison = checkComparison(smallComparison, 'It');
const options = (out: string) => ({ out, workers: 1, signal: new AbortController().signal, say: () => {} });

test('tunes each arm, reports the best trial with other seeds, and ends with the same bytes when interrupted or divided', async () => {
  const [whole, parts, broken] = await Promise.all([temporaryFolder(), temporaryFolder(), temporaryFolder()]);
  const { result, file } = await runComparison(comparison, options(whole));
  if (!result) throw new Error('no result');
  const bytes = await readFile(file, 'utf8');

  // two trials with the tuning seed, then one with two seeds, for each arm
  expect(result.rows.map(({ arm, seed }) => [arm, seed])).toEqual(
    ['none', 'bernoulli'].flatMap((arm) => [11, 11, 1, 2].map((seed) => [arm, seed])),
  );
  for (const arm of ['none', 'bernoulli']) {
    const tried = result.rows.filter((row) => row.arm === arm && row.seed === 11);
    const best = tried.toSorted(
      (a, b) => (b.validation_accuracy as number) - (a.validation_accuracy as number),
    );
    expect(result.rows.find((row) => row.arm === arm && row.seed === 1)?.trial).toBe(best[0]?.trial);
    expect(result.chosen[arm]).toBe(best[0]?.trial);
  }

  for (const index of [1, 2]) await runComparison(comparison, { ...options(parts), shard: { index, of: 2 } });
  const merged = await runComparison(comparison, { ...options(parts), say: () => {} });
  expect(await readFile(merged.file, 'utf8')).toBe(bytes);

  const stop = new AbortController();
  setTimeout(() => stop.abort(), 2500);
  await runComparison(comparison, { ...options(broken), signal: stop.signal }).catch((error) => {
    expect(error.message).toBe('Interrupted.');
  });
  const again = await runComparison(comparison, options(broken));
  expect(await readFile(again.file, 'utf8')).toBe(bytes);
}, 120_000);

test('networks of one seed have the same initial weights and see the same batches', async () => {
  const arms = ['sgd', 'momentum'].map((optimiser) => ({ name: optimiser, training: { optimiser } }));
  const { optimiser, ...training } = smallComparison.plan.training;
  const plan = {
    ...smallComparison.plan,
    network: { ...smallComparison.plan.network, technique: 'none' },
    training: { ...training, learning_rate: 0.1 },
  };
  const value = { ...smallComparison, compares: 'optimisers', plan, arms, tuning: undefined };
  const { result } = await runComparison(checkComparison(value, 'It'), options(await temporaryFolder()));
  const norms = (arm: string) =>
    result?.rows.filter((row) => row.arm === arm).map(({ gradient_norm_first }) => gradient_norm_first);
  // the gradient of the first step depends on the weights and the batch alone
  expect(norms('sgd')).toEqual(norms('momentum'));
  expect(new Set(norms('sgd')).size).toBe(2);
}, 120_000);

test('summaries pair networks by their seeds', () => {
  const row = (arm: string, seed: number, test_accuracy: number | null) => ({
    ...{ arm, trial: 0, seed, depth: 2, sigma_w2: 2, keep: 1, train_accuracy: 1, train_accuracy_noisy: 1 },
    ...{ test_accuracy, loss: test_accuracy === null ? null : 0.1, steps: 20 },
    status: test_accuracy === null ? ('diverged' as const) : ('ok' as const),
    ...{ gradient_norm_first: 1, gradient_norm_last: 1 },
  });
  const result = {
    id: 'x',
    sha256: '',
    meta: { comparison: { ...comparison, seeds: [1, 2, 3] } } as never,
    chosen: { none: 0, bernoulli: 0 },
    rows: [
      ...[0.8, 0.82, 0.84].map((accuracy, i) => row('none', i + 1, accuracy)),
      ...[0.9, 0.94, null].map((accuracy, i) => row('bernoulli', i + 1, accuracy)),
      // a network that settings were chosen with does not count
      row('none', 11, 0.1),
    ],
  };
  const [none, bernoulli] = summariseComparison(result);
  expect(none?.metrics.test_accuracy?.mean).toBeCloseTo(0.82, 12);
  expect(none?.metrics.test_accuracy?.difference).toBeUndefined();
  expect(bernoulli).toMatchObject({ networks: 3, diverged: 1 });
  const difference = bernoulli?.metrics.test_accuracy?.difference;
  expect(difference).toMatchObject({ pairs: 2 });
  expect(difference?.mean).toBeCloseTo(0.11, 12);
  // t with one degree of freedom: 12.706 standard errors of .01
  expect(difference?.t.upper).toBeCloseTo(0.11 + 12.706204736 * 0.01, 9);
  const read = (arm: string) => readNumbers(result, { arm, trial: 0 }, ({ test_accuracy }) => test_accuracy);
  expect(pairDifferences(read('bernoulli'), read('none')).map((one) => one.toFixed(2))).toEqual([
    '0.10',
    '0.12',
  ]);
});
