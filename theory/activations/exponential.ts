import { SELU } from '../../catalogue/activations.ts';
import type { Activation, Family } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';
import { cumulate, legendre } from '../averages/quadrature.ts';
import { millsRatio } from '../averages/special.ts';
import { type SlopeRow, tabulated } from '../averages/tables.ts';
import { ParameterError } from '../parameter-error.ts';
import { homogeneous } from './piecewise-linear.ts';
import { wrap } from './wrap.ts';

const { nodes: NODES, weights: WEIGHTS } = legendre(16);

/**
 * E[φ′(u₁)φ′(u₂)] of the exponential linear unit, whose φ′ is 1 for x > 0 and α eˣ for x < 0. With c = cos t, unit inputs z
 * and h = √q, it is the sum over the signs of the inputs:
 *
 * - both positive: (π − t) / 2π;
 * - one negative, twice: α E[exp(h z₁); z₁ < 0 < z₂] = α ∫₀ᵗ (1 − a R(a)) ds / 2π with a = h sin s and Mills' ratio R, because
 *   the derivative of the conditional probability by the angle is a normal density;
 * - both negative: α² exp(q (1 + c)) P(z₁, z₂ < −b) with b = h (1 + c), after completing the square.
 *
 * @see Tsuchida et al. 2021, "Avoiding kernel fixed points: computing with ELU and GELU infinite networks" (the regions and
 * tilted normal probabilities); Plackett 1954, "A reduction formula for normal multivariate integrals"
 */
export function eluSlopes(alpha: number): SlopeRow {
  return (q, angles) => {
    const h = Math.sqrt(q);
    const mixed = cumulate(angles, (s) => {
      const a = h * Math.sin(s);
      return (1 - a * millsRatio(a)) / (2 * Math.PI);
    });
    return angles.map(
      (t, i) =>
        (Math.PI - t) / (2 * Math.PI) +
        2 * alpha * (mixed[i] as number) +
        alpha * alpha * averageBothNegative(q, t),
    );
  };
}

/**
 * exp(q (1 + c)) P(z₁, z₂ < −b) with b² = q (1 + c)², c = cos t: the probability is Φ(−b)² at c = 0 and gains the integral of the
 * density exp(−b²/(1 + sin s)) / 2π over s from 0 to arcsin c. All terms are positive and no exponent is.
 */
function averageBothNegative(q: number, t: number): number {
  const c = Math.cos(t);
  const lift = q * (1 + c);
  const tail = millsRatio(Math.sqrt(q) * (1 + c));
  let sum = Math.exp(-c * lift) * tail * tail;
  // the density is that of a peak at the upper end, over about 1/√q
  const end = Math.PI / 2 - t;
  const width = 2 / Math.sqrt(1 + q);
  for (let down = 0; down < end; ) {
    const half = Math.min(end - down, Math.max(width, down)) / 2;
    for (let k = 0; k < NODES.length; k++) {
      const sine = Math.cos(t + down + half * (1 + (NODES[k] as number)));
      sum += half * (WEIGHTS[k] as number) * Math.exp((lift * (sine - c)) / (1 + sine));
    }
    down += 2 * half;
  }
  return sum / (2 * Math.PI);
}

/** The entries of elu that were asked for last, by alpha: each has tables that its next answers use. */
const recentElus = new Map<number, Activation>();
const MAX_RECENT = 32;

function makeElu(alpha: number): Activation {
  const entry = recentElus.get(alpha) ?? tabulateElu(alpha);
  recentElus.delete(alpha);
  recentElus.set(alpha, entry);
  if (recentElus.size > MAX_RECENT) recentElus.delete(recentElus.keys().next().value as number);
  return entry;
}

function tabulateElu(alpha: number): Activation {
  const exact = numeric({
    name: 'elu',
    parity: 'none',
    asymptote: [0, 1],
    kinks: [0],
    features: [{ at: 0, width: 2 }],
    phi: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
    derivative: (x) => (x > 0 ? 1 : alpha * Math.exp(x)),
  });
  return tabulated(exact, { slopes: eluSlopes(alpha), last: 1 });
}

const elu = makeElu(1);

/** Smaller alphas of celu, but for 0, would underflow where they are squared twice. */
const SMALLEST_ALPHA = 1e-6;

/** alpha elu(x/alpha). */
function makeCelu(alpha: number): Activation {
  if (alpha !== 0 && alpha < SMALLEST_ALPHA)
    throw new ParameterError(
      'alpha',
      'out_of_range',
      `alpha of celu must be 0, or at least ${SMALLEST_ALPHA}.`,
      {
        min: SMALLEST_ALPHA,
      },
    );
  if (alpha === 0) return homogeneous(0, 1, 'celu');
  return { ...wrap(elu, { input_scale: 1 / alpha, output_scale: alpha }, 'celu'), input_scale: 1 };
}

/** The rectifiers with an exponential on the left. */
export const EXPONENTIAL = {
  // Clevert, Unterthiner, Hochreiter 2016, "Fast and accurate deep network learning by exponential linear units"
  elu: ({ alpha }) => makeElu(alpha),
  // Barron 2017, "Continuously differentiable exponential linear units"
  celu: ({ alpha }) => makeCelu(alpha),
  // Klambauer et al. 2017, "Self-normalizing neural networks"
  selu: wrap(makeElu(SELU.alpha), { output_scale: SELU.scale }, 'selu'),
} as const satisfies Family;
