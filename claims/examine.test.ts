import { expect, test } from 'vitest';
import type { CheckResult } from './checks/check.ts';
import { examineClaims } from './examine.ts';
import { makeResult } from './testing.ts';
import { examine } from './verdict.ts';

/** The same spread for every arm: a small number that depends on the seed. */
const wobble = (seed: number) => ((seed * 7919) % 13) / 13 / 1000;

const rowOf = (examined: ReturnType<typeof examineClaims>, id: string) =>
  examined.find(({ row }) => row.id === id)?.row;

test('a claim whose arm is better by more than delta holds, the opposite fails, and without results nothing is said', async () => {
  const better = (gain: number) => (arm: string, seed: number) => ({
    test_accuracy: 0.95 + (arm === 'tabu' ? gain + wobble(seed) : 0),
  });
  const plan = 'tabu-mnist';
  const holds = examineClaims({
    results: new Map([[plan, await makeResult(plan, better(0.01))]]),
    checks: new Map(),
  });
  expect(rowOf(holds, 'T5')).toMatchObject({
    ...{ verdict: 'holds here', networks: 24, delta: 0.2, comparison: 'tabu − bernoulli, mnist' },
    ...{ measure: 'test accuracy, points', results: 'fixtures/claims/tabu-mnist.json', needs: null },
  });
  expect(rowOf(holds, 'T5')?.effect).toBeCloseTo(1.05, 1);
  expect(rowOf(holds, 'T6')).toMatchObject({ verdict: 'not run yet', effect: null });
  expect(rowOf(holds, 'A9')?.verdict).toBe('out of scale');
  const fails = examineClaims({
    results: new Map([[plan, await makeResult(plan, better(-0.01))]]),
    checks: new Map(),
  });
  expect(rowOf(fails, 'T5')?.verdict).toBe('fails here');
});

test('a claim about several rivals is shown by the one with the least support', async () => {
  const numbers = (arm: string, seed: number) => ({
    test_accuracy: { novograd: 0.97, momentum: 0.96, adam: 0.98, adamw: 0.97 }[arm] as number,
    loss: wobble(seed),
  });
  const plans = ['optimisers-mnist', 'optimisers-fashion-mnist'];
  const results = new Map(
    await Promise.all(plans.map(async (plan) => [plan, await makeResult(plan, numbers)] as const)),
  );
  const row = rowOf(examineClaims({ results, checks: new Map() }), 'N2');
  expect(row).toMatchObject({ verdict: 'fails here', comparison: 'novograd − adam, mnist' });
  expect(row?.effect).toBeCloseTo(-1, 9);
  // one of two data sets says nothing yet
  const half = examineClaims({ results: new Map([...results].slice(0, 1)), checks: new Map() });
  expect(rowOf(half, 'N2')?.verdict).toBe('not run yet');
});

test('p-values are adjusted over all measured claims of a method, whether they were run or not', () => {
  const weak = [0.2, 0.1, 0.3, -0.05, 0.25, 0.1, 0.02, 0.3];
  const evidence = (name: string, differences: number[]): CheckResult => ({
    ...{ kind: 'evidence', triedOn: 'x', measure: 'x', note: 'x' },
    evidence: [{ name, expected: 'more', delta: 0.1, differences }],
  });
  const p = (checks: [string, CheckResult][]) =>
    rowOf(examineClaims({ results: new Map(), checks: new Map(checks) }), 'T2')?.p as number;
  const raw = examine({ name: 'a', expected: 'more', delta: 0.1, differences: weak }).p;
  // T2, T4, T5 and T6 are measured, T1 and T3 are exact
  expect(p([['tabu_diversity', evidence('a', weak)]]) / raw).toBeCloseTo(4, 3);
  const both = p([
    ['tabu_diversity', evidence('a', weak)],
    ['tabu_time', evidence('b', weak)],
  ]);
  expect(both / raw).toBeCloseTo(4, 3);
});

test('a definition that does not hold fails', () => {
  const check = (holds: boolean): CheckResult => ({ kind: 'exact', holds, triedOn: 'x', note: 'n' });
  const verdict = (holds: boolean) =>
    rowOf(examineClaims({ results: new Map(), checks: new Map([['tabu_rule', check(holds)]]) }), 'T1')
      ?.verdict;
  expect([verdict(true), verdict(false)]).toEqual(['exact', 'fails here']);
});
