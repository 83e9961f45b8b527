/** What each parameter of an initialiser is, and the range of those that are numbers. */
export const INIT_PARAMETERS = {
  gain: { min: 0, max: 1000, about: 'Gain of the initialiser; sigma_w where there is none.' },
  std: {
    min: 0,
    max: 1000,
    about: 'Standard deviation of the weights, before they are cut off where the initialiser does that.',
  },
  mode: { about: 'kaiming, variance_scaling, mlx_he: what the variance is divided by.' },
  nonlinearity: {
    about: 'kaiming: whose gain, by calculate_gain (default leaky_relu with slope 0: √2).',
  },
  a: {
    min: -1000,
    max: 1000,
    about: 'kaiming: negative slope of leaky_relu. uniform, trunc_normal: lower end.',
  },
  b: { min: -1000, max: 1000, about: 'uniform, trunc_normal: upper end.' },
  scale: { min: 1e-6, max: 1e6, about: 'variance_scaling: variance times the fan of mode.' },
  distribution: { about: 'variance_scaling: the law; all have the variance asked for.' },
  minval: { min: -1000, max: 1000, about: 'random_uniform: lower end.' },
  maxval: { min: -1000, max: 1000, about: 'random_uniform: upper end.' },
} as const satisfies Record<string, { about: string; min?: number; max?: number }>;

/** The name of a parameter of an initialiser. */
export type InitParameterName = keyof typeof INIT_PARAMETERS;

/** What the variance of weights may be divided by: a fan, or the arithmetic or geometric mean of both. */
export const FAN_MODES = ['fan_in', 'fan_out', 'fan_avg', 'fan_geo_avg'] as const;

/** One of {@link FAN_MODES}. */
export type FanMode = (typeof FAN_MODES)[number];

/** Laws of variance scaling. */
export const SCALING_LAWS = ['truncated_normal', 'untruncated_normal', 'normal', 'uniform'] as const;

/** The law that weights are drawn from. */
export type WeightLaw = 'normal' | 'truncated_normal' | 'uniform' | 'orthogonal';

const LINEAR = 'a linear map keeps the variance with sigma_w2 = 1';

/** The names that PyTorch's `calculate_gain` knows, and what each of its gains is worth. */
export const GAIN_ENTRIES = {
  linear: { formula: '1', note: LINEAR },
  conv1d: { formula: '1', note: LINEAR },
  conv2d: { formula: '1', note: LINEAR },
  conv3d: { formula: '1', note: LINEAR },
  conv_transpose1d: { formula: '1', note: LINEAR },
  conv_transpose2d: { formula: '1', note: LINEAR },
  conv_transpose3d: { formula: '1', note: LINEAR },
  sigmoid: { formula: '1', note: 'no derivation: chi_1 = 1 at q = 1 would need about 4.7' },
  tanh: {
    formula: '5/3',
    note: 'a rounded empirical value: sigma_w2 = 2.78 is chaotic for sigma_b2 below 0.457',
  },
  relu: { formula: '√2', note: 'keeps the second moment and chi_1 = 1 at once' },
  leaky_relu: {
    formula: '√(2 / (1 + a²))',
    note: 'keeps the second moment and chi_1 = 1 at once; the negative slope is 0.01 by default',
  },
  selu: { formula: '3/4', note: 'chosen by trial; self-normalisation needs 1 (nonlinearity "linear")' },
} as const satisfies Record<string, { formula: string; note: string }>;

/** A name that PyTorch's `calculate_gain` knows. */
export type GainName = keyof typeof GAIN_ENTRIES;

/** The names that PyTorch's `calculate_gain` knows. */
export const GAIN_NAMES = Object.keys(GAIN_ENTRIES) as GainName[];

/** The defaults that parameters may have. */
export type InitDefaults = {
  readonly [name in 'gain' | 'std' | 'scale']: number;
} & {
  readonly [name in 'a' | 'b' | 'minval' | 'maxval']: number | null;
} & {
  readonly mode: FanMode;
  readonly nonlinearity: GainName;
  readonly distribution: (typeof SCALING_LAWS)[number];
};

/** What there is to know of an initialiser besides its rule, which is in theory/inits. */
export type InitEntry = {
  /** whose function it is; `any`: a rule without a framework */
  readonly framework: string;
  /** how one writes it */
  readonly usage: string;
  readonly reference: string;
  /** the variance of its weights, as a formula */
  readonly variance: string;
  /** the law at its default parameters */
  readonly law: WeightLaw;
  /** `fan_in`: uniform between ±1/√fan_in; others start at 0, or are left to the user */
  readonly biases: 'zero' | 'fan_in';
  /** the parameters that it takes, with the framework's defaults; null where it must be given */
  readonly parameters: Partial<InitDefaults>;
  /** the square of the default gain of a framework's initialiser: `sigma_w2` of a plan that leaves it out */
  readonly squared_gain?: number;
  /** false where a convolution of the framework is initialised by another rule */
  readonly convolutions?: false;
};

const ANY = { framework: 'any', biases: 'zero' } as const;
const PYTORCH = { framework: 'PyTorch', reference: 'PyTorch, torch/nn/init.py', biases: 'zero' } as const;
const KERAS = {
  framework: 'Keras',
  reference: 'Keras, keras/src/initializers/random_initializers.py and layers/core/dense.py',
  biases: 'zero',
} as const;
const TENSORFLOW = {
  framework: 'TensorFlow',
  reference: 'TensorFlow, tensorflow/python/ops/init_ops.py',
  biases: 'zero',
} as const;
const JAX = { framework: 'JAX', reference: 'JAX, jax/_src/nn/initializers.py', biases: 'zero' } as const;
const MLX = { framework: 'MLX', reference: 'MLX, python/mlx/nn/init.py', biases: 'zero' } as const;
const EFFICIENT_BACKPROP = 'LeCun et al. 1998, "Efficient BackProp"';

const KAIMING = {
  ...PYTORCH,
  variance: 'gain² / fan of mode',
  parameters: { gain: Math.SQRT2, nonlinearity: 'leaky_relu', a: 0, mode: 'fan_in' },
  squared_gain: 2,
} as const;
const TWO_DEVIATIONS = '0.7737 std², cut off at two standard deviations and not widened';
const GLOROT = '2 / (fan_in + fan_out)';
const GAINED_GLOROT = '2 gain² / (fan_in + fan_out)';

const ENTRIES = {
  gaussian: {
    ...ANY,
    usage: 'N(0, gain² / fan_in): what plans call gaussian, with gain² = sigma_w2',
    reference: 'Poole et al. 2016',
    variance: 'gain² / fan_in',
    law: 'normal',
    parameters: { gain: 1 },
  },
  orthogonal: {
    ...PYTORCH,
    usage: 'orthogonal_(gain=1)',
    reference: 'PyTorch, torch/nn/init.py; Saxe et al. 2014',
    variance: 'gain² / max(fan_in, outputs)',
    law: 'orthogonal',
    parameters: { gain: 1 },
  },
  pytorch_linear: {
    framework: 'PyTorch',
    usage: 'nn.Linear(…), nn.Conv2d(…) as they come: kaiming_uniform_(a=√5), bias U(±1/√fan_in)',
    reference: 'PyTorch, torch/nn/modules/linear.py and conv.py',
    variance: '1 / (3 fan_in)',
    law: 'uniform',
    biases: 'fan_in',
    parameters: {},
  },
  kaiming_normal: {
    ...KAIMING,
    usage: "kaiming_normal_(a=0, mode='fan_in', nonlinearity='leaky_relu'): gain √2",
    law: 'normal',
  },
  kaiming_uniform: {
    ...KAIMING,
    usage: "kaiming_uniform_(a=0, mode='fan_in', nonlinearity='leaky_relu'): gain √2",
    law: 'uniform',
  },
  kaiming_fan_out: {
    ...KAIMING,
    usage: "kaiming_normal_(mode='fan_out'): gain √2",
    law: 'normal',
    parameters: { ...KAIMING.parameters, mode: 'fan_out' },
  },
  xavier_normal: {
    ...PYTORCH,
    usage: 'xavier_normal_(gain=1)',
    variance: GAINED_GLOROT,
    law: 'normal',
    parameters: { gain: 1 },
    squared_gain: 1,
  },
  xavier_uniform: {
    ...PYTORCH,
    usage: 'xavier_uniform_(gain=1)',
    variance: GAINED_GLOROT,
    law: 'uniform',
    parameters: { gain: 1 },
    squared_gain: 1,
  },
  normal: { ...PYTORCH, usage: 'normal_(std=1)', variance: 'std²', law: 'normal', parameters: { std: 1 } },
  uniform: {
    ...PYTORCH,
    usage: 'uniform_(a, b) with a = −b; the defaults 0 and 1 have the mean ½',
    variance: 'b² / 3',
    law: 'uniform',
    parameters: { a: null, b: null },
  },
  trunc_normal: {
    ...PYTORCH,
    usage: 'trunc_normal_(std=1, a=−2, b=2): cut off at a and b, whatever std',
    variance: 'that of N(0, std²) cut off at a and b',
    law: 'truncated_normal',
    parameters: { std: 1, a: -2, b: 2 },
  },
  trunc_normal_tf: {
    framework: 'timm',
    usage: 'trunc_normal_tf_(std=1): cut off at two standard deviations',
    reference: 'timm, timm/layers/weight_init.py',
    variance: TWO_DEVIATIONS,
    law: 'truncated_normal',
    biases: 'zero',
    parameters: { std: 1 },
  },
  lecun_normal: {
    ...ANY,
    usage: 'variance gain² / fan_in',
    reference: EFFICIENT_BACKPROP,
    variance: 'gain² / fan_in',
    law: 'normal',
    parameters: { gain: 1 },
    squared_gain: 1,
  },
  lecun_uniform: {
    ...ANY,
    usage: 'variance gain² / fan_in',
    reference: EFFICIENT_BACKPROP,
    variance: 'gain² / fan_in',
    law: 'uniform',
    parameters: { gain: 1 },
    squared_gain: 1,
  },
  keras_dense: {
    ...KERAS,
    usage: 'Dense(…), Conv2D(…) as they come: glorot_uniform, zeros',
    variance: GLOROT,
    law: 'uniform',
    parameters: {},
  },
  keras_he_normal: {
    ...KERAS,
    usage: "kernel_initializer='he_normal', jax.nn.initializers.he_normal()",
    variance: '2 / fan_in',
    law: 'truncated_normal',
    parameters: {},
  },
  keras_he_uniform: {
    ...KERAS,
    usage: "kernel_initializer='he_uniform', jax.nn.initializers.he_uniform()",
    variance: '2 / fan_in',
    law: 'uniform',
    parameters: {},
  },
  keras_glorot_normal: {
    ...KERAS,
    usage: "kernel_initializer='glorot_normal', jax.nn.initializers.glorot_normal()",
    variance: GLOROT,
    law: 'truncated_normal',
    parameters: {},
  },
  keras_glorot_uniform: {
    ...KERAS,
    usage: "kernel_initializer='glorot_uniform', jax.nn.initializers.glorot_uniform()",
    variance: GLOROT,
    law: 'uniform',
    parameters: {},
  },
  keras_lecun_normal: {
    ...KERAS,
    usage: "kernel_initializer='lecun_normal', jax.nn.initializers.lecun_normal()",
    variance: '1 / fan_in',
    law: 'truncated_normal',
    parameters: {},
  },
  keras_lecun_uniform: {
    ...KERAS,
    usage: "kernel_initializer='lecun_uniform', jax.nn.initializers.lecun_uniform()",
    variance: '1 / fan_in',
    law: 'uniform',
    parameters: {},
  },
  keras_variance_scaling: {
    ...KERAS,
    usage: "VarianceScaling(scale=1, mode='fan_in', distribution='truncated_normal')",
    variance: 'scale / fan of mode',
    law: 'truncated_normal',
    parameters: { scale: 1, mode: 'fan_in', distribution: 'truncated_normal' },
  },
  keras_orthogonal: {
    ...KERAS,
    usage: 'Orthogonal(gain=1)',
    variance: 'gain² / max(fan_in, outputs)',
    law: 'orthogonal',
    parameters: { gain: 1 },
    squared_gain: 1,
  },
  keras_random_normal: {
    ...KERAS,
    usage: 'RandomNormal(stddev=0.05)',
    variance: 'std²',
    law: 'normal',
    parameters: { std: 0.05 },
  },
  keras_random_uniform: {
    ...KERAS,
    usage: 'RandomUniform(minval=−0.05, maxval=0.05)',
    variance: 'maxval² / 3',
    law: 'uniform',
    parameters: { minval: -0.05, maxval: 0.05 },
  },
  keras_truncated_normal: {
    ...KERAS,
    usage: 'TruncatedNormal(stddev=0.05): cut off at two standard deviations',
    variance: TWO_DEVIATIONS,
    law: 'truncated_normal',
    parameters: { std: 0.05 },
  },
  tf_truncated_normal: {
    ...TENSORFLOW,
    usage: 'tf.compat.v1.truncated_normal_initializer(stddev=1): cut off at two standard deviations',
    variance: TWO_DEVIATIONS,
    law: 'truncated_normal',
    parameters: { std: 1 },
  },
  tf_random_normal: {
    ...TENSORFLOW,
    usage: 'tf.compat.v1.random_normal_initializer(stddev=1)',
    variance: 'std²',
    law: 'normal',
    parameters: { std: 1 },
  },
  jax_truncated_normal: {
    ...JAX,
    usage: 'jax.nn.initializers.truncated_normal(stddev=0.01): cut off at two standard deviations',
    variance: TWO_DEVIATIONS,
    law: 'truncated_normal',
    parameters: { std: 0.01 },
  },
  jax_normal: {
    ...JAX,
    usage: 'jax.nn.initializers.normal(stddev=0.01)',
    variance: 'std²',
    law: 'normal',
    parameters: { std: 0.01 },
  },
  flax_dense: {
    framework: 'Flax',
    usage: 'nn.Dense(…), nnx.Linear(…), nn.Conv(…) as they come: lecun_normal, zeros',
    reference: 'Flax, flax/linen/linear.py and flax/nnx/nn/linear.py',
    variance: '1 / fan_in',
    law: 'truncated_normal',
    biases: 'zero',
    parameters: {},
  },
  mlx_linear: {
    framework: 'MLX',
    usage: 'nn.Linear(…) as it comes: U(±1/√fan_in) for both',
    reference: 'MLX, python/mlx/nn/layers/linear.py',
    variance: '1 / (3 fan_in)',
    law: 'uniform',
    biases: 'fan_in',
    parameters: {},
    // (its convolutions have zero biases, and their weights do not know of groups)
    convolutions: false,
  },
  mlx_glorot_normal: {
    ...MLX,
    usage: 'glorot_normal()(w, gain=1)',
    variance: GAINED_GLOROT,
    law: 'normal',
    parameters: { gain: 1 },
    squared_gain: 1,
  },
  mlx_glorot_uniform: {
    ...MLX,
    usage: 'glorot_uniform()(w, gain=1)',
    variance: GAINED_GLOROT,
    law: 'uniform',
    parameters: { gain: 1 },
    squared_gain: 1,
  },
  // (the factor √2 of He et al. is left to the caller)
  mlx_he_normal: {
    ...MLX,
    usage: "he_normal()(w, mode='fan_in', gain=1)",
    variance: 'gain² / fan of mode',
    law: 'normal',
    parameters: { gain: 1, mode: 'fan_in' },
    squared_gain: 1,
  },
  mlx_he_uniform: {
    ...MLX,
    usage: "he_uniform()(w, mode='fan_in', gain=1)",
    variance: 'gain² / fan of mode',
    law: 'uniform',
    parameters: { gain: 1, mode: 'fan_in' },
    squared_gain: 1,
  },
} as const satisfies Record<string, InitEntry>;

/** The one name of an initialiser. */
export type InitName = keyof typeof ENTRIES;

/**
 * The initialisers by their one name, in the order in which they are listed; most are functions of a framework. The
 * distribution does not matter to wide networks, only its variance does. Defaults are those of the frameworks:
 * fixtures/frameworks/inits.json has what they were measured to do.
 */
export const INIT_ENTRIES: Readonly<Record<InitName, InitEntry>> = ENTRIES;

/** Initialisers of plans and queries whose variances are given beside them. */
export const OWN_INITS = ['gaussian', 'orthogonal'] as const satisfies InitName[];

/**
 * What the other names of initialisers stand for: what a layer has by default, and Keras' names as strings (JAX has the
 * same ones). PyTorch's last underscore does not count: see schemas/synonyms.ts.
 */
export const INIT_ALIASES = {
  torch_default: 'pytorch_linear',
  pytorch_default: 'pytorch_linear',
  keras_default: 'keras_dense',
  tf_default: 'keras_dense',
  tensorflow_default: 'keras_dense',
  flax_default: 'flax_dense',
  jax_default: 'flax_dense',
  mlx_default: 'mlx_linear',
  he_normal: 'keras_he_normal',
  he_uniform: 'keras_he_uniform',
  glorot_normal: 'keras_glorot_normal',
  glorot_uniform: 'keras_glorot_uniform',
  random_normal: 'keras_random_normal',
  random_uniform: 'keras_random_uniform',
  truncated_normal: 'keras_truncated_normal',
  variance_scaling: 'keras_variance_scaling',
  jax_he_normal: 'keras_he_normal',
  jax_he_uniform: 'keras_he_uniform',
  jax_glorot_normal: 'keras_glorot_normal',
  jax_glorot_uniform: 'keras_glorot_uniform',
  jax_lecun_normal: 'keras_lecun_normal',
  jax_lecun_uniform: 'keras_lecun_uniform',
  jax_orthogonal: 'orthogonal',
  jax_variance_scaling: 'keras_variance_scaling',
} as const satisfies Record<string, InitName>;

/** An initialiser by any of its names. */
export type InitAlias = InitName | keyof typeof INIT_ALIASES;

/** All names of initialisers. */
export const INIT_NAMES = Object.keys({ ...ENTRIES, ...INIT_ALIASES }) as InitAlias[];

/**
 * The one name of an initialiser.
 *
 * @example resolveInit('torch_default') // 'pytorch_linear'
 */
export function resolveInit(name: InitAlias): InitName {
  return name in INIT_ALIASES ? INIT_ALIASES[name as keyof typeof INIT_ALIASES] : (name as InitName);
}

/** Whether a plan or a query gives the variances beside an initialiser, which has none of its own then. */
export const isOwnInit = (name: string): boolean => (OWN_INITS as readonly string[]).includes(name);

/** Initialisers of plans: not those that need parameters, and gaussian and orthogonal by these names alone, which grids record. */
export const PLAN_INITS = INIT_NAMES.filter((name) => {
  const own = resolveInit(name);
  return own !== 'uniform' && (name === own || !isOwnInit(own));
});

/** The square of the gain that frameworks' initialisers have by default, as far as they take one. */
export const SQUARED_GAINS = Object.fromEntries(
  Object.entries(INIT_ENTRIES).map(([name, { squared_gain }]) => [name, squared_gain]),
) as Readonly<Record<InitName, number | undefined>>;
