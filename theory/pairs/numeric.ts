import type { UnequalKernel } from '../activation.ts';
import { subtractLevel } from '../averages/one-input.ts';
import { gaussianRule, type Shape, USUAL_FINENESS } from '../averages/quadrature.ts';
import { count } from '../work.ts';

/** A dead zone may hold nearly all of the inputs: what lies beyond counts relative to itself. */
const TAILS = { ...USUAL_FINENESS, tails: true } as const;

/** All weight on the centre. */
const POINT = { nodes: [0], weights: [1] };

/**
 * The averages of two inputs of different variances for any piecewise analytic φ, by panels in two dimensions. The input
 * of the larger variance is the outer one; given it the other is normal about ratio · u, and what bends in φ there bends
 * the inner average where ratio · u reaches it, over the inner standard deviation.
 *
 * @param shape the activation
 * @returns the kernel, see `unequalPair`
 * @see Poole et al. 2016 for what is averaged; the panels are those of `gaussianRule`
 * @example numericUnequal(tanh)(1, 4)(0.5).slope
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
