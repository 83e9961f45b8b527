import type { Activation, UnequalKernel, UnequalPair } from '../activation.ts';
import { plainMean, plainSquare, subtractLevel } from '../averages/one-input.ts';
import { gaussianRule, type Shape, USUAL_FINENESS } from '../averages/quadrature.ts';
import { checkCorrelation, checkPositive } from '../parameter-error.ts';
import { twoInputs } from '../trajectory/averages.ts';
import { count } from '../work.ts';

export type { UnequalPair } from '../activation.ts';

/**
 * The averages of two inputs that have variances of their own: u_a = √q_a z₁ and u_b = √q_b (c z₁ + √(1 − c²) z₂).
 * Closed forms where the activation has them, also with an affine map around it; for the rest quadrature in two dimensions, 1 to 10 ms
 * each up to q = 1e4, with a number of nodes that grows as the square of ln q beyond. The overlap is good to about 1e-13 of
 * √(E[φ_a²] E[φ_b²] / (q_a q_b)).
 *
 * @param activation φ
 * @param q_a variance of the one input, positive
 * @param q_b variance of the other
 * @returns the averages as a function of the misalignment m = 1 − c, 0 to 2
 * @throws ParameterError unless both variances are positive and finite
 * @see Williams 1998, "Computation with infinite neural networks" (erf); Cho, Saul 2009, "Kernel methods for deep
 * learning" (norms come out of the arc-cosine kernels); Poole et al. 2016 for what is averaged
 * @example unequalPair(relu, 1, 4)(1).overlap // 1 / (2π)
 */
export function unequalPair(activation: Activation, q_a: number, q_b: number): (m: number) => UnequalPair {
  checkPositive({ q_a, q_b });
  return (activation.unequal ?? numericUnequal(activation))(q_a, q_b);
}

/** A dead zone may hold nearly all of the inputs: what lies beyond counts relative to itself. */
const TAILS = { ...USUAL_FINENESS, tails: true } as const;

/** All weight on the centre. */
const POINT = { nodes: [0], weights: [1] };

/**
 * The averages of two inputs of different variances for any piecewise analytic φ, by panels in two dimensions. The input
 * of the larger variance is the outer one; given it the other is normal about ratio · u, and what bends in φ there bends
 * the inner average where ratio · u reaches it, over the inner standard deviation.
 *
 * @see Poole et al. 2016 for what is averaged; the panels are those of `gaussianRule`
 */
export function numericUnequal(shape: Shape): UnequalKernel {
  const { derivative, kinks, features } = shape;
  const climb = subtractLevel(shape);
  // (counted from the centre: weights of a narrow normal about a far centre would lose their digits)
  const about = (centre: number, spread: number) =>
    gaussianRule(
      kinks.map((kink) => kink - centre),
      features.map(({ at, width }) => ({ at: at - centre, width })),
      0,
      spread,
      TAILS,
    );
  return (q_a, q_b) => {
    const [wide, narrow] = q_a > q_b ? [q_a, q_b] : [q_b, q_a];
    const size = Math.sqrt(q_a) * Math.sqrt(q_b);
    return (m) => {
      const ratio = (1 - m) * Math.sqrt(narrow / wide);
      const spread = Math.sqrt(narrow * m * (2 - m));
      const reached = ratio === 0 ? [] : [...kinks.map((at) => ({ at, width: 0 })), ...features];
      const seen = reached.map(({ at, width }) => ({
        at: at / ratio,
        width: Math.max(spread, width) / Math.abs(ratio),
      }));
      const sharp = spread === 0 ? kinks.map((at) => at / ratio) : [];
      const outer = gaussianRule(
        [...kinks, ...sharp],
        [...features, ...seen.filter(({ width }) => width > 0)],
        0,
        Math.sqrt(wide),
        TAILS,
      );
      let [overlap, slope] = [0, 0];
      for (let i = 0; i < outer.nodes.length; i++) {
        const u = outer.nodes[i] as number;
        const centre = ratio * u;
        const inner = spread === 0 ? POINT : about(centre, spread);
        let [mean, steep] = [0, 0];
        count(2.4 * inner.nodes.length);
        for (let k = 0; k < inner.nodes.length; k++) {
          const v = centre + (inner.nodes[k] as number);
          mean += (inner.weights[k] as number) * climb(v);
          steep += (inner.weights[k] as number) * derivative(v);
        }
        overlap += (outer.weights[i] as number) * climb(u) * mean;
        slope += (outer.weights[i] as number) * derivative(u) * steep;
      }
      return { overlap: overlap / size, slope };
    };
  };
}

/** The plain averages of two inputs. */
export type Kernel = {
  /** E[φ(u_a) φ(u_b)] */
  readonly product: number;
  /** E[φ′(u_a) φ′(u_b)], with the derivative that training uses: jumps of φ have none */
  readonly slope: number;
};

/**
 * The two averages of a pair of inputs as they stand in the papers. Entries hold E[φ²] − E[φφ] over q in place of the first
 * one, which keeps its digits as c → 1; this is for reading, not for computing on.
 *
 * @param activation φ
 * @param q variance of the first input, positive
 * @param c correlation, −1 to 1
 * @param q_b variance of the second one; q by default
 * @throws ParameterError for a c outside [−1, 1], or variances that are not positive and finite
 * @see Poole et al. 2016; Cho, Saul 2009 and Williams 1998 for closed forms
 * @example computeKernel(relu, 1, 0).product // 1 / (2π)
 */
export function computeKernel(activation: Activation, q: number, c: number, q_b = q): Kernel {
  checkCorrelation({ c });
  checkPositive({ q, q_b });
  if (q === q_b) {
    const { gap, slope, gradient = slope } = twoInputs(activation, q)(1 - c);
    return { product: plainSquare(activation, q) - q * gap, slope: gradient };
  }
  const { overlap, slope } = unequalPair(activation, q, q_b)(1 - c);
  const { level } = activation;
  const means = level === 0 ? 0 : level * (plainMean(activation, q) + plainMean(activation, q_b) - level);
  return { product: Math.sqrt(q) * Math.sqrt(q_b) * overlap + means, slope };
}
