import type { Pair } from '../activation.ts';
import { angleOf } from '../averages/angle.ts';
import { legendre } from '../averages/legendre.ts';
import { normalCdf } from '../special/erf.ts';
import { millsRatio } from '../special/mills.ts';
import { count } from '../work.ts';

const { nodes: NODES, weights: WEIGHTS } = legendre(16);

/** Beyond so many standard deviations squares of the density are no numbers, and nearer to 0 than this nothing bends. */
const [SILENT, FINEST] = [38, 1e-15];

/** exp(−45) is nothing. */
const NOTHING = 45;

const density = (k: number) => Math.exp((-k * k) / 2) / Math.sqrt(2 * Math.PI);

/** P(z > x) for x ≥ 0, with all its digits. */
const tail = (x: number) => (x < 40 ? density(x) * millsRatio(x) : 0);

/**
 * ∫ f dt from `low` to `high` ≤ π/2 for functions of exp(−k²/(1 ± cos t)): panels as short as these ask for, up to where the larger
 * one is nothing against its value at `low`.
 */
function integral(k: number, low: number, high: number, f: (t: number) => number): number {
  const square = k * k;
  const level = square / (1 + Math.cos(low));
  let sum = 0;
  for (let from = low; from < high; ) {
    const share = 1 + Math.cos(from);
    if (k > 1 && square / share - level > NOTHING) break;
    const fall = 1 + k + (square * Math.sin(from)) / (share * share);
    const half = Math.min(high - from, Math.max(from, k / 8, FINEST), 0.5, 6 / fall) / 2;
    count(2 * NODES.length);
    for (let i = 0; i < NODES.length; i++)
      sum += half * (WEIGHTS[i] as number) * f(from + half * (1 + (NODES[i] as number)));
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
 * @param kind `soft` is continuous, `hard` jumps
 * @param k threshold / √q, positive
 * @returns the averages as a function of the misalignment m in (0, 2]
 * @see Plackett 1954, "A reduction formula for normal multivariate integrals"; Price 1958, "A useful theorem for nonlinear
 * devices having Gaussian inputs"
 * @example shrinkPair('soft', 0.5)(1).slope // P(|z| > 1/2)² = 0.38078165…
 */
export function shrinkPair(kind: 'soft' | 'hard', k: number): (m: number) => Pair {
  if (k > SILENT) return () => ({ gap: 0, slope: 0 });
  const square = k * k;
  const near = (t: number) => Math.exp(-square / (2 * Math.sin(t / 2) ** 2));
  const far = (t: number) => Math.exp(-square / (2 * Math.cos(t / 2) ** 2));
  const edge = 4 * k * density(k);
  const independent = 4 * tail(k) ** 2;

  const aligning = (m: number): Pair => {
    const theta = angleOf(m);
    const both = independent + integral(k, theta, Math.PI / 2, (t) => far(t) - near(t)) / Math.PI;
    const soft = integral(k, 0, theta, (t) => 2 * Math.sin(t / 2) ** 2 * (far(t) - near(t)));
    const gap = m * both + soft / Math.PI;
    if (kind === 'soft') return { gap, slope: both };
    const one = integral(k, 0, theta, (t) => {
      const half = Math.tan(t / 2);
      return Math.sin(t) * (normalCdf(-k * half) + normalCdf(-k / half));
    });
    const two = integral(k, 0, theta, (t) => far(t) + near(t));
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
