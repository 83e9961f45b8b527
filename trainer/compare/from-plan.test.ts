import { expect, test } from 'vitest';
import type { Plan } from '../../schemas/plan.ts';
import { smallPlan } from '../testing/plan.ts';
import { checkComparison, resolveArms } from './comparison.ts';
import { makeComparison } from './from-plan.ts';

const { keep, ...network } = smallPlan.network;
const plan: Plan = {
  ...smallPlan,
  data: { ...smallPlan.data, validation_images: 100 },
  axes: { depth: [2], keep: [0.9, 0.8] },
  network: { ...network, sigma_w2: 1.5 },
  seeds: [3, 5],
};

test("the points of a plan's axes are the trials; techniques without keep are tried as often", () => {
  const made = makeComparison(plan, { compares: 'techniques', names: ['none', 'bernoulli'] }, 2);
  const comparison = checkComparison(made, 'It');
  expect(comparison).toMatchObject({ seeds: [3, 5], tuning: { seeds: [6, 7] } });
  // other arms have a journal of their own
  const other = makeComparison(plan, { compares: 'techniques', names: ['none', 'tabu'] }, 2);
  expect(comparison.id).toMatch(/^small-techniques-[0-9a-f]{6}$/);
  expect(other.id).not.toBe(comparison.id);
  const [none, bernoulli] = resolveArms(comparison);
  expect(none?.plans.map(({ network }) => [network.technique, network.keep])).toEqual([
    ['none', undefined],
    ['none', undefined],
  ]);
  expect(bernoulli?.plans.map((one) => one.network.keep)).toEqual([0.9, 0.8]);
});

test('optimisers have the numbers of the plan that they take', () => {
  const training = { ...plan.training, momentum: 0.8, optimiser: 'momentum' as const };
  const made = makeComparison(
    { ...plan, training },
    { compares: 'optimisers', names: ['momentum', 'adam', 'sgd'] },
    1,
  );
  const arms = resolveArms(checkComparison(made, 'It'));
  expect(arms.map(({ plans: [first] }) => [first?.training.optimiser, first?.training.momentum])).toEqual([
    ['momentum', 0.8],
    ['adam', undefined],
    ['sgd', undefined],
  ]);
});

test('places of batch norm by their names', () => {
  const made = makeComparison(
    plan,
    { compares: 'norms', names: ['none', 'before-activation', 'before-noise'] },
    1,
  );
  const arms = resolveArms(checkComparison(made, 'It'));
  expect(arms.map(({ plans: [first] }) => first?.network.ops)).toEqual([
    ['activation', 'noise', 'linear'],
    ['norm', 'activation', 'noise', 'linear'],
    ['activation', 'norm', 'noise', 'linear'],
  ]);
});

test('networks of several sizes are no comparison', () => {
  const deep = { ...plan, axes: { depth: [2, 3], keep: [0.9] } };
  expect(() => makeComparison(deep, { compares: 'techniques', names: ['none', 'tabu'] }, 1)).toThrow(
    'The axis "depth" has several values',
  );
});
