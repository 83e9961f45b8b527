import { cumulated } from '../averages/cumulated.ts';
import { legendre } from '../averages/legendre.ts';
import type { SlopeRow } from '../averages/pair-table.ts';
import { millsRatio } from '../special/mills.ts';

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
 * @param alpha α
 * @see Tsuchida et al. 2021, "Avoiding kernel fixed points: computing with ELU and GELU infinite networks" (the regions and
 * tilted normal probabilities); Plackett 1954, "A reduction formula for normal multivariate integrals"
 * @example eluSlopes(1)(1, Float64Array.of(Math.PI / 2))[0] // E[φ′]² = 0.580001…
 */
export function eluSlopes(alpha: number): SlopeRow {
  return (q, angles) => {
    const h = Math.sqrt(q);
    const mixed = cumulated(angles, (s) => {
      const a = h * Math.sin(s);
      return (1 - a * millsRatio(a)) / (2 * Math.PI);
    });
    return angles.map(
      (t, i) =>
        (Math.PI - t) / (2 * Math.PI) + 2 * alpha * (mixed[i] as number) + alpha * alpha * bothNegative(q, t),
    );
  };
}

/**
 * exp(q (1 + c)) P(z₁, z₂ < −b) with b² = q (1 + c)², c = cos t: the probability is Φ(−b)² at c = 0 and gains the integral of the
 * density exp(−b²/(1 + sin s)) / 2π over s from 0 to arcsin c. All terms are positive and no exponent is.
 */
function bothNegative(q: number, t: number): number {
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
