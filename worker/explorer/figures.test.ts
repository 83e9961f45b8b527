import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { networkFromQuery } from '../../networks/from-query.ts';
import type { Grid } from '../../schemas/grid.ts';
import { depthScales } from '../../theory/index.ts';
import { moved } from './crosshair.ts';
import { colourScale } from './heat-map.ts';
import { curvesOver, measured } from './measured.ts';

describe('colourScale', () => {
  const field = (values: number[]) => ({ columns: values.length, rows: 1, values: new Float64Array(values) });

  it('spans the values', () => {
    const { scale, capped } = colourScale(field([3, Number.NaN, 1, 2]), 'log');
    expect([scale.kind, scale.min, scale.max, capped]).toEqual(['log', 1, 3, false]);
  });

  it('lets a few huge values not take the colours of all others', () => {
    const values = Array.from({ length: 100 }, (_, i) => 1 + i / 10);
    const { scale, capped } = colourScale(field([...values, 1e9]), 'log');
    expect(capped).toBe(true);
    expect(scale.max).toBeLessThan(11);
  });

  it('is linear where there is a zero, and holds fields without values', () => {
    expect(colourScale(field([0, 1]), 'log').scale.kind).toBe('linear');
    expect(colourScale(field([Number.NaN]), 'log').scale).toMatchObject({ min: 0, max: 1 });
  });
});

describe('moved', () => {
  it('goes with the arrows, faster with Shift, and to the edges', () => {
    expect(moved('ArrowRight', false, { x: 0.5, y: 0.5 })).toEqual({ x: 0.5 + 1 / 60, y: 0.5 });
    expect(moved('ArrowDown', true, { x: 0.5, y: 0.5 })).toEqual({ x: 0.5, y: 0.5 - 5 / 60 });
    expect(moved('PageUp', false, { x: 0.5, y: 0.5 })).toEqual({ x: 0.5, y: 1 });
    expect(moved('ArrowLeft', false, { x: 0, y: 0 })).toEqual({ x: 0, y: 0 });
    expect(moved('a', false, { x: 0, y: 0 })).toBeUndefined();
  });
});

describe('a measured grid', () => {
  const file = path.join(import.meta.dirname, '..', '..', 'fixtures', 'grids', 'mnist-tanh-keep-095.json');
  const grid = JSON.parse(readFileSync(file, 'utf8')) as Grid;

  it('has depth upwards and the mean over the seeds in each cell', () => {
    const { x, y, field } = measured(grid);
    expect([x.name, y.name, field.columns, field.rows]).toEqual(['sigma_w2', 'depth', 7, 10]);
    // the table of the README
    expect(field.values[0]).toBeCloseTo(0.949, 3);
    expect(field.values[7 * 6 + 2]).toBeCloseTo(0.607, 3);
  });

  it('has cells without a value where no seed has one', () => {
    const rows = grid.rows.map((row) => (row.depth === 5 ? { ...row, train_accuracy: null } : row));
    expect([...measured({ ...grid, rows }).field.values.slice(0, 8)].map(Number.isNaN)).toEqual([
      ...Array(7).fill(true),
      false,
    ]);
  });

  it('over learning rates has them across, and no curves: the theory does not know them', () => {
    const { learning_rate, ...training } = grid.meta.plan.training;
    const plan = { ...grid.meta.plan, axes: { depth: [5, 10], learning_rate: [0.1, 0.01] }, training };
    const rows = grid.rows.slice(0, 4).map((row, i) => ({
      ...row,
      depth: i < 2 ? 5 : 10,
      learning_rate: i % 2 ? 0.01 : 0.1,
    }));
    const over = { ...grid, meta: { ...grid.meta, plan }, rows };
    expect(measured(over).x).toEqual({ name: 'learning_rate', values: [0.01, 0.1] });
    expect(measured(over).y).toEqual({ name: 'depth', values: [5, 10] });
    expect(curvesOver(over)).toEqual([]);
  });

  it('is compared with the depth scales of its own networks', () => {
    const scalesOf = (query: Omit<Parameters<typeof networkFromQuery>[0], 'activation'>) => {
      const { xi_1, xi_2 } = depthScales(networkFromQuery({ activation: 'tanh', sigma_b2: 0.05, ...query }));
      return { sigma_w2: query.sigma_w2, xi_1, xi_2 };
    };
    const curve = curvesOver(grid);
    expect(curve.length).toBe(61);
    for (const [i, sigma_w2] of [
      [0, 1],
      [20, 2],
      [60, 4],
    ] as const)
      expect(curve[i]).toEqual(scalesOf({ technique: 'bernoulli', keep: 0.95, sigma_w2 }));
    const { plan } = grid.meta;
    const { keep, ...network } = plan.network;
    const beta = { ...plan, network: { ...network, technique: 'beta' as const, noise_a: 4, noise_b: 1 } };
    expect(curvesOver({ ...grid, meta: { ...grid.meta, plan: beta } })[20]).toEqual(
      scalesOf({ technique: 'beta', noise_a: 4, noise_b: 1, sigma_w2: 2 }),
    );
    for (const own of [
      { schedule: 'step_early' },
      { residual: { carry: 1, branch: 1 } },
      { init: 'kaiming_normal' },
    ]) {
      const other = { ...plan, network: { ...network, keep: 0.95, ...own } } as typeof plan;
      expect(curvesOver({ ...grid, meta: { ...grid.meta, plan: other } })).toEqual([]);
    }
    const flat = { ...plan, axes: { sigma_w2: [1, 2], keep: [0.9, 1] } };
    expect(curvesOver({ ...grid, meta: { ...grid.meta, plan: flat } })).toEqual([]);
  });
});
