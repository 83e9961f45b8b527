import type { Activation } from '../activation.ts';
import { wrap } from '../activations/wrap.ts';
import { normalWeights } from '../averages/quadrature.ts';
import { ParameterError } from '../parameter-error.ts';
import { twoInputs } from '../trajectory/averages.ts';

/**
 * Averages given g are taken to be analytic in g for so many standard deviations of what is not in common. The rule of
 * `trapezoidStep` for 13 digits, which is what the averages have.
 */
const [STRIP, DIGITS, LONGEST] = [0.8, 30, 0.6];

/** Where E[φ′²] given g is such a part of its largest value, φ is too flat for its variance to have digits. */
const FLAT = 1e-15;

/** Below this strip (c₀ above 0.996) the sum over g takes thousands of terms: not known. */
const NARROWEST = 0.05;

/** The probability of such g that may be left out. */
const MISSING = 1e-11;

/** Activations of two inputs after batch normalisation, as functions of the misalignment m = 1 − c before φ. */
export type Normalised = {
  /** E[φ′²] over the variance that the normalisation divides by: the factor of a squared gradient back through both */
  readonly gain: number;
  /** 1 − K(c), K the correlation after φ and the normalisation, K′(c), and K′(c) without jumps of φ: the factor of gradients */
  readonly at: (m: number) => { readonly lost: number; readonly slope: number; readonly gradient: number };
};

/**
 * What batch normalisation of φ makes of two inputs. All inputs share the part c₀ of their variance (from biases: the
 * normalisation acts on each unit by itself and so takes exactly that part away): h = √q (√c₀ g + √(1 − c₀) e), and
 *
 * K(c) = E_g[Cov_e(φ_a, φ_b | g) / Var_e(φ | g)].
 *
 * For c₀ = 0 that is Σ aₖ² cᵏ / Σ aₖ² over the Hermite coefficients from a₁ on. Given g the averages are those of the
 * shifted φ; the average over g is a trapezoid sum, to about 1e-12 for c₀ ≤ 1/2 and 1e-10 at the worst. Where much of the weight lies at g for
 * which φ is flat to the last digit (relu at c₀ = 0.7), and for c₀ above 0.996, all is NaN: not known.
 *
 * @param activation φ
 * @param q variance of the pre-activations, positive
 * @param c0 correlation of two generic inputs, from 0 to below 1
 * @throws ParameterError for a c0 out of its range
 * @see Yang et al. 2019, "A mean field theory of batch normalization" (the limit of large batches); Chen et al. 2019
 * (arXiv 1905.05928) for the layer
 * @example averageNormalised(relu, 1, 0).at(1).slope // π / (2 (π − 1)) = 0.73347…
 */
export function averageNormalised(activation: Activation, q: number, c0: number): Normalised {
  if (!(c0 >= 0 && c0 < 1))
    throw new ParameterError('c0', 'out_of_range', 'c0 must be from 0 to below 1.', { min: 0, max: 1 });
  if (c0 === 0) return averageGiven(activation, q);
  const own = q * (1 - c0);
  const nodes = commonNodes(q * c0, own, activation.parity !== 'none');
  if (nodes === null) return UNKNOWN;
  const { parts, scale } = isSteep(
    nodes.map(({ weight, shift }) => {
      const part = averageGiven(wrap(activation, { input_shift: shift }), own);
      return { weight, part, slope2: part.slope2 };
    }),
  );
  return {
    gain: scale * parts.reduce((sum, { weight, part }) => sum + weight * part.gain, 0),
    at: (m) => {
      let [lost, slope, gradient] = [0, 0, 0];
      for (const { weight, part } of parts) {
        const here = part.at(m / (1 - c0));
        lost += weight * here.lost;
        slope += weight * here.slope;
        gradient += weight * here.gradient;
      }
      const isSteep = scale / (1 - c0);
      return { lost: scale * lost, slope: isSteep * slope, gradient: isSteep * gradient };
    },
  };
}

/** A value of what all inputs have in common at a unit, and its weight. */
export type CommonNode = { readonly weight: number; readonly shift: number };

/**
 * The trapezoid rule over what all inputs have in common at a unit, a normal shift of the pre-activation.
 *
 * @param common its variance, not negative
 * @param own the smallest variance of what is not in common, over which averages given the shift are taken
 * @param mirrored whether g and −g have the same averages, as of odd and even φ: one of them then stands for both
 * @returns nodes whose weights add up to 1; null where they would be thousands
 * @see derived here: docs/theory.md; Trefethen, Weideman 2014, "The exponentially convergent trapezoidal rule"
 * @example commonNodes(0, 1, false) // [{ weight: 1, shift: 0 }]
 */
export function commonNodes(common: number, own: number, mirrored: boolean): CommonNode[] | null {
  if (common === 0) return [{ weight: 1, shift: 0 }];
  // (a strip wider than √(2 · DIGITS) only brings the Gaussian's own growth in)
  const strip = Math.min(STRIP * Math.sqrt(own / common), Math.sqrt(2 * DIGITS));
  if (!(strip >= NARROWEST)) return null;
  const step = Math.min((2 * Math.PI * strip) / (DIGITS + (strip * strip) / 2), LONGEST);
  const size = Math.sqrt(common);
  return Array.from(normalWeights(step)).flatMap((weight, k) =>
    k === 0 || mirrored
      ? [{ weight, shift: k * step * size }]
      : [-k, k].map((side) => ({ weight: weight / 2, shift: side * step * size })),
  );
}

/**
 * The nodes at which φ is steep enough for its variance to have digits, and what makes up for those left out.
 *
 * @param all nodes with E[φ′²] there
 * @returns the nodes, and the factor of sums over them; NaN where those left out count
 * @see derived here: docs/theory.md
 * @example isSteep([{ weight: 1, slope2: 1 }]).scale // 1
 */
export function isSteep<Node extends { readonly weight: number; readonly slope2: number }>(
  all: readonly Node[],
): { readonly parts: readonly Node[]; readonly scale: number } {
  const steepest = Math.max(...all.map(({ slope2 }) => slope2));
  const parts = all.filter(({ slope2 }) => slope2 > FLAT * steepest);
  const whole = parts.reduce((sum, { weight }) => sum + weight, 0);
  return { parts, scale: 1 - whole < MISSING ? 1 / whole : Number.NaN };
}

type Part = Normalised & { readonly slope2: number };

const UNKNOWN: Normalised = {
  gain: Number.NaN,
  at: () => ({ lost: Number.NaN, slope: Number.NaN, gradient: Number.NaN }),
};

/** Without anything in common. */
function averageGiven(activation: Activation, q: number): Part {
  const { slope2, variance } = activation.moments(q);
  const two = twoInputs(activation, q);
  return {
    slope2,
    gain: slope2 / (variance * q),
    at: (m) => {
      const { gap, slope, gradient = slope } = two(m);
      return { lost: gap / variance, slope: slope / variance, gradient: gradient / variance };
    },
  };
}
