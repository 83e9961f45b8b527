import { inputNames } from '../networks/names.ts';
import type { NoiseLayers } from '../networks/noise.ts';
import type { Elements } from '../onnx.ts';
import type { Stream } from '../random/stream.ts';
import type { AnyFeed } from '../techniques/technique.ts';

/** Gives the noise of the next step, by input name. The arrays are used again for the step after it. */
export type NoiseFeeds = () => Readonly<Record<string, AnyElements>>;

type AnyElements = Elements[keyof Elements];

const BUFFERS: { [T in keyof Elements]: (length: number) => Elements[T] } = {
  float: (length) => new Float32Array(length),
  int64: (length) => new BigInt64Array(length),
  bool: (length) => new Uint8Array(length),
};

/**
 * The noise of a network's layers, step after step, from one stream.
 *
 * @param layers the noise layers
 * @param stream the stream
 * @example const feeds = noiseFeeds(noise, createStream(1, 'noise')); feeds()['noise 1'];
 */
export function noiseFeeds(layers: NoiseLayers, stream: Stream): NoiseFeeds {
  const shared = new Map<string, (into: AnyElements) => void>();
  const sourceOf = ({ source, shared: key }: AnyFeed) => {
    const known = key === undefined ? undefined : shared.get(key);
    const fill = known ?? (source(stream) as (into: AnyElements) => void);
    if (key !== undefined) shared.set(key, fill);
    return fill;
  };
  const fed = fedLayers(layers).map(({ at, feed }) => ({
    name: inputNames.noise(at),
    buffer: bufferOf(feed),
    fill: sourceOf(feed),
  }));
  const feeds = Object.fromEntries(fed.map(({ name, buffer }) => [name, buffer]));
  return () => {
    for (const { buffer, fill } of fed) fill(buffer);
    return feeds;
  };
}

/**
 * Noise that has no effect: every element is the technique's neutral value.
 *
 * @example neutralFeeds(noise, 1)()
 */
export function neutralFeeds(layers: NoiseLayers, value: number): NoiseFeeds {
  const feeds = Object.fromEntries(
    fedLayers(layers).map(({ at, feed }) => {
      const buffer = bufferOf(feed);
      return [inputNames.noise(at), buffer instanceof BigInt64Array ? buffer : buffer.fill(value)];
    }),
  );
  return () => feeds;
}

function fedLayers(layers: NoiseLayers): { at: number; feed: AnyFeed }[] {
  return layers.flatMap((layer, at) => (layer?.feed ? [{ at, feed: layer.feed }] : []));
}

function bufferOf({ type, shape }: AnyFeed): AnyElements {
  return BUFFERS[type](shape.reduce((product, length) => product * length, 1));
}
