import type { Init } from './init.ts';
import {
  fixedScale,
  gainOver,
  isometry,
  normal,
  truncatedNormal,
  uniformBetween,
  varianceScaling,
} from './rules.ts';

const KERAS = {
  framework: 'Keras',
  reference: 'Keras, keras/src/initializers/random_initializers.py and layers/core/dense.py',
  biases: 'zero',
} as const;

const JAX = {
  framework: 'JAX',
  reference: 'JAX, jax/_src/nn/initializers.py',
  biases: 'zero',
} as const;

const TENSORFLOW = {
  framework: 'TensorFlow',
  reference: 'TensorFlow, tensorflow/python/ops/init_ops.py',
  biases: 'zero',
} as const;

/** What Keras, TensorFlow 1 and JAX with Flax do. Of one name in Keras and JAX there is one entry. */
export const KERAS_INITS = {
  keras_dense: {
    ...fixedScale(1, 'fan_avg', 'uniform'),
    ...KERAS,
    usage: 'Dense(…), Conv2D(…) as they come: glorot_uniform, zeros',
  },
  keras_glorot_normal: {
    ...fixedScale(1, 'fan_avg', 'truncated_normal'),
    ...KERAS,
    usage: "kernel_initializer='glorot_normal', jax.nn.initializers.glorot_normal()",
  },
  keras_glorot_uniform: {
    ...fixedScale(1, 'fan_avg', 'uniform'),
    ...KERAS,
    usage: "kernel_initializer='glorot_uniform', jax.nn.initializers.glorot_uniform()",
  },
  keras_he_normal: {
    ...fixedScale(2, 'fan_in', 'truncated_normal'),
    ...KERAS,
    usage: "kernel_initializer='he_normal', jax.nn.initializers.he_normal()",
  },
  keras_he_uniform: {
    ...fixedScale(2, 'fan_in', 'uniform'),
    ...KERAS,
    usage: "kernel_initializer='he_uniform', jax.nn.initializers.he_uniform()",
  },
  keras_lecun_normal: {
    ...fixedScale(1, 'fan_in', 'truncated_normal'),
    ...KERAS,
    usage: "kernel_initializer='lecun_normal', jax.nn.initializers.lecun_normal()",
  },
  keras_lecun_uniform: {
    ...fixedScale(1, 'fan_in', 'uniform'),
    ...KERAS,
    usage: "kernel_initializer='lecun_uniform', jax.nn.initializers.lecun_uniform()",
  },
  keras_variance_scaling: {
    ...varianceScaling,
    ...KERAS,
    usage: "VarianceScaling(scale=1, mode='fan_in', distribution='truncated_normal')",
  },
  keras_orthogonal: { ...isometry, ...KERAS, usage: 'Orthogonal(gain=1)' },
  keras_random_normal: { ...normal(0.05), ...KERAS, usage: 'RandomNormal(stddev=0.05)' },
  keras_random_uniform: {
    ...uniformBetween('minval', 'maxval', 0.05),
    ...KERAS,
    usage: 'RandomUniform(minval=−0.05, maxval=0.05)',
  },
  keras_truncated_normal: {
    ...truncatedNormal(0.05),
    ...KERAS,
    usage: 'TruncatedNormal(stddev=0.05): cut off at two standard deviations',
  },
  tf_truncated_normal: {
    ...truncatedNormal(1),
    ...TENSORFLOW,
    usage: 'tf.compat.v1.truncated_normal_initializer(stddev=1): cut off at two standard deviations',
  },
  tf_random_normal: {
    ...normal(1),
    ...TENSORFLOW,
    usage: 'tf.compat.v1.random_normal_initializer(stddev=1)',
  },
  jax_truncated_normal: {
    ...truncatedNormal(0.01),
    ...JAX,
    usage: 'jax.nn.initializers.truncated_normal(stddev=0.01): cut off at two standard deviations',
  },
  jax_normal: { ...normal(0.01), ...JAX, usage: 'jax.nn.initializers.normal(stddev=0.01)' },
  flax_dense: {
    ...fixedScale(1, 'fan_in', 'truncated_normal'),
    framework: 'Flax',
    usage: 'nn.Dense(…), nnx.Linear(…), nn.Conv(…) as they come: lecun_normal, zeros',
    reference: 'Flax, flax/linen/linear.py and flax/nnx/nn/linear.py',
    biases: 'zero',
  },
  lecun_normal: {
    ...gainOver('fan_in', 'normal'),
    framework: 'any',
    usage: 'variance gain² / fan_in',
    reference: 'LeCun et al. 1998, "Efficient BackProp"',
    biases: 'zero',
  },
  lecun_uniform: {
    ...gainOver('fan_in', 'uniform'),
    framework: 'any',
    usage: 'variance gain² / fan_in',
    reference: 'LeCun et al. 1998, "Efficient BackProp"',
    biases: 'zero',
  },
} as const satisfies Record<string, Init>;
