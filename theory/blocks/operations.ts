import type { Activation, Pair } from '../activation.ts';
import { alignedSlope } from '../averages/one-input.ts';
import { averageNormalised } from '../ic/normalised.ts';
import type { Activate, AddNoise, DropPath, Gate, Normalise, Op, Weigh } from '../network.ts';
import type { Noise } from '../noise.ts';
import { sharedShifts } from '../trajectory/averages.ts';
import { clampVariance } from '../trajectory/layer.ts';
import { compileAttention } from './attention.ts';
import { noiseCorrelation, type Pairs, sharedFactor } from './pairs.ts';

/**
 * Where a walk is: the variance of a unit, its mean over the units, and for each pair what its covariance lacks of the variance. (The
 * covariance itself would cancel where two passes are nearly equal.)
 */
export type Signal = Float64Array;

/** The places of a {@link Signal}: the variance, the mean, and the first pair. */
export const [VARIANCE, MEAN, LOST] = [0, 1, 2] as const;

/**
 * What squared gradients, and products of the gradients of pairs, are multiplied by on the way back: for each couple a 2 × 2 matrix, row by row, from
 * (same position, two positions) above to the same below. Left out where nobody asks for gradients.
 */
export type Factors = Float64Array | null;

/** A part of a network, ready to run: it changes the signal in place, and multiplies the factors. */
export type Run = (signal: Signal, factors: Factors) => void;

/** What a walk meets on its way that its answer must mention. */
export type Seen = {
  /** the largest variance of scores, over ln T; 0 without attention */
  condensation: number;
  /** the largest variance of scores */
  score_variance: number;
};

/** What operations are compiled for. */
export type Setting = Pairs & { readonly seen: Seen };

/** Multiplies factors by those of an operation that does not mix positions. */
export function scaleFactors(
  factors: Float64Array,
  { couples }: Pairs,
  one: number,
  pair: Float64Array,
): void {
  for (let k = 0; k < couples.length; k++) {
    const { same, other } = couples[k] as Pairs['couples'][number];
    const [here, there] = [same < 0 ? one : (pair[same] as number), other < 0 ? 0 : (pair[other] as number)];
    const at = 4 * k;
    factors[at] = (factors[at] as number) * here;
    factors[at + 1] = (factors[at + 1] as number) * there;
    factors[at + 2] = (factors[at + 2] as number) * here;
    factors[at + 3] = (factors[at + 3] as number) * there;
  }
}

/** The same factor for one pass and for all pairs. */
function scaleAll(factors: Factors, by: number): void {
  if (factors) for (let i = 0; i < factors.length; i++) factors[i] = (factors[i] as number) * by;
}

/** What is known of two inputs whose variance has left the range of doubles. */
const UNKNOWN_PAIR: Pair = { gap: Number.NaN, slope: Number.NaN };

/** Averages of one activation at the last variance that it was asked about. */
function averagesOf(phi: Activation) {
  let [variance, q, mean, square, slope2] = [Number.NaN, 1, 0, 0, 0];
  let pair: ReturnType<Activation['pair']>;
  const { level } = phi;
  return {
    /** takes the averages of one input at a variance */
    at(v: number) {
      if (v === variance) return;
      variance = v;
      if (!(v < Number.POSITIVE_INFINITY)) {
        [square, mean, slope2] = [Number.NaN, Number.NaN, Number.NaN];
        pair = () => UNKNOWN_PAIR;
        return;
      }
      const size = Math.max(v, Number.MIN_VALUE);
      q = clampVariance(size, phi);
      const moments = phi.moments(q);
      pair = phi.pair(q);
      slope2 = moments.slope2;
      // (beyond its range a ratio is that of the end of the range)
      square = size * moments.ratio;
      mean = size * moments.lift;
    },
    /** E[φ], E[φ²] and E[φ′²] */
    mean: () => level + mean,
    square: () => level * level + square,
    slope2: () => slope2,
    /** (E[φ²] − E[φφ]) / v, and E[φ′φ′], at a misalignment */
    pair: (m: number) =>
      m > 0 ? pair(Math.min(m, 2)) : { gap: 0, slope: alignedSlope(phi, slope2), gradient: slope2 },
  };
}

function compileActivation({ phi }: Activate, pairs: Pairs): Run {
  const averages = averagesOf(phi);
  const count = pairs.pairs.length;
  const slopes = new Float64Array(count);
  return (signal, factors) => {
    const v = signal[VARIANCE] as number;
    averages.at(v);
    for (let i = 0; i < count; i++) {
      const { gap, slope, gradient = slope } = averages.pair((signal[LOST + i] as number) / v);
      signal[LOST + i] = v * gap;
      slopes[i] = gradient;
    }
    signal[VARIANCE] = averages.square();
    signal[MEAN] = averages.mean();
    if (factors) scaleFactors(factors, pairs, averages.slope2(), slopes);
  };
}

function compileGate(op: Gate, pairs: Pairs): Run {
  const { activation, sigma_w2_gate, sigma_w2_value, sigma_b2 = 0 } = op;
  const averages = averagesOf(activation.phi);
  const count = pairs.pairs.length;
  const slopes = new Float64Array(count);
  return (signal, factors) => {
    const v = signal[VARIANCE] as number;
    const gate = sigma_w2_gate * v + sigma_b2;
    const value = sigma_w2_value * v + sigma_b2;
    averages.at(gate);
    const square = averages.square();
    for (let i = 0; i < count; i++) {
      const lost = signal[LOST + i] as number;
      const { gap, slope, gradient = slope } = averages.pair(gate > 0 ? (sigma_w2_gate * lost) / gate : 0);
      const less = gate * gap;
      const shared = value - sigma_w2_value * lost;
      signal[LOST + i] = square * sigma_w2_value * lost + less * shared;
      slopes[i] = sigma_w2_gate * gradient * shared + sigma_w2_value * (square - less);
    }
    signal[VARIANCE] = square * value;
    signal[MEAN] = 0;
    if (factors)
      scaleFactors(
        factors,
        pairs,
        sigma_w2_gate * averages.slope2() * value + sigma_w2_value * square,
        slopes,
      );
  };
}

function compileLinear({ sigma_w2, sigma_b2 }: Weigh): Run {
  return (signal, factors) => {
    for (let i = LOST; i < signal.length; i++) signal[i] = (signal[i] as number) * sigma_w2;
    signal[VARIANCE] = sigma_w2 * (signal[VARIANCE] as number) + sigma_b2;
    signal[MEAN] = 0;
    scaleAll(factors, sigma_w2);
  };
}

function compileNoise({ noise, technique, channelwise = false }: AddNoise, pairs: Pairs): Run {
  const { s1, s2, t1 = 0, t2 = 0, st = 0 } = noise;
  const correlations = pairs.pairs.map((pair) =>
    noiseCorrelation(pair, channelwise || technique === 'dropconnect'),
  );
  const shared = Float64Array.from(correlations, (correlation) => sharedFactor(noise, correlation));
  // what the noise takes from a pair: of the variance, of the mean, and by itself
  const taken = correlations.map((correlation) => {
    const both = sharedShifts(noise, correlation);
    return {
      variance: (1 - correlation) * noise.variance,
      mean: 2 * (st - both.st),
      shift: t2 - both.tt,
    };
  });
  return (signal, factors) => {
    const [v, mean] = [signal[VARIANCE] as number, signal[MEAN] as number];
    for (let i = 0; i < taken.length; i++) {
      const own = taken[i] as (typeof taken)[number];
      signal[LOST + i] =
        own.variance * v + own.mean * mean + own.shift + (shared[i] as number) * (signal[LOST + i] as number);
    }
    signal[VARIANCE] = s2 * v + 2 * st * mean + t2;
    signal[MEAN] = s1 * mean + t1;
    if (factors) scaleFactors(factors, pairs, s2, shared);
  };
}

/** Where the units of a layer are so much alike, their variance has lost its digits. */
const ALIKE = 1e-6;

/** The variance over the units of a layer; NaN where it is not known. */
function apartOf(v: number, mean: number): number {
  const apart = v - mean * mean;
  return apart > ALIKE * v || mean === 0 ? apart : Number.NaN;
}

/**
 * A norm, ready to run.
 *
 * @param op its kind, ε, gain and shift
 * @param pairs that are followed
 * @example compileNorm({ kind: 'layer' }, pairs)
 */
export function compileNorm(op: Omit<Normalise, 'op'>, pairs: Pairs): Run {
  const { kind, eps = 0 } = op;
  const gain = compileGain(op);
  return (signal, factors) => {
    const [v, mean] = [signal[VARIANCE] as number, signal[MEAN] as number];
    // what units, or the inputs of a batch, have not in common
    const rest =
      kind === 'batch' ? (signal[LOST + pairs.batch] as number) : kind === 'layer' ? apartOf(v, mean) : v;
    const scale = 1 / (rest + eps);
    for (let i = LOST; i < signal.length; i++) signal[i] = (signal[i] as number) * scale;
    signal[VARIANCE] = rest * scale;
    signal[MEAN] = kind === 'rms' ? mean * Math.sqrt(scale) : 0;
    scaleAll(factors, scale);
    gain?.(signal, factors);
  };
}

/** Gains and shifts of a norm, where it has any. */
function compileGain({ gain2 = 1, shift2 = 0 }: Omit<Normalise, 'op'>): Run | undefined {
  if (gain2 === 1 && shift2 === 0) return undefined;
  return (signal, factors) => {
    for (let i = LOST; i < signal.length; i++) signal[i] = (signal[i] as number) * gain2;
    signal[VARIANCE] = gain2 * (signal[VARIANCE] as number) + shift2;
    signal[MEAN] = Math.sqrt(gain2) * (signal[MEAN] as number);
    scaleAll(factors, gain2);
  };
}

/** Below this correlation of the inputs of a batch there is nothing that they have in common. */
const NOTHING_IN_COMMON = 1e-15;

/** An activation that a batch norm reads: where inputs have something in common each unit has a variance of its own over the batch. */
function compileNormalisedActivation(activation: Activate, norm: Normalise, pairs: Pairs): Run {
  const apart = [compileActivation(activation, pairs), compileNorm(norm, pairs)];
  const gain = compileGain(norm);
  const slopes = new Float64Array(pairs.pairs.length);
  return (signal, factors) => {
    const v = signal[VARIANCE] as number;
    const common = 1 - (signal[LOST + pairs.batch] as number) / v;
    if (!(common >= NOTHING_IN_COMMON)) {
      for (const run of apart) run(signal, factors);
      return;
    }
    const normalised = averageNormalised(activation.phi, v, common);
    for (let i = 0; i < pairs.pairs.length; i++) {
      const { lost, gradient } = normalised.at((signal[LOST + i] as number) / v);
      signal[LOST + i] = i === pairs.batch ? 1 : lost;
      slopes[i] = gradient / v;
    }
    signal[VARIANCE] = 1;
    signal[MEAN] = 0;
    if (factors) scaleFactors(factors, pairs, normalised.gain, slopes);
    gain?.(signal, factors);
  };
}

/** Stochastic depth as noise that a whole pass has in common: an approximation, see `pathAverages` for the exact law. */
function compilePath({ keep }: DropPath, pairs: Pairs): Run {
  const noise: Noise = { s1: 1, s2: 1 / keep, variance: (1 - keep) / keep };
  const shares = pairs.pairs.map(({ within, mask_correlation = 0 }) => (within ? 1 : mask_correlation));
  const shared = Float64Array.from(shares, (share) => sharedFactor(noise, share));
  return (signal, factors) => {
    const v = signal[VARIANCE] as number;
    for (let i = 0; i < shares.length; i++)
      signal[LOST + i] =
        (1 - (shares[i] as number)) * noise.variance * v +
        (shared[i] as number) * (signal[LOST + i] as number);
    signal[VARIANCE] = noise.s2 * v;
    if (factors) scaleFactors(factors, pairs, noise.s2, shared);
  };
}

/** How each operation is compiled: one that is missing does not compile. */
const COMPILERS: { readonly [Name in Op['op']]: (op: Extract<Op, { op: Name }>, setting: Setting) => Run } = {
  activation: compileActivation,
  gate: compileGate,
  linear: compileLinear,
  noise: compileNoise,
  norm: compileNorm,
  attention: compileAttention,
  path: compilePath,
};

/**
 * Operations one after the other, ready to run.
 *
 * @param ops of a branch or a stem
 * @param setting the pairs that are followed
 * @example compileOps([{ op: 'linear', sigma_w2: 2, sigma_b2: 0 }], setting)
 */
export function compileOps(ops: readonly Op[], setting: Setting): Run[] {
  const runs: Run[] = [];
  for (let i = 0; i < ops.length; i++) {
    const [op, next] = [ops[i] as Op, ops[i + 1]];
    if (op.op === 'activation' && next?.op === 'norm' && next.kind === 'batch') {
      runs.push(compileNormalisedActivation(op, next, setting));
      i++;
    } else runs.push((COMPILERS[op.op] as (op: Op, setting: Setting) => Run)(op, setting));
  }
  return runs;
}
