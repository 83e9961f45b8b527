/** Other names of activations, techniques, optimisers and so on, by the name that the contract has. Case, `-`, `_` and blanks do not count. */
export const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  linear: ['identity'],
  relu: ['rectifier', 'rectified linear'],
  leaky_relu: ['lrelu'],
  abs: ['absolute', 'absolute value'],
  tanh: ['hyperbolic tangent'],
  hard_tanh: ['htanh'],
  sigmoid: ['logistic', 'expit'],
  log_sigmoid: ['log logistic'],
  softplus: ['smooth relu'],
  silu: ['swish', 'swish1'],
  hard_swish: ['hswish', 'h swish'],
  gelu: ['gelu exact', 'gelu erf', 'erf gelu'],
  gelu_tanh: ['gelu new', 'gelu approximate', 'gelu approx', 'gelu pytorch tanh', 'tanh gelu'],
  sin: ['sine'],
  cos: ['cosine'],
  relu_squared: ['squared relu', 'relu2'],
  softshrink: ['soft threshold'],
  hardshrink: ['hard threshold'],
  none: ['no dropout', 'no noise'],
  bernoulli: ['dropout', 'standard dropout', 'inverted dropout', 'bernoulli dropout', 'vanilla dropout'],
  gaussian: ['gaussian dropout'],
  uniform: ['uniform dropout'],
  beta: ['beta dropout'],
  concrete: ['concrete dropout'],
  tabu: ['tabu dropout'],
  vsd: ['variational structured dropout'],
  advanced: ['advanced dropout'],
  alpha: ['alpha dropout'],
  dropconnect: ['dropout connect'],
  ic: ['ic layer', 'independent component', 'batchnorm dropout', 'batch norm dropout'],
  momentum: ['sgd momentum', 'heavy ball'],
  nesterov: ['nag', 'nesterov momentum', 'sgd nesterov'],
  pytorch: ['torch'],
  keras: ['tensorflow', 'tf'],
  jax: ['flax'],
};

/** Other names of parameters, and what the parameter is where the name alone does not tell. */
export const PARAMETER_SYNONYMS: Readonly<Record<string, { names: readonly string[]; about?: string }>> = {
  keep: {
    names: ['keep prob', 'keep probability', 'keep rate', 'keep ratio', 'p keep', 'retain', 'retain prob'],
    about: 'the probability that a unit is kept; drop is 1 - keep',
  },
  drop: {
    names: [
      'dropout rate',
      'dropout prob',
      'dropout probability',
      'dropout p',
      'drop rate',
      'drop prob',
      'drop probability',
      'drop ratio',
      'p drop',
    ],
    about: 'the probability that a unit is dropped; keep is 1 - drop',
  },
  sigma_w2: {
    names: ['weight variance', 'weights variance', 'weight var', 'var w', 'w var', 'sigma w squared', 'sw2'],
    about: 'weights are N(0, sigma_w2 / fan_in)',
  },
  sigma_b2: {
    names: ['bias variance', 'biases variance', 'bias var', 'var b', 'b var', 'sigma b squared', 'sb2'],
    about: 'biases are N(0, sigma_b2)',
  },
  activation: { names: ['act', 'act fn', 'activation function', 'nonlinearity', 'phi'] },
  technique: { names: ['noise', 'noise type', 'dropout type'] },
  slope: { names: ['negative slope'] },
  threshold: { names: ['lambd', 'lambda'] },
  depth: { names: ['layers', 'num layers', 'n layers', 'hidden layers', 'n hidden layers'] },
  width: { names: ['units', 'neurons', 'hidden size', 'hidden dim', 'hidden units', 'layer width'] },
  steps: { names: ['iterations', 'n steps', 'num steps', 'training steps'] },
  batch: { names: ['batch size', 'minibatch', 'minibatch size', 'bs'], about: 'images a step' },
  learning_rate: { names: ['lr', 'rate', 'step size', 'eta'] },
  data: { names: ['data set'] },
  optimiser: { names: ['optimizer', 'opt'] },
  init: { names: ['initializer', 'initialiser', 'initialization', 'initialisation', 'kernel initializer'] },
  std: { names: ['stddev', 'standard deviation', 'weight std', 'init std'] },
  fan_in: { names: ['in features', 'n in', 'inputs'] },
  fan_out: { names: ['out features', 'n out', 'outputs'] },
  field: { names: ['column', 'columns', 'fields', 'select'] },
};

/** What stands in place of a did-you-mean, where the name means something else than one may think, by the folded name. */
const REMARKS: Readonly<Record<string, string>> = {
  sigmaw: 'is a standard deviation, and sigma_w2 its square. Did you mean "sigma_w2"?',
  sigmab: 'is a standard deviation, and sigma_b2 its square. Did you mean "sigma_b2"?',
  biasstd: 'is a standard deviation, and sigma_b2 its square. Did you mean "sigma_b2"?',
  gain: 'is the square root of sigma_w2: give sigma_w2 = gain².',
};

/** Names of frameworks that are not the same function there, by the folded name with its module. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'jax.gelu': 'is gelu_tanh there, and gelu with approximate=False: give one of these.',
  'flax.gelu': 'is gelu_tanh there, and gelu with approximate=False: give one of these.',
  'nnx.gelu': 'is gelu_tanh there, and gelu with approximate=False: give one of these.',
  'tf.leakyrelu': 'has the slope 0.2 there: give leaky_relu with slope=0.2.',
  'keras.leakyrelu': 'has the slope 0.2 or 0.3 there: give leaky_relu with slope=0.2 or slope=0.3.',
  'tf.hardsigmoid':
    'is 0.2 x + 0.5 inside before Keras 3, and x/6 + 1/2 from then on: give hard_sigmoid for the latter, with input_scale=1.2 for the former.',
  'keras.hardsigmoid':
    'is 0.2 x + 0.5 inside before Keras 3, and x/6 + 1/2 from then on: give hard_sigmoid for the latter, with input_scale=1.2 for the former.',
};

/** What is no function of one unit's pre-activation, and why there is no answer about it. */
const NO_FUNCTION =
  'is no function of one pre-activation alone, so that the averages of this theory do not exist for it.';
const NO_FUNCTIONS = ['softmax', 'logsoftmax', 'glu', 'swiglu', 'geglu', 'reglu', 'maxout', 'crelu'];

/**
 * A name without what does not distinguish it: case, `-`, `_`, `+` and blanks, `()` and a last `_` as PyTorch's functions in place
 * have.
 *
 * @param name as given
 * @example fold('Leaky-ReLU') // 'leakyrelu'
 */
export const fold = (name: string): string =>
  name
    .toLowerCase()
    .replace(/\(\)$/, '')
    .replaceAll(/[-_+\s]/g, '');

/** A name of a framework, taken apart: the module's first part that says which framework, and the name itself. */
function withoutModule(given: string): { framework: string; name: string } {
  const parts = given.split('.');
  const name = fold(parts.at(-1) ?? '');
  const known = parts.slice(0, -1).map((part) => part.toLowerCase());
  const framework = known.includes('keras') ? 'keras' : (known[0] ?? '');
  return { framework, name };
}

/**
 * The one of some names that a name stands for: the name itself, another spelling, a synonym, or what a framework calls it
 * (`nn.ReLU`, `jax.nn.swish`, `kaiming_normal_`).
 *
 * @param given what was given
 * @param names the names there are
 * @returns undefined where it stands for none of them, or might stand for several
 * @example nameFor('F.hardtanh', ['tanh', 'hard_tanh']) // 'hard_tanh'
 */
export function nameFor<Name extends string>(given: string, names: readonly Name[]): Name | undefined {
  const same = names.find((name) => name === given);
  if (same !== undefined || given.length > 64) return same;
  const { framework, name } = withoutModule(given);
  // (with the module's name before it, as the initialisers have)
  const own = framework === '' ? undefined : names.find((known) => fold(known) === framework + name);
  if (own !== undefined) return own;
  if (`${framework}.${name}` in ELSEWHERE) return undefined;
  return (
    names.find((known) => fold(known) === name) ??
    names.find((known) => (SYNONYMS[known] ?? []).some((other) => fold(other) === name))
  );
}

/**
 * What there is to say of a name that stands for none, as the rest of a sentence that begins with it.
 *
 * @param given what was given
 * @returns undefined where there is nothing special
 * @example remarkOn('softmax') // 'is no function of one pre-activation alone, …'
 */
export function remarkOn(given: string): string | undefined {
  const { framework, name } = withoutModule(given.slice(0, 64));
  if (NO_FUNCTIONS.includes(name)) return NO_FUNCTION;
  return ELSEWHERE[`${framework}.${name}`];
}

/**
 * What there is to say of a parameter that does not exist, where its name means one that does.
 *
 * @param given the name that was given
 * @param known the parameters there are
 * @returns a sentence; undefined where there is nothing special
 * @example parameterMeant('keep_prob', ['keep']) // '"keep_prob" is "keep" here: the probability that a unit is kept; …'
 */
export function parameterMeant(given: string, known: readonly string[]): string | undefined {
  const name = fold(given);
  const remark = REMARKS[name];
  if (remark !== undefined) return `"${given}" ${remark}`;
  const meant = known.find(
    (one) =>
      fold(one) === name || (PARAMETER_SYNONYMS[one]?.names ?? []).some((other) => fold(other) === name),
  );
  if (meant === undefined) return undefined;
  const about = PARAMETER_SYNONYMS[meant]?.about;
  return `"${given}" is "${meant}" here${about ? `: ${about}` : ''}. Did you mean "${meant}"?`;
}
