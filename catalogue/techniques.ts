import type { Range } from './range.ts';

/** The numbers of techniques, beside keep or instead of it. Queries and plans prefix them with `noise_`. */
export const NOISE_PARAMETERS = {
  variance: { min: 0, max: 1e6, about: 'gaussian: variance of the noise factor, whose mean is 1.' },
  low: { min: -1000, max: 1000, about: 'uniform: smallest value of the noise factor.' },
  high: { min: -1000, max: 1000, about: 'uniform: largest value of the noise factor.' },
  a: { min: 0, above: true, smallest: 1e-6, max: 1e6, about: 'beta: first shape parameter.' },
  b: { min: 0, above: true, smallest: 1e-6, max: 1e6, about: 'beta: second shape parameter.' },
  temperature: { min: 1e-6, max: 100, about: 'concrete: temperature.' },
  tenure: { min: 1, max: 1000, whole: true, about: 'tabu: tenure, in steps.' },
  mean_alpha: { min: 0, max: 1e6, about: 'vsd: mean over the units of the noise variances alpha.' },
  mu: { min: -50, max: 10_000, about: 'advanced: mean of the logit of the mask.' },
  sigma: { min: 0, max: 10_000, about: 'advanced: standard deviation of the logit of the mask.' },
} as const satisfies Record<string, Range>;

/** What a plan may say of how a technique is trained, of which the theory knows nothing; `noise_` in plans. */
export const NOISE_TRAINING_PARAMETERS = {
  reflections: {
    min: 0,
    max: 5,
    whole: true,
    about: 'vsd: Householder reflections (default 2); 0 for no rotation.',
  },
  kl: {
    min: 0,
    max: 1e6,
    about:
      'vsd, advanced: weight of the KL divergence, over the number of training images (default 1 for vsd, 0 for advanced).',
  },
  learning_rate: {
    min: 0,
    above: true,
    max: 100,
    about: 'vsd, advanced: learning rate of their own parameters (default that of the plan; advanced 1e-4).',
  },
  published_init: {
    min: 0,
    max: 1,
    whole: true,
    about:
      'advanced: initial weights as published at any width (default false: above 512 units smaller by 512 / units).',
  },
} as const satisfies Record<string, Range>;

/** The name of a number of a technique, without its prefix. */
export type NoiseParameterName = keyof typeof NOISE_PARAMETERS;

/** What there is to know of a technique besides its law (theory/techniques) and its training (trainer/techniques). */
export type TechniqueEntry = {
  /** what the noise does to an activation φ */
  readonly formula: string;
  readonly reference: string;
  readonly synonyms?: readonly string[];
  /** whether it takes keep; `alternative`: keep, or its own parameters */
  readonly keep: 'needed' | 'refused' | 'alternative';
  /** its own parameters, with their defaults; their ranges are in {@link NOISE_PARAMETERS} */
  readonly parameters?: Readonly<Partial<Record<NoiseParameterName, number>>>;
  /** what a plan may say of its training, with defaults; null: the plan's own learning rate */
  readonly training?: Readonly<Partial<Record<keyof typeof NOISE_TRAINING_PARAMETERS, number | null>>>;
  /** what a query means that gives no strength; a query must give one where this is left out */
  readonly without?: string;
  /** what an answer about it rests on that is an approximation, or one reading of its paper among others */
  readonly note?: string;
  /** the theory alone knows it */
  readonly trained?: false;
};

const ENTRIES = {
  none: {
    formula: 'φ',
    reference: 'Poole et al. 2016',
    synonyms: ['no dropout', 'no noise'],
    keep: 'refused',
  },
  bernoulli: {
    formula: 'φ / keep with probability keep, else 0',
    reference: 'Srivastava et al. 2014',
    synonyms: ['dropout', 'standard dropout', 'inverted dropout', 'bernoulli dropout', 'vanilla dropout'],
    keep: 'needed',
    without: 'a network without dropout',
  },
  gaussian: {
    formula: 's φ with s from N(1, variance); variance (1 − keep) / keep where keep is given',
    reference: 'Srivastava et al. 2014, section 10; Wang and Manning 2013',
    synonyms: ['gaussian dropout'],
    keep: 'alternative',
    parameters: { variance: 0 },
  },
  uniform: {
    formula: 's φ with s from U(low, high); U(1 − d, 1 + d), d² = 3 (1 − keep) / keep, where keep is given',
    reference: 'Shen et al. 2018',
    synonyms: ['uniform dropout'],
    keep: 'alternative',
    parameters: { low: 1, high: 1 },
    note: 'uniform: the factor is not divided by its mean, s1, by which activations are multiplied with the noise off.',
  },
  beta: {
    formula: 's φ (a + b) / a with s from Beta(a, b)',
    reference: 'Liu et al. 2019',
    synonyms: ['beta dropout'],
    keep: 'refused',
    parameters: { a: 1, b: 1 },
  },
  concrete: {
    formula: 'm φ / keep with m = σ((logit keep + logit u) / temperature) and u from U(0, 1)',
    reference: 'Gal, Hron and Kendall 2017; Maddison, Mnih and Teh 2017',
    synonyms: ['concrete dropout'],
    keep: 'needed',
    parameters: { temperature: 0.1 },
    note: 'concrete: the mask is divided by keep, as is usual, which is not quite its mean: s1 is not quite 1. With the noise off activations are multiplied by s1.',
  },
  tabu: {
    formula:
      '0 for a unit that is proposed, p = 1 − keep, and was not dropped in the last tenure passes; else φ (1 + tenure p) / (1 + (tenure − 1) p)',
    reference: 'Ma et al. 2018; Hasan et al. 2022 for the tenure',
    synonyms: ['tabu dropout'],
    keep: 'needed',
    parameters: { tenure: 1 },
    note: 'tabu: moments of the long run, scaled to the mean 1; keep is 1 − p of the proposal. The first passes drop more.',
  },
  vsd: {
    formula: '(1 + U √alpha n) φ with n from N(0, 1), learned alpha and a learned rotation U',
    reference: 'Nguyen et al. 2021',
    synonyms: ['variational structured dropout'],
    keep: 'alternative',
    parameters: { mean_alpha: 0 },
    training: { reflections: 2, kl: 1, learning_rate: null },
    note: 'vsd: s1 and s2 are averages over the units; correlations between the units of a layer, which the rotation makes, do not enter.',
  },
  advanced: {
    formula:
      'σ(mu + sigma n) φ / σ(mu / √(1 + 3.14 sigma² / 8)) with n from N(0, 1) and learned mu and sigma',
    reference: 'Xie et al. 2022, and its public code',
    synonyms: ['advanced dropout'],
    keep: 'refused',
    // softplus(1.2), where training starts
    parameters: { mu: 0, sigma: 1.2 + Math.log1p(Math.exp(-1.2)) },
    training: { kl: 0, learning_rate: 1e-4, published_init: 0 },
    note: 'advanced: the moments are those of noise_mu and noise_sigma, which training moves; where they start depends on fan_in and E[φ] (docs/theory.md).',
  },
  alpha: {
    formula: 'a x + b with x = φ with probability keep, else −1.7581; a and b restore mean 0 and variance 1',
    reference: 'Klambauer et al. 2017',
    synonyms: ['alpha dropout'],
    keep: 'needed',
  },
  dropconnect: {
    formula: 'each weight over keep with probability keep, else 0',
    reference: 'Wan et al. 2013',
    synonyms: ['dropout connect'],
    keep: 'needed',
    note: 'dropconnect: in the limit of wide layers its maps are those of inverted dropout; narrow networks stray less.',
  },
  ic: {
    formula: 'batch normalisation of φ, then bernoulli',
    reference: 'Chen et al. 2019',
    synonyms: ['ic layer', 'independent component', 'batchnorm dropout', 'batch norm dropout'],
    keep: 'needed',
    without: 'plain batch normalisation, with no dropout after it',
    note: 'ic: large batches are assumed; the gradients of batches of 64 grow a few per cent faster.',
  },
} as const satisfies Record<string, TechniqueEntry>;

/** The name of a noise technique. */
export type TechniqueName = keyof typeof ENTRIES;

/** The noise techniques, in the order in which they are listed. */
export const TECHNIQUE_ENTRIES: Readonly<Record<TechniqueName, TechniqueEntry>> = ENTRIES;

/** The techniques that have parameters of their own. */
export type ParametrisedTechnique = {
  [name in TechniqueName]: (typeof ENTRIES)[name] extends { parameters: object } ? name : never;
}[TechniqueName];

/** The parameters of a technique's own. */
export type OwnNoiseParameters<Name extends ParametrisedTechnique> =
  keyof (typeof ENTRIES)[Name]['parameters'] & NoiseParameterName;

/** The name of a technique that the trainer knows, too. */
export type TrainedTechnique = {
  [name in TechniqueName]: (typeof ENTRIES)[name] extends { trained: false } ? never : name;
}[TechniqueName];

/** The names of the techniques. */
export const TECHNIQUE_NAMES = Object.keys(ENTRIES) as TechniqueName[];

/** The names of those that can be trained. */
export const TRAINED_TECHNIQUES = TECHNIQUE_NAMES.filter(
  (name): name is TrainedTechnique => TECHNIQUE_ENTRIES[name].trained !== false,
);

/** The names of a technique's own numbers, as queries and plans have them. */
export function noiseNumbers(technique: TechniqueName): `noise_${NoiseParameterName}`[] {
  const { parameters = {} } = TECHNIQUE_ENTRIES[technique];
  return (Object.keys(parameters) as NoiseParameterName[]).map((name) => `noise_${name}` as const);
}

/**
 * The noise of a plan or a grid, in the words of queries: the technique's own numbers, with keep where it takes one and no numbers stand
 * in its place.
 *
 * @param settings anything with the technique's `noise_…` numbers
 * @param keep of the layer or the cell
 * @example pickNoise({ noise_variance: 0.1 }, 'gaussian', 1) // { noise_variance: 0.1 }
 */
export function pickNoise(
  settings: Readonly<Record<string, unknown>>,
  technique: TrainedTechnique,
  keep: number,
): Record<string, number> {
  const numbers = Object.fromEntries(
    noiseNumbers(technique).flatMap((name) => {
      const value = settings[name];
      return typeof value === 'number' ? [[name, value]] : [];
    }),
  );
  const { keep: taken } = TECHNIQUE_ENTRIES[technique];
  const instead = taken === 'refused' || (taken === 'alternative' && Object.keys(numbers).length > 0);
  return instead ? numbers : { ...numbers, keep };
}

/**
 * The keep of a network, as an answer says it: 1 without noise, null where other numbers stand in its place.
 *
 * @example pickKeep({ noise_variance: 0.1 }, 'gaussian', 1) // null
 */
export function pickKeep(
  settings: Readonly<Record<string, unknown>>,
  technique: TrainedTechnique,
  keep: number,
): number | null {
  return technique === 'none' ? 1 : (pickNoise(settings, technique, keep).keep ?? null);
}

/** The operations that a layer of a plan may be made of; `norm` is a batch norm. */
export const LAYER_OPS = ['activation', 'norm', 'noise', 'linear'] as const;

/** One of {@link LAYER_OPS}. */
export type LayerOp = (typeof LAYER_OPS)[number];

/** The operations of a plain layer, in order. */
export const PLAIN_OPS: readonly LayerOp[] = ['activation', 'noise', 'linear'];

/** Whether two inputs that are compared see masks of their own or the same mask: the correlation of the masks. */
export const MASK_CORRELATIONS = { independent: 0, shared: 1 } as const;

/** The name of a correlation of masks. */
export type MaskName = keyof typeof MASK_CORRELATIONS;

/** The names of the correlations of masks. */
export const MASK_NAMES = Object.keys(MASK_CORRELATIONS) as MaskName[];

const EXPERIMENTS = 'Fernandez Sarmiento 2026, "Universality in dropout" (public code of the experiments)';

/** How a mean drop probability is spread over the layers; the rates themselves are in theory/trajectory/schedules.ts. */
export const SCHEDULE_ENTRIES = {
  constant: { description: 'the same drop probability in every layer', reference: EXPERIMENTS },
  linear_increasing: {
    description: 'from 0 in the first layer to twice the mean in the last',
    reference: EXPERIMENTS,
  },
  linear_decreasing: {
    description: 'from twice the mean in the first layer to 0 in the last',
    reference: EXPERIMENTS,
  },
  step_early: {
    description: 'twice the mean in the first half of the layers, none after',
    reference: EXPERIMENTS,
  },
  step_late: {
    description: 'none in the first half of the layers, twice the mean after',
    reference: EXPERIMENTS,
  },
  big_step_early: {
    description: 'three times the mean in the first third of the layers, none after',
    reference: EXPERIMENTS,
  },
} as const satisfies Record<string, { description: string; reference: string }>;

/** The one name of a schedule. */
export type ScheduleName = keyof typeof SCHEDULE_ENTRIES;

/** Other names of schedules, and what they stand for. */
export const SCHEDULE_ALIASES = { front_loaded: 'step_early' } as const satisfies Record<
  string,
  ScheduleName
>;

/** A schedule by any of its names. */
export type ScheduleAlias = ScheduleName | keyof typeof SCHEDULE_ALIASES;

/** All names of schedules. */
export const SCHEDULE_NAMES = Object.keys({ ...SCHEDULE_ENTRIES, ...SCHEDULE_ALIASES }) as ScheduleAlias[];

/**
 * The one name of a schedule.
 *
 * @example resolveSchedule('front_loaded') // 'step_early'
 */
export function resolveSchedule(name: ScheduleAlias): ScheduleName {
  return name in SCHEDULE_ALIASES
    ? SCHEDULE_ALIASES[name as keyof typeof SCHEDULE_ALIASES]
    : (name as ScheduleName);
}
