import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { type UnitOptions, unitMeasurementSchema } from '../../schemas/measurement.ts';
import type { Plan } from '../../schemas/plan.ts';
import { backends } from '../backends/index.ts';
import type { DataSet } from '../data/data-set.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { planFile, run, temporaryFolder } from '../testing/command.ts';
import { smallPlan } from '../testing/plan.ts';
import { measureUnits, readFindings } from './measure-units.ts';
import { measureUnitPairs } from './unit-measurement.ts';
import { drawUnits } from './unit-picture.ts';

let data: DataSet;
beforeAll(async () => {
  data = await loadData(mnist, () => {});
}, 120_000);

const signal = new AbortController().signal;
const { keep, ...network } = smallPlan.network;
const plan: Plan = {
  ...smallPlan,
  axes: { depth: [2], keep: [0.6, 0.9] },
  network: { ...network, technique: 'ic', sigma_w2: 1.5 },
};
const units: UnitOptions = { networks: 4, images: 1020, pairs: 60 };
const cell = { depth: 2, sigma_w2: 1.5, keep: 0.6, seed: 1 };

test('behind a batch norm correlations fall to keep and informations to keep², whoever measures', async () => {
  const found = unitMeasurementSchema.parse(await measureUnitPairs(plan, units, { workers: 2, signal }));
  expect(found.rows.map(({ keep, layer }) => [keep, layer])).toEqual([
    [0.6, 1],
    [0.6, 2],
    [0.9, 1],
    [0.9, 2],
  ]);
  for (const row of found.rows) {
    // whole batches of 50
    expect([row.images, row.networks, row.pairs]).toEqual([1000, 4, 60]);
    expect(row.correlation_ratio_theory).toBeCloseTo(row.keep, 4);
    expect(row.information_ratio_theory).toBeCloseTo(row.keep ** 2, 12);
    expect(Math.abs((row.correlation_ratio as number) - row.keep)).toBeLessThan(0.06);
    expect(Math.abs((row.information_ratio as number) - row.keep ** 2)).toBeLessThan(0.12);
    expect(row.correlation_ratio_error).toBeGreaterThan(0);
  }
  expect(drawUnits(found)).toContain('layer 2');
  expect(drawUnits({ ...found, rows: found.rows.slice(0, 2) })).toContain('depth 2');
  expect(await measureUnitPairs(plan, units, { workers: 1, signal })).toEqual(found);
}, 60_000);

test('the units of relu have means, which the theory of correlations knows; of informations there is none', async () => {
  const own: Plan = {
    ...plan,
    axes: { depth: [1], keep: [0.6] },
    network: { ...plan.network, activation: 'relu', technique: 'bernoulli', noise_on_input: true },
  };
  const { rows } = await measureUnitPairs(own, units, { workers: 2, signal });
  const [row, ...others] = rows;
  // the noise on the images is none of the blocks
  expect(others).toEqual([]);
  expect(row?.correlation_ratio_theory).toBeLessThan(0.55);
  expect(row?.correlation_ratio).toBeCloseTo(row?.correlation_ratio_theory as number, 1);
  expect(row?.information_ratio_theory).toBeNull();
}, 60_000);

test.each([
  ['gaussian', { noise_variance: 0.25 }, 0.8],
  ['uniform', { noise_low: 0.2, noise_high: 1 }, 0.36 / (0.36 + 0.64 / 12)],
  ['tabu', { keep: 0.7 }, 1 / 1.3],
  ['vsd', { noise_mean_alpha: 0.1 }, undefined],
] as const)('%s is measured, behind a batch norm as elsewhere', async (technique, numbers, theory) => {
  const own: Plan = {
    ...plan,
    axes: { depth: [2], sigma_w2: [1.5] },
    network: {
      ...network,
      ...{ technique, ops: ['activation', 'norm', 'noise', 'linear'] },
      ...numbers,
    },
  };
  const found = await measureUnits(
    own,
    units,
    { ...cell, keep: 'keep' in numbers ? numbers.keep : 1 },
    [0],
    data,
  );
  for (const layer of readFindings(found[0] as Float64Array)) {
    if (theory === undefined) expect(layer.correlation_ratio_theory).toBeNaN();
    else {
      expect(layer.correlation_ratio_theory).toBeCloseTo(theory, 4);
      expect(Math.abs(layer.correlation_ratio - theory)).toBeLessThan(0.1);
    }
    expect(layer.information_ratio).toBeGreaterThan(0.2);
    expect(layer.information_ratio).toBeLessThan(1.05);
  }
});

test('with common random numbers networks differ in the noise alone', async () => {
  const common = { ...plan, training: { ...plan.training, common_random_numbers: true } };
  const before = async (own: Plan, keep: number) =>
    readFindings((await measureUnits(own, units, { ...cell, keep }, [3], data))[0] as Float64Array)[0]
      ?.correlation_before;
  expect(await before(common, 0.6)).toBe(await before(common, 0.9));
  expect(await before(plan, 0.6)).not.toBe(await before(plan, 0.9));
});

test('the back ends measure the same', async () => {
  const found = await Promise.all(
    Object.entries(backends)
      .filter(([, backend]) => !backend.unavailable())
      .map(([backend]) => measureUnits({ ...plan, backend: backend as never }, units, cell, [0], data)),
  );
  for (const other of found.slice(1))
    other[0]?.forEach((value, at) => {
      // a rounding can move a value over an edge of a bin
      expect(Math.abs(value - (found[0]?.[0]?.[at] as number))).toBeLessThan(0.01);
    });
});

describe('what cannot be measured is refused, with what to do', () => {
  test.each<[Partial<Plan['network']>, Partial<UnitOptions>, RegExp]>([
    [{ technique: 'none' }, {}, /"none".*no noise.*Choose a technique/],
    [{ technique: 'dropconnect' }, {}, /"dropconnect".*drops weights.*Choose/],
    [{ technique: 'alpha' }, {}, /"alpha".*does not multiply.*Choose/],
    [
      { technique: 'bernoulli', ops: ['activation', 'norm', 'linear'] },
      {},
      /"ops" have no "noise".*before "linear"/,
    ],
    [{ width: 1 }, {}, /a "width" of 2 or more/],
    [{}, { images: 49 }, /do not fill one batch of 50.*--images/],
    [{}, { images: 60_001 }, /60000 training images, not 60001.*fewer/],
  ])('%j %j', async (changes, options, message) => {
    const own: Plan = { ...plan, network: { ...plan.network, ...changes } };
    await expect(measureUnitPairs(own, { ...units, ...options }, { workers: 1, signal })).rejects.toThrow(
      message,
    );
  });

  test('what would not fit into the memory', async () => {
    const own: Plan = { ...plan, axes: { ...plan.axes, depth: [100] } };
    const wide = { ...own, network: { ...own.network, width: 1000 } };
    await expect(
      measureUnitPairs(wide, { ...units, images: 10_000 }, { workers: 1, signal }),
    ).rejects.toThrow(/120 units in 100 layers are too many.*--images or --pairs/);
  });
});

test('the command writes JSON, CSV and a picture, and refuses options that would do nothing', async () => {
  const folder = await temporaryFolder();
  const file = await planFile(folder, plan);
  const few = ['--networks', '2', '--images', '100', '--pairs', '5'];
  const [people, programs, cosine, images] = await Promise.all([
    run('measure', file, '--units', ...few, '--out', folder, '--workers', '1'),
    run('measure', file, '--units', ...few, '--out', `${folder}/again`, '--workers', '2', '--json'),
    run('measure', file, '--units', '--cosine', '0.3'),
    run('measure', file, '--images', '100'),
  ]);
  expect([people.code, people.stderr]).toEqual([0, expect.stringContaining('Back end')]);
  expect(people.stdout).toMatch(/depth +sigma_w2 +keep +layer +correlation +information\n +2 +1.5 +0.6 +1 /);
  expect(people.stdout).toMatch(/Written: .*small\.units\.json/);
  const { json, csv, picture } = JSON.parse(programs.stdout);
  expect(await readFile(`${folder}/small.units.json`)).toEqual(await readFile(json));
  const { meta, rows } = unitMeasurementSchema.parse(JSON.parse(await readFile(json, 'utf8')));
  expect([meta.units, rows.length]).toEqual([{ networks: 2, images: 100, pairs: 5 }, 4]);
  expect(await readFile(csv, 'utf8')).toMatch(
    /^depth,sigma_w2,keep,sigma_b2,width,layer,networks,images,pairs,correlation_before,/,
  );
  expect(await readFile(picture, 'utf8')).toContain('information after / before the noise');
  expect([cosine.code, cosine.stderr]).toEqual([
    2,
    expect.stringMatching(/--cosine is of signals.*leave it out/),
  ]);
  expect([images.code, images.stderr]).toEqual([2, expect.stringMatching(/add --units/)]);
}, 60_000);
