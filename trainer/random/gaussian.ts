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

/**
 * A source that fills arrays with independent gaussian numbers: two for each pair of uniform ones (Box and Muller,
 * Ann. Math. Stat. 29, 1958), which is cheaper than one at a time.
 *
 * @param source the stream to draw from
 * @param mean their mean
 * @param variance their variance
 * @returns a function that fills an array; of an odd number the last one's partner is left out
 * @example gaussianSource(stream(1, 'noise'), 1, 0.25)(new Float32Array(100))
 */
export function gaussianSource(source: Stream, mean: number, variance: number): (into: Float32Array) => void {
  const deviation = Math.sqrt(variance);
  return (into) => {
    for (let i = 0; i < into.length; i += 2) {
      // 32 bits each: the radius ends at 6.7 standard deviations, and a chance beyond that is below 3e-11
      const radius = deviation * Math.sqrt(-2 * Math.log(((source.next() >>> 0) + 1) * 2 ** -32));
      const angle = 2 * Math.PI * (source.next() >>> 0) * 2 ** -32;
      into[i] = mean + radius * Math.cos(angle);
      if (i + 1 < into.length) into[i + 1] = mean + radius * Math.sin(angle);
    }
  };
}
