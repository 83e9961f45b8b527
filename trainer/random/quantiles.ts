import type { Stream } from './stream.ts';
import { WordPool } from './words.ts';

/** Slices of equal probability that a distribution is cut into: as many as there are numbers of 16 bits. */
export const SLICES = 65_536;

/**
 * A source that fills arrays with independent numbers of a distribution, given by the middles of its slices: each is as likely, and
 * 16 bits choose one. A draw costs the same whatever the distribution, and what it costs to invert it is paid once. The
 * sequence goes on from one fill to the next: how it is cut into arrays does not change it.
 *
 * @param source the stream to draw from
 * @param quantiles a number for each of {@link SLICES} slices
 * @returns a function that fills an array with the next numbers
 * @see Devroye 1986, Non-Uniform Random Variate Generation, section II.2, for inversion and III.2 for tables
 * @example quantileSource(stream(1, 'noise'), quantiles((u) => 2 * u))(new Float32Array(100))
 */
export function quantileSource(source: Stream, quantiles: Float32Array): (into: Float32Array) => void {
  if (quantiles.length !== SLICES) throw new Error(`${quantiles.length} quantiles, not ${SLICES}`);
  const pool = new WordPool(source);
  const choices = new Uint16Array(pool.words.buffer);
  let used = choices.length;
  return (into) => {
    for (let i = 0; i < into.length; ) {
      if (used === choices.length) {
        pool.refill();
        used = 0;
      }
      const from = used - i;
      const end = Math.min(into.length, choices.length - from);
      for (; i < end; i++) into[i] = quantiles[choices[from + i] as number] as number;
      used = from + i;
    }
  };
}

/**
 * The middles of a distribution's slices.
 *
 * @param f the inverse of its distribution function, from u in (0, 1)
 * @param mean its mean, not 0: the slices are scaled to have it; left out, they are as they are
 * @example quantiles((u) => 2 * u, 1)
 */
export function quantiles(f: (u: number) => number, mean?: number): Float32Array {
  const values = Float64Array.from({ length: SLICES }, (_, i) => f((i + 0.5) / SLICES));
  const found = values.reduce((sum, one) => sum + one, 0) / SLICES;
  const scale = mean === undefined ? 1 : mean / found;
  return Float32Array.from(values, (one) => one * scale);
}
