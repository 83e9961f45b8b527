import { count } from '../work.ts';
import { legendre } from './legendre.ts';

const { nodes: NODES, weights: WEIGHTS } = legendre(8);

/**
 * ∫ f dt from a start to each of rising ends, by Gauss–Legendre between neighbours: for ends that lie as dense as the nodes at which
 * f is resolved. Sums of positive terms where f is positive.
 *
 * @param ends rising, above the start
 * @param f the integrand
 * @param start 0 if left out
 * @example cumulated(Float64Array.of(1, 2), (t) => t) // [0.5, 2]
 */
export function cumulated(ends: Float64Array, f: (t: number) => number, start = 0): Float64Array {
  let [from, sum] = [start, 0];
  count(NODES.length * ends.length);
  return ends.map((to) => {
    const half = (to - from) / 2;
    let part = 0;
    for (let k = 0; k < NODES.length; k++)
      part += (WEIGHTS[k] as number) * f(from + half * (1 + (NODES[k] as number)));
    sum += half * part;
    from = to;
    return sum;
  });
}
