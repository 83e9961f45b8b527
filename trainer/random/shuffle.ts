import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { Stream } from './stream.ts';

/**
 * The numbers 0 … count − 1 in random order, each order equally likely (Durstenfeld's form of the Fisher–Yates
 * shuffle, CACM 7, 1964).
 *
 * @param source the stream to draw from
 * @param count how many
 * @example shuffled(stream(1, 'batch order', 0), 60_000)
 */
export function shuffled(source: Stream, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformInt(source, 0, i);
    const other = order[j] as number;
    order[j] = order[i] as number;
    order[i] = other;
  }
  return order;
}
