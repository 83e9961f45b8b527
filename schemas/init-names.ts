/** Initialisers of plans and queries whose variances are given beside them. */
export const OWN_INITS = ['gaussian', 'orthogonal'] as const;

/** Initialisers by their one name; most are functions of a framework. */
const ONE_INITS = [
  ...OWN_INITS,
  'pytorch_linear',
  'kaiming_normal',
  'kaiming_uniform',
  'kaiming_fan_out',
  'xavier_normal',
  'xavier_uniform',
  'normal',
  'uniform',
  'trunc_normal',
  'trunc_normal_tf',
  'lecun_normal',
  'lecun_uniform',
  'keras_dense',
  'keras_he_normal',
  'keras_he_uniform',
  'keras_glorot_normal',
  'keras_glorot_uniform',
  'keras_lecun_normal',
  'keras_lecun_uniform',
  'keras_variance_scaling',
  'keras_orthogonal',
  'keras_random_normal',
  'keras_random_uniform',
  'keras_truncated_normal',
  'tf_truncated_normal',
  'tf_random_normal',
  'jax_truncated_normal',
  'jax_normal',
  'flax_dense',
  'mlx_linear',
  'mlx_glorot_normal',
  'mlx_glorot_uniform',
  'mlx_he_normal',
  'mlx_he_uniform',
] as const;

/** An initialiser by its one name. */
export type OneInit = (typeof ONE_INITS)[number];

/**
 * What the other names of initialisers stand for: what a layer has by default, and Keras' names as strings (JAX has the same ones).
 * PyTorch's last underscore does not count: see `synonyms.ts`.
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
} as const satisfies Record<string, OneInit>;

/** All names of initialisers. */
export const INITS = [...ONE_INITS, ...(Object.keys(INIT_ALIASES) as (keyof typeof INIT_ALIASES)[])] as const;

/**
 * The initialiser that a name stands for.
 *
 * @param name one of {@link INITS}
 * @example oneInit('torch_default') // 'pytorch_linear'
 */
export function oneInit(name: (typeof INITS)[number]): OneInit {
  return name in INIT_ALIASES ? INIT_ALIASES[name as keyof typeof INIT_ALIASES] : (name as OneInit);
}

const isOwn = (name: string): boolean => (OWN_INITS as readonly string[]).includes(name);

/** Initialisers of plans: not those that need parameters, and gaussian and orthogonal by these names alone, which grids record. */
export const PLAN_INITS = INITS.filter((name) => {
  const own = oneInit(name);
  return own !== 'uniform' && (name === own || !isOwn(own));
});

/**
 * The square of the gain that frameworks' initialisers have by default, as far as they take one: `sigma_w2` of a plan that
 * leaves it out.
 */
export const SQUARED_GAINS: Readonly<Partial<Record<OneInit, number>>> = {
  kaiming_normal: 2,
  kaiming_uniform: 2,
  kaiming_fan_out: 2,
  xavier_normal: 1,
  xavier_uniform: 1,
  lecun_normal: 1,
  lecun_uniform: 1,
  keras_orthogonal: 1,
  mlx_glorot_normal: 1,
  mlx_glorot_uniform: 1,
  mlx_he_normal: 1,
  mlx_he_uniform: 1,
};

/** What the variance of weights may be divided by. */
export const FAN_MODES = ['fan_in', 'fan_out', 'fan_avg', 'fan_geo_avg'] as const;

/** Laws of variance scaling. */
export const SCALING_LAWS = ['truncated_normal', 'untruncated_normal', 'normal', 'uniform'] as const;

/** The names that PyTorch's `calculate_gain` knows. */
export const GAIN_NAMES = [
  'linear',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv_transpose1d',
  'conv_transpose2d',
  'conv_transpose3d',
  'sigmoid',
  'tanh',
  'relu',
  'leaky_relu',
  'selu',
] as const;
