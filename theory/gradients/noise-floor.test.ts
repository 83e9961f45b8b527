import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { crossoverDepth, noiseFloor, pairProducts, slopeCorrelation } from './noise-floor.ts';

// tanh, sigma_w2 1.7603915, sigma_b2 0.05, keep 0.9
const factors = {
  chi_1: 1.039322364783,
  chi_c: 0.807121668293,
  kappa_ab: slopeCorrelation(ACTIVATIONS.tanh, 0.693118159601, 0.356604247437),
  width: 1000,
};

test('the floor and where it is met: about 11 layers for tanh 1.76, keep 0.9, width 1000', () => {
  expect(crossoverDepth(factors)).toBeCloseTo(11.8, 1);
  expect(noiseFloor({ chi_1: 1, chi_c: 0.8, kappa_ab: 1, width: 100 })).toBeCloseTo(1 / 6, 14);
  expect(crossoverDepth({ chi_1: 1, chi_c: 0.8, kappa_ab: 1, width: 100 })).toBeCloseTo(8.03, 2);
  const products = pairProducts(factors, 60);
  expect(products[60]?.rms).toBeCloseTo(noiseFloor(factors) as number, 3);
  expect((products[3]?.rms as number) / (products[3]?.signed_mean as number)).toBeCloseTo(1, 1);
  // a hundred times the networks: floor ten times lower for their signed mean
  const more = crossoverDepth(factors, 1, 100) as number;
  expect(more - (crossoverDepth(factors) as number)).toBeCloseTo(
    Math.log(10) / Math.log(factors.chi_1 / factors.chi_c),
    10,
  );
  expect(crossoverDepth(factors, 1e-9)).toBe(0);
  expect(crossoverDepth({ ...factors, chi_c: factors.chi_1 })).toBeNull();
  expect(() => noiseFloor({ ...factors, chi_c: 2 })).toThrow('chi_c');
  expect(() => noiseFloor({ ...factors, width: 0 })).toThrow('width');
  expect(() => crossoverDepth(factors, 1, 0)).toThrow('networks');
});
