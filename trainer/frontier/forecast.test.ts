import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type Grid, gridSchema } from '../../schemas/grid.ts';
import { searchOptions } from '../../schemas/plan-options.ts';
import { readPlan } from '../run/plan.ts';
import { smallPlan } from '../testing/plan.ts';
import { type SearchPlan, toSearchPlan } from './column-search.ts';
import { forecastSearch } from './forecast.ts';

const place = (name: string) => new URL(`../../${name}`, import.meta.url).pathname;
const readShipped = async (id: string): Promise<Grid> =>
  gridSchema.parse(JSON.parse(await readFile(place(`fixtures/grids/${id}.json`), 'utf8')));

/** Networks of each search that is played. */
function countNetworks(plan: SearchPlan): number[] {
  const { searches, weight } = forecastSearch(plan);
  return searches.map((columns) => weight * columns.flat(2).length).sort((a, b) => a - b);
}

test.each([
  'cifar10-tanh-keep-100-rate-3e-2',
  'mnist-cases-tanh',
  'mnist-tanh-optimiser-rmsprop',
  'mnist-tanh-steps-100',
  'mnist-tanh-technique-ic',
  'mnist-unbiased-relu-keep-050-width-400',
  'mnist-unseen-erf',
])('%s: what its search trained lies in the range of the forecast', async (id) => {
  const { meta, rows } = await readShipped(id);
  const counts = countNetworks(toSearchPlan(meta.plan));
  expect(rows.length).toBeGreaterThanOrEqual(counts[0] as number);
  expect(rows.length).toBeLessThanOrEqual(counts.at(-1) as number);
});

test('the first search of the README, whose plane has 1250 networks: it trains 86', async () => {
  const counts = countNetworks(toSearchPlan(await readPlan(place('examples/plans/keeps.json'))));
  const middle = counts[Math.floor(counts.length / 2)] as number;
  expect(counts[0]).toBeLessThan(86);
  expect(counts.at(-1)).toBeGreaterThan(86);
  expect(middle / 86).toBeGreaterThan(1 / 1.5);
  expect(middle / 86).toBeLessThan(1.5);
});

const quick = toSearchPlan({
  ...smallPlan,
  axes: { depth: [1, 2, 4, 8, 16, 32], sigma_w2: [1, 1.5, 2] },
  seeds: [1, 2, 3],
  search: { interval: 1.3, networks_per_round: 2, replicates: 1, min_networks: 6, max_networks: 6 },
});

test('where the numbers of networks do not depend on results, the forecast is exact', () => {
  expect(new Set(countNetworks(quick))).toEqual(new Set([3 * 6]));
});

test('a played search chooses as a search does: cells of the plan, none twice, as many in a round as may be', () => {
  for (const columns of forecastSearch(quick).searches)
    for (const rounds of columns) {
      expect(rounds.map((round) => round.length)).toEqual([2, 2, 2]);
      expect(new Set(rounds.flat().map((cell) => JSON.stringify(cell))).size).toBe(6);
    }
});

test('of many columns some stand for all; the same plan has the same forecast', () => {
  const sigma_w2 = Array.from({ length: 50 }, (_, i) => 1 + i / 50);
  const many = { ...quick, axes: { ...quick.axes, sigma_w2 } };
  const { searches, weight } = forecastSearch(many);
  expect(searches[0]?.length).toBeLessThanOrEqual(24);
  expect((searches[0]?.length as number) * weight).toBeCloseTo(50, 9);
  expect(new Set(countNetworks(many))).toEqual(new Set([300]));
  expect(forecastSearch(quick)).toEqual(forecastSearch(quick));
});

test('where no networks like these were measured, the frontier may be elsewhere than the rule says, and the forecast is wider', () => {
  const depth = Array.from({ length: 20 }, (_, i) => 5 * (i + 1));
  const plan = toSearchPlan({
    ...quick,
    axes: { depth, sigma_w2: [1.5, 2] },
    network: { ...quick.network, width: 100 },
    training: { ...quick.training, batch: 100, steps: 500, learning_rate: 0.01 },
    seeds: Array.from({ length: 10 }, (_, i) => i),
    search: searchOptions.parse({}),
  });
  const unlike = { ...plan, network: { ...plan.network, width: 10 } };
  const [known, wider] = [countNetworks(plan), countNetworks(unlike)];
  expect(wider.at(-1) as number).toBeGreaterThan(known.at(-1) as number);
  expect(wider[0] as number).toBeLessThanOrEqual(known[0] as number);
});
