import type { Stream } from './stream.ts';
import { WordPool } from './words.ts';

/**
 * A source that fills arrays with independent numbers f(u), u uniform on (0, 1): with the inverse of a distribution function
 * as f, numbers of that distribution (Devroye, Non-Uniform Random Variate Generation, 1986, section II.2). The sequence goes
 * on from one fill to the next: how it is cut into arrays does not change it.
 *
 * @param source the stream to draw from
 * @param f from u, an odd multiple of 2⁻³³ (so that u and 1 − u are as likely, and neither 0 nor 1 is drawn), to the number
 * @returns a function that fills an array with the next numbers
 * @example inversionSource(stream(1, 'noise'), (u) => 2 * u)(new Float32Array(100)) // U(0, 2)
 */
export function inversionSource(source: Stream, f: (u: number) => number): (into: Float32Array) => void {
  const pool = new WordPool(source);
  const { words } = pool;
  let used = words.length;
  return (into) => {
    for (let i = 0; i < into.length; ) {
      if (used === words.length) {
        pool.refill();
        used = 0;
      }
      const from = used - i;
      const end = Math.min(into.length, words.length - from);
      for (; i < end; i++) into[i] = f((((words[from + i] as number) >>> 0) + 0.5) * 2 ** -32);
      used = from + i;
    }
  };
}
