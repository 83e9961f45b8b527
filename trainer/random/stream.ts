import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A stream of random 32-bit integers: pure-rand's xoroshiro128+, which changes with each draw. */
export type Stream = RandomGenerator;

/**
 * The random stream of one purpose. Its state is the SHA-256 of the seed and the labels, so that a stream depends on
 * what it is for and on nothing else: neither on the order in which streams are made nor on what others drew.
 *
 * @param seed the seed of the plan
 * @param labels what the stream is for: a text or number each (the cell, the purpose, the epoch)
 * @throws when the seed or a label is no finite number: NaN and infinities would all be the same label
 * @example stream(1, 'depth', 20, 'weights')
 */
export function stream(seed: number, ...labels: readonly (string | number)[]): Stream {
  for (const label of [seed, ...labels])
    if (typeof label === 'number' && !Number.isFinite(label))
      throw new Error(`a random stream cannot be labelled ${label}`);
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...labels]))
    .digest();
  return xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
}

/**
 * A uniform number in [0, 1), a multiple of 2⁻⁵³.
 *
 * @example uniform(stream(1, 'example')) // 0.835673…
 */
export function uniform(source: Stream): number {
  return uniformFloat64(source);
}
