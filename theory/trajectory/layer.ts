import type { Activation, Pair } from '../activation.ts';
import type { Noise } from '../noise.ts';
import { count } from '../work.ts';
import { type NoisyAverages, noisyAverages, sharedSquare, twoInputs } from './averages.ts';
import { createIcStepper } from './ic-layer.ts';

/** One layer, from pre-activations to pre-activations: activation, noise, weights, and perhaps a skip connection. */
export type Layer = {
  /** weight variance: weights are N(0, sigma_w2 / fan_in) */
  readonly sigma_w2: number;
  /** bias variance */
  readonly sigma_b2: number;
  readonly noise: Noise;
  /** correlation of the noise of two inputs: 0 (default) for masks of their own, 1 for a shared mask */
  readonly mask_correlation?: number;
  /** an activation of this layer's own; `linear` for a layer that reads the data */
  readonly activation?: Activation;
  /** a² in y = a·x + b·block(x); 0 (default) without a skip connection */
  readonly carry?: number;
  /** b² in y = a·x + b·block(x); 1 by default */
  readonly branch?: number;
  /** `ic`: batch normalisation between φ and the noise, which is then dropout; null (default) without */
  readonly batch_norm?: boolean;
  /** of an IC layer in evaluation: the noise of the training that its running statistics are from */
  readonly trained_noise?: Noise;
};

/** Where two inputs, or several pairs of inputs with the same q, stand at a layer. */
export type State = {
  readonly q: number;
  /** misalignments 1 − c, one a pair */
  readonly misalignments: readonly number[];
  /** misalignment of two generic inputs, which IC layers need to know; followed only if given */
  readonly common?: number;
  /** q in training, where an IC layer in evaluation has its statistics from; q itself if left out */
  readonly trained_q?: number;
};

/** A state one layer on, and the factors of the squared gradient back across that layer. */
export type Step = State & {
  /** for one input */
  readonly chi_1: number;
  /** for two inputs, one a pair */
  readonly chi_c: readonly number[];
};

/** Beyond these φ is its asymptote, or its germ at 0, on the scale of q; nearer to the ends of the numbers squares overflow. */
const AVERAGED = { min: 1e-120, max: 1e120 } as const;

/** The same where φ is no straight line there: next to these q′ is 0 or infinite. */
const BENT = { min: 1e-250, max: 1e150 } as const;

/**
 * The variance at which averages are taken in place of one at the ends of the range of doubles.
 *
 * @param q positive
 * @param activation φ
 * @example clampVariance(1e-300, tanh) // 1e-120
 */
export const clampVariance = (q: number, { ratio_at_zero, asymptote: [left, right] }: Activation): number =>
  Math.min(
    Math.max(q, (ratio_at_zero === 0 ? BENT : AVERAGED).min),
    (Number.isFinite(left + right) ? AVERAGED : BENT).max,
  );

/** Averages are kept where q has moved less than this, relatively. */
const UNCHANGED = 2e-15;

/** The work of a layer besides its averages, in evaluations. */
const LAYER = 30;

/** Averages of so many misalignments are kept. */
const REMEMBERED = 8;

/**
 * A function that takes a state through layers, one a call. It keeps the averages of the last q, so that layers at a
 * fixed point cost little.
 *
 * @param activation φ of the layers that have none of their own
 * @returns the step: q′ = a² q + b² (sigma_w2 E[(sφ + t)²] + sigma_b2), and q′ m′ = a² q m + b² sigma_w2 (what the noise
 * takes + E[s_a s_b] (E[φ²] − E[φφ])) for the misalignment m, so that nothing cancels near c = 1
 * @see Schoenholz et al. 2017, "Deep information propagation" (maps with dropout); Yang, Schoenholz 2017, "Mean field
 * residual networks: on the edge of chaos" (skip connections)
 * @example createStepper(relu)({ q: 1, misalignments: [1] }, { sigma_w2: 2, sigma_b2: 0, noise: NO_NOISE }).misalignments // [1 − 1/π]
 */
export function createStepper(activation: Activation): (state: State, layer: Layer) => Step {
  let last: {
    phi: Activation;
    q: number;
    noise: Noise;
    correlation: number;
    one: NoisyAverages;
    two: (m: number) => Pair;
    /** by misalignment: a correlation at its fixed point asks for the same averages in every layer */
    pairs: Map<number, Pair>;
  } | null = null;
  const normalising = createIcStepper();
  return (state, layer) => {
    count(LAYER);
    if (layer.batch_norm) return normalising(layer.activation ?? activation, state, layer);
    const { sigma_w2, sigma_b2, noise, mask_correlation: correlation = 0, carry = 0, branch = 1 } = layer;
    const phi = layer.activation ?? activation;
    const size = Math.min(Math.max(state.q, Number.MIN_VALUE), Number.MAX_VALUE);
    const q = clampVariance(size, phi);
    const same = last !== null && last.phi === phi && Math.abs(last.q - q) <= UNCHANGED * q ? last : null;
    if (last === null || same?.noise !== noise || same.correlation !== correlation) {
      const one = noisyAverages(phi, q, noise, correlation);
      const two = same?.two ?? twoInputs(phi, q);
      last = { phi, q, noise, correlation, one, two, pairs: same?.pairs ?? new Map() };
    }
    const { one, two, pairs: known } = last;
    // (φ grows as x², and its slope with it)
    const beyond = q < size && q === BENT.max ? Number.POSITIVE_INFINITY : undefined;
    const weight = branch * sigma_w2;
    const s12 = sharedSquare(noise, correlation);
    const multiplied = carry + weight * one.square;
    // Where q has left the range of double precision its ratios still have not; the bias no longer matters there.
    const next = multiplied * size + branch * sigma_b2;
    const growth = next > 0 && next < Number.POSITIVE_INFINITY ? next / size : multiplied;
    const pairAt = (m: number): Pair => {
      const pair = known.get(m) ?? two(m);
      if (known.size >= REMEMBERED) known.clear();
      known.set(m, pair);
      return pair;
    };
    const moved = (m: number, { gap }: Pair) =>
      growth > 0 ? (carry * m + weight * (one.unshared + s12 * gap)) / growth : m;
    const { misalignments, common } = state;
    const pairs = misalignments.map(pairAt);
    return {
      q: next,
      misalignments: misalignments.map((m, i) => moved(m, pairs[i] as Pair)),
      ...(common !== undefined && { common: moved(common, pairAt(common)) }),
      chi_1: beyond ?? carry + weight * noise.s2 * one.slope2,
      chi_c: pairs.map(({ slope, gradient = slope }) => beyond ?? carry + weight * s12 * gradient),
    };
  };
}
