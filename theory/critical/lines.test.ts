import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { random } from '../testing/random.ts';
import { NO_NOISE } from '../trajectory/layers.ts';
import { criticalPoints, halfStablePoints, variancePreserving } from './lines.ts';

const { linear, relu, tanh, erf, sin, silu, gelu, selu, softplus, sigmoid } = ACTIVATIONS;
const dropout = (keep: number) => ({ s1: 1, s2: 1 / keep, variance: (1 - keep) / keep });
const only = ({ points }: ReturnType<typeof criticalPoints>) => {
  expect(points).toHaveLength(1);
  return points[0] as (typeof points)[0];
};

describe('chi_1 = 1', () => {
  test.each([
    [0.01, 1.424205290489, 0.273300913458],
    [0.04, 1.7007963721367, 0.512078504234],
    [0.05, 1.760954639607, 0.570047881641],
    [0.1, 1.986072641136, 0.805799181913],
    [0.2, 2.28515247372, 1.164496287458],
  ])('tanh without noise, sigma_b2 %d', (sigma_b2, sigma_w2, q) => {
    const point = only(criticalPoints(tanh, NO_NOISE, sigma_b2, 'chi_1'));
    expect(point.sigma_w2).toBeCloseTo(sigma_w2, 11);
    expect(point.q_star).toBeCloseTo(q, 11);
    expect(point).toMatchObject({ stable: true, status: 'ok' });
  });

  test.each([
    [0.99, 1.7433450932, 1.7909577798],
    [0.98, 1.7257355468, 1.8223814244],
    [0.94, 1.6552973612, 1.9624653528],
    [0.9, 1.5848591756, 2.1256129661],
    [0.5, 0.8804773198, 5.4034457749],
  ])('tanh with keep %d: chi_1 = 1 and chi_aligned = 1', (keep, single, aligned) => {
    expect(only(criticalPoints(tanh, dropout(keep), 0.05, 'chi_1')).sigma_w2).toBeCloseTo(single, 9);
    expect(only(criticalPoints(tanh, dropout(keep), 0.05, 'chi_aligned')).sigma_w2).toBeCloseTo(aligned, 9);
    const shared = criticalPoints(tanh, dropout(keep), 0.05, 'chi_aligned', 'shared');
    expect(only(shared).sigma_w2).toBeCloseTo(single, 9);
  });

  test('the limits without bias, where the line starts', () => {
    expect(only(criticalPoints(tanh, NO_NOISE, 0, 'chi_1'))).toMatchObject({ sigma_w2: 1, q_star: 0 });
    expect(only(criticalPoints(sin, NO_NOISE, 0, 'chi_1')).sigma_w2).toBeCloseTo(1, 12);
    expect(only(criticalPoints(erf, NO_NOISE, 0, 'chi_1')).sigma_w2).toBeCloseTo(Math.PI / 4, 12);
  });

  test('homogeneous activations: one weight variance, any q or none', () => {
    expect(only(criticalPoints(linear, NO_NOISE, 0, 'chi_1'))).toMatchObject({
      sigma_w2: 1,
      status: 'neutral',
    });
    expect(only(criticalPoints(relu, dropout(0.8), 0, 'chi_1'))).toMatchObject({
      sigma_w2: 1.6,
      q_star: null,
    });
    expect(only(criticalPoints(relu, { s1: 1, s2: 1.5, variance: 0.5 }, 0, 'chi_1')).sigma_w2).toBeCloseTo(
      4 / 3,
      12,
    );
    expect(only(criticalPoints(relu, NO_NOISE, 0.1, 'chi_1')).status).toBe('diverges');
    expect(only(criticalPoints(relu, dropout(0.8), 0, 'chi_aligned')).status).toBe('diverges');
  });

  test('where there is none, the reason is given', () => {
    const { points, reason } = criticalPoints(softplus, NO_NOISE, 0.05, 'chi_1');
    expect(points).toEqual([]);
    expect(reason).toContain('chi_1');
    expect(() => criticalPoints(tanh, NO_NOISE, -1, 'chi_1')).toThrow('sigma_b2');
  });

  test('at random points: the returned point is a fixed point with the slope 1, by the definitions', () => {
    const next = random(5);
    for (const phi of [tanh, erf, silu, gelu, selu, sigmoid, sin]) {
      for (let i = 0; i < 4; i++) {
        const keep = 0.3 + 0.7 * next();
        const sigma_b2 = 0.01 + 0.3 * next();
        const slope = next() < 0.5 ? 'chi_1' : 'chi_aligned';
        for (const point of criticalPoints(phi, dropout(keep), sigma_b2, slope).points) {
          const q = point.q_star as number;
          const { ratio, slope2 } = phi.moments(q);
          const factor = slope === 'chi_1' ? 1 / keep : 1;
          expect(point.sigma_w2 * factor * slope2).toBeCloseTo(1, 12);
          const second = ratio + phi.level ** 2 / q;
          expect((point.sigma_w2 / keep) * second + sigma_b2 / q).toBeCloseTo(1, 10);
        }
      }
    }
  });
});

describe('variance preservation', () => {
  test.each([0.5, 0.8, 0.9])('relu, keep %d: 2 keep', (keep) => {
    const point = only(variancePreserving(relu, dropout(keep), 0));
    expect(point.sigma_w2).toBeCloseTo(2 * keep, 14);
    expect(point.status).toBe('neutral');
  });

  test('selu keeps 1 with weight variance 1, stably', () => {
    const point = only(variancePreserving(selu, NO_NOISE, 0));
    expect(point.sigma_w2).toBeCloseTo(1, 12);
    expect(point.chi_q).toBeCloseTo(0.783, 3);
    expect(point.stable).toBe(true);
  });

  test('gelu does not keep 1 stably; no weights do with a bias variance of q or more', () => {
    expect(only(variancePreserving(gelu, NO_NOISE, 0)).stable).toBe(false);
    expect(variancePreserving(tanh, NO_NOISE, 1).reason).toContain('bias');
    expect(only(variancePreserving(tanh, NO_NOISE, 0.05, 0.570047881641)).sigma_w2).toBeCloseTo(
      1.760954639607,
      10,
    );
    expect(() => variancePreserving(tanh, NO_NOISE, 0, 0)).toThrow('q');
  });
});

describe('half-stable points', () => {
  test('gelu and swish have one, the bounded and the homogeneous activations none', () => {
    const swish = only(halfStablePoints(silu, NO_NOISE));
    expect(swish.sigma_w2).toBeCloseTo(1.98800468, 8);
    expect(swish.q_star).toBeCloseTo(14.32017362, 7);
    const point = only(halfStablePoints(gelu, NO_NOISE));
    expect(point.sigma_w2).toBeCloseTo(1.98305826, 8);
    expect(point.sigma_b2).toBeCloseTo(0.17292239, 8);
    for (const phi of [tanh, erf, ACTIVATIONS.hard_tanh, ACTIVATIONS.relu6, relu])
      expect(halfStablePoints(phi, NO_NOISE)).toMatchObject({ points: [], reason: expect.any(String) });
  });

  test('noise that multiplies divides the weight variance by s2 and leaves the rest', () => {
    const [quiet, noisy] = [
      only(halfStablePoints(gelu, NO_NOISE)),
      only(halfStablePoints(gelu, dropout(0.8))),
    ];
    expect(noisy.sigma_w2).toBeCloseTo(0.8 * quiet.sigma_w2, 12);
    expect(noisy.sigma_b2).toBeCloseTo(quiet.sigma_b2, 12);
  });
});

describe('wrong values in circulation are refuted', () => {
  type Bad = { name: string; claimed: number; correct: number };
  const table = new URL('../../fixtures/reference/known_bad_values.json', import.meta.url);
  const values = JSON.parse(readFileSync(table, 'utf8')) as Bad[];
  const found: Record<string, () => number | undefined> = {
    swish_Cb_public_code: () => halfStablePoints(silu, NO_NOISE).points[0]?.sigma_b2,
    tanh_xc_interp: () => criticalPoints(tanh, NO_NOISE, 0.05, 'chi_1').points[0]?.sigma_w2,
    tf_EdgeOfChaos_swish: () => criticalPoints(silu, NO_NOISE, 0.04, 'chi_1').points[0]?.sigma_w2,
    tf_EdgeOfChaos_tanh: () => criticalPoints(tanh, NO_NOISE, 0.04, 'chi_1').points[0]?.sigma_w2,
  };
  // The table that ships may be older than the one these names come from; what it has is checked.
  test.each(
    Object.entries(found).flatMap(([name, value]) => {
      const bad = values.find((entry) => entry.name === name);
      return bad ? [[name, bad, value] as const] : [];
    }),
  )('%s', (_, { claimed, correct }, value) => {
    expect(value()).toBeCloseTo(correct, 9);
    expect(Math.abs((value() as number) / claimed - 1)).toBeGreaterThan(3e-4);
  });

  test('the same numbers without the table', () => {
    expect(found.swish_Cb_public_code?.()).toBeCloseTo(0.5551431707774626, 9);
    expect(found.tf_EdgeOfChaos_swish?.()).toBeCloseTo(2.8208263977218424, 11);
    expect(found.tf_EdgeOfChaos_tanh?.()).toBeCloseTo(1.7007963721367032, 12);
    expect(found.tanh_xc_interp?.()).toBeCloseTo(1.7609546396067393, 12);
  });
});
