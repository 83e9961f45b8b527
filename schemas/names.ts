/**
 * The names that queries, plans and grids may use. They are data of the contract: `theory/` and `trainer/` have an
 * entry for each of them (theory for more techniques than these), and a test holds the lists together.
 */

export {
  FAN_MODES,
  GAIN_NAMES,
  INIT_ALIASES,
  INITS,
  type OneInit,
  OWN_INITS,
  oneInit,
  PLAN_INITS,
  SCALING_LAWS,
  SQUARED_GAINS,
} from './init-names.ts';

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
  'tanhshrink',
  'softshrink',
  'hardshrink',
  'hard_sigmoid',
  'log_sigmoid',
  'celu',
  'prelu',
  'relu_squared',
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

/** Schedules: how a mean drop probability is spread over the layers; `front_loaded` is another name of `step_early`. */
export const SCHEDULES = [
  'constant',
  'linear_increasing',
  'linear_decreasing',
  'step_early',
  'step_late',
  'big_step_early',
  'front_loaded',
] as const;

/** What the other names of schedules stand for. */
const SCHEDULE_ALIASES = { front_loaded: 'step_early' } as const;

/** A schedule by its one name: {@link SCHEDULES} but for the other names. */
type OneSchedule = Exclude<(typeof SCHEDULES)[number], keyof typeof SCHEDULE_ALIASES>;

/**
 * The schedule that a name stands for.
 *
 * @param name one of {@link SCHEDULES}
 * @example oneSchedule('front_loaded') // 'step_early'
 */
export function oneSchedule(name: (typeof SCHEDULES)[number]): OneSchedule {
  return name in SCHEDULE_ALIASES
    ? SCHEDULE_ALIASES[name as keyof typeof SCHEDULE_ALIASES]
    : (name as OneSchedule);
}

/** What a plane can show. */
export const PLANE_MEASURES = ['q_star', 'c_star', 'chi_1', 'chi_aligned', 'chi_c', 'xi_1', 'xi_2'] as const;

/** Data sets whose own statistics a trajectory can start from. */
export const DATA_SETS = ['mnist', 'cifar10'] as const;

/** Frameworks that advice can be written for. */
export const FRAMEWORKS = ['pytorch', 'keras', 'jax'] as const;

/** Activations that the trainer can train. */
export const TRAINED_ACTIVATIONS = ACTIVATIONS;

/** Techniques that the trainer can train. */
export const TRAINED_TECHNIQUES = [
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
  'ic',
] as const;

/**
 * What a technique takes from a plan or a query: whether keep; the numbers of its noise, beside keep or (`alternative`) instead
 * of it; what says how it is trained, which the theory does not know; and what a query means that gives no strength, of the
 * techniques where that means something.
 */
export const TECHNIQUE_NUMBERS: Readonly<
  Record<
    (typeof TECHNIQUES)[number],
    {
      keep: 'needed' | 'refused' | 'alternative';
      numbers: readonly NoiseNumber[];
      training?: readonly string[];
      without?: string;
    }
  >
> = {
  none: { keep: 'refused', numbers: [] },
  bernoulli: { keep: 'needed', numbers: [], without: 'a network without dropout' },
  gaussian: { keep: 'alternative', numbers: ['noise_variance'] },
  uniform: { keep: 'alternative', numbers: ['noise_low', 'noise_high'] },
  beta: { keep: 'refused', numbers: ['noise_a', 'noise_b'] },
  concrete: { keep: 'needed', numbers: ['noise_temperature'] },
  tabu: { keep: 'needed', numbers: ['noise_tenure'] },
  vsd: {
    keep: 'alternative',
    numbers: ['noise_mean_alpha'],
    training: ['noise_reflections', 'noise_kl', 'noise_learning_rate'],
  },
  advanced: {
    keep: 'refused',
    numbers: ['noise_mu', 'noise_sigma'],
    training: ['noise_kl', 'noise_learning_rate', 'noise_official_init'],
  },
  alpha: { keep: 'needed', numbers: [] },
  dropconnect: { keep: 'needed', numbers: [] },
  ic: { keep: 'needed', numbers: [], without: 'plain batch normalisation, with no dropout after it' },
};

type NoiseNumber =
  `noise_${'variance' | 'low' | 'high' | 'a' | 'b' | 'temperature' | 'tenure' | 'mean_alpha' | 'mu' | 'sigma'}`;

/** Optimisers. */
export const OPTIMISERS = ['sgd', 'momentum', 'nesterov', 'rmsprop', 'adam', 'adamw', 'novograd'] as const;

/** The numbers of its own that each optimiser takes from a plan. */
export const OPTIMISER_NUMBERS: Readonly<
  Record<(typeof OPTIMISERS)[number], readonly ('momentum' | 'beta1' | 'beta2' | 'epsilon')[]>
> = {
  sgd: [],
  momentum: ['momentum'],
  nesterov: ['momentum'],
  rmsprop: ['beta2', 'epsilon'],
  adam: ['beta1', 'beta2', 'epsilon'],
  adamw: ['beta1', 'beta2', 'epsilon'],
  novograd: ['beta1', 'beta2', 'epsilon'],
};

/** Schedules of the learning rate. */
export const RATE_SCHEDULES = ['constant', 'cosine', 'poly'] as const;

/** Training back ends, by the name that a grid records. */
export const BACKENDS = ['ort-node', 'ort-web-training'] as const;
