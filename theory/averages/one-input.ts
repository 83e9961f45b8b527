import type { Activation, Moments } from '../activation.ts';
import { count, kept } from '../work.ts';
import { type Fineness, gaussianRule, legendre, type Shape, USUAL_FINENESS } from './quadrature.ts';
import { chebyshevFit, chebyshevPoints, chebyshevValue } from './tables.ts';

/** Below this variance, in units of the squared distance to what bends, E[φ] is taken as a parabola in q. */
const SMALL_VARIANCE = 1e-6;

/**
 * The one-input averages of any piecewise analytic activation, by Gauss–Legendre panels split at the kinks: about
 * 1e-14 of their natural scale at any q.
 *
 * @see Poole et al. 2016 and Schoenholz et al. 2017, for what is averaged
 */
export function numericMoments(shape: Shape, fineness: Fineness = USUAL_FINENESS): (q: number) => Moments {
  const { derivative, kinks, features } = shape;
  const climb = subtractLevel(shape);
  const jumped = averageJumps(shape);
  const level = shape.phi(0);
  const clear = Math.min(
    1,
    ...kinks.map(Math.abs),
    ...features.map(({ at, width }) => Math.max(width, Math.abs(at))),
  );
  const tiny = SMALL_VARIANCE * clear * clear;
  const [left, right] = [derivative(-Number.MIN_VALUE), derivative(Number.MIN_VALUE)];

  const direct = (q: number): Moments => {
    const { nodes, weights } = gaussianRule(kinks, features, 0, Math.sqrt(q), { ...fineness, tails: true });
    count(1.8 * nodes.length);
    let [square, short, mean, drift, slope2, radial] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < nodes.length; i++) {
      const x = nodes[i] as number;
      const weight = weights[i] as number;
      const up = climb(x);
      const slope = derivative(x);
      const tangent = (x < 0 ? left : right) * x;
      square += weight * up * up;
      short += weight * (tangent - up) * (tangent + up);
      mean += weight * up;
      drift += weight * x * slope;
      slope2 += weight * slope * slope;
      radial += weight * x * up * slope;
    }
    const lift = mean / q;
    return {
      ratio: square / q,
      shortfall: short / q,
      lift,
      drift: drift / q / 2,
      variance: (square - mean * mean) / q,
      slope2,
      radial: radial / q,
    };
  };

  // E[φ] − φ(0) is of order q but made of terms of order √q: near q = 0 it is φ″(0) q/2 + … continued from larger q.
  const nearZero = kept(() => {
    const [one, two] = [direct(tiny).lift, direct(2 * tiny).lift];
    return { lift: 2 * one - two, bend: (two - one) / tiny };
  });
  const limit = limitAtZero(shape, () =>
    tiny > 0 ? nearZero().lift : direct(1e-20).lift * Number.MAX_VALUE,
  );

  const near = level === 0 ? shortfallNearZero(shape, (q) => direct(q).shortfall) : undefined;

  return (q) => {
    const own = direct(q);
    let { lift, drift } = own;
    if (q < tiny) {
      const rises = nearZero();
      lift = rises.lift + rises.bend * q;
      drift = rises.lift + 2 * rises.bend * q;
    }
    const ratio = own.ratio + 2 * level * lift;
    const shortfall = level === 0 ? (near?.(q) ?? own.shortfall) : limit - ratio;
    const radial = own.radial + 2 * level * drift;
    const more = jumped(q);
    return {
      ...own,
      ratio,
      shortfall,
      lift,
      drift: drift + more.drift,
      radial: radial + more.radial,
    };
  };
}

/** What the jumps of φ add to the derivatives of E[φ] and of E[φ²] by q, halves of the averages of the second derivatives. */
function averageJumps({ steps = [] }: Shape): (q: number) => { drift: number; radial: number } {
  return (q) => {
    let [drift, radial] = [0, 0];
    for (const { at, from, to } of steps) {
      const pull = (at * Math.exp((-at * at) / (2 * q))) / (2 * q * Math.sqrt(2 * Math.PI * q));
      drift += pull * (to - from);
      radial += pull * (to - from) * (to + from);
    }
    return { drift, radial };
  };
}

/** The limit of (E[φ²] − φ(0)²) / q as q → 0: the mean of φ′(0)² from both sides, and φ(0) φ″(0). */
export function limitAtZero({ phi, derivative }: Shape, lift: () => number): number {
  const level = phi(0);
  const slopes = (derivative(-Number.MIN_VALUE) ** 2 + derivative(Number.MIN_VALUE) ** 2) / 2;
  return level === 0 ? slopes : slopes + 2 * level * lift();
}

const { nodes: LEVEL_NODES, weights: LEVEL_WEIGHTS } = legendre(5);

/** Within this part of a feature's width, five nodes integrate φ′ to the last digit. */
const NEAR_ZERO = 0.02;

/** φ(x) − φ(0) without cancellation: near 0, where φ(0) is not 0 and nothing bends, as the integral of φ′. */
export function subtractLevel(shape: Shape): (x: number) => number {
  const { phi, derivative, kinks, features } = shape;
  const level = phi(0);
  if (level === 0) return phi;
  const reach = Math.min(
    ...features.map(({ at, width }) => NEAR_ZERO * Math.max(width, Math.abs(at))),
    ...kinks.map((kink) => Math.abs(kink)),
  );
  return (x) => {
    if (Math.abs(x) >= reach) return phi(x) - level;
    let sum = 0;
    for (let k = 0; k < LEVEL_NODES.length; k++)
      sum += (LEVEL_WEIGHTS[k] as number) * derivative((x * (1 + (LEVEL_NODES[k] as number))) / 2);
    return (x * sum) / 2;
  };
}

/** Up to this variance, in units of the squared distance to the nearest singularity, the tail that reaches it is below e⁻⁴⁰. */
const FIT_REACH = 1 / 80;

/** Nodes of the fit. */
const FIT_NODES = 16;

/** Beyond this part of the fit's range the subtraction itself has digits enough. */
const USED_PART = 1 / 4;

/**
 * The shortfall of E[φ²]/q from its limit at q → 0, for small q and φ(0) = 0, with its relative digits: the shortfall over q (over √q
 * where φ has a kink at 0) is a power series, whose Chebyshev fit over larger q replaces a subtraction that would leave nothing. Signs of
 * growth at a critical point rest on it.
 *
 * @see Trefethen 2013, "Approximation theory and approximation practice", chapter 8
 */
export function shortfallNearZero(
  { phi, derivative, kinks, features }: Shape,
  subtracted: (q: number) => number,
): ((q: number) => number | undefined) | undefined {
  const clear = Math.min(
    ...kinks.filter((kink) => kink !== 0).map(Math.abs),
    ...features.map(({ at, width }) => Math.max(width, Math.abs(at))),
  );
  const near = Math.min(clear, 1) / 8;
  if ([-near, near].every((x) => phi(x) === derivative(x) * x)) return undefined;
  const high = FIT_REACH * clear * clear;
  const power = kinks.includes(0) ? Math.sqrt : (q: number) => q;
  const back = kinks.includes(0) ? (x: number) => x * x : (x: number) => x;
  const fit = kept(() =>
    chebyshevFit(
      chebyshevPoints(FIT_NODES).map((x) => {
        const at = high * back(x);
        return subtracted(at) / power(at);
      }),
    ),
  );
  return (q) => {
    if (!(q < USED_PART * high)) return undefined;
    return power(q) * chebyshevValue(fit(), power(q / high));
  };
}

/**
 * E[φ(u)], from averages that are counted from φ(0).
 *
 * @param activation φ
 * @param q variance of u, positive
 * @param moments of φ at q
 * @example plainMean(relu, 1) // 1/√(2π)
 */
export function plainMean(
  activation: Activation,
  q: number,
  moments: Moments = activation.moments(q),
): number {
  return activation.level + q * moments.lift;
}

/**
 * E[φ(u)²], from averages that are counted from φ(0).
 *
 * @param activation φ
 * @param q variance of u, positive
 * @param moments of φ at q
 * @example plainSquare(cos, 1) // (1 + e⁻²) / 2 = 0.56766…
 */
export function plainSquare(
  activation: Activation,
  q: number,
  moments: Moments = activation.moments(q),
): number {
  return activation.level * activation.level + q * moments.ratio;
}

/**
 * The slope of E[φφ]/q in c at c = 1: E[φ′²], or infinite where φ jumps, because two inputs that differ ever so little then
 * lie on different sides of the jump with a probability of the order of √(1 − c).
 *
 * @see Price 1958, "A useful theorem for nonlinear devices having Gaussian inputs"
 */
export const alignedSlope = ({ steps = [] }: Activation, slope2: number): number =>
  steps.length > 0 ? Number.POSITIVE_INFINITY : slope2;
