import { describe, expect, test } from 'vitest';
import { choices, oneOf } from './choices.ts';
import { ACTIVATIONS, DATA_SETS, FRAMEWORKS, INITS, OPTIMISERS, TECHNIQUES } from './names.ts';
import { NOISE_QUERY, WEIGHTS_QUERY } from './network.ts';
import { fold, nameFor, PARAMETER_SYNONYMS, parameterMeant, SYNONYMS } from './synonyms.ts';

describe.each(
  Object.entries({ ACTIVATIONS, TECHNIQUES, OPTIMISERS, INITS, FRAMEWORKS, DATA_SETS }),
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
  const names: readonly string[] = [...ACTIVATIONS, ...TECHNIQUES, ...OPTIMISERS, ...FRAMEWORKS];
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
  expect(nameFor(given, ACTIVATIONS)).toBe(name);
});

test('techniques, optimisers and initialisers by the names of frameworks', () => {
  expect(nameFor('nn.Dropout', TECHNIQUES)).toBe('bernoulli');
  expect(nameFor('keras.layers.GaussianDropout', TECHNIQUES)).toBe('gaussian');
  expect(nameFor('dropout_connect', TECHNIQUES)).toBe('dropconnect');
  expect(nameFor('batchnorm+dropout', TECHNIQUES)).toBe('ic');
  expect(nameFor('torch.optim.AdamW', OPTIMISERS)).toBe('adamw');
  expect(nameFor('NAG', OPTIMISERS)).toBe('nesterov');
  expect(nameFor('kaiming_normal_', INITS)).toBe('kaiming_normal');
  expect(nameFor('nn.init.xavier_uniform_', INITS)).toBe('xavier_uniform');
  expect(nameFor('keras.initializers.HeNormal', INITS)).toBe('keras_he_normal');
  expect(nameFor('tensorflow', FRAMEWORKS)).toBe('keras');
});

describe('what is only like a name gets a hint', () => {
  const said = (given: string) =>
    choices(ACTIVATIONS, '')
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
    const message = (given: unknown) => oneOf(ACTIVATIONS).safeParse(given).error?.issues[0]?.message;
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
