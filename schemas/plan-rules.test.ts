import { expect, test } from 'vitest';
import { type Plan, planSchema } from './plan.ts';

const plan: Plan = {
  schema: 'dropline-plan/1',
  id: 'one',
  title: 'One',
  data: { name: 'mnist', normalisation: 'standard' },
  axes: { depth: [2, 4], sigma_w2: [1, 2] },
  network: {
    activation: 'relu',
    width: 20,
    sigma_b2: 0,
    init: 'gaussian',
    technique: 'bernoulli',
    keep: 0.9,
  },
  training: { optimiser: 'sgd', learning_rate: 0.03, batch: 100, steps: 10 },
  evaluation: { train_images: 100, test_images: 100 },
  seeds: [1],
  backend: 'auto',
};

/** What is wrong with a plan, and where. */
function issuesOf(network: object, { batch = 100, evaluation = {} } = {}): string[] {
  const { keep, ...rest } = plan.network;
  const { error } = planSchema.safeParse({
    ...plan,
    network: { ...rest, ...('technique' in network ? {} : { keep }), ...network },
    training: { ...plan.training, batch },
    evaluation: { train_images: batch, test_images: batch, ...evaluation },
  });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('/')} ${message}`);
}

test.each([
  [['norm', 'activation', 'noise', 'linear']],
  [['activation', 'norm', 'noise', 'linear']],
  [['norm', 'activation', 'linear', 'norm', 'activation', 'noise', 'linear']],
])('blocks of %s are a plan', (ops) => {
  expect(issuesOf({ ops })).toEqual([]);
  expect(issuesOf({ ops, residual: { carry: 1, branch: 0.5 } })).toEqual([]);
});

test.each([
  [{ ops: ['activation', 'linear', 'noise'] }, 'network/ops A block ends with "linear".'],
  [{ ops: ['norm', 'noise', 'linear'] }, 'network/ops A block has an "activation"'],
  [
    { ops: ['norm', 'activation', 'linear'] },
    'network/ops The technique "bernoulli" needs a "noise" in ops.',
  ],
  [
    { technique: 'ic', keep: 0.9, ops: ['activation', 'norm', 'noise', 'linear'] },
    'network/ops The technique "ic" is activation, norm, noise, linear: leave ops out.',
  ],
  [{ ops: ['activation', 'pool', 'linear'] }, 'network/ops/1 '],
  [{ ops: ['linear'] }, 'network/ops '],
])('of %o it is said what is wrong', (network, message) => {
  expect(issuesOf(network)[0]).toContain(message);
});

test('noise may be that of the images alone, or none', () => {
  const ops = ['norm', 'activation', 'linear'];
  expect(issuesOf({ ops, input_keep: 0.8 })).toEqual([]);
  expect(issuesOf({ ops, noise_on_input: true })).toEqual([]);
  expect(issuesOf({ ops, technique: 'none' })).toEqual([]);
});

test('a batch norm needs a batch, and has running statistics', () => {
  const ops = ['norm', 'activation', 'noise', 'linear'];
  expect(issuesOf({ ops }, { batch: 1 })).toEqual([
    'training/batch A batch norm needs at least two images a step.',
  ]);
  const evaluation = { recalibrate: true };
  expect(issuesOf({ ops }, { evaluation })).toEqual([]);
  expect(issuesOf({ technique: 'ic', keep: 0.9 }, { evaluation })).toEqual([]);
  expect(issuesOf({ ops: ['activation', 'noise', 'linear'] }, { evaluation })).toEqual([
    'evaluation/recalibrate There are no running statistics without a batch norm: technique ic, or "norm" in ops.',
  ]);
});
