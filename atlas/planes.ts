import type { Plan } from '../schemas/plan.ts';
import { COARSE, type Difference, planOf, QUICK, SIGMA_W2 } from './usual-plan.ts';

/** What a plane of the atlas was measured for; the sections of the report. */
export const SUBJECTS = {
  keep: 'Keep rates and learning rates',
  rate: 'Learning rates of one network',
  technique: 'Techniques at the same loss of correlation',
  steps: 'Steps',
  critical: 'Where chi_1 is 1',
  activation: 'relu about its critical initialisation',
  optimiser: 'Optimisers',
  schedule: 'Front-loaded, constant and back-loaded dropout',
  width: 'Width',
  data: 'CIFAR-10',
  init: 'Orthogonal weights',
  unbiased: 'Networks without biases',
  defaults: "PyTorch's default weights and biases",
  budget: 'Steps and learning rates',
  cases: 'Questions that the first rule was wrong about',
  unseen: 'Networks that the rule is not fitted to',
  last: 'Networks that were trained when the form was fixed',
  plane: 'Full planes',
} as const;

/** See {@link SUBJECTS}. */
export type Subject = keyof typeof SUBJECTS;

/** A plane of the atlas: its plan, and what it is for. */
export type AtlasPlane = { readonly subject: Subject; readonly plan: Plan };

/** One ordered, one nearly critical, one chaotic. */
const THREE = [1.5, 1.76, 2.8];

/** Half of the steps between one and four. */
const FIVE = [1, 1.5, 1.76, 2.4, 3.4];

const RATES = [
  ['3e-3', 0.003],
  ['1e-2', 0.01],
  ['3e-2', 0.03],
] as const;

/** 3e-4 for 0.0003 */
const rateName = (rate: number) => rate.toExponential();

const percent = (keep: number) => String(Math.round(100 * keep)).padStart(3, '0');

/** Frontiers of one keep rate, at each of three learning rates. */
const atThreeRates = (keep: number, own: Partial<Difference> = {}, infix = ''): Difference[] =>
  RATES.map(([name, learning_rate]) => ({
    ...own,
    id: `${own.data ?? 'mnist'}-tanh-${infix}keep-${percent(keep)}-rate-${name}`,
    title: `tanh${infix && ', orthogonal weights'}, keep ${keep}, learning rate ${learning_rate}`,
    network: { ...own.network, ...withKeep(keep) },
    training: { learning_rate },
  }));

const withKeep = (keep: number): Partial<Plan['network']> =>
  keep === 1 ? { technique: 'none', keep: undefined } : { keep };

/** A column at each keep rate, so that F(1) is that of Bernoulli dropout with keep 0.98, 0.95 and 0.9 at sigma_w2 1.76. */
const technique = (name: Plan['network']['technique'], keep: number[]): Difference => ({
  id: `mnist-tanh-technique-${name}`,
  title: `tanh, technique ${name}, sigma_w2 1.76: keep rates that take as much correlation as Bernoulli 0.98, 0.95, 0.9`,
  axes: { keep },
  network: { technique: name },
});

/** advanced takes no keep: the spread of the logit of its mask about 2 does the same. */
const advanced = (like: number, noise_sigma: number): Difference => ({
  id: `mnist-tanh-technique-advanced-${percent(like)}`,
  title: `tanh, technique advanced, mu 2, sigma ${noise_sigma}: takes as much correlation as Bernoulli ${like}`,
  axes: { sigma_w2: [1.76] },
  network: { technique: 'advanced', keep: undefined, noise_mu: 2, noise_sigma },
});

const optimiser = (
  name: Plan['training']['optimiser'],
  learning_rate: number[],
  which: 'low' | '' = '',
): Difference => ({
  id: `mnist-tanh-optimiser-${name}${which && `-${which}`}`,
  title: `tanh, keep 0.95, sigma_w2 1.76, ${name}: ${which && `${which} `}learning rates`,
  axes: { learning_rate },
  training: { optimiser: name },
});

const schedule = (name: 'step_early' | 'step_late'): Difference => ({
  id: `mnist-tanh-schedule-${name.replace('_', '-')}`,
  title: `tanh, keep 0.95 on the average, schedule ${name}`,
  axes: { sigma_w2: THREE },
  network: { schedule: name },
});

const scheduleAccuracy = (name: 'constant' | 'step_early' | 'step_late'): Difference => ({
  id: `mnist-tanh-schedule-accuracy-${name.replace('_', '-')}`,
  title: `tanh, keep 0.8 on the average, schedule ${name}, 2000 steps: test accuracy`,
  axes: { depth: [2, 4, 6, 8, 12], sigma_w2: [1.76] },
  network: { keep: 0.8, schedule: name },
  training: { steps: 2000 },
  evaluation: { test_images: 10000 },
  search: null,
});

/** relu without bias is critical at sigma_w2 = 2 keep; a tenth below and above. */
const relu = (keep: number): Difference => ({
  id: `mnist-relu-keep-${percent(keep)}`,
  title: `relu, no bias, keep ${keep}: at 0.9, 1 and 1.1 times the critical weight variance`,
  axes: { sigma_w2: [0.9, 1, 1.1].map((part) => Number((part * 2 * keep).toFixed(4))) },
  network: { activation: 'relu', sigma_b2: 0, keep },
});

/** chi_1 = 1 at sigma_w2 1.672907 for keep 0.95, at 1.584859 for keep 0.9. */
const critical = (keep: number, sigma_w2: number[]): Difference => ({
  id: `mnist-tanh-keep-${percent(keep)}-critical`,
  title: `tanh, keep ${keep}: where chi_1 is 1 and beside it`,
  axes: { sigma_w2 },
  network: { keep },
});

const width = (units: number): Difference => ({
  id: `mnist-tanh-width-${units}`,
  title: `tanh, keep 0.95, width ${units}`,
  axes: { sigma_w2: THREE },
  network: { width: units },
  ...(units > 200 && { search: COARSE }),
});

const steps = (number: number): Difference => ({
  id: `mnist-tanh-steps-${number}`,
  title: `tanh, keep 0.95, ${number} steps`,
  axes: { sigma_w2: THREE },
  training: { steps: number },
});

const rates = (
  keep: number,
  sigma_w2: number,
  which: 'low' | 'high' | '' = '',
  learning_rate: number[] = RATES.map(([, rate]) => rate),
): Difference => ({
  id: `mnist-tanh-keep-${percent(keep)}-rates${which && `-${which}`}`,
  title: `tanh, keep ${keep}, sigma_w2 ${sigma_w2}: ${which && `${which} `}learning rates`,
  axes: { learning_rate },
  network: { ...withKeep(keep), sigma_w2 },
});

/** One parameter, activation or technique that no column of the fit has; planned before any of them was trained. */
const unseen = (
  name: string,
  title: string,
  axes: Plan['axes'],
  network: Difference['network'] = {},
): Difference => ({ id: `mnist-unseen-${name}`, title, axes, network });

/** Weight variances from PyTorch's default, 1/3, to beyond the critical one. */
const UNBIASED = {
  relu: [0.3333, 1, 1.5, 2, 2.6],
  leaky_relu: [0.3333, 1, 1.5, 2, 2.6],
  tanh: [0.3333, 0.7, 1, 1.6, 2.6],
  gelu: [0.3333, 1, 1.5, 2, 2.6],
  silu: [0.3333, 1, 1.5, 2, 2.6],
} as const;

type Unbiased = keyof typeof UNBIASED;

const UNBIASED_NAMES = Object.keys(UNBIASED) as Unbiased[];

const named = (name: string) => name.replaceAll('_', '-');

/** Frontiers of an activation without biases at one keep rate: over the weight variance. */
const unbiased = (activation: Unbiased, keep: number): Difference => ({
  id: `mnist-unbiased-${named(activation)}-keep-${percent(keep)}`,
  title: `${activation}, no biases, ${keep === 1 ? 'no dropout' : `keep ${keep}`}`,
  axes: { sigma_w2: [...UNBIASED[activation]] },
  network: { activation, sigma_b2: 0, ...withKeep(keep) },
  ...(keep === 1 && { search: COARSE }),
});

const withOptimiser = (
  plane: Difference,
  optimiser: Plan['training']['optimiser'],
  learning_rate: number,
): Difference => ({
  ...plane,
  id: `${plane.id}-${optimiser}-${rateName(learning_rate)}`,
  title: `${plane.title}, ${optimiser}, learning rate ${learning_rate}`,
  training: { optimiser, learning_rate },
});

const wide = (plane: Difference, units: number, sigma_w2: number[]): Difference => ({
  ...plane,
  id: `${plane.id}-width-${units}`,
  title: `${plane.title}, width ${units}`,
  axes: { sigma_w2 },
  network: { ...plane.network, width: units },
});

/** nn.Linear as PyTorch makes it: weights of variance 1 / (3 fan_in), and biases too: 1/300 at width 100. */
const defaults = (activation: Unbiased, keep: number): Difference => ({
  id: `mnist-defaults-${named(activation)}-keep-${percent(keep)}`,
  title: `${activation}, biases as PyTorch's default, ${keep === 1 ? 'no dropout' : `keep ${keep}`}`,
  axes: { sigma_w2: [0.3333, 1, 2] },
  network: { activation, sigma_b2: 0.003333, ...withKeep(keep) },
});

/** The base networks of the tables of steps and learning rates: below critical, critical and chaotic. */
const BASES = {
  collapsing: { activation: 'relu', sigma_w2: 1 },
  critical: { activation: 'relu', sigma_w2: 1.9 },
  chaotic: { activation: 'tanh', sigma_w2: 2.6 },
} as const;

/** Learning rates, by optimiser. */
const BUDGET_RATES = {
  sgd: [0.003, 0.01, 0.03, 0.1, 0.3],
  adam: [0.0001, 0.0003, 0.001, 0.003, 0.01],
} as const;

const budget = (
  name: keyof typeof BASES,
  optimiser: keyof typeof BUDGET_RATES,
  steps: 150 | 500 | 1500,
): Difference => ({
  id: `mnist-budget-${name}-${optimiser}-${steps}`,
  title: `${BASES[name].activation}, no biases, sigma_w2 ${BASES[name].sigma_w2}, keep 0.95, ${optimiser}, ${steps} steps: learning rates`,
  // (fewer of them where each network takes long)
  axes: { learning_rate: steps > 500 ? [0.003, 0.03, 0.1] : [...BUDGET_RATES[optimiser]] },
  network: { ...BASES[name], sigma_b2: 0 },
  training: { optimiser, steps },
  search: QUICK,
});

const frontier = (keep: number): Difference => ({
  id: `mnist-tanh-keep-${percent(keep)}-rate-3e-2`,
  title: `tanh, keep ${keep}, learning rate 0.03`,
  network: { keep },
});

const DIFFERENCES: Readonly<Record<Subject, readonly Difference[]>> = {
  keep: [
    frontier(0.9),
    frontier(0.95),
    ...atThreeRates(0.98),
    ...atThreeRates(0.99, { search: COARSE }),
    ...atThreeRates(1, { search: COARSE }),
  ],
  rate: [
    rates(0.95, 1.76),
    rates(0.9, 2.8),
    // (of the rates first tried, the highest was the best with strong noise, the lowest without any)
    rates(0.9, 2.8, 'high', [0.1, 0.3]),
    { ...rates(1, 2.4, 'low', [0.0003, 0.001]), search: COARSE },
    optimiser('sgd', [0.01, 0.03, 0.1]),
  ],
  technique: [
    technique('bernoulli', [0.98, 0.95, 0.9]),
    technique('gaussian', [0.98, 0.95, 0.9]),
    technique('tabu', [0.979592, 0.947368, 0.888889]),
    technique('vsd', [0.98, 0.95, 0.9]),
    technique('alpha', [0.9982, 0.995274, 0.98974]),
    technique('ic', [0.98118, 0.952741, 0.904832]),
    advanced(0.98, 0.97363),
    advanced(0.95, 1.453406),
    advanced(0.9, 2.082181),
  ],
  steps: [steps(100), steps(300), steps(1000)],
  critical: [critical(0.95, [1.6, 1.672907, 1.72]), critical(0.9, [1.55, 1.584859, 1.65])],
  activation: [relu(0.98), relu(0.95), relu(0.9)],
  optimiser: [
    optimiser('momentum', [0.001, 0.003, 0.01]),
    optimiser('adam', [0.0001, 0.0003, 0.001]),
    optimiser('novograd', [0.003, 0.01, 0.03]),
    optimiser('rmsprop', [0.0001, 0.0003, 0.001]),
    // (of the rates first thought of, the lowest was the best)
    optimiser('novograd', [0.0003, 0.001], 'low'),
    optimiser('rmsprop', [0.00003], 'low'),
    {
      id: 'mnist-tanh-keep-095-rmsprop',
      // (the best of its rates at sigma_w2 1.76)
      title: 'tanh, keep 0.95, rmsprop, learning rate 0.0001',
      training: { optimiser: 'rmsprop', learning_rate: 0.0001 },
    },
  ],
  schedule: [
    schedule('step_early'),
    schedule('step_late'),
    scheduleAccuracy('constant'),
    scheduleAccuracy('step_early'),
    scheduleAccuracy('step_late'),
  ],
  width: [
    width(200),
    width(400),
    {
      id: 'mnist-tanh-keep-100-width-256',
      title: 'tanh, no dropout, width 256, learning rate 0.003',
      axes: { sigma_w2: [2.4, 3.4] },
      network: { width: 256, ...withKeep(1) },
      training: { learning_rate: 0.003 },
      search: QUICK,
    },
  ],
  data: [
    {
      id: 'cifar10-tanh-keep-095-rate-3e-2',
      title: 'tanh, keep 0.95, learning rate 0.03: a quarter of the training images right',
      data: 'cifar10',
      evaluation: { accuracy_threshold: 0.25 },
    },
    ...atThreeRates(1, {
      data: 'cifar10',
      axes: { sigma_w2: FIVE },
      evaluation: { accuracy_threshold: 0.25 },
      search: COARSE,
    }),
  ],
  init: [
    {
      id: 'mnist-tanh-orthogonal-keep-095-rate-3e-2',
      title: 'tanh, orthogonal weights, keep 0.95, learning rate 0.03',
      network: { init: 'orthogonal' },
    },
    ...atThreeRates(
      0.98,
      { axes: { sigma_w2: FIVE }, network: { init: 'orthogonal' }, search: COARSE },
      'orthogonal-',
    ),
  ],
  unbiased: [
    ...UNBIASED_NAMES.flatMap((activation) => [0.95, 0.8, 0.5].map((keep) => unbiased(activation, keep))),
    unbiased('relu', 1),
    unbiased('tanh', 1),
    ...(['relu', 'leaky_relu', 'tanh'] as const).map((activation) =>
      withOptimiser(unbiased(activation, 1), 'sgd', 0.003),
    ),
    ...[0.0003, 0.001].map((rate) => withOptimiser(unbiased('relu', 0.95), 'adam', rate)),
    withOptimiser(unbiased('tanh', 0.95), 'adam', 0.001),
    wide(unbiased('relu', 0.95), 256, [1, 1.5, 2]),
    wide(unbiased('relu', 0.5), 400, [1, 2]),
  ],
  defaults: [defaults('relu', 0.95), defaults('tanh', 0.95)],
  budget: [
    budget('collapsing', 'sgd', 150),
    budget('collapsing', 'sgd', 500),
    budget('collapsing', 'sgd', 1500),
    budget('critical', 'sgd', 150),
    budget('critical', 'sgd', 500),
    budget('chaotic', 'sgd', 150),
    budget('chaotic', 'sgd', 500),
    budget('collapsing', 'adam', 150),
    budget('collapsing', 'adam', 500),
  ],
  unseen: [
    unseen('bias', 'tanh, keep 0.95, sigma_w2 1.76: other bias variances', { sigma_b2: [0, 0.2, 0.5] }),
    unseen('keep', 'tanh, sigma_w2 1.76: other keep rates', { keep: [0.97, 0.8, 0.7] }),
    {
      ...unseen(
        'width',
        'tanh, no dropout, width 200, learning rate 0.003',
        { sigma_w2: [1.5, 1.76] },
        { width: 200, ...withKeep(1) },
      ),
      training: { learning_rate: 0.003 },
      search: COARSE,
    },
    unseen('hard-tanh', 'hard_tanh, keep 0.95', { sigma_w2: THREE }, { activation: 'hard_tanh' }),
    unseen('erf', 'erf, keep 0.95', { sigma_w2: THREE }, { activation: 'erf' }),
    unseen('softsign', 'softsign, keep 0.95', { sigma_w2: THREE }, { activation: 'softsign' }),
    unseen('elu', 'elu, keep 0.95', { sigma_w2: [1.2, 1.5, 2] }, { activation: 'elu' }),
    unseen(
      'selu',
      'selu, no bias, sigma_w2 1: alpha dropout',
      { keep: [0.99, 0.95, 0.9] },
      { activation: 'selu', technique: 'alpha', sigma_w2: 1, sigma_b2: 0 },
    ),
  ],
  cases: [
    {
      id: 'mnist-cases-relu',
      title: 'relu, no biases, sigma_w2 1: keep rates',
      axes: { keep: [0.99, 0.9] },
      network: { activation: 'relu', sigma_w2: 1, sigma_b2: 0 },
    },
    {
      id: 'mnist-cases-relu-keep-090',
      title: 'relu, no biases, keep 0.9: small weights',
      axes: { sigma_w2: [0.5] },
      network: { activation: 'relu', sigma_b2: 0, keep: 0.9 },
    },
    {
      id: 'mnist-cases-relu-keep-095',
      title: 'relu, no biases, keep 0.95: critical weights',
      axes: { sigma_w2: [1.9] },
      network: { activation: 'relu', sigma_b2: 0 },
    },
    {
      id: 'mnist-cases-tanh',
      title: 'tanh, no biases, no dropout: small weights',
      axes: { sigma_w2: [0.5] },
      network: { sigma_b2: 0, ...withKeep(1) },
    },
  ],
  last: [
    {
      id: 'mnist-last-mish-keep-090',
      title: 'mish, no biases, keep 0.9',
      axes: { sigma_w2: [0.3333, 1, 1.5, 2, 2.6] },
      network: { activation: 'mish', sigma_b2: 0, keep: 0.9 },
    },
  ],
  plane: [
    {
      id: 'mnist-tanh-keep-095-plane',
      title: 'tanh, keep 0.95: every cell, trained in WebAssembly',
      axes: { depth: [5, 10, 15, 20, 25, 30, 40, 50, 60, 80], sigma_w2: SIGMA_W2 },
      search: null,
      backend: 'ort-web-training',
    },
    {
      id: 'cifar10-tanh-keep-095-plane',
      title: 'tanh, keep 0.95: every cell, trained in WebAssembly',
      data: 'cifar10',
      axes: { depth: [4, 8, 12, 16, 24, 32], sigma_w2: [1, 1.5, 2, 2.8, 4] },
      evaluation: { accuracy_threshold: 0.25 },
      search: null,
      backend: 'ort-web-training',
    },
    {
      id: 'mnist-tanh-keep-098-plane',
      title: 'tanh, keep 0.98: every cell',
      axes: { depth: [10, 20, 30, 40, 50, 60, 70, 80, 100, 120], sigma_w2: SIGMA_W2 },
      network: { keep: 0.98 },
      search: null,
    },
  ],
};

/**
 * The planes of the atlas, by subject.
 *
 * @example PLANES.map(({ plan }) => plan.id)
 */
export const PLANES: readonly AtlasPlane[] = (Object.keys(SUBJECTS) as Subject[]).flatMap((subject) =>
  DIFFERENCES[subject].map((difference) => ({ subject, plan: planOf(difference) })),
);
