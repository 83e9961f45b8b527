import { expect, test } from 'vitest';
import { smallComparison } from '../testing/comparison.ts';
import { checkComparison, resolveArms } from './comparison.ts';

const problem = (change: object) => {
  try {
    checkComparison({ ...smallComparison, ...change }, 'It');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was taken');
};

const [first, second] = smallComparison.arms;

test('the plans of the arms: what all share, then the arm, then the trial', () => {
  const arms = resolveArms(checkComparison(smallComparison, 'It'));
  expect(arms.map(({ name, plans }) => [name, plans.length])).toEqual([
    ['none', 2],
    ['bernoulli', 2],
  ]);
  const plan = arms[1]?.plans[1];
  expect(plan?.network).toMatchObject({ technique: 'bernoulli', keep: 0.5, width: 8 });
  expect(plan?.axes).toEqual({ depth: [2], learning_rate: [0.05] });
  expect(plan?.training.common_random_numbers).toBe(true);
});

test('null takes a member away', () => {
  const arms = [{ ...first, network: { technique: 'none', keep: null } }, second];
  const shared = { ...smallComparison.plan, network: { ...smallComparison.plan.network, keep: 0.9 } };
  const [none] = resolveArms(checkComparison({ ...smallComparison, plan: shared, arms }, 'It'));
  expect(none?.plans[0]?.network.keep).toBeUndefined();
});

test('networks that differ in more than what is compared are refused by name', () => {
  expect(problem({ arms: [first, { ...second, network: { technique: 'bernoulli', width: 16 } }] })).toContain(
    'A comparison of techniques cannot change network.width: its networks would differ in more than what is compared.',
  );
  const trials = [{ training: { batch: 5 } }, {}];
  expect(problem({ arms: [first, { ...second, trials }] })).toContain('cannot change training.batch');
  // trials that all arms share can make them differ as well, where each arm takes the one that suits it
  const shared = [{ network: { width: 8 } }, { network: { width: 16 } }];
  const bare = smallComparison.arms.map(({ trials: _, ...arm }) => arm);
  expect(problem({ arms: bare, trials: shared })).toContain('#/trials/0/network/width');
  expect(
    problem({ arms: [first, { ...second, network: { technique: 'bernoulli', sigma_w2: 1 } }] }),
  ).toContain('cannot change network.sigma_w2');
});

test('arms that are shown different numbers of images are refused', () => {
  const arms = ['sgd', 'adam'].map((optimiser, i) => ({
    name: optimiser,
    training: { optimiser, learning_rate: 0.01, steps: 4 + i },
  }));
  const { technique, ...network } = { technique: 'none', ...smallComparison.plan.network };
  const { learning_rate, optimiser, steps, ...training } = smallComparison.plan.training as Record<
    string,
    unknown
  >;
  const plan = { ...smallComparison.plan, network: { ...network, technique }, training };
  expect(problem({ compares: 'optimisers', plan, arms, trials: undefined, tuning: undefined })).toContain(
    'shows its networks different numbers of images: 40 (sgd), 50 (adam)',
  );
});

test('trials are as many for every arm, and chosen with seeds that are not reported', () => {
  expect(problem({ arms: [first, { ...second, trials: [{}] }] })).toContain(
    'Each arm must have the same number of trials; there are 2 and 1.',
  );
  expect(problem({ tuning: undefined })).toContain('need tuning seeds');
  expect(problem({ tuning: { seeds: [1] } })).toContain('The seed 1 is reported');
});

test('the settings of a regression are chosen by their loss', () => {
  const plan = {
    ...smallComparison.plan,
    data: { name: 'auto_mpg', normalisation: 'standard', validation_images: 50 },
    evaluation: { train_images: 50, test_images: 80 },
  };
  expect(problem({ plan })).toContain(
    '#/tuning/by  auto_mpg is for regression, which has no accuracy: choose settings by "validation_loss".',
  );
  const tuning = { ...smallComparison.tuning, by: 'validation_loss' };
  expect(checkComparison({ ...smallComparison, plan, tuning }, 'It').tuning?.by).toBe('validation_loss');
});

test('what is wrong with the plan of an arm is told with its name', () => {
  const message = problem({ arms: [first, { ...second, network: { technique: 'bernouli' } }] });
  expect(message).toContain('It, arm "bernoulli", trial 0, has');
  expect(message).toContain('#/network/technique');
});

test('a claim about an arm that there is not', () => {
  const claim = {
    ...{ id: 'T5', measure: 'test_accuracy', arm: 'tabu', against: ['none'], expected: 'more', delta: 0.1 },
    ...{ confirms: 'a', refutes: 'b' },
  };
  expect(problem({ claims: [claim] })).toContain('There is no arm "tabu".');
});

test('settings are chosen on images held out, so there must be some', () => {
  const plan = { ...smallComparison.plan, data: { name: 'mnist', normalisation: 'standard' } };
  expect(problem({ plan })).toContain('holds none out: give data.validation_images.');
});
