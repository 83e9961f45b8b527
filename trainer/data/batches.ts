import { type Stream, shuffle } from '../random/stream.ts';
import type { DataSet, ImageSet } from './data-set.ts';

/** Images and their labels as a network is fed: images [batch, pixels] normalised, labels [batch]. */
export type Batch = { images: Float32Array; labels: BigInt64Array };

/**
 * Reads batches of a set: pixels in [0, 1], less the mean and over the standard deviation of the training images, those of its channel.
 * The batch's arrays are used again for the next one.
 *
 * @param data the data set, for its moments
 * @param set its training or test images
 * @param size images a batch
 * @returns a function from the indices of images to their batch
 * @example const read = batchReader(data, data.test, 100); read((i) => i);
 */
export function batchReader(
  data: DataSet,
  set: ImageSet,
  size: number,
): (index: (i: number) => number) => Batch {
  const pixels = data.pixelsPerImage;
  const channels = data.mean.length;
  // one table of 256 values a channel
  const normalised = Float32Array.from({ length: 256 * channels }, (_, i) => {
    const channel = i >> 8;
    return ((i & 255) / 255 - (data.mean[channel] as number)) / (data.standardDeviation[channel] as number);
  });
  const batch = { images: new Float32Array(size * pixels), labels: new BigInt64Array(size) };
  return (index) => {
    for (let i = 0; i < size; i++) {
      const image = index(i);
      if (!(image >= 0 && image < set.count)) throw new Error(`there is no image ${image} of ${set.count}`);
      const from = image * pixels;
      const to = i * pixels;
      for (let p = 0; p < pixels; p++)
        batch.images[to + p] = normalised[((p % channels) << 8) + (set.pixels[from + p] as number)] as number;
      batch.labels[i] = BigInt(set.labels[image] as number);
    }
    return batch;
  };
}

/**
 * The order in which training images are shown: one shuffle after the other, each with a stream of its own. Where the
 * batch does not divide the number of images, a batch goes over from one shuffle to the next.
 *
 * @param count images there are
 * @param source the stream of an epoch, counted from 0
 * @returns a function from a position (0, 1, 2, …, never falling back to an earlier epoch) to the image there
 * @example const at = batchOrder(60_000, (epoch) => stream(1, 'batch order', epoch)); at(0);
 */
export function batchOrder(count: number, source: (epoch: number) => Stream): (position: number) => number {
  let current = -1;
  let order: Uint32Array;
  return (position) => {
    const epoch = Math.floor(position / count);
    if (epoch !== current) {
      order = shuffle(source(epoch), count);
      current = epoch;
    }
    return order[position - epoch * count] as number;
  };
}
