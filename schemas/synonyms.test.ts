import { describe, expect, test } from 'vitest';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { ARCHITECTURE_NAMES } from '../catalogue/architectures.ts';
import { INIT_NAMES } from '../catalogue/inits.ts';
import { FRAMEWORK_NAMES } from '../catalogue/queries.ts';
import { FORMER_COLUMNS, PARAMETER_SYNONYMS, SYNONYMS } from '../catalogue/synonyms.ts';
import { TECHNIQUE_NAMES } from '../catalogue/techniques.ts';
import { DATA_SET_NAMES, OPTIMISER_NAMES } from '../catalogue/training.ts';
import { CONTRACTS } from './endpoints/index.ts';
import { NOISE_QUERY, WEIGHTS_QUERY } from './network.ts';
import { choices, oneOf } from './parameters.ts';
import { didYouMean } from './problem.ts';
import { fold, nameFor, parameterMeant } from './synonyms.ts';

describe.each(
  Object.entries({
    ACTIVATION_NAMES,
    TECHNIQUE_NAMES,
    OPTIMISER_NAMES,
    INIT_NAMES,
    FRAMEWORK_NAMES,
    DATA_SET_NAMES,
  }),
)('%s', (_, names: readonly string[]) => {
  test('no two names, nor what they are also called, are one when case and separators do not count', () => {
    const all = names.flatMap((name) => [...new Set([name, ...(SYNONYMS[name] ?? [])].map(fold))]);
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
  });

  test('every spelling of a name is the name', () => {
    for (const name of names)
      for (const given of [name, name.toUpperCase(), name.replaceAll('_', '-'), name.replaceAll('_', '')])
        expect(nameFor(given, names), given).toBe(name);
  });
});

test('every synonym is of a name that there is', () => {
  const names: readonly string[] = [
    ...ACTIVATION_NAMES,
    ...TECHNIQUE_NAMES,
    ...OPTIMISER_NAMES,
    ...FRAMEWORK_NAMES,
    ...ARCHITECTURE_NAMES,
  ];
  expect(Object.keys(SYNONYMS).filter((name) => !names.includes(name))).toEqual([]);
});

test.each([
  ['Tanh', 'tanh'],
  ['swish', 'silu'],
  ['logistic', 'sigmoid'],
  ['identity', 'linear'],
  ['hardtanh', 'hard_tanh'],
  ['hardswish', 'hard_swish'],
  ['LeakyReLU', 'leaky_relu'],
  ['leaky-relu', 'leaky_relu'],
  ['GELU-tanh', 'gelu_tanh'],
  ['nn.ReLU', 'relu'],
  ['nn.ReLU()', 'relu'],
  ['torch.nn.GELU', 'gelu'],
  ['F.relu', 'relu'],
  ['tf.nn.relu', 'relu'],
  ['jax.nn.swish', 'silu'],
  ['tf.keras.activations.selu', 'selu'],
  ['nn.CELU', 'celu'],
  ['LogSigmoid', 'log_sigmoid'],
  ['hardsigmoid', 'hard_sigmoid'],
  ['relu^2', undefined],
  ['jax.nn.gelu', undefined],
  ['tf.nn.leaky_relu', undefined],
  ['softmax', undefined],
  ['nn.LeakyReLU(0.2)', undefined],
])('the activation %s is %s', (given, name) => {
  expect(nameFor(given, ACTIVATION_NAMES)).toBe(name);
});

test('techniques, optimisers and initialisers by the names of frameworks', () => {
  expect(nameFor('nn.Dropout', TECHNIQUE_NAMES)).toBe('bernoulli');
  expect(nameFor('keras.layers.GaussianDropout', TECHNIQUE_NAMES)).toBe('gaussian');
  expect(nameFor('dropout_connect', TECHNIQUE_NAMES)).toBe('dropconnect');
  expect(nameFor('batchnorm+dropout', TECHNIQUE_NAMES)).toBe('ic');
  expect(nameFor('torch.optim.AdamW', OPTIMISER_NAMES)).toBe('adamw');
  expect(nameFor('NAG', OPTIMISER_NAMES)).toBe('nesterov');
  expect(nameFor('kaiming_normal_', INIT_NAMES)).toBe('kaiming_normal');
  expect(nameFor('nn.init.xavier_uniform_', INIT_NAMES)).toBe('xavier_uniform');
  expect(nameFor('keras.initializers.HeNormal', INIT_NAMES)).toBe('keras_he_normal');
  expect(nameFor('tensorflow', FRAMEWORK_NAMES)).toBe('keras');
});

describe('what is only like a name gets a hint', () => {
  const said = (given: string) =>
    choices(ACTIVATION_NAMES, '')
      .safeParse(given)
      .error?.issues.map(({ message }) => message)
      .join() ?? '';
  test.each([
    ['tahn', 'Did you mean "tanh"?'],
    ['swihs', 'Did you mean "silu"?'],
    ['jax.nn.gelu', 'gelu_tanh'],
    ['tf.nn.leaky_relu', 'slope=0.2'],
    ['keras.activations.hard_sigmoid', 'input_scale=1.2'],
    ['softmax', 'no function of one pre-activation'],
    ['nn.SwiGLU', 'no function of one pre-activation'],
  ])('%s: %s', (given, wanted) => {
    expect(said(given)).toContain(wanted);
  });
  test('in a plan, whose bytes name a grid, other spellings are hints, too', () => {
    const message = (given: unknown) => oneOf(ACTIVATION_NAMES).safeParse(given).error?.issues[0]?.message;
    expect(message('swish')).toBe('"swish" is "silu" here.');
    expect(message('tahn')).toContain('Did you mean "tanh"?');
    expect(message(3)).toContain('expected one of');
  });
});

test.each([
  ['keep_prob', 'keep', 'kept'],
  ['keepProb', 'keep', 'kept'],
  ['dropout_rate', 'drop', 'dropped'],
  ['weight_variance', 'sigma_w2', 'fan_in'],
  ['bias_variance', 'sigma_b2', 'N(0, sigma_b2)'],
  ['Sigma-W2', 'sigma_w2', ''],
  ['sigma_w', 'sigma_w2', 'standard deviation'],
  ['gain', 'sigma_w2', 'square'],
])('the parameter %s is %s', (given, name, about) => {
  const sentence = parameterMeant(given, Object.keys({ ...WEIGHTS_QUERY, ...NOISE_QUERY }));
  expect(sentence).toContain(name);
  expect(sentence).toContain(about);
});

test('a parameter has no name twice', () => {
  const all = Object.entries(PARAMETER_SYNONYMS).flatMap(([name, { names }]) => [name, ...names].map(fold));
  expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
});

describe('former names', () => {
  const columns = CONTRACTS.map(({ row }) => Object.keys(row.shape));

  test.each(
    Object.entries(FORMER_COLUMNS).flatMap(([name, formers]) =>
      formers.map((former) => [former, name] as const),
    ),
  )('the column %s is %s, wherever there is one', (former, name) => {
    const having = columns.filter((names) => names.includes(name));
    expect(having).not.toEqual([]);
    for (const names of having) expect(didYouMean(former, names)).toBe(` Did you mean "${name}"?`);
    expect(columns.flat()).not.toContain(former);
  });

  test.each([
    ['c_common', 'c_batch'],
    ['trained_at', 'accuracy_threshold'],
    ['least', 'min_networks'],
    ['most', 'max_networks'],
    ['together', 'networks_per_round'],
    ['noise_official_init', 'noise_published_init'],
  ])('the parameter %s is %s', (former, name) => {
    expect(parameterMeant(former, ['width', name])).toBe(
      `"${former}" is "${name}" here. Did you mean "${name}"?`,
    );
  });
});
