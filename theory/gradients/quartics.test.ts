import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { slopeCorrelation } from './noise-floor.ts';
import { pairQuartics, quartics } from './quartics.ts';

const { erf, gelu, hard_tanh, relu, tanh } = ACTIVATIONS;

describe('fourth-order averages', () => {
  test('closed forms of relu', () => {
    expect(quartics(relu, 2).fourth).toBeCloseTo(6, 12);
    expect(quartics(relu, 2)).toMatchObject({ stiffening: expect.closeTo(0, 13) });
    expect(pairQuartics(relu, 1, 0).squares).toBeCloseTo(0.25, 14);
    expect(pairQuartics(relu, 1, 1).squares).toBeCloseTo(1.5, 13);
    expect(slopeCorrelation(relu, 1, 0)).toBeCloseTo(1, 13);
    // E[u φ′ φ_b] = q c E[φ′φ′] + q E[φ″φ], with E[δ(u_a) φ(u_b)] for relu
    const { pull, slopes } = pairQuartics(relu, 1, 0.6);
    expect(pull - 0.6 * slopes).toBeCloseTo(0.8 / (2 * Math.PI), 13);
  });

  test('against the theory’s own averages, from opposed to equal inputs', () => {
    for (const phi of [tanh, relu, gelu, hard_tanh])
      for (const q of [0.3, 4])
        for (const c of [-0.99, -0.5, 0, 0.3, 0.9, 0.9999, 1 - 1e-9]) {
          const { slopes, product } = pairQuartics(phi, q, c);
          const { gap, slope } = phi.pair(q)(1 - c);
          expect(slopes, `${phi.name} ${q} ${c}`).toBeCloseTo(slope, 11);
          expect(product / quartics(phi, q).square).toBeCloseTo(1 - (q * gap) / quartics(phi, q).square, 11);
        }
  });

  test('the stiffening is the derivative, closed for erf', () => {
    for (const q of [0.2, 3]) expect(quartics(erf, q).stiffening).toBeCloseTo(-2 / (1 + 4 * q), 12);
    expect(() => quartics(erf, 0)).toThrow('q must');
    expect(() => pairQuartics(erf, 1, 1.1)).toThrow('c must');
  });
});
