/**
 * The names that queries, plans and grids may use. They are data of the contract: `theory/` and `trainer/` have an
 * entry for each of them (theory for more techniques than these), and a test holds the lists together.
 */

/** Activations that the analytic answers cover. */
export const ACTIVATIONS = [
  'linear',
  'relu',
  'leaky_relu',
  'abs',
  'tanh',
  'hard_tanh',
  'erf',
  'scaled_erf',
  'sigmoid',
  'softplus',
  'elu',
  'selu',
  'gelu',
  'gelu_tanh',
  'silu',
  'mish',
  'sin',
  'cos',
  'softsign',
  'hard_swish',
  'quick_gelu',
  'relu6',
] as const;

/** Noise techniques that the analytic answers cover. */
export const TECHNIQUES = [
  'none',
  'bernoulli',
  'gaussian',
  'uniform',
  'beta',
  'concrete',
  'tabu',
  'vsd',
  'advanced',
  'alpha',
  'dropconnect',
  'ic',
] as const;

/** Whether two inputs that are compared see masks of their own or the same mask. */
export const MASKS = ['independent', 'shared'] as const;

/** Activations that the trainer can train. */
export const TRAINED_ACTIVATIONS = ['relu', 'tanh'] as const;

/** Techniques that the trainer can train. */
export const TRAINED_TECHNIQUES = ['bernoulli', 'none'] as const;

/** Training back ends, by the name that a grid records. */
export const BACKENDS = ['ort-web-training'] as const;
