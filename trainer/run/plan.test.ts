import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { valueAt } from '../../schemas/plan.ts';
import { smallPlan } from '../testing/plan.ts';
import { type Cell, estimateCost, listCells, toCellKey } from './cells.ts';
import { estimateMemory } from './estimate.ts';
import { digestPlan, parsePlan, readPlan } from './plan.ts';
import { createQueue } from './pool.ts';

test('cells stand in the order of the plan: depth, the other axis, seed', () => {
  const plan = { ...smallPlan, axes: { depth: [3, 1], keep: [0.9, 0.5] }, seeds: [2, 1] };
  plan.network = { ...smallPlan.network, sigma_w2: 1.5 };
  const cells = listCells(plan).map(({ depth, keep, seed }) => [depth, keep, seed]);
  expect(cells).toEqual([
    [3, 0.9, 2],
    [3, 0.9, 1],
    [3, 0.5, 2],
    [3, 0.5, 1],
    [1, 0.9, 2],
    [1, 0.9, 1],
    [1, 0.5, 2],
    [1, 0.5, 1],
  ]);
  expect(new Set(listCells(plan).map(toCellKey)).size).toBe(8);
  expect(listCells(plan).every(({ sigma_w2 }) => sigma_w2 === 1.5)).toBe(true);
});

test('any two of the axes make a plane; the others are fixed where they belong', () => {
  const { width, ...network } = smallPlan.network;
  const { learning_rate, ...training } = smallPlan.training;
  const axes = { width: [5, 10], learning_rate: [0.1, 0.2] };
  const plan = { ...smallPlan, axes, network: { ...network, depth: 2, sigma_w2: 1 }, training };
  const cells = listCells(parsePlan(JSON.stringify(plan), 'plan'));
  expect(cells.map(toCellKey)).toEqual([
    '{"depth":2,"sigma_w2":1,"keep":0.9,"width":5,"learning_rate":0.1,"seed":1}',
    '{"depth":2,"sigma_w2":1,"keep":0.9,"width":5,"learning_rate":0.2,"seed":1}',
    '{"depth":2,"sigma_w2":1,"keep":0.9,"width":10,"learning_rate":0.1,"seed":1}',
    '{"depth":2,"sigma_w2":1,"keep":0.9,"width":10,"learning_rate":0.2,"seed":1}',
  ]);
  const fixed = { ...plan, training: smallPlan.training };
  expect(() => parsePlan(JSON.stringify(fixed), 'plan')).toThrow(
    '#/training/learning_rate  "learning_rate" is an axis already.',
  );
  const { sigma_b2, ...without } = smallPlan.network;
  expect(() => parsePlan(JSON.stringify({ ...smallPlan, network: without }), 'plan')).toThrow(
    '#/network/sigma_b2  "sigma_b2" is missing: give it here, or make it an axis.',
  );
});

test.each([
  ['kaiming_normal', undefined, 2],
  ['kaiming_uniform', undefined, 2],
  ['kaiming_normal', 1, 1],
  ['xavier_uniform', undefined, 1],
  ['keras_he_normal', undefined, 1],
  ['torch_default', 1, 1],
] as const)('a plan with %s and sigma_w2 %s trains networks with %d', (init, sigma_w2, expected) => {
  const { sigma_b2, ...network } = smallPlan.network;
  const plan = {
    ...smallPlan,
    axes: { depth: [1, 2], learning_rate: [0.1, 0.2] },
    network: { ...network, init, ...(sigma_w2 !== undefined && { sigma_w2 }) },
    training: { ...smallPlan.training, learning_rate: undefined },
  };
  const parsed = parsePlan(JSON.stringify(plan), 'plan');
  expect(listCells(parsed).map((cell) => cell.sigma_w2)).toEqual(Array(4).fill(expected));
  expect(valueAt(parsed, listCells(parsed)[0] as Cell, 'sigma_b2')).toBe(0);
  // (what is left out stays out: grids carry their plan)
  expect('sigma_w2' in parsed.network).toBe(sigma_w2 !== undefined);
});

test('a technique without keep keeps every unit', () => {
  const { keep, ...network } = smallPlan.network;
  const plan = { ...smallPlan, network: { ...network, technique: 'none' as const } };
  expect(listCells(plan).map((cell) => cell.keep)).toEqual([1, 1, 1, 1, 1, 1]);
});

test('what a plan leaves out changes neither its digest nor the journals and grids that carry it', async () => {
  const plan = await readPlan(
    new URL('../../fixtures/plans/mnist-tanh-keep-095.json', import.meta.url).pathname,
  );
  expect(digestPlan(plan)).toBe('b1839e1c67037b45ea7c212e839999ae79afb2faaf6b465b8456b188b50b4ff8');
});

test('a technique takes its own numbers instead of keep', () => {
  const { keep, ...network } = smallPlan.network;
  const plan = { ...smallPlan, network: { ...network, technique: 'gaussian', noise_variance: 0.2 } };
  expect(listCells(parsePlan(JSON.stringify(plan), 'plan')).map((cell) => cell.keep)).toEqual([
    1, 1, 1, 1, 1, 1,
  ]);
});

test('a deeper cell costs more, in proportion to its layers', () => {
  const [shallow, , , , deep] = listCells({ ...smallPlan, axes: { depth: [10, 20, 30], sigma_w2: [1, 2] } });
  const per = (estimateCost(smallPlan, deep as never) - estimateCost(smallPlan, shallow as never)) / 20;
  expect(per).toBe(smallPlan.training.steps * 20 * 20);
});

test('the digest is that of the content, whatever the form of the file', () => {
  const text = JSON.stringify(smallPlan);
  const reordered = JSON.stringify(Object.fromEntries(Object.entries(smallPlan).reverse()), null, 4);
  const digest = digestPlan(parsePlan(text, 'plan'));
  expect(digestPlan(parsePlan(`\uFEFF${reordered}`, 'plan'))).toBe(digest);
  expect(digestPlan(parsePlan(text.replace('"steps":40', '"steps":41'), 'plan'))).not.toBe(digest);
});

test('the plans in the repository are plans, with the id of their file', async () => {
  const folders = ['examples/plans', 'fixtures/plans'];
  const files = folders.flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
      // those of claims are comparisons
      .filter((name) => name.endsWith('.json') && !name.startsWith('claims'))
      .map((name) => `${folder}/${name}`),
  );
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) {
    const plan = await readPlan(new URL(`../../${file}`, import.meta.url).pathname);
    expect(file).toContain(`/${plan.id}.json`);
    expect(await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')).toMatch(/\n$/);
  }
});

describe('a bad plan is refused with status 2, and with a pointer to each error', () => {
  const text = JSON.stringify(smallPlan);
  test.each([
    [
      'unknown member',
      text.replace('"width"', '"rate":0.1,"width"'),
      '#/network/rate  Unknown member "rate".',
    ],
    [
      'infinite number',
      text.replace('"keep":0.9', '"keep":1e999'),
      '#/network/keep  Give number, not Infinity.',
    ],
    ['NaN', text.replace('"keep":0.9', '"keep":NaN'), 'is not JSON: '],
    ['wrong type', text.replace('"steps":40', '"steps":"40"'), '#/training/steps  Give number, not string.'],
    [
      'missing member',
      text.replace('"steps":40', '"step":40'),
      '#/training/steps  Missing: give a value (number).',
    ],
    ['missing axis', text.replace(',"sigma_w2":[1,2]', ''), '#/axes  A grid has two axes'],
    [
      'a number of another optimiser',
      text.replace('"steps":40', '"steps":40,"momentum":0.9'),
      '#/training/momentum  The optimiser "sgd" takes no momentum.',
    ],
    [
      'a number of another technique',
      text.replace('"keep":0.9', '"keep":0.9,"noise_variance":0.1'),
      '#/network/noise_variance  The technique "bernoulli" takes no noise_variance.',
    ],
    [
      'keep beside what stands instead of it',
      text.replace('"bernoulli"', '"gaussian"').replace('"keep":0.9', '"keep":0.9,"noise_variance":0.1'),
      '#/network/keep  The technique "gaussian" takes no keep beside noise_variance.',
    ],
    [
      'biases for an init that has its own',
      text.replace('"init":"gaussian"', '"init":"pytorch_linear"'),
      '#/network/sigma_b2  The init "pytorch_linear" has biases of its own: leave sigma_b2 out.',
    ],
    [
      'a gain for an init that takes none, as an axis',
      text.replace('"init":"gaussian"', '"init":"keras_he_normal"').replace('"sigma_b2":0.05,', ''),
      '#/axes/sigma_w2  sigma_w2 is the square of a gain, and the init "keras_he_normal" takes none: leave it out.',
    ],
    [
      'an init that needs more than variances',
      text.replace('"init":"gaussian"', '"init":"uniform"'),
      '#/network/init',
    ],
    [
      'a keep of the images beside that of the hidden layers',
      text.replace('"keep":0.9', '"keep":0.9,"input_keep":0.8,"noise_on_input":true'),
      '#/network/input_keep  noise_on_input is about the keep of the hidden layers: give input_keep alone.',
    ],
    [
      'a keep of the images for a technique that has none',
      text
        .replace('"bernoulli"', '"gaussian"')
        .replace('"keep":0.9', '"noise_variance":0.1,"input_keep":0.8'),
      '#/network/input_keep  input_keep needs a keep of the hidden layers beside it: "gaussian" has none here.',
    ],
    [
      'ends of an interval in the wrong order',
      text.replace('"bernoulli"', '"uniform"').replace('"keep":0.9', '"noise_high":0.5'),
      '#/network/noise_low  noise_low must be at most noise_high (each is 1 where it is left out)',
    ],
    [
      'a number of training for a technique that has nothing to learn',
      text.replace('"keep":0.9', '"keep":0.9,"noise_kl":1'),
      '#/network/noise_kl  The technique "bernoulli" takes no noise_kl.',
    ],
    [
      'noise that a technique cannot start from',
      text.replace('"bernoulli"', '"vsd"').replace('"keep":0.9', '"noise_mean_alpha":9'),
      '#/network/technique  vsd cannot start from a mean alpha of 9',
    ],
    [
      'a tenure that is no whole number',
      text.replace('"bernoulli"', '"tabu"').replace('"keep":0.9', '"keep":0.9,"noise_tenure":1.5'),
      '#/network/noise_tenure',
    ],
    [
      'statistics that there are not',
      text.replace('"test_images":100', '"test_images":100,"recalibrate":true'),
      '#/evaluation/recalibrate  There are no running statistics without a batch norm: technique ic, or "norm" in ops.',
    ],
    [
      'a schedule that drops all of a layer',
      text.replace('"keep":0.9', '"keep":0.5,"schedule":"step_late"'),
      '#/network/schedule  With a mean drop of 0.5 the schedule "step_late" would drop a whole layer.',
    ],
    [
      'more images than there are',
      text.replace('"mnist"', '"cifar10"').replace('"train_images":100', '"train_images":60000'),
      '#/evaluation/train_images  cifar10 has 50000 training images.',
    ],
    [
      'accuracy over images that are not trained on',
      text.replace('"standard"', '"standard","train_images":50'),
      '#/evaluation/train_images  Accuracy is taken over images that are trained on',
    ],
    ['two errors', text.replace('"steps":40', '"steps":0').replace('[1]', '[]'), 'has 2 errors:'],
    ['not JSON', '{', 'is not JSON: '],
    [
      'a key twice',
      text.replace('"steps":40', '"steps":40,"st\\u0065ps":50'),
      'the key "steps" stands twice',
    ],
    ['empty file', '', 'is not JSON: '],
    ['a list', '[]', '#  Give object, not array.'],
  ])('%s', (_, content, message) => {
    expect(() => parsePlan(content, 'plan.json')).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
    );
  });
});

test('a plan of more networks than a grid holds is refused by its size, at once and without listing them', () => {
  const values = Array.from({ length: 1000 }, (_, i) => i + 1);
  const huge = {
    ...smallPlan,
    axes: { depth: values, sigma_w2: values.map((i) => i / 1000) },
    seeds: values.slice(0, 100),
  };
  const before = process.memoryUsage().rss;
  expect(() => parsePlan(JSON.stringify(huge), 'plan')).toThrow(
    /#\/axes {2}1000 depth × 1000 sigma_w2 × 100 seeds are 100,000,000 networks; a grid holds at most 200,000\. Shorten/,
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  // the largest there may be, with more cells than a call takes arguments
  const most = parsePlan(
    JSON.stringify({ ...huge, axes: { ...huge.axes, sigma_w2: values.slice(0, 200) }, seeds: [1] }),
    'plan',
  );
  expect(listCells(most)).toHaveLength(200_000);
  expect(estimateMemory(most).worker).toBeGreaterThan(0);
  const queue = createQueue(listCells(most));
  return expect(queue.take()).resolves.toMatchObject({ depth: 1 });
});

test.each([
  ['no passes', { evaluation: { uncertainty: { passes: 0 } } }, '#/evaluation/uncertainty/passes'],
  [
    'the training set as the other set',
    { evaluation: { uncertainty: { passes: 2, out_of_distribution: 'mnist' } } },
    'The networks are trained on mnist: name another data set.',
  ],
  [
    'another set with images of another size',
    { evaluation: { uncertainty: { passes: 2, out_of_distribution: 'cifar10' } } },
    'An image of cifar10 has 3072 numbers, one of mnist has 784.',
  ],
  ['pruning of all weights', { evaluation: { prune: [1] } }, '#/evaluation/prune/0'],
  ['all images held out', { data: { validation_images: 59_950 + 50 } }, '#/data/validation_images'],
  [
    'more images held out and trained on than there are',
    { data: { validation_images: 50_000, train_images: 20_000 } },
    'mnist has 60000 training images: 50000 held out leave 10000, and data.train_images asks for 20000.',
  ],
  [
    'images held out that are no whole batches',
    { data: { validation_images: 75 } },
    'The images held out must be a multiple of the batch',
  ],
  [
    'an evaluation on images that are held out',
    { data: { validation_images: 59_950 }, evaluation: { train_images: 100 } },
    '50 images of mnist are trained on.',
  ],
])('a plan with %s', (_, change: { data?: object; evaluation?: object }, message) => {
  const plan = {
    ...smallPlan,
    data: { ...smallPlan.data, ...change.data },
    evaluation: { ...smallPlan.evaluation, ...change.evaluation },
  };
  expect(() => parsePlan(JSON.stringify(plan), 'plan')).toThrow(message);
});
