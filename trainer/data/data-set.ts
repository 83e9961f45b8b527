import { Failure } from '../errors.ts';
import type { PinnedPackage } from './registry.ts';

/** A set of labelled images: `pixels` has `pixelsPerImage` bytes an image, one image after the other. */
export type ImageSet = { count: number; pixels: Uint8Array; labels: Uint8Array };

/** A data set, decoded and checked. */
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

/** Where a data set comes from, and what it must be. */
export type DataSource = {
  /** its name in plans */
  readonly name: string;
  /** its name for people */
  readonly title: string;
  readonly package: PinnedPackage;
  /** size of the package, for people */
  readonly download: string;
  readonly counts: { readonly train: number; readonly test: number };
  readonly pixelsPerImage: number;
  readonly channels: number;
  readonly classes: number;
  /** known mean and standard deviation of the training pixels, one a channel, to four digits */
  readonly moments: { readonly mean: readonly string[]; readonly standardDeviation: readonly string[] };
  /**
   * The contents of the unpacked package: training pixels, training labels, test pixels, test labels, each as one part or
   * several in order.
   */
  readonly decode: (folder: string) => AsyncIterable<Uint8Array>;
  /** The same from a folder of the files that the data set's authors give out. */
  readonly decodeOfficial: (folder: string) => AsyncIterable<Uint8Array>;
  /** SHA-256 of the contents, which are the same wherever they come from. */
  readonly contents: string;
};

/**
 * Bytes of all images and labels of a data set.
 *
 * @param source of the data set
 * @example bytesOf(mnist)
 */
export function bytesOf({ counts, pixelsPerImage }: DataSource): number {
  return (counts.train + counts.test) * (pixelsPerImage + 1);
}

/**
 * A data set from its bytes, checked: counts, labels, and the known mean and standard deviation of the pixels.
 *
 * @param source what it must be
 * @param bytes training pixels, training labels, test pixels, test labels
 * @throws Failure when it is something else
 * @example const { train, mean } = dataSetFrom(mnist, bytes);
 */
export function dataSetFrom(source: DataSource, bytes: Uint8Array): DataSet {
  const { title, counts, pixelsPerImage, classes, channels } = source;
  if (bytes.length !== bytesOf(source))
    throw new Failure(`The ${title} data has ${bytes.length} bytes, not ${bytesOf(source)}.`);
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
