import { describe, expect, test } from 'vitest';
import { depthScales } from '../depth-scales.ts';
import { plainNetwork } from '../network.ts';
import { activationAt } from './index.ts';

const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** ∫ f over (0, end) by Simpson's rule. */
function integral(f: (x: number) => number, end: number, count = 20_000): number {
  const step = end / count;
  let sum = f(0) + f(end);
  for (let i = 1; i < count; i++) sum += (i % 2 === 1 ? 4 : 2) * f(i * step);
  return (sum * step) / 3;
}

/** 2 ∫ f(z) p(z) dz beyond k, relative to the density at k, which the answer is multiplied by. */
const beyond = (k: number, f: (z: number) => number) =>
  2 * density(k) * integral((t) => f(k + t) * Math.exp(-t * (k + t / 2)), 60 / (k + 4));

describe.each([0.01, 0.7, 3, 9, 30])('where the threshold is %d standard deviations away', (k) => {
  const q = (0.5 / k) ** 2;

  test('the averages of one input keep their digits', () => {
    const soft = activationAt('softshrink').moments(q);
    const hard = activationAt('hardshrink').moments(q);
    const off = (found: number, wanted: number) => Math.abs(found / wanted - 1);
    expect(
      off(
        soft.ratio,
        beyond(k, (z) => (z - k) ** 2),
      ),
    ).toBeLessThan(1e-12);
    expect(
      off(
        soft.radial,
        beyond(k, (z) => z * (z - k)),
      ),
    ).toBeLessThan(1e-12);
    expect(
      off(
        hard.ratio,
        beyond(k, (z) => z * z),
      ),
    ).toBeLessThan(1e-12);
    // E[φ²(z² − 1)] / 2q: no derivative, so the jumps are in it
    expect(
      off(
        hard.radial,
        beyond(k, (z) => (z * z * (z * z - 1)) / 2),
      ),
    ).toBeLessThan(1e-12);
    for (const { slope2 } of [soft, hard])
      expect(
        off(
          slope2,
          beyond(k, () => 1),
        ),
      ).toBeLessThan(1e-12);
  });

  test('the slope is the derivative of the gap, jumps included', () => {
    for (const name of ['softshrink', 'hardshrink'] as const) {
      const pair = activationAt(name).pair(q);
      for (const m of [0.01, 0.3, 0.9, 1.4]) {
        const h = 1e-4 * m;
        const wanted =
          (8 * (pair(m + h).gap - pair(m - h).gap) - pair(m + 2 * h).gap + pair(m - 2 * h).gap) / (12 * h);
        const { slope } = pair(m);
        const { slope2 } = activationAt(name).moments(q);
        expect(Math.abs(slope - wanted) / Math.max(slope, slope2), `${name} ${m}`).toBeLessThan(1e-8);
      }
    }
  });
});

test('a threshold of 0 leaves the identity', () => {
  for (const name of ['softshrink', 'hardshrink'] as const)
    expect(activationAt(name, { threshold: 0 }).moments(2)).toEqual(activationAt('linear').moments(2));
});

const network = { sigma_w2: 1.5, sigma_b2: 0.1, mask: 'independent', q0: 1, technique: 'none' } as const;

test('a φ that jumps: chi_1 is finite, chi_aligned is not, and inputs never become alike', () => {
  const row = depthScales(plainNetwork({ ...network, activation: 'hardshrink', sigma_w2: 0.9 }));
  const { slope2 } = activationAt('hardshrink').moments(row.q_star as number);
  expect(row.chi_1).toBe(0.9 * slope2);
  expect(row).toMatchObject({
    status: 'ok',
    chi_aligned: null,
    reason: 'unbounded',
    gradient: 'vanishing',
    phase: 'chaotic',
  });
  expect(row.c_star).toBeLessThan(0.999);
  const dropped = depthScales(
    plainNetwork({
      ...network,
      activation: 'hardshrink',
      technique: 'bernoulli',
      keep: 0.9,
      sigma_w2: 0.8,
    }),
  );
  expect(dropped).toMatchObject({ phase: 'noisy', chi_aligned: null, reason: 'unbounded' });
  expect(dropped.xi_2).toBeGreaterThan(0);
});

test('the correlation that hardshrink settles at is that of the map followed layer by layer', () => {
  const row = depthScales(plainNetwork({ ...network, activation: 'hardshrink', sigma_w2: 0.9 }));
  const phi = activationAt('hardshrink');
  let m = 0.5;
  for (let layer = 0; layer < 2000; layer++) m = 0.9 * phi.pair(row.q_star as number)(m).gap;
  expect(1 - (row.c_star as number)).toBeCloseTo(m, 12);
});
