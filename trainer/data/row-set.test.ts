import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/command.ts';
import { countContents, isOfRows, sizesOf } from './any-data.ts';
import { findCacheFile, fromFolder, loadData } from './load.ts';
import { checkRowData, createRowReader, encodeNumbers, type RowData, type RowSource } from './row-set.ts';
import { autoMpg, DATA_SETS } from './sources.ts';

let cars: RowData;
// the shared cache; fetched through the registry where it is empty
beforeAll(async () => {
  cars = await loadData(autoMpg, () => {});
}, 120_000);

/** Two training rows and a test row of two numbers each. */
const small: RowSource = {
  ...autoMpg,
  title: 'Small',
  counts: { train: 2, test: 1 },
  numbersPerRow: 2,
  target: { ...autoMpg.target, mean: 5, standardDeviation: 2 },
};

const encode = (...parts: number[][]) => encodeNumbers(parts.flat());

const GOOD = [[1, 10, 3, 30], [3, 7], [5, 20], [9]];

test('is Auto MPG: counts, moments, known cars', () => {
  expect([cars.train.count, cars.test.count]).toEqual([308, 84]);
  expect(sizesOf(cars)).toEqual({ inputs: 9, classes: 1 });
  expect([isOfRows(autoMpg), isOfRows(DATA_SETS.mnist)]).toEqual([true, false]);
  const rows = [cars.train, cars.test].flatMap(({ count, inputs, targets }) =>
    Array.from({ length: count }, (_, i) => [...inputs.subarray(9 * i, 9 * i + 9), targets[i]].join(' ')),
  );
  // the first and the last car of the file, each once: chevrolet chevelle malibu, chevy s-10
  for (const car of ['8 307 130 3504 12 1970 1 0 0 18', '4 119 82 2720 19.4 1982 1 0 0 31'])
    expect(rows.filter((row) => row === car)).toHaveLength(1);
  expect(new Set(rows).size).toBe(392);
  // the sets are drawn, not cut: each has cars of every year but 1981
  for (const { count, inputs } of [cars.train, cars.test])
    expect(new Set(Array.from({ length: count }, (_, i) => inputs[9 * i + 5])).size).toBe(12);
});

test("columns are scaled by the training rows' own mean and deviation, targets are not", () => {
  const data = checkRowData(small, encode(...GOOD));
  expect(data).toMatchObject({ mean: [2, 20], standardDeviation: [1, 10] });
  expect(data.target).toEqual({ mean: 5, standardDeviation: 2 });
  const { images, labels } = createRowReader(data, data.train, 2)((i) => 1 - i);
  expect([...images]).toEqual([1, 1, -1, -1]);
  expect([...labels]).toEqual([7, 3]);
  const test = createRowReader(data, data.test, 1);
  expect([...test(() => 0).images]).toEqual([3, 0]);
  expect(() => test(() => 1)).toThrow('there is no row 1 of 1');
});

test('data that are something else are refused', () => {
  const check = (...parts: number[][]) => checkRowData(small, encode(...parts));
  expect(() => check([1])).toThrow('The Small data has 8 bytes, not 72.');
  const [inputs, targets, testInputs, testTargets] = GOOD as [number[], number[], number[], number[]];
  expect(() => check(inputs, targets, [Number.NaN, 1], testTargets)).toThrow('a number that is not finite');
  expect(() => check([1, 10, 3, 10], targets, testInputs, testTargets)).toThrow(
    'the same number in column 2 of all training rows',
  );
  expect(() => check(inputs, [3, 9], testInputs, testTargets)).toThrow(
    'mean and standard deviation 6.0000 and 3.0000 instead of 5.0000 and 2.0000',
  );
});

test('a folder with the file gives the same data; another file, and a changed number, do not', async () => {
  const [folder, cache] = [await temporaryFolder(), await temporaryFolder()];
  const load = () => loadData(autoMpg, () => {}, cache, fromFolder(autoMpg, folder));
  const write = (content: string) => writeFile(path.join(folder, 'cars.json'), content);
  await expect(load()).rejects.toThrow(`There is no cars.json in ${folder}`);
  await write('{');
  await expect(load()).rejects.toThrow('cars.json is no JSON');
  await write('[]');
  await expect(load()).rejects.toThrow('is no list of 406 cars, which is not Auto MPG');

  const all = [...listCars(cars, 'train'), ...listCars(cars, 'test')];
  const unknown = Array.from({ length: 14 }, () => ({ ...all[0], Horsepower: null }));
  await write(JSON.stringify([...all, ...unknown]));
  // all are there, in another order: another split
  await expect(load()).rejects.toThrow(/some number differs|mean and standard deviation/);
  await write(JSON.stringify([...all, ...unknown.slice(1), { ...all[0], Origin: 'Mars' }]));
  await expect(load()).rejects.toThrow('has a car with other values ({"Cylinders":');
  await write(JSON.stringify([...all, ...unknown.slice(1), all[0]]));
  await expect(load()).rejects.toThrow('has 393 cars without a missing value');
});

test('the cache has 31,360 bytes behind its checksum', async () => {
  expect(countContents(autoMpg)).toBe(31_360);
  expect((await readFile(findCacheFile(autoMpg))).length).toBe(32 + 31_360);
});

/** Cars as the file has them. */
function listCars(data: RowData, part: 'train' | 'test') {
  const { count, inputs, targets } = data[part];
  return Array.from({ length: count }, (_, i) => {
    const [Cylinders, Displacement, Horsepower, Weight_in_lbs, Acceleration, year, usa, europe] =
      inputs.subarray(9 * i, 9 * i + 9);
    return {
      ...{ Cylinders, Displacement, Horsepower, Weight_in_lbs, Acceleration, Year: `${year}-01-01` },
      ...{ Origin: usa ? 'USA' : europe ? 'Europe' : 'Japan', Miles_per_Gallon: targets[i] },
    };
  });
}
