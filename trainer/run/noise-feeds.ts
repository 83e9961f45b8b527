import { type FullyConnected, inputNames } from '../networks/fully-connected.ts';
import type { Elements } from '../onnx/types.ts';
import type { Stream } from '../random/stream.ts';

/** Gives the noise of the next step, by input name. The arrays are used again for the step after it. */
export type NoiseFeeds = () => Readonly<Record<string, Elements[keyof Elements]>>;

/**
 * The noise of a network's hidden layers, step after step, from one stream.
 *
 * @param shape the network
 * @param source the stream
 * @example const feeds = noiseFeeds(shape, stream(1, 'noise')); feeds()['noise 1'];
 */
export function noiseFeeds(
  { noise, depth, batch, width }: Pick<FullyConnected, 'noise' | 'depth' | 'batch' | 'width'>,
  source: Stream,
): NoiseFeeds {
  if (!noise) return () => ({});
  const fill = noise.source(source) as (into: Elements[keyof Elements]) => void;
  const buffers = Object.fromEntries(
    Array.from({ length: depth }, (_, l) => [inputNames.noise(l + 1), noise.buffer(batch * width)]),
  );
  return () => {
    for (const buffer of Object.values(buffers)) fill(buffer);
    return buffers;
  };
}
