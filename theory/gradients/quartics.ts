import type { Activation } from '../activation.ts';
import { gaussianRule } from '../averages/quadrature.ts';
import { ParameterError } from '../parameter-error.ts';
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
  checkVariance(q);
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
  checkVariance(q);
  if (!(c >= -1 && c <= 1))
    throw new ParameterError('c', 'out_of_range', 'c must lie between −1 and 1.', { min: -1, max: 1 });
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

function checkVariance(q: number): void {
  if (!(q > 0 && q < Number.POSITIVE_INFINITY))
    throw new ParameterError('q', 'out_of_range', 'q must be a positive finite number.', { min: 0 });
}
