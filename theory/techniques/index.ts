import {
  NOISE_PARAMETERS,
  type NoiseParameterName,
  TECHNIQUE_ENTRIES,
  TECHNIQUE_NAMES,
  type TechniqueName,
} from '../../catalogue/techniques.ts';
import type { Activation } from '../activation.ts';
import { wrap } from '../activations/wrap.ts';
import {
  isTunedByKeep,
  type Law,
  type Noise,
  type NoiseParameters,
  readKeep,
  readValues,
  refuseKeep,
  type Strength,
  type Technique,
} from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import { advanced, concrete } from './squashed.ts';
import { tabu } from './tabu.ts';

// The techniques whose moments are closed forms, but for tabu. What each of them is: catalogue/techniques.ts.

/** Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos". */
export const none: Law = (given) => {
  refuseKeep('none', given);
  return { s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 };
};

/**
 * Srivastava et al. 2014, "Dropout"; Schoenholz et al. 2017 for its effect on the maps. The variance is carried as drop / keep
 * because 1 − keep has lost digits where drop was given.
 */
export const bernoulli: Law = (given) => {
  const { keep, drop } = readKeep(given);
  return { s1: 1, s2: 1 / keep, variance: drop / keep, s3: 1 / keep ** 2, s4: 1 / keep ** 3 };
};

/**
 * Each weight, not each unit, is dropped (Wan et al. 2013, "Regularization of neural networks using DropConnect"). The maps of
 * infinite width are those of inverted dropout. At finite width it strays less: the average over the weights of a unit has already
 * taken place, so that E[s²]² stands in for E[s⁴], and E[s] E[s²] for E[s³].
 */
export const dropconnect: Law = (given) => {
  const { keep, drop } = readKeep(given);
  return { s1: 1, s2: 1 / keep, variance: drop / keep, s3: 1 / keep, s4: 1 / keep ** 2 };
};

/** Abramowitz, Stegun 1964, 26.2.33, for the moments of the normal distribution. */
function gaussianNoise(variance: number) {
  return { s1: 1, s2: 1 + variance, variance, s3: 1 + 3 * variance, s4: 1 + variance * (6 + 3 * variance) };
}

/**
 * A keep in place of the variance gives the noise the second moment of dropout (Srivastava et al. 2014, "Dropout", section 10;
 * Wang, Manning 2013, "Fast dropout training").
 */
export const gaussian: Law = (given) => {
  if (!isTunedByKeep('gaussian', given)) return gaussianNoise(readValues('gaussian', given).variance);
  const { keep, drop } = readKeep(given);
  return gaussianNoise(drop / keep);
};

/**
 * Nguyen et al. 2021, "Structured dropout variational inference for Bayesian neural networks" (arXiv 2102.07927). A rotation keeps
 * the trace of the covariance and the length of the mean, so that averaged over the units E[s]² = 1 and E[s²] = 1 + mean alpha,
 * whatever the reflections and whether or not they turn the mean as well. Correlations between units do not enter the maps,
 * because weights are independent. s4 is that of equal alphas, its smallest value.
 */
export const vsd: Law = (given) => {
  if (!isTunedByKeep('vsd', given)) return gaussianNoise(readValues('vsd', given).mean_alpha);
  const { keep, drop } = readKeep(given);
  return gaussianNoise(drop / keep);
};

/** Shen et al. 2018, "Continuous dropout" (IEEE Transactions on Neural Networks and Learning Systems). With keep it reaches below 0 where keep < 3/4. */
export const uniform: Law = (given) => {
  if (isTunedByKeep('uniform', given)) {
    const { keep, drop } = readKeep(given);
    return uniformNoise(1, drop / keep);
  }
  const { low, high } = readValues('uniform', given);
  if (!(low <= high && (low !== 0 || high !== 0)))
    throw new ParameterError(
      given.low === undefined ? 'high' : 'low',
      'conflict',
      'low must be at most high, and not both of them 0.',
    );
  return uniformNoise((low + high) / 2, (high - low) ** 2 / 12);
};

/** The moments of the uniform distribution of a mean, which stays with the noise off, and a variance; its fourth central moment is 9/5 variance². */
function uniformNoise(mean: number, variance: number): Noise {
  const square = mean * mean;
  return {
    s1: mean,
    s2: square + variance,
    variance,
    ...(mean !== 1 && { off: mean }),
    s3: mean * (square + 3 * variance),
    s4: square * square + 6 * square * variance + (9 / 5) * variance * variance,
  };
}

/**
 * Liu et al. 2019, "Beta-dropout: a unified dropout" (IEEE Access); Abramowitz, Stegun 1964, 26.1.33, for the moments.
 * Beta(k r, k (1 − r)) is dropout with keep r for k → 0 and no noise for k → ∞; a = b = 1 is the uniform distribution on (0, 2).
 */
export const beta: Law = (given) => {
  refuseKeep('beta', given);
  const { a, b } = readValues('beta', given);
  // E[mⁿ⁺¹] / E[mⁿ] of the Beta distribution, over its mean.
  const [second, third, fourth] = [1, 2, 3].map((n) => ((1 + n / a) * (a + b)) / (a + b + n)) as [
    number,
    number,
    number,
  ];
  return {
    s1: 1,
    s2: second,
    variance: b / a / (a + b + 1),
    s3: second * third,
    s4: second * third * fourth,
  };
};

/** What alpha dropout sets a dropped unit to: the limit −λα of selu far on the left, with the published constants. */
const FLOOR = -1.7580993408473766;

/**
 * Klambauer et al. 2017, "Self-normalizing neural networks". As noise that is s·x + t: s = a and t = b where the unit is kept,
 * s = 0 and t = a x₀ + b where it is dropped and set to x₀ = −1.7581; a = (keep + x₀² keep drop)^−½ and b = −a x₀ drop make
 * E[t] = 0. The maps need all five moments, and with t ≠ 0 the effective keep s1²/s2 = keep does not tell the whole of it.
 */
export const alpha: Law = (given) => {
  const { keep, drop } = readKeep(given);
  const square = 1 / (keep * (1 + FLOOR * FLOOR * drop)); // a²
  const spread = square * keep * drop;
  const a = Math.sqrt(square);
  const [kept, dropped] = [-a * FLOOR * drop, a * FLOOR * keep]; // t
  const joint = (s: number, t: number) => keep * a ** s * kept ** t;
  const shift = (t: number) => keep * kept ** t + drop * dropped ** t;
  return {
    s1: a * keep,
    s2: square * keep,
    variance: spread,
    s3: square * a * keep,
    s4: square * square * keep,
    t1: 0,
    t2: spread * FLOOR * FLOOR,
    st: -spread * FLOOR,
    shifts: {
      s2t: joint(2, 1),
      s3t: joint(3, 1),
      s2t2: joint(2, 2),
      st2: joint(1, 2),
      st3: joint(1, 3),
      t3: shift(3),
      t4: shift(4),
    },
  };
};

/**
 * Affine noise as multiplicative noise of another activation: by completing the square,
 * E[(sφ + t)²] = E[s²] E[(φ + E[st]/E[s²])²] + E[t²] − E[st]²/E[s²]. Noise that only multiplies leaves φ as it is.
 * The answer is the shifted φ, and what the rest adds to sigma_b2 in units of sigma_w2.
 */
export function absorbShift(
  activation: Activation,
  { s2, t2 = 0, st = 0 }: Noise,
): { readonly activation: Activation; readonly bias: number } {
  if (t2 === 0) return { activation, bias: 0 };
  return { activation: wrap(activation, { output_shift: st / s2 }), bias: t2 - (st * st) / s2 };
}

/** The law of every technique of the catalogue: one that is missing does not compile. */
const LAWS: Readonly<Record<TechniqueName, Law>> = {
  none,
  bernoulli,
  gaussian,
  uniform,
  beta,
  concrete,
  tabu,
  vsd,
  advanced,
  alpha,
  dropconnect,
  // the moments of its dropout; its maps are others, because the normalisation ends the recursion of the variance (theory/ic)
  ic: bernoulli,
};

function makeTechnique(name: TechniqueName): Technique {
  const { keep, parameters = {} } = TECHNIQUE_ENTRIES[name];
  const ranges = Object.entries(parameters).map(([own, usual]) => [
    own,
    { default: usual, ...NOISE_PARAMETERS[own as NoiseParameterName] },
  ]);
  return {
    name,
    takes_keep: keep !== 'refused',
    ...(keep === 'alternative' && { tuned_by_keep: true }),
    ...(name === 'ic' && { batch_norm: true }),
    parameters: Object.fromEntries(ranges),
    noise: LAWS[name],
  };
}

/**
 * The noise techniques that the theory covers, by name.
 *
 * @example TECHNIQUES.bernoulli.noise({ keep: 0.5 }).s2 // 2
 */
export const TECHNIQUES = Object.fromEntries(
  TECHNIQUE_NAMES.map((name) => [name, makeTechnique(name)]),
) as Readonly<Record<TechniqueName, Technique>>;

/** The parameters of techniques as they stand next to other things: `noise_variance` for `variance`, and so on. */
export type PrefixedNoiseParameters = {
  readonly [name in keyof NoiseParameters as `noise_${name}`]?: number | undefined;
};

const PARAMETER_NAMES = Object.keys(NOISE_PARAMETERS) as NoiseParameterName[];

/**
 * The parameters of a technique among the members of something larger, under their plain names.
 *
 * @param input anything that may carry them with the prefix `noise_`
 * @see Srivastava et al. 2014, "Dropout", section 10, for what a parameter of the noise is
 * @example pickNoiseParameters({ noise_variance: 0.25, keep: 0.9 }) // { variance: 0.25 }
 */
export function pickNoiseParameters(input: PrefixedNoiseParameters): NoiseParameters {
  return Object.fromEntries(
    PARAMETER_NAMES.flatMap((name) => {
      const value = input[`noise_${name}`];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * The parameters that a technique takes besides keep, with defaults and ranges.
 *
 * @param name of the technique
 * @throws ParameterError for an unknown name
 * @see the reference of each entry of `TECHNIQUES`
 * @example techniqueParameters('gaussian').variance?.max // 1000000
 */
export function techniqueParameters(name: TechniqueName): Technique['parameters'] {
  return readEntry(name).parameters;
}

/**
 * The moments of a technique's noise, with nothing given that it does not have.
 *
 * @param name of the technique
 * @param given keep or drop, and the technique's parameters; those left out have their defaults
 * @throws ParameterError for an unknown name of a technique or parameter, a value out of its range, both keep and drop, or
 * either of them with a technique that takes none or together with parameters that say the same
 * @see the reference of each entry of `TECHNIQUES`
 * @example computeNoise('gaussian', { keep: 0.8 }).s2 // 1.25
 */
export function computeNoise(name: TechniqueName, given: Strength & NoiseParameters = {}): Noise {
  count(10);
  const technique = readEntry(name);
  const known = [...(technique.takes_keep ? ['keep', 'drop'] : []), ...Object.keys(technique.parameters)];
  for (const [parameter, value] of Object.entries(given))
    if (value !== undefined && !known.includes(parameter) && parameter !== 'keep' && parameter !== 'drop')
      throw new ParameterError(
        parameter,
        'not_applicable',
        `The technique "${name}" has no parameter "${parameter}". It has: ${known.join(', ') || 'none'}.`,
      );
  return technique.noise(given);
}

function readEntry(name: TechniqueName): Technique {
  if (Object.hasOwn(TECHNIQUES, name)) return TECHNIQUES[name];
  throw new ParameterError(
    'technique',
    'unknown_name',
    `Unknown technique "${name}". Known: ${Object.keys(TECHNIQUES).join(', ')}.`,
  );
}
