import { count, TERMS } from '../work.ts';
import { gaussianRule, type Shape } from './panels.ts';

/** The squares of the first Hermite coefficients of φ′ at one variance. */
export type Series = {
  readonly squares: Float64Array;
  /** how many of them there are */
  readonly size: number;
  /** whether the rest is nothing */
  readonly ended: boolean;
};

/** A rule for coefficients up to N resolves waves of √N radians a standard deviation: half a panel spans so many. */
const RADIANS = 13;

/** Coefficients whose squares are such a part of the sum over their number have no successors that count. */
export const NOTHING = 1e-16;

/**
 * The first coefficients of E[φ′(u₁)φ′(u₂)] = Σ bₙ² cⁿ, where bₙ = E[φ′(√q z) heₙ(z)] with heₙ the normalised Hermite
 * polynomials. Those of φ follow by Gaussian integration by parts, aₙ₊₁ = √(q/(n+1)) bₙ, so that φ(0) never enters.
 *
 * @param shape the activation
 * @param q variance of the inputs, positive
 * @param most the largest number of coefficients that will be asked for
 * @returns a function that gives at least so many coefficients; fewer where the rest has fallen below rounding
 * @see Daniely, Frostig, Singer 2016, "Toward deeper understanding of neural networks", the power series of a dual activation
 * @example hermiteSeries({ phi: Math.sin, derivative: Math.cos, kinks: [], features: [] }, 1, 8)(8).squares[0] // 1/e
 */
export function hermiteSeries(shape: Shape, q: number, most: number): (count: number) => Series {
  const longest = Math.min(RADIANS / Math.sqrt(most), 2.2);
  const { parity = 'none' } = shape;
  const { nodes, weights } = gaussianRule(shape.kinks, shape.features, 0, Math.sqrt(q), {
    order: 24,
    longest,
  });
  // (of an odd or even φ the nodes on one side say all: their panels are as symmetric as φ is)
  const [from, sides] = parity === 'none' ? [0, 1] : [nodes.length / 2, 2];
  const z = nodes.subarray(from).map((x) => x / Math.sqrt(q));
  // φ′ of an odd φ is even, so that its odd coefficients vanish; and the other way round
  const vanishes = (n: number) => (parity === 'odd' ? n % 2 === 1 : parity === 'even' && n % 2 === 0);
  // `now` is weight · φ′ · heₙ at every node, `before` that of n − 1: their sums are the coefficients.
  let now = z.map(
    (_, i) => sides * shape.derivative(nodes[from + i] as number) * (weights[from + i] as number),
  );
  let before = new Float64Array(z.length);
  count(0.4 * z.length);
  const squares = new Float64Array(most);
  let [size, whole, ended] = [0, 0, false];

  return (wanted) => {
    for (; size < Math.min(wanted, most) && !ended; size++) {
      count(z.length / TERMS);
      const up = 1 / Math.sqrt(size + 1);
      const down = Math.sqrt(size) * up;
      let sum = 0;
      for (let i = 0; i < z.length; i++) {
        const here = now[i] as number;
        sum += here;
        before[i] = (z[i] as number) * up * here - down * (before[i] as number);
      }
      [now, before] = [before, now];
      const square = vanishes(size) ? 0 : sum * sum;
      squares[size] = square;
      whole += square;
      // Several in a row: half the coefficients of an odd or even φ vanish, and others by chance.
      if (size > 8) {
        const last = squares.subarray(size - 3, size + 1).reduce((a, b) => a + b);
        ended = last < (NOTHING * whole) / size;
      }
    }
    return { squares, size, ended };
  };
}
