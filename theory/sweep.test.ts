import { describe, expect, test } from 'vitest';
import { activationAt } from './activations/index.ts';
import { ACTIVATIONS, depthScales, plainSquare, TECHNIQUES } from './index.ts';
import { type PlainStack, plainNetwork } from './network.ts';
import { errorsOf } from './testing/check.ts';
import { random } from './testing/random.ts';

const BASE = { technique: 'bernoulli', mask: 'independent', q0: 1 } as const;
const names = Object.keys(ACTIVATIONS) as (keyof typeof ACTIVATIONS)[];

describe('against independent quadrature', () => {
  const check = (input: PlainStack, hard = 1) => {
    const errors = errorsOf(input);
    const place = JSON.stringify({ input, errors });
    for (const name of ['q', 'chi_q', 'chi_1', 'chi_c', 'c'] as const)
      expect(errors[name], `${name} ${place}`).toBeLessThan(1e-12 * hard);
    // (NaN where a depth scale is unbounded: its slope is 1 within what rounding leaves)
    for (const name of ['xi_1', 'xi_2'] as const) {
      const { [name]: depth } = depthScales(plainNetwork(input));
      if (depth !== null) expect(errors[name], place).toBeLessThan(1);
    }
  };

  test.each(names)('%s at 20 seeded random points', (activation) => {
    const next = random(names.indexOf(activation) + 11);
    const { asymptote, homogeneous, steps } = ACTIVATIONS[activation];
    // (as x² only where 6 σw² s2 σb² < 1)
    const growth = Math.min((asymptote[0] ** 2 + asymptote[1] ** 2) / 2, 25);
    for (let i = 0; i < 20; i++) {
      const keep = i % 3 === 0 ? 1 : 0.05 + 0.95 * next();
      // Far below the weights at which q diverges there is always a fixed point.
      const most = growth > 0 ? Math.min(10, (0.9 * keep) / growth) : 10;
      const sigma_w2 = Math.min(0.1, most / 2) * (most / Math.min(0.1, most / 2)) ** next();
      const mask = i % 4 === 1 ? 'shared' : 'independent';
      const input = { ...BASE, activation, sigma_w2, sigma_b2: 0.01 + 4 * next(), keep, mask } as const;
      expect(depthScales(plainNetwork(input)).status, JSON.stringify(input)).toMatch(/^(ok|bistable)$/);
      // A kink that two strongly correlated inputs straddle costs the check itself a digit, a jump two.
      check(input, steps ? 100 : homogeneous ? 1 : 10);
    }
  });

  // The residual of q* by the check itself has lost the digits of 1 − chi_q, that of c* those of 1 − chi_c.
  test.each([
    ['1e-7 above criticality', 1.7609547, 0.05, 1, 100],
    ['1e-7 above criticality, hardly any noise', 1.7609547, 0.05, 1 - 1e-9, 10],
    ['1e-6 from criticality, little noise', 1.760956, 0.05, 0.999999, 1],
    ['1e-8 above the threshold of q', 1.00000001, 0, 1, 1e7],
    ['small q', 0.5, 1e-8, 0.9, 1],
    ['small q, no bias, noise', 1.0001, 0, 0.9999, 100],
    ['keep nearly 1', 2.5, 0.05, 1 - 1e-12, 1],
    ['q about 1e4', 1000, 1000, 0.1, 1],
    ['q about 1e6', 1000, 1000, 0.001, 1],
    ['q about 1e3, no noise', 1000, 500, 1, 1],
    ['q about 1e3, c* near 1', 1, 900, 0.99, 1],
    ['q about 1e3, little noise', 50, 1000, 0.999999, 1],
  ] as const)('tanh: %s', (_, sigma_w2, sigma_b2, keep, hard) => {
    check({ ...BASE, activation: 'tanh', sigma_w2, sigma_b2, keep }, hard);
  });
});

describe('over the whole domain', () => {
  test('no answer is NaN or infinite, c* is a correlation, no depth is negative, null has its reason', () => {
    const next = random(42);
    const size = (high: number, low = 1e-6) => {
      const choice = next();
      if (choice < 0.1) return 0;
      if (choice < 0.2) return [1, 2, high, Math.PI / 4][Math.floor(4 * next())] as number;
      return choice < 0.25 ? Number.MIN_VALUE * next() * 1e10 : low * (high / low) ** next();
    };
    for (let i = 0; i < 2200; i++) {
      const technique = next() < 0.1 ? 'none' : 'bernoulli';
      const strength = [
        {},
        { keep: 0.001 ** next() },
        { drop: 1e-17 ** next() * 0.999 },
        { keep: 1 - 1e-10 * next() },
      ];
      const input: PlainStack = {
        activation: names[i % names.length] as (typeof names)[number],
        sigma_w2: size(1000),
        sigma_b2: size(1000),
        technique,
        mask: next() < 0.3 ? 'shared' : 'independent',
        q0: 1e-12 * 1e24 ** next(),
        ...(TECHNIQUES[technique].takes_keep ? strength[Math.floor(4 * next())] : {}),
      };
      const row = depthScales(plainNetwork(input));
      const place = JSON.stringify({ input, row });
      for (const value of Object.values(row))
        if (typeof value === 'number' && !Number.isFinite(value)) expect.fail(place);
      const depths = [row.xi_q, row.xi_1, row.xi_2, row.max_depth_low, row.max_depth_high];
      if (depths.some((depth) => depth !== null && depth < 0)) expect.fail(place);
      if (row.status === 'no_fixed_point') {
        expect(row.reason).toBe('unknown');
        continue;
      }
      // (nothing at all comes out of φ, or so little that the slope is rounding)
      if (row.chi_c === null) {
        expect(row, place).toMatchObject({ xi_2: null, reason: 'unknown' });
        expect(row.chi_1 as number, place).toBeLessThan(1e-9);
        continue;
      }
      const c = row.c_star as number;
      if (!(c >= 0 && c <= 1 && (row.chi_c as number) >= 0 && (row.chi_c as number) <= 1 + 1e-9))
        expect.fail(place);
      if ([row.q_star, row.chi_aligned, ...depths].includes(null) !== (row.reason === 'unbounded'))
        expect.fail(place);
      // (a denormal q* has fewer digits)
      if (row.q_star !== null && row.q_star > 1e-300) {
        const square = plainSquare(activationAt(input.activation), row.q_star) / row.q_star;
        const residual = input.sigma_w2 * row.s2 * square + input.sigma_b2 / row.q_star - 1;
        if (!(Math.abs(residual) < 1e-11)) expect.fail(`${residual} ${place}`);
      }
    }
  });
});
