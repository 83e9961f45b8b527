import { randomBeta } from 'd3-random';
import { type Stream, uniform } from './stream.ts';

/**
 * Draws independent numbers of the distribution Beta(a, b).
 *
 * @param source the stream to draw from
 * @param a first shape parameter, positive
 * @param b second shape parameter, positive
 * @returns a function that gives the next number, in [0, 1]
 * @see Jöhnk 1964, "Erzeugung von betaverteilten und gammaverteilten Zufallszahlen", where both are below 1; else as a
 * quotient of gamma variables (Devroye 1986, section IX.4.1)
 * @example betaSource(stream(1, 'noise'), 2, 3)()
 */
export function betaSource(source: Stream, a: number, b: number): () => number {
  if (a < 1 && b < 1) return johnk(() => 1 - uniform(source), a, b);
  return randomBeta.source(() => uniform(source))(a, b);
}

/** X / (X + Y) with X = U^(1/a), Y = V^(1/b), given X + Y ≤ 1; in logarithms, because both vanish in floating point for small a, b. */
function johnk(unit: () => number, a: number, b: number): () => number {
  return () => {
    for (;;) {
      const [x, y] = [Math.log(unit()) / a, Math.log(unit()) / b];
      const top = Math.max(x, y);
      const [over, under] = [Math.exp(x - top), Math.exp(y - top)];
      if (top + Math.log(over + under) <= 0) return over / (over + under);
    }
  };
}
