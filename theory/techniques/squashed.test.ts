import { describe, expect, test } from 'vitest';
import { keepEffective } from '../noise.ts';
import { computeNoise } from './index.ts';
import { type Squashed, squashedMoments } from './squashed.ts';

/** The moments by nothing but a very fine trapezoid rule over X. */
function slowly({ location, scale, law }: Squashed) {
  const step = Math.min(0.1, 0.15 / scale);
  const reach = law === 'normal' ? 9 + 4 * Math.min(scale, 4) : 45 + Math.abs(location) / scale;
  const sums = [0, 0, 0, 0, 0];
  for (let k = -Math.ceil(reach / step); k * step <= reach; k++) {
    const x = k * step;
    const tail = Math.exp(-Math.abs(x));
    const density =
      law === 'normal' ? Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) : tail / (1 + tail) ** 2;
    const m = 1 / (1 + Math.exp(-location - scale * x));
    for (let n = 0; n < 5; n++) sums[n] = (sums[n] as number) + step * density * m ** n;
  }
  return sums as [number, number, number, number, number];
}

describe('moments', () => {
  const cases = (['normal', 'logistic'] as const).flatMap((law) =>
    [0.01, 0.5, 1, 1.4633, 1.99, 2.01, 3, 5, 10].flatMap((scale) =>
      [-20, -6, -1, 0, 0.3, 2, 8].map((location) => ({ law, scale, location })),
    ),
  );
  test('agree with a fine trapezoid rule to 1e-12, relatively', () => {
    for (const squashed of cases) {
      const [whole, one, two, , four] = slowly(squashed);
      expect(whole).toBeCloseTo(1, 13);
      const { m1, m2, m4, variance } = squashedMoments(squashed);
      const what = JSON.stringify(squashed);
      expect(Math.abs(m1 / one - 1), what).toBeLessThan(1e-12);
      expect(Math.abs(m2 / two - 1), what).toBeLessThan(1e-12);
      expect(Math.abs(m4 / four - 1), what).toBeLessThan(1e-12);
      expect(Math.abs(variance - (two - one * one)) / two, what).toBeLessThan(1e-12);
    }
  });

  test('the variance keeps its digits where nearly every unit is kept', () => {
    // m and 1 − m are alike under a change of sign: the small side has nothing to lose.
    for (const law of ['normal', 'logistic'] as const)
      for (const scale of [0.7, 1.5, 4]) {
        const few = squashedMoments({ law, scale, location: -15 }).variance;
        expect(squashedMoments({ law, scale, location: 15 }).variance / few, `${law} ${scale}`).toBeCloseTo(
          1,
          11,
        );
      }
    // small noise: (scale m (1 − m))²
    const small = squashedMoments({ law: 'normal', scale: 1e-7, location: 1 }).variance;
    const m = 1 / (1 + Math.exp(-1));
    expect(small / (1e-7 * m * (1 - m)) ** 2).toBeCloseTo(1, 12);
  });
});

describe('concrete', () => {
  test('temperature 1 in closed form', () => {
    // m = u / (u + k (1 − u)) with k = drop / keep
    for (const keep of [0.8, 0.9, 0.05]) {
      const k = (1 - keep) / keep;
      const mean = (1 - k + k * Math.log(k)) / (1 - k) ** 2;
      expect(computeNoise('concrete', { keep, temperature: 1 }).s1 * keep).toBeCloseTo(mean, 13);
    }
    const half = computeNoise('concrete', { keep: 0.5, temperature: 1 });
    expect(half.s2).toBeCloseTo(4 / 3, 13);
    expect(half.s4).toBeCloseTo(3.2, 13);
    // temperature 1/2: E m² = 1/2 · π/4 + … = π/8 of U; s2 = π/2
    expect(computeNoise('concrete', { keep: 0.5, temperature: 0.5 }).s2).toBeCloseTo(Math.PI / 2, 13);
  });

  test.each([
    [0.9, 0.1, 0.908, 0.9987],
    [0.9, 2 / 3, 0.9301, 0.95],
    [0.9, 1, 0.9365, 0.907],
    [0.8, 0.1, 0.8148, 0.998],
    [0.8, 0.5, 0.8557, 0.961],
    [0.8, 2 / 3, 0.8678, 0.9389],
    [0.8, 1, 0.8881, 0.8965],
    [0.5, 0.1, 0.5261, 1],
    [0.5, 0.5, 0.6366, 1],
    [0.5, 1, 0.75, 1],
  ])('keep %f, temperature %f', (keep, temperature, effective, s1) => {
    const noise = computeNoise('concrete', { keep, temperature });
    expect(keepEffective(noise)).toBeCloseTo(effective, 4);
    expect(Math.abs(noise.s1 - s1)).toBeLessThan(5.1e-4);
  });
});

describe('advanced', () => {
  const SIGMAS = [0.25, 0.5, 1, 1.2, 1.4633, 2, 3, 5, 10];
  test.each([
    [-4, [0.9418, 0.7899, 0.4372, 0.3451, 0.273, 0.2234, 0.2362, 0.3011, 0.3875]],
    [-2, [0.9538, 0.8401, 0.6087, 0.5499, 0.4988, 0.4496, 0.4304, 0.4405, 0.4644]],
    [-1, [0.9685, 0.8925, 0.7339, 0.6879, 0.6425, 0.586, 0.5407, 0.5146, 0.5035]],
    [-0.5, [0.9771, 0.9212, 0.7959, 0.7558, 0.713, 0.6534, 0.5957, 0.5517, 0.5231]],
    [0, [0.9851, 0.9471, 0.8521, 0.8177, 0.7783, 0.7172, 0.6491, 0.5884, 0.5426]],
    [0.5, [0.9913, 0.9678, 0.8993, 0.8708, 0.8357, 0.7756, 0.7, 0.6244, 0.562]],
    [1, [0.9955, 0.9822, 0.9357, 0.9133, 0.8835, 0.8271, 0.7475, 0.6594, 0.5813]],
    [2, [0.9991, 0.9958, 0.9787, 0.9673, 0.9492, 0.9067, 0.8297, 0.7253, 0.6193]],
    [4, [1, 0.9999, 0.9989, 0.9977, 0.9948, 0.982, 0.9374, 0.8353, 0.6915]],
  ])('effective keep at mu %f', (mu, row) => {
    SIGMAS.forEach((sigma, i) => {
      expect(
        Math.abs(keepEffective(computeNoise('advanced', { mu, sigma })) - (row[i] as number)),
      ).toBeLessThan(5.1e-5);
    });
  });

  test('at the start', () => {
    const { s1, s2 } = computeNoise('advanced');
    expect(s1).toBeCloseTo(1, 14);
    expect(s2).toBeCloseTo(1.28485, 5);
    expect(s2 / 4).toBeCloseTo(0.32121, 5);
    expect(computeNoise('advanced', { mu: 1 }).s1).toBeCloseTo(0.994, 3);
    expect(computeNoise('advanced', { mu: -1 }).s1).toBeCloseTo(1.012, 3);
    expect(computeNoise('advanced', { mu: 2 }).s1).toBeCloseTo(0.9986, 4);
    for (const mu of [-2, -1.5, 0, 1, 2])
      for (const sigma of [0.5, 1, 2, 3])
        expect(Math.abs(computeNoise('advanced', { mu, sigma }).s1 - 1)).toBeLessThan(0.0135);
  });
});
