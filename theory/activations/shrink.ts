import type { Activation, Family, Moments, Pair } from '../activation.ts';
import type { Bends } from '../averages/piecewise.ts';
import { legendre } from '../averages/quadrature.ts';
import { findAngle, millsRatio, normalCdf } from '../averages/special.ts';
import { count } from '../work.ts';
import { homogeneous, piecewiseLinear } from './piecewise-linear.ts';

const { nodes: PANEL_NODES, weights: PANEL_WEIGHTS } = legendre(16);
const { nodes: TAIL_NODES, weights: TAIL_WEIGHTS } = legendre(32);

/** What is left out of the tails is below exp(−44) of them. */
const DIGITS = 44;

/** ∫ tⁿ p(k + t) dt over t > 0 for n = 0, 1, 2 and the normal density p: all terms positive, however far out k is. */
function tails(k: number): [number, number, number] {
  const end = (2 * DIGITS) / (k + Math.sqrt(k * k + 2 * DIGITS));
  const scale = (end / 2) * density(k);
  let [zeroth, first, second] = [0, 0, 0];
  count(TAIL_NODES.length / 4);
  for (let i = 0; i < TAIL_NODES.length; i++) {
    const t = (end / 2) * (1 + (TAIL_NODES[i] as number));
    const weight = (TAIL_WEIGHTS[i] as number) * Math.exp(-t * (k + t / 2));
    zeroth += weight;
    first += weight * t;
    second += weight * t * t;
  }
  return [scale * zeroth, scale * first, scale * second];
}

const density = (k: number) => Math.exp((-k * k) / 2) / Math.sqrt(2 * Math.PI);

/** The averages of one input, from E[φ²]/q, its derivative and P(|u| > threshold): φ is odd. */
const oddMoments = (ratio: number, radial: number, slope2: number): Moments => ({
  ratio,
  shortfall: -ratio,
  lift: 0,
  drift: 0,
  variance: ratio,
  slope2,
  radial,
});

/** With k = threshold/√q, E[φ²]/q = 2 ∫ t² p(k + t) dt. */
function softMoments(k: number): Moments {
  const [zeroth, first, second] = tails(k);
  return oddMoments(2 * second, 2 * second + 2 * k * first, 2 * zeroth);
}

/** E[φ²]/q = 2 ∫ (k + t)² p(k + t) dt = 2 (P(z > k) + k p(k)); its derivative by q has the jumps in it, k³ p(k). */
function hardMoments(k: number): Moments {
  const [zeroth] = tails(k);
  const edge = k * density(k);
  return oddMoments(2 * (zeroth + edge), 2 * (zeroth + edge) + k * k * edge, 2 * zeroth);
}

/** Beyond so many standard deviations squares of the density are no numbers, and nearer to 0 than this nothing bends. */
const [SILENT_THRESHOLD, FINEST_PANEL] = [38, 1e-15];

/** exp(−45) adds nothing. */
const NEGLIGIBLE_EXPONENT = 45;

/** P(z > x) for x ≥ 0, with all its digits. */
const tail = (x: number) => (x < 40 ? density(x) * millsRatio(x) : 0);

/**
 * ∫ f dt from `low` to `high` ≤ π/2 for functions of exp(−k²/(1 ± cos t)): panels as short as these ask for, up to where the larger
 * one is nothing against its value at `low`.
 */
function integrate(k: number, low: number, high: number, f: (t: number) => number): number {
  const square = k * k;
  const level = square / (1 + Math.cos(low));
  let sum = 0;
  for (let from = low; from < high; ) {
    const share = 1 + Math.cos(from);
    if (k > 1 && square / share - level > NEGLIGIBLE_EXPONENT) break;
    const fall = 1 + k + (square * Math.sin(from)) / (share * share);
    const half = Math.min(high - from, Math.max(from, k / 8, FINEST_PANEL), 0.5, 6 / fall) / 2;
    count(2 * PANEL_NODES.length);
    for (let i = 0; i < PANEL_NODES.length; i++)
      sum += half * (PANEL_WEIGHTS[i] as number) * f(from + half * (1 + (PANEL_NODES[i] as number)));
    from += 2 * half;
  }
  return sum;
}

/**
 * The two-input averages of soft and hard shrinkage, whose threshold is k standard deviations away, with all terms positive, so that
 * they keep their digits where almost nothing passes. With c = cos θ ≥ 0, p the normal density, Q its tail and
 * E±(t) = exp(−k²/(1 ± cos t)), the slopes are
 *
 * - soft: P(|z₁|, |z₂| > k) = 4 Q(k)² + ∫ (E₊ − E₋) dt / π from θ to π/2;
 * - hard: that, with one input at a jump 4 k p(k) (Q(k tan θ/2) + Q(k cot θ/2)), and with both k² (E₊ + E₋) / (π sin θ),
 *
 * and the gaps their integrals over 1 − cos t from 0 to θ. For c < 0 they follow, because φ is odd.
 *
 * @see Plackett 1954, "A reduction formula for normal multivariate integrals"; Price 1958, "A useful theorem for nonlinear
 * devices having Gaussian inputs"
 */
function shrinkPair(kind: 'soft' | 'hard', k: number): (m: number) => Pair {
  if (k > SILENT_THRESHOLD) return () => ({ gap: 0, slope: 0 });
  const square = k * k;
  const near = (t: number) => Math.exp(-square / (2 * Math.sin(t / 2) ** 2));
  const far = (t: number) => Math.exp(-square / (2 * Math.cos(t / 2) ** 2));
  const edge = 4 * k * density(k);
  const independent = 4 * tail(k) ** 2;

  const aligning = (m: number): Pair => {
    const theta = findAngle(m);
    const both = independent + integrate(k, theta, Math.PI / 2, (t) => far(t) - near(t)) / Math.PI;
    const soft = integrate(k, 0, theta, (t) => 2 * Math.sin(t / 2) ** 2 * (far(t) - near(t)));
    const gap = m * both + soft / Math.PI;
    if (kind === 'soft') return { gap, slope: both };
    const one = integrate(k, 0, theta, (t) => {
      const half = Math.tan(t / 2);
      return Math.sin(t) * (normalCdf(-k * half) + normalCdf(-k / half));
    });
    const two = integrate(k, 0, theta, (t) => far(t) + near(t));
    const half = Math.tan(theta / 2);
    const crossed = edge * (tail(k * half) + tail(k / half));
    return {
      gap: gap + edge * one + (square * two) / Math.PI,
      slope: both + crossed + (square * (far(theta) + near(theta))) / (Math.PI * Math.sin(theta)),
      gradient: both,
    };
  };
  return (m) => {
    if (m <= 1) return aligning(m);
    const opposite = m < 2 ? aligning(2 - m) : null;
    // (nothing is left between an input and its mirror image)
    if (opposite === null) {
      const slope2 = 2 * tail(k);
      const steep =
        kind === 'soft' ? { slope: slope2 } : { slope: Number.POSITIVE_INFINITY, gradient: slope2 };
      return { gap: 2 * aligning(1).gap, ...steep };
    }
    return { ...opposite, gap: 2 * aligning(1).gap - opposite.gap };
  };
}

/**
 * The activation that is 0 for |x| ≤ threshold and x beyond, less the threshold in the soft one. Its averages keep their digits
 * where almost nothing passes.
 */
function shrink(kind: 'soft' | 'hard', threshold: number): Activation {
  const name = `${kind}shrink`;
  if (threshold === 0) return homogeneous(1, 1, name);
  const moments = kind === 'soft' ? softMoments : hardMoments;
  const rises: Pick<Bends, 'rises'> = kind === 'soft' ? {} : { rises: [threshold, threshold] };
  return {
    ...piecewiseLinear({ left: 1, kinks: [-threshold, threshold], jumps: [-1, 1], level: 0, ...rises }, name),
    ratio_at_zero: 0,
    moments: (q: number) => moments(threshold / Math.sqrt(q)),
    pair: (q: number) => shrinkPair(kind, threshold / Math.sqrt(q)),
  };
}

/** Donoho, Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage", for both functions. */
export const SHRINKING = {
  softshrink: ({ threshold }) => shrink('soft', threshold),
  // It jumps, so that two inputs that are nearly alike part as √(1 − c): chi_aligned is infinite, while chi_1, which has the
  // derivative of training in it, is not
  hardshrink: ({ threshold }) => shrink('hard', threshold),
} as const satisfies Family;
