import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from './activations/index.ts';
import { wrap } from './activations/wrap.ts';
import { depthScales, varianceLimit } from './index.ts';
import { plainNetwork } from './network.ts';
import { nextVariance } from './variance.ts';
import { scanFixedPoints } from './variance-scan.ts';

const { silu, gelu, softplus, elu, selu, mish, cos, sigmoid, abs, leaky_relu, relu6 } = ACTIVATIONS;

describe('several fixed points', () => {
  test.each([
    [silu, 2.05, 0.05, [0.112, 16.76], [0.588, 1.031]],
    [gelu, 2.2, 0.05, [0.156, 1.188], [null, 1.083]],
    [gelu, 2.5, 0.1, [], []],
  ] as const)('%#', (activation, gain, bias, qs, slopes) => {
    const points = scanFixedPoints(activation, gain, bias);
    expect(points).toHaveLength(qs.length);
    points.forEach(({ q, chi_q, stable }, i) => {
      expect(Math.abs(q / (qs[i] as number) - 1)).toBeLessThan(5e-3);
      if (slopes[i]) expect(chi_q).toBeCloseTo(slopes[i], 3);
      expect(stable).toBe(i === 0);
      expect(nextVariance({ activation, gain, bias }, q) / q).toBeCloseTo(1, 12);
    });
  });

  test('the start decides', () => {
    const low = varianceLimit(gelu, 2.2, 0.05, 1.1);
    expect(low.status).toBe('bistable');
    expect(low.q_star).toBeCloseTo(0.156, 3);
    expect(varianceLimit(gelu, 2.2, 0.05, 1.2)).toMatchObject({ status: 'diverges', q_star: null });
    expect(varianceLimit(gelu, 2.5, 0.1, 1e-6).status).toBe('diverges');
    expect(varianceLimit(silu, 2.05, 0, 1e-3)).toMatchObject({ status: 'collapses', q_star: 0 });
  });

  test('a tangency is one fixed point', () => {
    // gain and bias at which chi_q = 1 at the fixed point q = 1
    const gain = 1 / gelu.moments(1).radial;
    const bias = 1 - gain * gelu.moments(1).ratio;
    const points = scanFixedPoints(gelu, gain, bias);
    expect(points.length).toBeLessThanOrEqual(2);
    for (const { q, chi_q } of points) {
      expect(q).toBeCloseTo(1, 6);
      expect(chi_q).toBeCloseTo(1, 6);
    }
  });
});

test('a single fixed point solves its map, from any start', () => {
  for (const [activation, gain, bias] of [
    [softplus, 0.5, 0],
    [elu, 1, 0.3],
    [mish, 0.9, 1e-6],
    [cos, 8, 0.1],
    [sigmoid, 3, 0],
    [relu6, 1.5, 1e-9],
    [wrap(selu, { input_shift: 0.2 }), 0.7, 0],
  ] as const)
    for (const q0 of [1e-9, 1, 1e6]) {
      const { status, q_star } = varianceLimit(activation, gain, bias, q0);
      expect(status).toBe('ok');
      const q = q_star as number;
      expect(nextVariance({ activation, gain, bias }, q) / q).toBeCloseTo(1, 12);
    }
});

test('selu: the published fixed point, and collapse below it', () => {
  expect(varianceLimit(selu, 1, 0).q_star).toBeCloseTo(1, 9);
  expect(varianceLimit(selu, 0.3, 0)).toMatchObject({ status: 'collapses', q_star: 0 });
});

test('a map that falls steeply has no stable fixed point', () => {
  const steep = wrap(cos, { output_scale: 5, output_shift: 1, input_scale: 3 });
  const { fixed_points, status } = varianceLimit(steep, 0.05, 0);
  expect(fixed_points.some(({ chi_q }) => chi_q < -1)).toBe(status === 'no_fixed_point');
});

test('where q diverges the normalised map is that of the asymptotes', () => {
  const input = {
    technique: 'bernoulli',
    mask: 'independent',
    q0: 1,
    sigma_w2: 3,
    sigma_b2: 0.1,
    keep: 0.9,
  } as const;
  const wanted = depthScales(plainNetwork({ ...input, activation: 'relu' }));
  for (const activation of ['softplus', 'silu', 'gelu', 'elu', 'mish', 'hard_swish'] as const) {
    const found = depthScales(plainNetwork({ ...input, activation }));
    expect(found.status).toBe('diverges');
    for (const key of ['c_star', 'chi_c', 'chi_q', 'chi_1', 'xi_2'] as const)
      expect(found[key], key).toBeCloseTo(wanted[key] as number, 12);
  }
});

test('the leaky family is neutral at the variance-preserving weights', () => {
  const input = { technique: 'bernoulli', mask: 'independent', q0: 1, sigma_b2: 0 } as const;
  for (const slope of [0.01, 0.3, -1])
    expect(
      depthScales(
        plainNetwork({
          ...input,
          activation: 'leaky_relu',
          slope,
          sigma_w2: 1.8 / (1 + slope * slope),
          keep: 0.9,
        }),
      ).status,
    ).toBe('neutral');
  expect(varianceLimit(abs, 1, 0).status).toBe('neutral');
  expect(varianceLimit(leaky_relu, 1, 0).status).toBe('collapses');
});
