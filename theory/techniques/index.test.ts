import { describe, expect, test } from 'vitest';
import type { TechniqueName } from '../../catalogue/techniques.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { depthScales } from '../depth-scales.ts';
import { plainNetwork } from '../network.ts';
import { keepEffective, type Noise, type NoiseParameters, type Strength, type Technique } from '../noise.ts';
import { layersOf } from '../testing/layers.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { computeNoise, TECHNIQUES } from './index.ts';
import { tabuNoise } from './tabu.ts';

const { tanh } = ACTIVATIONS;

const ALL = Object.values(TECHNIQUES) as Technique[];

test('inverted dropout: mean 1, second moment 1/keep', () => {
  expect(TECHNIQUES.bernoulli.noise({ keep: 0.25 })).toEqual({ s1: 1, s2: 4, variance: 3, s3: 16, s4: 64 });
  expect(TECHNIQUES.bernoulli.noise({})).toEqual({ s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 });
});

test('a drop is carried as given: 1 − keep would have lost it', () => {
  for (const { name, takes_keep } of ALL)
    if (takes_keep && name !== 'concrete' && name !== 'alpha') {
      const noise = computeNoise(name as TechniqueName, { drop: 1e-20 });
      expect(noise, name).toMatchObject({ s1: 1, s2: 1, variance: 1e-20 });
    }
});

test('the variance is s2 − s1², and s4 at least s2²', () => {
  for (const { name, takes_keep, noise } of ALL)
    for (const keep of takes_keep ? [1, 0.999, 0.5, 0.05] : [undefined]) {
      const { s1, s2, variance, s4 = 0 } = noise({ keep });
      expect((s2 - s1 * s1 - variance) / s2, name).toBeCloseTo(0, 14);
      expect(s4 / (s2 * s2), name).toBeGreaterThan(1 - 1e-14);
    }
});

test('effective keep: the catalogue', () => {
  const cases: [TechniqueName, Strength & NoiseParameters, number][] = [
    ['bernoulli', { keep: 0.8 }, 0.8],
    ['dropconnect', { keep: 0.8 }, 0.8],
    ['ic', { keep: 0.8 }, 0.8],
    ['alpha', { keep: 0.8 }, 0.8],
    ['gaussian', { variance: 0.25 }, 0.8],
    ['uniform', { low: 0, high: 1 }, 0.75],
    ['uniform', { low: 0, high: 2 }, 0.75],
    ['uniform', { low: 0.5, high: 1.5 }, 0.9231],
    ['uniform', { low: 0.7, high: 1.3 }, 1 / (1 + 0.09 / 3)],
    ['beta', { a: 1, b: 1 }, 0.75],
    ['beta', { a: 0.5, b: 0.5 }, 0.6667],
    ['beta', { a: 4, b: 1 }, 0.96],
    ['beta', { a: 3 * 0.9, b: 3 * 0.1 }, (0.9 * 4) / 3.7],
    ['tabu', { drop: 0.5 }, 0.6667],
    ['vsd', { mean_alpha: 0.25 }, 0.8],
    ['advanced', {}, 0.7783],
    ['none', {}, 1],
  ];
  for (const [name, given, expected] of cases)
    expect(Math.abs(keepEffective(computeNoise(name, given)) - expected), name).toBeLessThan(5.01e-5);
});

test('keep tunes gaussian, uniform and vsd', () => {
  for (const name of ['gaussian', 'uniform', 'vsd'] as const)
    for (const keep of [0.05, 0.5, 0.95, 1]) {
      const noise = computeNoise(name, { keep });
      expect(noise.s1).toBe(1);
      expect(keepEffective(noise)).toBeCloseTo(keep, 14);
    }
  // U(0, 2) is what keep = 3/4 asks for
  expect(computeNoise('uniform', { keep: 0.75 }).s4).toBeCloseTo(16 / 5, 13);
});

test('limits', () => {
  const near = (one: Noise, other: Noise, digits: number) => {
    for (const moment of ['s1', 's2', 'variance', 's4'] as const)
      expect(one[moment], moment).toBeCloseTo(other[moment] as number, digits);
  };
  const dropout = computeNoise('bernoulli', { keep: 0.7 });
  near(computeNoise('concrete', { keep: 0.7, temperature: 1e-6 }), dropout, 5);
  near(computeNoise('beta', { a: 0.7e-9, b: 0.3e-9 }), dropout, 8);
  near(computeNoise('advanced', { mu: 5244.005127, sigma: 10000 }), dropout, 1);
  near(computeNoise('beta', { a: 1e6, b: 1e6 }), computeNoise('none'), 5);
  near(computeNoise('uniform'), computeNoise('none'), 15);
  for (const name of ['gaussian', 'vsd', 'tabu', 'concrete', 'dropconnect', 'ic', 'alpha'] as const)
    near(computeNoise(name), computeNoise('none'), 15);
  near(computeNoise('advanced', { mu: 1, sigma: 1e-5 }), computeNoise('none'), 9);
  near(computeNoise('advanced', { mu: 1, sigma: 0 }), computeNoise('none'), 15);
  near(computeNoise('tabu', { drop: 0.2, tenure: 1 }), computeNoise('bernoulli', { drop: 0.2 / 1.2 }), 14);
});

describe('one number, keep_effective, says it all where s1 = 1', () => {
  const rows: [
    TechniqueName,
    Strength & NoiseParameters,
    [number, number, number],
    [number, number, number, number],
  ][] = [
    ['bernoulli', { keep: 0.95 }, [0.745, 0.729, 3.16], [0.654, 0.492, 6.8, 1.027]],
    ['gaussian', { keep: 0.9 }, [0.627, 0.644, 2.27], [0.722, 0.344, 4.7, 1.048]],
    ['gaussian', { variance: 0.25 }, [0.473, 0.525, 1.55], [0.889, 0.193, 2.9, 1.092]],
    ['vsd', { mean_alpha: 0.25 }, [0.473, 0.525, 1.55], [0.889, 0.193, 2.9, 1.092]],
    ['advanced', {}, [0.447, 0.504, 1.46], [0.933, 0.173, 2.7, 1.103]],
    ['beta', { a: 0.5, b: 0.5 }, [0.337, 0.406, 1.11], [1.207, 0.101, 1.9, 1.165]],
    ['tabu', { drop: 0.5 }, [0.337, 0.406, 1.11], [1.207, 0.101, 1.9, 1.165]],
    ['uniform', { keep: 0.5 }, [0.217, 0.285, 0.8], [1.884, 0.047, 1.2, 1.291]],
  ];
  test.each(rows)('%s %o', (name, given, [c, slope, xi], [q, c_tanh, xi_tanh, chi]) => {
    const noise = computeNoise(name, given);
    const base = { technique: 'bernoulli', mask: 'independent', q0: 1, keep: keepEffective(noise) } as const;
    const relu = depthScales(
      plainNetwork({ ...base, activation: 'relu', sigma_w2: 2 / noise.s2, sigma_b2: 0 }),
    );
    expect(relu.c_star).toBeCloseTo(c, 3);
    expect(relu.chi_c).toBeCloseTo(slope, 3);
    expect(Math.abs((relu.xi_2 as number) - xi)).toBeLessThan(0.0051);
    const row = depthScales(plainNetwork({ ...base, activation: 'tanh', sigma_w2: 1.8, sigma_b2: 0.05 }));
    expect(Math.abs((row.q_star as number) - q)).toBeLessThan(6e-4);
    expect(Math.abs((row.c_star as number) - c_tanh)).toBeLessThan(6e-4);
    expect(Math.abs((row.xi_2 as number) - xi_tanh)).toBeLessThan(0.051);
    expect(Math.abs((row.chi_1 as number) - chi)).toBeLessThan(6e-4);
  });
});

/** Ten layers of tanh from q0 = 1, c0 = .6, as published next to networks of width 2000: q and c there, c for
 * a shared mask, and the mean chi_1. */
describe('ten layers, sigma_w2 1.8, sigma_b2 .05', () => {
  const rows: [string, Noise, number, number, number, number][] = [
    ['none', computeNoise('none'), 0.5945, 0.708, 0.708, 0.9745],
    ['bernoulli', computeNoise('bernoulli', { keep: 0.8 }), 0.8895, 0.207, 0.58, 1.084],
    ['gaussian', computeNoise('gaussian', { variance: 0.25 }), 0.8895, 0.207, 0.58, 1.084],
    ['uniform', computeNoise('uniform', { low: 0, high: 2 }), 0.9934, 0.158, 0.545, 1.117],
    ['beta', computeNoise('beta', { a: 0.5, b: 0.5 }), 1.2075, 0.103, 0.483, 1.18],
    ['concrete .1', computeNoise('concrete', { keep: 0.8, temperature: 0.1 }), 0.8557, 0.226, 0.593, 1.073],
    [
      'concrete 2/3',
      computeNoise('concrete', { keep: 0.8, temperature: 2 / 3 }),
      0.6123,
      0.363,
      0.699,
      0.982,
    ],
    ['tabu', computeNoise('tabu', { drop: 0.5 }), 1.2075, 0.103, 0.483, 1.18],
    ['tabu inverted', tabuNoise({ drop: 0.5 }, { scale: 'inverted' }), 2.834, 0.043, 0.256, 1.554],
    ['vsd', computeNoise('vsd', { mean_alpha: 1 / 0.6561 - 1 }), 1.2391, 0.098, 0.475, 1.189],
    ['advanced', computeNoise('advanced'), 0.9327, 0.184, 0.565, 1.098],
    ['advanced 1', computeNoise('advanced', { mu: 1 }), 0.7314, 0.341, 0.643, 1.029],
    ['advanced -1', computeNoise('advanced', { mu: -1 }), 1.3298, 0.088, 0.453, 1.214],
  ];
  test.each(rows)('%s', (_, noise, q, own, shared, chi) => {
    const stack = { depth: 10, sigma_w2: 1.8, sigma_b2: 0.05, noise };
    const walk = (mask: 'independent' | 'shared') =>
      trajectory(tanh, layersOf({ ...stack, mask }), { q0: 1, c0: 0.6 }).rows;
    const [rows, same] = [walk('independent'), walk('shared')];
    const off = (found: number | null | undefined, wanted: number) =>
      Math.abs((found ?? Number.NaN) - wanted);
    expect(off(rows[10]?.q, q)).toBeLessThan(q > 2 ? 5.1e-4 : 5.1e-5);
    expect(off(rows[10]?.c, own)).toBeLessThan(5.1e-4);
    expect(off(same[10]?.c, shared)).toBeLessThan(5.1e-4);
    const mean = rows.slice(0, 10).reduce((sum, { chi_1 }) => sum + (chi_1 ?? 0) / 10, 0);
    expect(off(mean, chi)).toBeLessThan(5.5e-4); // (its own quadrature was good to 1e-5 or so)
  });
});

test('what is wrong is said, with the range', () => {
  const cases: [TechniqueName, object, RegExp][] = [
    ['bernoulli', { keep: 0 }, /keep must be above 0 and at most 1/],
    ['bernoulli', { keep: 1.01 }, /keep must be above 0 and at most 1/],
    ['gaussian', { drop: -1e-20 }, /keep must be above 0/],
    ['tabu', { drop: 1 }, /keep must be above 0/],
    ['alpha', { keep: Number.NaN }, /keep must be above 0/],
    ['ic', { keep: 0.5, drop: 0.5 }, /not both/],
    ['gaussian', { keep: 0.5, variance: 1 }, /Give gaussian keep \(or drop\), or variance, not both/],
    ['uniform', { drop: 0.5, low: 1 }, /or low and high, not both/],
    ['vsd', { keep: 0.5, mean_alpha: 1 }, /not both/],
    ['gaussian', { variance: -1 }, /variance must be a number from 0 to 1000000/],
    ['uniform', { low: 2, high: 1 }, /low must be at most high/],
    ['uniform', { low: 0, high: 0 }, /not both of them 0/],
    ['uniform', { low: -1001 }, /low must be a number from -1000 to 1000/],
    ['beta', { a: 0 }, /a must be a number above 0 and at most 1000000/],
    ['beta', { keep: 0.9 }, /"beta" takes no keep/],
    ['concrete', { keep: 0.9, temperature: 0 }, /temperature must be a number from 0.000001 to 100/],
    ['tabu', { keep: 0.9, tenure: 1.5 }, /tenure must be a whole number from 1 to 1000/],
    ['advanced', { sigma: Number.NaN }, /sigma must be a number from 0 to 10000/],
    ['advanced', { drop: 0.1 }, /takes no keep/],
    ['none', { keep: 0.9 }, /takes no keep/],
    ['gaussian', { sigma: 1 }, /no parameter "sigma". It has: keep, drop, variance/],
    ['none', { variance: 1 }, /It has: none/],
    ['toString' as TechniqueName, {}, /Unknown technique "toString". Known: none, bernoulli/],
  ];
  for (const [name, given, message] of cases) {
    expect(() => computeNoise(name, given), `${name} ${JSON.stringify(given)}`).toThrow(message);
    expect(() => computeNoise(name, given)).toThrow(RangeError);
  }
});
