import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../theory/activations/index.ts';
import { computeNoise } from '../theory/techniques/index.ts';
import { layersOf } from '../theory/testing/layers.ts';
import { NO_NOISE } from '../theory/trajectory/layers.ts';
import { trajectory } from '../theory/trajectory/trajectory.ts';
import { residualEnd, residualRemainder } from './residual.ts';

const { linear, relu, selu, silu, tanh } = ACTIVATIONS;

test('linear, in closed form', () => {
  const { q, c } = residualEnd(linear, { sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE }, 1, { q0: 1, c0: 0.5 });
  expect(q).toBeCloseTo(Math.E, 12);
  expect(c).toBeCloseTo(0.5, 12);
  // q˙ = 2 (1.25 q + 0.3), q˙_ab = 2 (q_ab + 0.3)
  const input = { sigma_w2: 1, sigma_b2: 0.3, noise: computeNoise('bernoulli', { keep: 0.8 }) };
  const end = residualEnd(linear, input, 2, { q0: 1, c0: 0.5 });
  const grown = (rate: number, from: number) => (from + 0.3 / rate) * Math.exp(2 * rate) - 0.3 / rate;
  expect(end.q / grown(1.25, 1)).toBeCloseTo(1, 11);
  expect(end.c).toBeCloseTo(grown(1, 0.5) / grown(1.25, 1), 11);
});

describe('networks of many layers tend to it as 1/depth', () => {
  test.each([
    ['tanh', tanh, 'bernoulli', 3, 0.8],
    ['relu from equal inputs', relu, 'bernoulli', 1, 1],
    ['silu', silu, 'gaussian', 2, -0.4],
    ['selu', selu, 'alpha', 1, 0.5],
  ] as const)('%s', (_, activation, technique, strength, c0) => {
    const input = { sigma_w2: 1.5, sigma_b2: 0.1, noise: computeNoise(technique, { keep: 0.9 }) };
    const start = { q0: 0.7, c0 };
    const { q, c } = residualEnd(activation, input, strength, start);
    const at = (depth: number) => {
      const layers = layersOf({ ...input, depth, carry: 1, branch: strength / depth });
      return trajectory(activation, layers, start).rows[depth] as { q: number; c: number };
    };
    const [some, more] = [at(200), at(400)];
    expect(Math.abs(2 * more.q - some.q - q) / q).toBeLessThan(1e-4);
    expect(Math.abs(2 * more.c - some.c - c)).toBeLessThan(1e-4);
    expect((some.q - q) / (more.q - q)).toBeCloseTo(2, 1);
  });
});

test('a small deviation from c* shrinks by the remainder of homogeneous activations', () => {
  const input = { sigma_w2: 1.8, sigma_b2: 0, noise: computeNoise('bernoulli', { keep: 0.9 }) };
  const c_star = 0.62714588494921;
  const { c } = residualEnd(relu, input, 1, { q0: 1, c0: c_star + 1e-5 });
  expect((c - c_star) / 1e-5).toBeCloseTo(residualRemainder(relu, input, 1), 4);
});

test('what is refused', () => {
  const input = { sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE };
  expect(() => residualEnd(tanh, input, -1, { q0: 1, c0: 0 })).toThrow('strength');
  expect(() => residualEnd(tanh, input, 1, { q0: 0, c0: 0 })).toThrow('q0');
  expect(() => residualEnd(tanh, input, 1, { q0: 1, c0: 2 })).toThrow('c0');
  expect(() => residualEnd(tanh, { ...input, batch_norm: true }, 1, { q0: 1, c0: 0 })).toThrow('trajectory');
});
