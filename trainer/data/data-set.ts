import { Failure } from '../errors.ts';
import { type Stream, shuffle } from '../random/stream.ts';
import type { Origin } from './origins.ts';

/** A set of labelled images: `pixels` has `pixelsPerImage` bytes an image, one image after the other. */
export type ImageSet = { count: number; pixels: Uint8Array; labels: Uint8Array };

/** A data set of images, decoded and checked. */
export type DataSet = {
  /** bytes of an image: all channels of a pixel, then the next pixel */
  pixelsPerImage: number;
  classes: number;
  train: ImageSet;
  test: ImageSet;
  /** mean of the training pixels in [0, 1], one a channel */
  mean: readonly number[];
  /** standard deviation of them, one a channel */
  standardDeviation: readonly number[];
};

/** Where a data set comes from, whatever it is of. */
export type Source = {
  /** its name in plans */
  readonly name: string;
  /** its name for people */
  readonly title: string;
  readonly origin: Origin;
  /** size of what is fetched, for people */
  readonly download: string;
  readonly counts: { readonly train: number; readonly test: number };
  /**
   * The contents of what was fetched, training set first: inputs, then labels or targets, each as one part or several in order.
   */
  readonly decode: (folder: string) => AsyncIterable<Uint8Array>;
  /** The same from a folder of the files that the data set's authors give out. */
  readonly decodeOfficial: (folder: string) => AsyncIterable<Uint8Array>;
  /** SHA-256 of the contents, which are the same wherever they come from. */
  readonly contents: string;
};

/** Where a data set of images comes from, and what it must be. */
export type DataSource = Source & {
  readonly pixelsPerImage: number;
  readonly channels: number;
  readonly classes: number;
  /** known mean and standard deviation of the training pixels, one a channel, to four digits */
  readonly moments: { readonly mean: readonly string[]; readonly standardDeviation: readonly string[] };
};

/** Bytes of all images and labels of a data set. */
export function countBytes({ counts, pixelsPerImage }: DataSource): number {
  return (counts.train + counts.test) * (pixelsPerImage + 1);
}

/** A data set from its bytes, checked: counts, labels, and the known mean and standard deviation of the pixels. */
export function checkDataSet(source: DataSource, bytes: Uint8Array): DataSet {
  const { title, counts, pixelsPerImage, classes, channels } = source;
  if (bytes.length !== countBytes(source))
    throw new Failure(`The ${title} data has ${bytes.length} bytes, not ${countBytes(source)}.`);
  let at = 0;
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const setOf = (count: number): ImageSet => ({
    count,
    pixels: take(count * pixelsPerImage),
    labels: take(count),
  });
  const [train, test] = [setOf(counts.train), setOf(counts.test)];
  if ([train, test].some(({ labels }) => labels.some((label) => label >= classes)))
    throw new Failure(`The ${title} data has a label that is not 0 to ${classes - 1}.`);

  const found = moments(train.pixels, channels);
  const show = (values: readonly number[]) => values.map((value) => value.toFixed(4)).join(' ');
  const known = `${source.moments.mean.join(' ')}, ${source.moments.standardDeviation.join(' ')}`;
  if (`${show(found.mean)}, ${show(found.standardDeviation)}` !== known)
    throw new Failure(
      `The ${title} pixels have mean and standard deviation ${show(found.mean)}, ${show(found.standardDeviation)} instead of ${known}.`,
    );
  return { pixelsPerImage, classes, train, test, ...found };
}

/** Mean and standard deviation of bytes as numbers in [0, 1]. The sums are integers below 2⁵³, so they are exact. */
function moments(pixels: Uint8Array, channels: number): Pick<DataSet, 'mean' | 'standardDeviation'> {
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  for (let i = 0; i < pixels.length; i++) {
    const own = counts[i % channels] as Float64Array;
    const pixel = pixels[i] as number;
    own[pixel] = (own[pixel] as number) + 1;
  }
  const each = counts.map((own) => {
    let [sum, squares] = [0, 0];
    own.forEach((count, pixel) => {
      sum += count * pixel;
      squares += count * pixel * pixel;
    });
    const total = pixels.length / channels;
    const mean = sum / total;
    return { mean: mean / 255, deviation: Math.sqrt(squares / total - mean * mean) / 255 };
  });
  return { mean: each.map(({ mean }) => mean), standardDeviation: each.map(({ deviation }) => deviation) };
}

/** Images and their labels as a network is fed: images [batch, pixels] normalised, labels [batch]. */
export type Batch = { images: Float32Array; labels: BigInt64Array };

/**
 * Reads batches of a set: pixels in [0, 1], less the mean and over the standard deviation of the training images, those of its channel.
 * The batch's arrays are used again for the next one.
 */
export function createBatchReader(
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
      for (let channel = 0; channel < channels; channel++)
        for (let p = channel; p < pixels; p += channels)
          batch.images[to + p] = normalised[(channel << 8) + (set.pixels[from + p] as number)] as number;
      batch.labels[i] = BigInt(set.labels[image] as number);
    }
    return batch;
  };
}

/**
 * The order in which training images are shown: one shuffle after the other, each with a stream of its own. Where the
 * batch does not divide the number of images, a batch goes over from one shuffle to the next.
 */
export function createBatchOrder(
  count: number,
  source: (epoch: number) => Stream,
): (position: number) => number {
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
