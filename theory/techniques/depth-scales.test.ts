import { describe, expect, test } from 'vitest';
import type { TechniqueName } from '../../catalogue/techniques.ts';
import { ACTIVATIONS, activationAt } from '../activations/index.ts';
import { depthScales } from '../depth-scales.ts';
import { icLimit } from '../ic/ic.ts';
import { type PlainStack, plainNetwork } from '../network.ts';
import { layersOf } from '../testing/layers.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { computeNoise, TECHNIQUES } from './index.ts';

const USUAL = ['tanh', 'relu', 'linear', 'gelu', 'cos'] as const;

const ask = (input: Partial<PlainStack>) =>
  depthScales(
    plainNetwork({
      activation: 'tanh',
      sigma_w2: 1.8,
      sigma_b2: 0.05,
      technique: 'bernoulli',
      mask: 'independent',
      q0: 1,
      ...input,
    }),
  );

test('parameters carry a prefix next to other things', () => {
  const { keep, ...row } = ask({ technique: 'gaussian', noise_variance: 0.25 });
  expect(keep).toBeNull();
  for (const name of ['s2', 'q_star', 'c_star', 'chi_1', 'xi_2'] as const)
    expect(ask({ keep: 0.8 })[name]).toBeCloseTo(row[name] as number, 13);
  expect(ask({ technique: 'gaussian', keep: 0.8 }).keep).toBe(0.8);
  expect(ask({ technique: 'concrete', noise_temperature: 0.5, keep: 0.8 })).toMatchObject({ keep: 0.8 });
  expect(ask({ technique: 'tabu', keep: 0.5 }).keep_effective).toBeCloseTo(2 / 3, 15);
  expect(ask({ technique: 'advanced' })).toMatchObject({ keep: null, status: 'ok' });
  expect(() => ask({ technique: 'bernoulli', noise_variance: 0.25 })).toThrow(/no parameter "variance"/);
  expect(() => ask({ technique: 'gaussian', noise_variance: 1, keep: 0.5 })).toThrow(/not both/);
});

describe('alpha dropout', () => {
  const cases: Partial<PlainStack>[] = [
    { activation: 'selu', sigma_w2: 1, sigma_b2: 0, keep: 0.9 },
    { activation: 'selu', sigma_w2: 0.8, sigma_b2: 0.1, keep: 0.95, mask: 'shared' },
    { activation: 'relu', sigma_w2: 1, sigma_b2: 0, keep: 0.7 },
    { activation: 'linear', sigma_w2: 1, sigma_b2: 0, keep: 0.8 },
    { activation: 'tanh', sigma_w2: 2, sigma_b2: 0, keep: 0.8 },
    { activation: 'sigmoid', sigma_w2: 2, sigma_b2: 0.1, keep: 0.5 },
  ];
  test.each(cases)('settles where the layers lead: %o', (input) => {
    const row = ask({ technique: 'alpha', ...input });
    const { activation = 'tanh', sigma_w2 = 1, sigma_b2 = 0, keep, mask = 'independent' } = input;
    const layers = layersOf({ depth: 300, sigma_w2, sigma_b2, noise: computeNoise('alpha', { keep }), mask });
    const { rows } = trajectory(activationAt(activation), layers, { q0: 1, c0: 0.4 });
    expect(row.status).toBe('ok');
    expect(row.q_star).toBeCloseTo(rows[300]?.q ?? Number.NaN, 10);
    expect(row.c_star).toBeCloseTo(rows[300]?.c ?? Number.NaN, 10);
    expect(row.chi_1).toBeCloseTo(rows[299]?.chi_1 ?? Number.NaN, 10);
    expect(row.chi_c).toBeCloseTo(rows[299]?.chi_c ?? Number.NaN, 10);
    // chi_q is the ratio of successive distances from q*
    const off = (layer: number) => (rows[layer]?.q ?? Number.NaN) - (row.q_star ?? 0);
    if (Math.abs(off(4)) > 1e-6) expect(off(4) / off(3)).toBeCloseTo(row.chi_q ?? Number.NaN, 1);
  });

  test('self-normalising: q* = 1 for selu, at every keep', () => {
    for (const keep of [0.5, 0.9, 1]) {
      const row = ask({ technique: 'alpha', activation: 'selu', sigma_w2: 1, sigma_b2: 0, keep });
      expect(row.q_star).toBeCloseTo(1, 12);
    }
    const plain = ask({ technique: 'none', activation: 'selu', sigma_w2: 1, sigma_b2: 0 });
    expect(ask({ technique: 'alpha', activation: 'selu', sigma_w2: 1, sigma_b2: 0 })).toEqual({
      ...plain,
      keep: 1,
    });
  });

  test('growing, and without weights', () => {
    const growing = ask({ technique: 'alpha', activation: 'relu', sigma_w2: 4, keep: 0.8 });
    expect(growing).toMatchObject({ status: 'diverges', q_star: null });
    expect(ask({ technique: 'alpha', sigma_w2: 0, keep: 0.8 })).toMatchObject({ q_star: 0.05, c_star: 1 });
    expect(ask({ technique: 'alpha', sigma_w2: 0, sigma_b2: 0, keep: 0.8 }).status).toBe('collapses');
  });
});

test('ic layers answer with their own maps', () => {
  const row = ask({ technique: 'ic', activation: 'relu', sigma_w2: 2, sigma_b2: 0.5, keep: 0.8 });
  const layer = { sigma_w2: 2, sigma_b2: 0.5, noise: computeNoise('ic', { keep: 0.8 }) };
  expect(row).toMatchObject({ ...icLimit(ACTIVATIONS.relu, layer), chi_q: 0, xi_q: 0, keep: 0.8 });
  expect(row).toMatchObject({ status: 'ok', phase: 'noisy', gradient: 'exploding', reason: null });
  expect(row.xi_2).toBeCloseTo(-1 / Math.log(row.chi_c ?? 0), 14);
  expect(row.max_depth_high).toBeCloseTo(12 * (row.xi_2 ?? 0), 12);
});

test('ic layers under large biases: known, or said to be unknown', () => {
  const large = { technique: 'ic', sigma_w2: 1, sigma_b2: 2, keep: 0.9 } as const;
  expect(ask(large).chi_c).toBeLessThan(0.9);
  const unknown = ask({ ...large, sigma_b2: 3, activation: 'relu' });
  expect(unknown).toMatchObject({ status: 'ok', chi_1: null, xi_2: null, reason: 'unknown' });
  expect(unknown.q_star).toBeCloseTo(1 / 0.9 + 3, 14);
});

test('every technique answers, finite or null', () => {
  for (const technique of Object.keys(TECHNIQUES) as TechniqueName[])
    for (const activation of technique === 'ic' ? (['tanh', 'relu'] as const) : USUAL)
      for (const mask of ['independent', 'shared'] as const)
        for (const keep of TECHNIQUES[technique].takes_keep ? [1, 0.9, 0.01] : [undefined]) {
          const row = ask({ technique, activation, mask, keep });
          for (const [name, value] of Object.entries(row))
            if (typeof value === 'number')
              expect(Number.isFinite(value), `${technique} ${activation} ${mask} ${keep} ${name}`).toBe(true);
          expect(row.keep_effective).toBeGreaterThan(0);
        }
});
