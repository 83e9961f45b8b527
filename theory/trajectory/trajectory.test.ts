import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { momentsOf, pairOf } from '../testing/averages.ts';
import { layersOf, type Stack } from '../testing/layers.ts';
import { random } from '../testing/random.ts';
import { solve } from '../testing/solve.ts';
import { NO_NOISE } from './layers.ts';
import { SCHEDULES } from './schedules.ts';
import { trajectory } from './trajectory.ts';

const { linear, relu, tanh, selu, gelu, softplus } = ACTIVATIONS;
const dropout = (keep: number) => ({ s1: 1, s2: 1 / keep, variance: (1 - keep) / keep });
const follow = (phi: typeof tanh, stack: Stack, q0: number, c0: number) =>
  trajectory(phi, layersOf(stack), { q0, c0 }).rows;
const stackOf = (depth: number, sigma_w2: number, sigma_b2: number, keep: number) => ({
  depth,
  sigma_w2,
  sigma_b2,
  noise: dropout(keep),
});

describe('published trajectories of tanh', () => {
  test.each([
    [1.7603915, 0.05, 0.9, 0.95, [0.8609, 0.6488, 0.4632, 0.3695, 0.3568]],
    [2.5, 0.05, 0.9, 0.95, [0.8521, 0.5849, 0.3315, 0.2074, 0.1924]],
    [2.0, 0.1, 0.98, 0.95, [0.9334, 0.8877, 0.8276, 0.7622, 0.7309]],
    [1.5, 0.05, 1, 0.3, [0.3765, 0.5495, 0.7216, 0.8776, 0.97]],
  ])('c at layers 2, 5, 10, 20, 40, the first being layer 1: %d, %d, keep %d', (sigma_w2, sigma_b2, keep, c0, expected) => {
    const q0 = solve({ activation: 'tanh', sigma_w2, sigma_b2, keep }).q_star as number;
    const rows = follow(tanh, stackOf(39, sigma_w2, sigma_b2, keep), q0, c0);
    [2, 5, 10, 20, 40].forEach((layer, i) => {
      expect(Math.abs((rows[layer - 1]?.c ?? 0) - (expected[i] as number))).toBeLessThan(7e-5);
    });
    if (keep === 1)
      [
        [5, 0.701],
        [10, 0.484],
        [20, 0.2147],
        [30, 0.0796],
        [39, 0.0243],
      ].forEach(([below, product]) => {
        expect(rows[39 - (below as number)]?.gradient_2).toBeCloseTo(product as number, 3);
      });
  });
});

test('one layer at random points, against the definitions with independent averages', () => {
  const next = random(3);
  for (const phi of [tanh, gelu, softplus, ACTIVATIONS.hard_tanh]) {
    const [q, c, keep, sigma_w2, sigma_b2] = [
      0.2 + 3 * next(),
      0.9 * next(),
      0.5 + 0.5 * next(),
      0.5 + 2 * next(),
      next(),
    ];
    const { rows } = trajectory(phi, layersOf(stackOf(1, sigma_w2, sigma_b2, keep)), { q0: q, c0: c });
    const one = momentsOf(phi, q);
    const two = pairOf(phi, q, 1 - c);
    const second = (one.ratio * q + phi.level ** 2) as number;
    const q1 = (sigma_w2 / keep) * second + sigma_b2;
    const c1 = (sigma_w2 * (second - two.gap * q) + sigma_b2) / q1;
    expect(rows[1]?.q).toBeCloseTo(q1, 10);
    expect(rows[1]?.c).toBeCloseTo(c1, 10);
    expect(rows[0]?.chi_1).toBeCloseTo((sigma_w2 / keep) * one.slope2, 10);
    expect(rows[0]?.chi_c).toBeCloseTo(sigma_w2 * two.slope, 10);
  }
});

test('it ends at the fixed points that depth scales are about', () => {
  const row = solve({ activation: 'tanh', sigma_w2: 2, sigma_b2: 0.05, keep: 0.9 });
  const rows = follow(tanh, stackOf(300, 2, 0.05, 0.9), 3, -0.7);
  expect(rows[300]?.q).toBeCloseTo(row.q_star as number, 12);
  expect(rows[300]?.c).toBeCloseTo(row.c_star as number, 12);
  expect(rows[299]?.chi_1).toBeCloseTo(row.chi_1 as number, 12);
  expect(rows[299]?.chi_c).toBeCloseTo(row.chi_c as number, 12);
  expect((rows[290]?.gradient_1 as number) / (row.chi_1 as number) ** 10).toBeCloseTo(1, 10);
});

test('negative correlations: odd activations mirror them', () => {
  const [up, down] = [0.6, -0.6].map((c0) => follow(tanh, stackOf(5, 2, 0, 0.9), 1, c0));
  for (let i = 0; i <= 5; i++) expect(up?.[i]?.c).toBeCloseTo(-(down?.[i]?.c as number), 12);
});

test('relu without bias: c′ = keep F(c) at every weight variance, far beyond the range of doubles', () => {
  const grown = trajectory(relu, layersOf(stackOf(3000, 4, 0, 0.9)), { q0: 1, c0: 0.2 });
  expect(grown.rows[3000]).toMatchObject({ q: null, gradient_2: 1 });
  expect(grown.rows[3000]?.c).toBeCloseTo(0.62714588494921, 12);
  expect(grown.leaves_float32).toBe(Math.ceil(128 / Math.log2(4 / 1.8)));
  const shrunk = trajectory(relu, layersOf(stackOf(3000, 0.5, 0, 0.9)), { q0: 1, c0: 0.2 });
  expect(shrunk.rows[3000]?.c).toBeCloseTo(0.62714588494921, 12);
  expect(shrunk.leaves_float32).toBeGreaterThan(10);
  expect(trajectory(linear, [], { q0: 1, c0: 0.2 }).rows).toHaveLength(1);
});

test('alpha dropout keeps the variance of selu, because it shifts', () => {
  const [k, x0] = [0.9, -1.7580993408473766];
  const a = (k + x0 * x0 * k * (1 - k)) ** -0.5;
  const shift = a * a * k * (1 - k) * x0;
  const noise = {
    s1: a * k,
    s2: a * a * k,
    variance: a * a * k * (1 - k),
    t1: 0,
    t2: shift * x0,
    st: -shift,
  };
  const rows = follow(selu, { depth: 8, sigma_w2: 1, sigma_b2: 0, noise }, 1.5, 1);
  [1, 4, 8].forEach((layer, i) => {
    expect(rows[layer]?.q).toBeCloseTo([1.297, 1.068, 1.01][i] as number, 2);
  });
  expect(follow(selu, { depth: 1, sigma_w2: 1, sigma_b2: 0, noise }, 1, 1)[1]?.c).toBeCloseTo(0.687, 3);
});

describe('stacks', () => {
  test('evaluation switches the noise off, the data have none unless asked, and a shared mask keeps equal inputs equal', () => {
    const stack = stackOf(2, 1.5, 0.1, 0.5);
    expect(follow(tanh, { ...stack, mode: 'eval' }, 1, 1)).toEqual(
      follow(tanh, { ...stack, noise: NO_NOISE }, 1, 1),
    );
    const data = follow(tanh, { ...stack, start: 'input' }, 1, 0.3);
    expect(data[1]?.q).toBeCloseTo(1.6, 14);
    expect(data[1]?.c).toBeCloseTo((1.5 * 0.3 + 0.1) / 1.6, 14);
    expect(follow(tanh, { ...stack, start: 'input', input_noise: true }, 1, 0.3)[1]?.q).toBeCloseTo(3.1, 14);
    expect(follow(tanh, { ...stack, mask: 'shared' }, 1, 1)[2]?.c).toBe(1);
  });

  test('a value a layer, and what is refused', () => {
    const noise = [dropout(0.5), NO_NOISE];
    const rows = follow(linear, { depth: 2, sigma_w2: [1, 3], sigma_b2: 0, noise }, 1, 1);
    expect(rows.map(({ q }) => q)).toEqual([1, 2, 6]);
    expect(rows[0]).toMatchObject({ chi_1: 2, chi_c: 1, gradient_1: 6, gradient_2: 3 });
    expect(() => layersOf({ depth: 3, sigma_w2: [1, 3], sigma_b2: 0, noise: NO_NOISE })).toThrow(
      '2 values for 3',
    );
    expect(() => layersOf({ depth: 1.5, sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE })).toThrow('whole');
    expect(() => follow(tanh, stackOf(1, 1, 0, 1), 0, 1)).toThrow('q0');
    expect(() => follow(tanh, stackOf(1, 1, 0, 1), 1, 1.1)).toThrow('c0');
  });

  test('every schedule spends the same budget', () => {
    for (const { name, drops } of Object.values(SCHEDULES))
      for (const depth of [1, 2, 5, 6, 7, 24]) {
        const rates = drops(depth, 0.1);
        expect(rates, name).toHaveLength(depth);
        expect(rates.reduce((a, b) => a + b) / depth, name).toBeCloseTo(0.1, 14);
      }
    expect(SCHEDULES.step_early.drops(4, 0.1)).toEqual([0.2, 0.2, 0, 0]);
    expect(SCHEDULES.step_late.drops(4, 0.1)).toEqual([0, 0, 0.2, 0.2]);
  });

  test('the correlation length of schedules, from trajectories: late blocks beat early ones at six layers', () => {
    const lengths = (depth: number, name: keyof typeof SCHEDULES, mean = 0.1) => {
      const drops = SCHEDULES[name].drops(depth, mean);
      const noise = drops.map((drop) => dropout(1 - drop));
      const sigma_w2 = drops.map((drop) => 2 * (1 - drop));
      const rows = follow(relu, { depth, sigma_w2, sigma_b2: 0, noise }, 1, 0.9);
      // the slope of the normalised map: chi_c over the growth of q, which is 1 here
      return -depth / Math.log(rows[0]?.gradient_2 as number);
    };
    expect(lengths(6, 'constant')).toBeCloseTo(2.78, 2);
    expect(lengths(6, 'step_early')).toBeCloseTo(2.47, 2);
    expect(lengths(6, 'step_late')).toBeCloseTo(3.26, 2);
    expect(lengths(6, 'big_step_early')).toBeCloseTo(2.37, 2);
    expect(lengths(6, 'constant', 0)).toBeCloseTo(7.31, 2);
    expect(lengths(24, 'constant')).toBeCloseTo(2.39, 2);
    expect(lengths(24, 'step_early')).toBeCloseTo(2.39, 2);
    expect(lengths(24, 'step_late')).toBeCloseTo(2.83, 2);
  });
});
