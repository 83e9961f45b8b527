import { beforeAll, expect, test } from 'vitest';
import { measurementSchema } from '../../schemas/measurement.ts';
import type { Plan } from '../../schemas/plan.ts';
import { backends } from '../backends/index.ts';
import type { DataSet } from '../data/data-set.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { smallPlan } from '../testing/plan.ts';
import { measure } from './measure.ts';
import { measureNetworks } from './measure-networks.ts';
import { drawMeasurement } from './picture.ts';
import { computeStatistics, METRICS, sumMetrics } from './statistics.ts';

let data: DataSet;
beforeAll(async () => {
  data = await loadData(mnist, () => {});
}, 120_000);

const signal = new AbortController().signal;
const { keep, ...network } = smallPlan.network;
const plan: Plan = {
  ...smallPlan,
  axes: { depth: [6], keep: [1, 0.8] },
  network: { ...network, width: 150, sigma_w2: 1.5 },
  measurement: { networks: 24, pairs: 8, inputs: 'gaussian', cosine: 0.3, read_out: 'fixed' },
  backend: 'auto',
};
const cell = { depth: 6, sigma_w2: 1.5, keep: 0.8, seed: 1 };

test('the sums of a layer by hand', () => {
  const layer = {
    z: Float32Array.of(1, 2, 3, 1),
    delta: Float32Array.of(1, 0, 2, -1),
    signal: Float32Array.of(2, 0, 1, 1),
  };
  const [own] = computeStatistics([sumMetrics([layer], 2), sumMetrics([layer], 2)], 2);
  const means = Object.fromEntries(METRICS.map(({ name }, m) => [name, own?.[m]?.mean]));
  expect(means).toEqual({
    q: (2.5 + 5) / 2,
    c: expect.closeTo(2.5 / Math.sqrt(12.5), 12),
    gradient_1: (0.5 + 2.5) / 2,
    gradient_2: 1,
    // the matrices of a are [[2, 0], [0, 0]], those of b [[2, −1], [2, −1]]
    weight_1: (1 + 2.5) / 2,
    weight_2: 1,
    weight_abs: 1,
  });
  // equal networks do not spread, their two inputs do: 2.5 and 5, twice
  expect(own?.[0]?.error).toBe(0);
  expect(own?.[0]?.variance).toBeCloseTo((4 * 1.25 ** 2) / 3, 12);
});

test('measured signals and gradients are those of the theory, to the chance of 24 networks and the order of 1/width', async () => {
  const measurement = measurementSchema.parse(await measure(plan, { workers: 2, signal }));
  expect(measurement.rows).toHaveLength(12);
  for (const row of measurement.rows)
    for (const name of ['q', 'c', 'gradient_1', 'gradient_2', 'weight_1', 'weight_2'] as const) {
      const [value, error, theory] = [row[name], row[`${name}_error`], row[`${name}_theory`]];
      if (theory === null) {
        expect([row.layer, name.slice(0, 6)]).toEqual([1, 'weight']);
        continue;
      }
      // four standard errors, and 1/N times a few layers
      const tolerance = 4 * (error as number) + 0.03 * Math.abs(theory);
      expect(
        Math.abs((value as number) - theory),
        `${name} at layer ${row.layer}, keep ${row.keep}`,
      ).toBeLessThan(tolerance);
    }
  expect(drawMeasurement(measurement)).toContain('keep 0.8');
  expect(await measure(plan, { workers: 1, signal })).toEqual(measurement);
}, 120_000);

test('what couples the inputs of a batch is refused', async () => {
  const ic: Plan = { ...plan, network: { ...plan.network, technique: 'ic' } };
  await expect(measure(ic, { workers: 1, signal })).rejects.toThrow('normalise over the batch');
  const ops: Plan['network']['ops'] = ['norm', 'activation', 'noise', 'linear'];
  const norms: Plan = { ...plan, network: { ...plan.network, ops } };
  await expect(measure(norms, { workers: 1, signal })).rejects.toThrow('normalise over the batch');
});

test('weights with a mask that all inputs share are refused', async () => {
  const own: Plan = { ...plan, network: { ...plan.network, technique: 'dropconnect' } };
  await expect(measure(own, { workers: 1, signal })).rejects.toThrow('"dropconnect" cannot be measured');
});

test('blocks of other operations are measured, and nothing is predicted of them', async () => {
  const ops: Plan['network']['ops'] = ['linear', 'activation', 'noise', 'linear'];
  const own: Plan = {
    ...plan,
    axes: { depth: [3], keep: [0.9] },
    network: { ...plan.network, ops },
    measurement: { ...(plan.measurement as NonNullable<Plan['measurement']>), networks: 2 },
  };
  const { rows } = await measure(own, { workers: 1, signal });
  // the first weights, and two more of each of two blocks
  expect(rows.map(({ layer }) => layer)).toEqual([1, 2, 3, 4, 5]);
  for (const { q, q_theory, gradient_1_theory } of rows)
    expect([(q as number) > 0, q_theory, gradient_1_theory]).toEqual([true, null, null]);
}, 60_000);

test('the back ends measure the same', async () => {
  const found = await Promise.all(
    Object.entries(backends)
      .filter(([, backend]) => !backend.unavailable())
      .map(([backend]) => measureNetworks({ ...plan, backend: backend as never }, cell, [0, 7], data)),
  );
  for (const other of found.slice(1))
    other.forEach((sums, i) => {
      sums.forEach((value, at) => {
        const first = found[0]?.[i]?.[at] as number;
        expect(Math.abs(value - first)).toBeLessThan(1e-4 * Math.abs(first) + 1e-6);
      });
    });
});

test.each(['quadratic', 'cross_entropy'] as const)('a %s read-out has its gradients', async (read_out) => {
  const own: Plan = {
    ...plan,
    axes: { depth: [4], keep: [0.9] },
    measurement: { networks: 12, pairs: 4, inputs: 'data', cosine: 0, read_out },
  };
  const { rows } = await measure(own, { workers: 2, signal });
  const last = rows.at(-1);
  // the prediction's top is 4 q* for |z|², and what was measured for the loss
  const expected = read_out === 'quadratic' ? 4 * (last?.q as number) : (last?.gradient_1 as number);
  expect((last?.gradient_1 as number) / expected).toBeCloseTo(1, 5);
  expect((rows[0]?.gradient_1 as number) / (rows[0]?.gradient_1_theory as number)).toBeGreaterThan(0.5);
  expect((rows[0]?.gradient_1 as number) / (rows[0]?.gradient_1_theory as number)).toBeLessThan(2);
});
