import { expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { computeNoise } from '../techniques/index.ts';
import { networkOf } from '../testing/layers.ts';
import { estimate, randomNetworks } from '../testing/random-network.ts';
import { widthDepth } from './width.ts';

const { linear, relu, selu, tanh } = ACTIVATIONS;
const layer = (sigma_w2: number, sigma_b2: number, keep: number) => ({
  sigma_w2,
  sigma_b2,
  noise: computeNoise('bernoulli', { keep }),
});

test('closed forms: linear 3/keep − 1, relu 6/keep − 1 a layer', () => {
  expect(widthDepth(networkOf(linear, layer(0.9, 0, 0.75)), 300)).toBeCloseTo(100, 10);
  expect(widthDepth(networkOf(relu, layer(1.8, 0, 0.9)), 170)).toBeCloseTo(30, 10);
  expect(widthDepth(networkOf(relu, layer(1.7, 0.05, 0.9)), 170)).toBeCloseTo(30, 10);
  // V = 4.735 of tanh at the documented point
  expect(widthDepth(networkOf(tanh, layer(1.7603915, 0.05, 0.9)), 1000)).toBeCloseTo(1000 / 4.735, 0);
  expect(
    widthDepth(networkOf(linear, { sigma_w2: 1, sigma_b2: 0, noise: computeNoise('none') }), 100),
  ).toBeCloseTo(50, 12);
  const alpha = { sigma_w2: 1, sigma_b2: 0, noise: computeNoise('alpha', { keep: 0.9 }) };
  expect(widthDepth(networkOf(selu, alpha), 100)).toBeGreaterThan(10);
});

test('where it is not known, and what is refused', () => {
  expect(widthDepth(networkOf(tanh, { ...layer(1, 0.1, 0.9), carry: 1 }), 100)).toBeNull();
  expect(widthDepth(networkOf(tanh, { ...layer(1, 0.1, 0.9), batch_norm: true }), 100)).toBeNull();
  expect(widthDepth(networkOf(tanh, layer(0.5, 0, 1)), 100)).toBeNull();
  expect(() => widthDepth(networkOf(tanh, layer(1, 0.1, 0.9)), 0)).toThrow('width');
  const bare = { sigma_w2: 1, sigma_b2: 0.1, noise: { s1: 1, s2: 1, variance: 0 } };
  expect(() => widthDepth(networkOf(tanh, bare), 100)).toThrow('s3 and s4');
});

test('at that depth random networks stray by a factor of e, within 4 standard errors and 15 %', () => {
  const [width, depth] = [48, 10];
  const draw = randomNetworks(
    {
      ...{ phi: relu.phi, derivative: relu.derivative, sigma_w2: 1.8, sigma_b2: 0, keep: 0.9, width, depth },
      ...{ q0: 1, c0: 1, read_out: 'fixed' },
    },
    9,
  );
  const logs = Array.from({ length: 800 }, () => {
    const { gaa } = draw();
    return Math.log((gaa[0] as number) / (gaa[depth] as number));
  });
  const { mean } = estimate(logs);
  const spread = estimate(logs.map((log) => (log - mean) ** 2));
  const wanted = depth / (widthDepth(networkOf(relu, layer(1.8, 0, 0.9)), width) as number);
  expect(Math.abs(spread.mean - wanted)).toBeLessThan(4 * spread.error + 0.15 * wanted);
});
