import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Family, type Sought } from '../../answers/measured/family.ts';
import type { MeasuredGrid } from '../../answers/measured/grid.ts';
import type { TechniqueName } from '../../catalogue/techniques.ts';
import { Meter } from '../../theory/index.ts';
import type { Bindings } from '../environment.ts';
import { measuredGrids } from '../store/measured.ts';
import { nearestByBruteForce } from '../testing/nearest-by-brute-force.ts';

// (few values of each, so that grids, settings and places are often the same)
const data = fc.constantFrom('mnist', 'cifar10');
const technique = fc.constantFrom(
  ...['none', 'bernoulli', 'bernoulli', 'bernoulli', 'gaussian', 'alpha', 'ic', 'dropconnect'],
);
const number = (...values: number[]) =>
  fc.oneof(fc.constantFrom(...values), fc.double({ min: 0.5, max: 4, noNaN: true }));
const trained = {
  optimiser: fc.constantFrom('sgd', 'adam', 'momentum'),
  steps: fc.constantFrom(100, 500, 1500),
  batch: fc.constantFrom(100, 50),
  width: fc.constantFrom(50, 100, 400),
  learning_rate: fc.constantFrom(0.001, 0.03, 0.1),
  init: fc.constantFrom('gaussian', 'orthogonal'),
  schedule: fc.constantFrom('constant', 'constant', 'constant', 'step_early', 'front_loaded'),
  ops: fc.constantFrom('activation noise linear', 'norm activation noise linear'),
  carry: fc.constantFrom(0, 0, 1),
};
const place = {
  sigma_w2: number(1, 2, 1e-7),
  sigma_b2: fc.constantFrom(0, 0.05, 1),
  keep: fc.constantFrom(1, 0.95, 0.5),
};
const column = fc.record({
  ...place,
  ...{ width: trained.width, learning_rate: trained.learning_rate, networks: fc.constant(3) },
  depth: fc.constantFrom(null, 10, 20, 20, 40),
  ...{ low: fc.constant(null), high: fc.constant(null), censored: fc.constant(null) },
});
const grid = fc.record({
  ...{ activation: fc.constant('tanh'), technique, data },
  settings: fc
    .tuple(
      fc.record(trained, { requiredKeys: ['init'] }),
      fc.record({ rate_schedule: fc.constant('cosine') }),
    )
    .map(([own, rate]): Record<string, string | number> => ({ ...own, ...rate, accuracy_threshold: 0.5 })),
  columns: fc.array(column, { maxLength: 6 }),
});
const grids = fc
  .array(grid, { maxLength: 12 })
  .map((all) => all.map((one, i): MeasuredGrid => ({ ...one, id: `grid-${String(i).padStart(2, '0')}` })));
const sought = fc
  .record({
    ...{ ...place, technique, data: fc.option(data, { nil: undefined }), activation: fc.constant('tanh') },
    settings: fc.record({ ...trained, data }, { requiredKeys: [] }),
  })
  .map((one) => one as Sought & { technique: TechniqueName });

describe('the nearest of the columns of one activation', () => {
  it('is that of a walk over all of them', () => {
    let found = 0;
    fc.assert(
      fc.property(grids, fc.array(sought, { minLength: 1, maxLength: 8 }), (all, questions) => {
        const family = new Family(all);
        for (const question of questions) {
          const expected = nearestByBruteForce(all, question);
          if (expected) found++;
          expect(family.nearest(question)).toEqual(expected);
        }
      }),
      { numRuns: 1000, seed: 15 },
    );
    expect(found).toBeGreaterThan(500);
  });

  it('is that of a walk over all of them among the shipped grids', async () => {
    const all = await measuredGrids(env as unknown as Bindings, 'tanh');
    expect(all.flatMap((one) => one.columns ?? []).length).toBeGreaterThan(300);
    const family = new Family(all);
    fc.assert(
      fc.property(sought, (question) => {
        expect(family.nearest(question)).toEqual(nearestByBruteForce(all, question));
      }),
      { numRuns: 300, seed: 15 },
    );
  });

  it('is none with other operations, and none of dropconnect, whose mask the images of a step share', () => {
    const usual = { init: 'gaussian', width: 100, learning_rate: 0.03, steps: 500, accuracy_threshold: 0.5 };
    const one = { sigma_w2: 1.5, sigma_b2: 0, keep: 0.95, width: 100, learning_rate: 0.03, networks: 1 };
    const open = { low: null, high: null, censored: null };
    const nearest = (technique: TechniqueName, settings: Record<string, string>) =>
      new Family([
        {
          ...{ id: 'one', activation: 'tanh', technique, data: 'mnist' },
          settings: { ...usual, ...settings },
          columns: [{ ...one, ...open, depth: 20 }],
        },
      ]).nearest({
        ...{ activation: 'tanh', technique, sigma_w2: 1.5, sigma_b2: 0, keep: 0.95, settings: {} },
      });
    expect(nearest('bernoulli', {})?.distance).toBeCloseTo(0, 9);
    expect(nearest('bernoulli', { ops: 'activation noise linear' })?.distance).toBeCloseTo(0, 9);
    expect(nearest('bernoulli', { ops: 'norm activation noise linear' })).toBeUndefined();
    expect(nearest('dropconnect', {})).toBeUndefined();
  });

  it('compares no group that settings or the place rule out', () => {
    const usual = { init: 'gaussian', width: 100, learning_rate: 0.03, steps: 500, accuracy_threshold: 0.5 };
    const one = { sigma_b2: 0, keep: 0.95, width: 100, learning_rate: 0.03, networks: 1, depth: 20 };
    const open = { low: null, high: null, censored: null };
    const all = Array.from(
      { length: 1000 },
      (_, i): MeasuredGrid => ({
        ...{
          id: `grid-${String(i).padStart(3, '0')}`,
          activation: 'tanh',
          technique: 'bernoulli',
          data: 'mnist',
        },
        settings: { ...usual, steps: 500 + i },
        columns: [1, 1.5, 2].map((sigma_w2) => ({ ...one, ...open, sigma_w2 })),
      }),
    );
    const family = new Family(all);
    const question = {
      activation: 'tanh',
      technique: 'bernoulli',
      sigma_w2: 1.5,
      sigma_b2: 0,
      keep: 0.95,
    } as const;
    const work = (sigma_w2: number) => {
      const meter = new Meter();
      const found = meter.run(() => family.nearest({ ...question, sigma_w2, settings: { steps: 777 } }));
      expect(found?.grid.id).toBe('grid-277');
      return meter.spent;
    };
    // the settings of all groups once, then the columns of one group and a glance at the others
    expect(work(1.5)).toBeGreaterThan(all.length);
    expect(work(1.6)).toBeLessThan(all.length / 4);
  });
});
