import { createHash } from 'node:crypto';
import { randomNormal } from 'd3-random';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A stream of random 32-bit integers: pure-rand's xoroshiro128+, which changes with each draw. */
export type Stream = RandomGenerator;

/**
 * The random stream of one purpose. Its state is the SHA-256 of the seed and the labels, so that a stream depends on
 * what it is for and on nothing else: neither on the order in which streams are made nor on what others drew.
 */
export function createStream(seed: number, ...labels: readonly (string | number)[]): Stream {
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
 * @example drawUniform(createStream(1, 'example')) // 0.835673…
 */
export function drawUniform(source: Stream): number {
  return uniformFloat64(source);
}

/** Independent gaussian numbers of mean 0. */
export function drawGaussians(source: Stream, count: number, variance: number): Float32Array {
  const normal = randomNormal.source(() => drawUniform(source))(0, Math.sqrt(variance));
  return Float32Array.from({ length: count }, () => normal());
}

/**
 * The numbers 0 … count − 1 in random order, each order equally likely (Durstenfeld's form of the Fisher–Yates
 * shuffle, CACM 7, 1964).
 */
export function shuffle(source: Stream, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformInt(source, 0, i);
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
  return order;
}
