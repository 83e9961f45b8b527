import type { Activation } from '../activation.ts';
import { gaussianRule } from '../averages/quadrature.ts';
import type { Noise, ShiftMoments } from '../noise.ts';
import { checkCorrelation, checkPositive, ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';

/** Averages of one input of fourth order in φ and φ′, u normal with variance q. */
export type Quartics = {
  /** E[φ²] */
  readonly square: number;
  /** E[φ⁴] */
  readonly fourth: number;
  /** E[φ] and E[φ³] */
  readonly mean: number;
  readonly cube: number;
  /** E[φ′²] */
  readonly slope2: number;
  /** E[φ′⁴] */
  readonly slope4: number;
  /** E[φ² φ′²] and E[φ φ′²] */
  readonly mixed: number;
  readonly lean: number;
  /** d ln E[φ′²] / dq */
  readonly stiffening: number;
};

/**
 * The fourth-order averages of one input, by panels split at the kinks.
 *
 * @param activation φ
 * @param q variance, positive
 * @throws ParameterError for q that is not positive and finite
 * @see derived here: docs/theory.md (d E[f(√q z)]/dq = E[f (z² − 1)] / (2q) holds at kinks too)
 * @example quartics(relu, 1).fourth // 1.5
 */
export function quartics({ phi, derivative, kinks, features }: Activation, q: number): Quartics {
  checkPositive({ q });
  const { nodes, weights } = gaussianRule(kinks, features, 0, Math.sqrt(q));
  count(0.8 * nodes.length);
  let [square, fourth, mean, cube, slope2, slope4, mixed, lean, growth] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  nodes.forEach((x, i) => {
    const weight = weights[i] as number;
    const y = phi(x);
    const [y2, d2] = [y * y, derivative(x) ** 2];
    mean += weight * y;
    square += weight * y2;
    cube += weight * y2 * y;
    fourth += weight * y2 * y2;
    slope2 += weight * d2;
    slope4 += weight * d2 * d2;
    mixed += weight * y2 * d2;
    lean += weight * y * d2;
    growth += weight * d2 * ((x * x) / q - 1);
  });
  return { square, fourth, mean, cube, slope2, slope4, mixed, lean, stiffening: growth / (2 * q * slope2) };
}

/** Averages of two inputs, u_a and u_b normal with variance q and correlation c. */
export type PairQuartics = {
  /** E[φ_a φ_b] */
  readonly product: number;
  /** E[φ_a² φ_b²] */
  readonly squares: number;
  /** E[φ_a³ φ_b] */
  readonly cube: number;
  /** E[φ_a² φ_b] */
  readonly skew: number;
  /** E[φ′_a φ′_b] */
  readonly slopes: number;
  /** E[φ′_a² φ′_b²] */
  readonly slopes2: number;
  /** E[φ′_a² φ_b²] and E[φ′_a² φ_b] */
  readonly mixed: number;
  readonly lean: number;
  /** E[u_a φ′_a φ_b] */
  readonly pull: number;
};

/**
 * The fourth-order averages of two inputs, by panels in two dimensions: a few milliseconds.
 *
 * @param activation φ
 * @param q variance, positive
 * @param c correlation, in [−1, 1]
 * @throws ParameterError for numbers out of range
 * @see derived here: docs/theory.md
 * @example pairQuartics(relu, 1, 0).squares // 0.25
 */
export function pairQuartics(activation: Activation, q: number, c: number): PairQuartics {
  checkPositive({ q });
  checkCorrelation({ c });
  const { phi, derivative, kinks, features } = activation;
  const rest = Math.sqrt(q * (1 - c) * (1 + c));
  // The inner average smears every kink, and every bend, over `rest` around where the conditional mean reaches it.
  const bends = [...kinks.map((at) => ({ at, width: 0 })), ...features];
  const smeared =
    Math.abs(c) > 0.5 ? bends.map(({ at, width }) => ({ at: at / c, width: Math.max(rest, width) })) : [];
  const outer = gaussianRule(kinks, [...features, ...smeared], 0, Math.sqrt(q));
  const sums = {
    product: 0,
    squares: 0,
    cube: 0,
    skew: 0,
    slopes: 0,
    slopes2: 0,
    mixed: 0,
    lean: 0,
    pull: 0,
  };
  outer.nodes.forEach((u, i) => {
    const [y, d, weight] = [phi(u), derivative(u), outer.weights[i] as number];
    let [mean, square, slope, slope2] = [0, 0, 0, 0];
    const add = (v: number, w: number) => {
      const [other, steep] = [phi(v), derivative(v)];
      mean += w * other;
      square += w * other * other;
      slope += w * steep;
      slope2 += w * steep * steep;
    };
    if (rest === 0) add(c * u, 1);
    else {
      const inner = gaussianRule(kinks, features, c * u, rest);
      for (let k = 0; k < inner.nodes.length; k++) add(inner.nodes[k] as number, inner.weights[k] as number);
    }
    sums.product += weight * y * mean;
    sums.squares += weight * y * y * square;
    sums.cube += weight * y ** 3 * mean;
    sums.skew += weight * y * y * mean;
    sums.slopes += weight * d * slope;
    sums.slopes2 += weight * d * d * slope2;
    sums.mixed += weight * d * d * square;
    sums.lean += weight * d * d * mean;
    sums.pull += weight * u * d * mean;
  });
  return sums;
}

/** The moments of a noise factor s up to the fourth, which fluctuations need. */
export type QuarticNoise = Noise & {
  /** E[s³] */
  readonly s3: number;
  /** E[s⁴] */
  readonly s4: number;
};

/**
 * The moments of a technique's noise with those that fluctuations need.
 *
 * @param noise moments, as `computeNoise` gives them
 * @throws ParameterError where s3 or s4, or the higher moments of noise that shifts, are missing
 * @see the reference of each entry of `TECHNIQUES`
 * @example quarticNoise(computeNoise('uniform', { keep: 0.9 })).s3 // 1.3333333333333333
 */
export function quarticNoise(noise: Noise): QuarticNoise {
  const { s3, s4 } = noise;
  if (s3 === undefined || s4 === undefined)
    throw new ParameterError(
      s3 === undefined ? 's3' : 's4',
      'missing',
      'This noise is known by its first two moments only: give s3 and s4.',
    );
  readShifts(noise);
  return { ...noise, s3, s4 };
}

/**
 * The higher moments of a shift, all 0 for noise that only multiplies.
 *
 * @see Klambauer et al. 2017, "Self-normalizing neural networks", for alpha dropout, the noise that shifts
 */
export function readShifts({ t2 = 0, shifts }: Noise): ShiftMoments {
  if (shifts) return shifts;
  if (t2 !== 0)
    throw new ParameterError('shifts', 'missing', 'This noise shifts: give its higher moments in `shifts`.');
  return UNSHIFTED;
}

const UNSHIFTED: ShiftMoments = { s2t: 0, s3t: 0, s2t2: 0, st2: 0, st3: 0, t3: 0, t4: 0 };

/** Averages of the noise factors of two inputs at one unit. */
export type PairNoise = {
  /** E[s_a s_b] */
  readonly s11: number;
  /** E[s_a² s_b²] */
  readonly s22: number;
  /** E[s_a³ s_b] */
  readonly s31: number;
};

/**
 * The moments of inverted dropout: E[sⁿ] = keep^{1−n}.
 *
 * @param keep probability that a unit is kept, in (0, 1]
 * @throws ParameterError for keep outside (0, 1]
 * @see Srivastava et al. 2014, "Dropout"
 * @example dropoutMoments(0.5) // { s1: 1, s2: 2, variance: 1, s3: 4, s4: 8 }
 */
export function dropoutMoments(keep: number): QuarticNoise {
  if (!(keep > 0 && keep <= 1))
    throw new ParameterError('keep', 'out_of_range', 'keep must be above 0 and at most 1.', {
      min: 0,
      max: 1,
    });
  return { s1: 1, s2: 1 / keep, variance: (1 - keep) / keep, s3: 1 / keep ** 2, s4: 1 / keep ** 3 };
}

/**
 * The noise that two inputs see together.
 *
 * @param noise moments of the factor
 * @param mask `independent` for masks of their own, `shared` for the same mask
 * @see derived here: docs/theory.md
 * @example pairNoise(dropoutMoments(0.5), 'independent') // { s11: 1, s22: 4, s31: 4 }
 */
export function pairNoise(noise: QuarticNoise, mask: 'independent' | 'shared'): PairNoise {
  const { s1, s2, s3, s4 } = noise;
  return mask === 'shared' ? { s11: s2, s22: s4, s31: s4 } : { s11: s1 * s1, s22: s2 * s2, s31: s3 * s1 };
}

/** Averages of what one unit sends on, y = sφ + t, over the unit and its noise. */
export type NoisyQuartics = {
  /** E[y²] */
  readonly square: number;
  /** E[y⁴] */
  readonly fourth: number;
  /** E[s² φ′² y²] */
  readonly mixed: number;
};

/**
 * The averages of one input that fluctuations need, with the noise in them.
 *
 * @see derived here: docs/theory.md (the powers of sφ + t, multiplied out)
 */
export function noisyQuartics(one: Quartics, noise: Noise & { readonly s4: number }): NoisyQuartics {
  const { s2, s4, t2 = 0, st = 0 } = noise;
  const { s3t, s2t2, st3, t4 } = readShifts(noise);
  const { mean, square, cube, fourth, slope2, mixed, lean } = one;
  return {
    square: s2 * square + 2 * st * mean + t2,
    fourth: s4 * fourth + 4 * s3t * cube + 6 * s2t2 * square + 4 * st3 * mean + t4,
    mixed: s4 * mixed + 2 * s3t * lean + s2t2 * slope2,
  };
}
