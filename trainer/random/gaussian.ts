import { randomNormal } from 'd3-random';
import { type Stream, uniform } from './stream.ts';

/**
 * Independent gaussian numbers of mean 0.
 *
 * @param source the stream to draw from
 * @param count how many
 * @param variance their variance; 0 gives zeros
 * @example gaussians(stream(1, 'weights'), 784 * 100, 1.5 / 784)
 */
export function gaussians(source: Stream, count: number, variance: number): Float32Array {
  const normal = randomNormal.source(() => uniform(source))(0, Math.sqrt(variance));
  return Float32Array.from({ length: count }, () => normal());
}
