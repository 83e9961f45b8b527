import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { layersOf } from '../testing/layers.ts';
import { NO_NOISE } from '../trajectory/layers.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { curvature2 } from './curvature.ts';
import { edgeOfChaos } from './edge.ts';
import { criticalPoints } from './lines.ts';

const { relu, tanh, erf, linear, elu, leaky_relu, hard_tanh, relu6, softsign, selu } = ACTIVATIONS;

test.each([0.05, 1, 30])('E[φ″²] of erf against its closed form at q %d', (q) => {
  const exact = (16 * q) / (Math.PI * (1 + 4 * q) ** 1.5);
  expect(Math.abs(curvature2(erf, q) / exact - 1)).toBeLessThan(q > 10 ? 1e-9 : 1e-10);
});

test.each([
  [0.01, 0.12019744726],
  [0.05, 0.324089956018],
  [0.1, 0.49880548936],
  [0.2, 0.773036209472],
])('g of tanh on the critical line, sigma_b2 %d, and 2/g', (sigma_b2, g) => {
  const point = criticalPoints(tanh, NO_NOISE, sigma_b2, 'chi_1').points[0];
  const edge = edgeOfChaos(tanh, point?.sigma_w2 ?? 0, point?.q_star ?? 0);
  expect(edge.g).toBeCloseTo(g, 10);
  expect(edge.constant).toBeCloseTo(2 / g, 7);
  expect(edge).toMatchObject({ universality: 'smooth', exponent: 1 });
});

describe('universality', () => {
  test('relu: 9π²/2 and 2√2/(3π), at every q', () => {
    for (const q of [0.1, 1, 7]) {
      const { constant, kappa, exponent } = edgeOfChaos(relu, 2, q);
      expect(constant).toBeCloseTo((9 * Math.PI ** 2) / 2, 10);
      expect(kappa).toBeCloseTo((2 * Math.SQRT2) / (3 * Math.PI), 12);
      expect(exponent).toBe(2);
    }
  });

  test('a kink of φ″ only is smooth, a straight line does not move', () => {
    expect(edgeOfChaos(elu, 1, 1).universality).toBe('smooth');
    expect(edgeOfChaos(softsign, 1, 1).universality).toBe('smooth');
    expect(edgeOfChaos(linear, 1, 1)).toMatchObject({ universality: 'straight', constant: null });
    for (const phi of [leaky_relu, hard_tanh, relu6, selu])
      expect(edgeOfChaos(phi, 1, 1).universality).toBe('kinked');
    expect(() => edgeOfChaos(tanh, 1, 0)).toThrow(RangeError);
  });

  test.each([
    ['tanh', 0.05],
    ['hard_tanh', 0.05],
    ['relu', 0],
  ] as const)('the trajectory of %s follows the constant', (name, sigma_b2) => {
    const phi = ACTIVATIONS[name];
    const point = criticalPoints(phi, NO_NOISE, sigma_b2, 'chi_1').points[0];
    const [sigma_w2, q0] = [point?.sigma_w2 ?? 0, point?.q_star ?? 1];
    const depth = 3000;
    const { rows } = trajectory(phi, layersOf({ depth, sigma_w2, sigma_b2, noise: NO_NOISE }), {
      q0,
      c0: 0.5,
    });
    const { constant, exponent } = edgeOfChaos(phi, sigma_w2, q0);
    const observed = (1 - (rows[depth]?.c ?? 0)) * depth ** (exponent ?? 0);
    expect(Math.abs(observed / (constant ?? 1) - 1)).toBeLessThan(0.02);
  });
});
