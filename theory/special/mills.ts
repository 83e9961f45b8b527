import { legendre } from '../averages/legendre.ts';
import { count } from '../work.ts';

const { nodes: NODES, weights: WEIGHTS } = legendre(32);

/** From here on the continued fraction is exact; before it, the integral over (0, END) is. */
const [FAR, END] = [3.5, 8.8];

/**
 * Mills' ratio of the normal distribution, (1 − Φ(x)) / Φ′(x) = ∫₀^∞ exp(−t²/2 − x t) dt, to about 1e-15 relative.
 *
 * @param x not negative
 * @see Abramowitz, Stegun 1964, 26.2.3 and 26.2.14 (the continued fraction)
 * @example millsRatio(0) // √(π/2) = 1.2533141373155
 */
export function millsRatio(x: number): number {
  if (x >= FAR) {
    let fraction = x;
    for (let k = 60; k >= 1; k--) fraction = x + k / fraction;
    return 1 / fraction;
  }
  let sum = 0;
  count(NODES.length / 4);
  for (let k = 0; k < NODES.length; k++) {
    const t = (END / 2) * (1 + (NODES[k] as number));
    sum += (WEIGHTS[k] as number) * Math.exp(-t * (t / 2 + x));
  }
  return (END / 2) * sum;
}
