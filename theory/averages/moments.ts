import type { Moments } from '../activation.ts';
import { count, kept } from '../work.ts';
import { type Fineness, gaussianRule, type Shape, USUAL } from './panels.ts';
import { rise } from './rise.ts';
import { shortfallNearZero } from './shortfall.ts';

/** Below this variance, in units of the squared distance to what bends, E[φ] is taken as a parabola in q. */
const SMALL = 1e-6;

/**
 * The one-input averages of any piecewise analytic activation, by Gauss–Legendre panels split at the kinks: about
 * 1e-14 of their natural scale at any q.
 *
 * @param shape the activation
 * @param fineness of the rule; a second one gives an error estimate
 * @returns the averages as a function of q > 0
 * @see Poole et al. 2016 and Schoenholz et al. 2017, for what is averaged
 * @example numericMoments(silu)(1).ratio // E[silu²] = 0.35577…
 */
export function numericMoments(shape: Shape, fineness: Fineness = USUAL): (q: number) => Moments {
  const { derivative, kinks, features } = shape;
  const climb = rise(shape);
  const jumped = jumps(shape);
  const level = shape.phi(0);
  const clear = Math.min(
    1,
    ...kinks.map(Math.abs),
    ...features.map(({ at, width }) => Math.max(width, Math.abs(at))),
  );
  const tiny = SMALL * clear * clear;
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
function jumps({ steps = [] }: Shape): (q: number) => { drift: number; radial: number } {
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

/**
 * The limit of (E[φ²] − φ(0)²) / q as q → 0: the mean of φ′(0)² from both sides, and φ(0) φ″(0).
 *
 * @param shape the activation
 * @param lift gives the limit of (E[φ] − φ(0)) / q; asked for where φ(0) ≠ 0
 * @example limitAtZero(relu, () => 0) // 0.5
 */
export function limitAtZero({ phi, derivative }: Shape, lift: () => number): number {
  const level = phi(0);
  const slopes = (derivative(-Number.MIN_VALUE) ** 2 + derivative(Number.MIN_VALUE) ** 2) / 2;
  return level === 0 ? slopes : slopes + 2 * level * lift();
}
