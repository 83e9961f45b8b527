import type { Pair, UnequalPair } from '../activation.ts';
import { arcsineKernel } from '../special/arcsine-kernel.ts';
import { logisticMixture } from '../special/logistic-mixture.ts';
import { count } from '../work.ts';

/** Below this q the averages of a pair no longer depend on it, and denormal numbers would cost digits. */
const TINY = 1e-20;

/** All pairs of points of the mixture that carry weight: v₁ v₂, v₁ + v₂, and the weight times 2/π. */
const POINTS = (() => {
  const points: { product: number; sum: number; weight: number }[] = [];
  const { variances, weights } = logisticMixture();
  for (let i = 0; i < variances.length; i++)
    for (let j = 0; j <= i; j++) {
      const [v, w] = [variances[i] as number, variances[j] as number];
      const weight = ((i === j ? 2 : 4) / Math.PI) * (weights[i] as number) * (weights[j] as number);
      // What weighs less moves no average by more than 1e-16 of it, for 1/√(v₁v₂) stays below 30.
      if (weight > 1e-20) points.push({ product: v * w, sum: v + w, weight });
    }
  return points;
})();
const WEIGHTS = Float64Array.from(POINTS, ({ weight }) => weight);

/**
 * The two-input averages of tanh at variance q as a function of the misalignment m in (0, 2], to about 1e-15 relative:
 * tanh is a mixture of error functions (see `logisticMixture`), and so its averages are mixtures of arcsine kernels.
 * The cost depends neither on q nor on m, and nothing cancels as m → 0.
 *
 * @param q variance of the inputs, positive
 * @see Schoenholz et al. 2017 for the averages, Williams 1998 for the kernel, Andrews and Mallows 1974 for the mixture
 * @example tanhPair(1)(1).gap // E[tanh²] = 0.39429449039784
 */
export function tanhPair(q: number): (m: number) => Pair {
  const at = Math.max(q, TINY);
  const own = new Float64Array(POINTS.length);
  const aligned = new Float64Array(POINTS.length);
  POINTS.forEach(({ product, sum }, i) => {
    own[i] = product + at * sum;
    aligned[i] = Math.sqrt(product + at * sum);
  });
  count(POINTS.length / 10);
  const aligning = (m: number) => {
    count(POINTS.length / 5);
    const spread = at * at * m * (2 - m);
    const turn = at * m * (2 - m);
    const overlap = at * at * (1 - m);
    let gap = 0;
    let slope = 0;
    // `arcsinePair`, written out (its cosine is positive): this is the innermost loop of every answer about tanh.
    for (let i = 0; i < WEIGHTS.length; i++) {
      const weight = WEIGHTS[i] as number;
      const near = aligned[i] as number;
      const square = own[i] as number;
      const apart = Math.sqrt(square + spread);
      const sine = (turn * (square + at * at)) / (apart + (1 - m) * near);
      gap += weight * Math.atan(sine / (overlap + near * apart));
      slope += weight / apart;
    }
    return { gap: gap / at, slope };
  };
  return (m) => {
    if (m <= 1) return aligning(m);
    // φ is odd: what two inputs share changes its sign with c.
    const { gap, slope } = aligning(2 - m);
    return { gap: 2 * aligning(1).gap - gap, slope };
  };
}

/**
 * The averages of tanh of two inputs of different variances, by the same mixture.
 *
 * @param q_a variance of the one input, positive
 * @param q_b variance of the other
 * @see {@link tanhPair}
 * @example tanhUnequal(1, 1)(0).overlap // E[tanh²] = 0.39429449039784
 */
export function tanhUnequal(q_a: number, q_b: number): (m: number) => UnequalPair {
  const { variances, weights } = logisticMixture();
  const kernels: { weight: number; at: (m: number) => UnequalPair }[] = [];
  for (let i = 0; i < variances.length; i++)
    for (let j = 0; j < variances.length; j++) {
      const weight = (weights[i] as number) * (weights[j] as number);
      if (weight > 1e-20)
        kernels.push({ weight, at: arcsineKernel(variances[i] as number, variances[j] as number)(q_a, q_b) });
    }
  count(kernels.length);
  return (m) => {
    count(kernels.length / 3);
    let [overlap, slope] = [0, 0];
    for (const { weight, at } of kernels) {
      const pair = at(m);
      overlap += weight * pair.overlap;
      slope += weight * pair.slope;
    }
    return { overlap, slope };
  };
}
