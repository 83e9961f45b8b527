import { describe, expect, test } from 'vitest';
import type { ActivationName } from '../../catalogue/activations.ts';
import type { Activation } from '../activation.ts';
import { ACTIVATIONS, activationAt } from '../activations/index.ts';
import { type Wrap, wrap } from '../activations/wrap.ts';
import { depthScales } from '../depth-scales.ts';
import { plainNetwork } from '../network.ts';
import { TECHNIQUES } from '../techniques/index.ts';
import { noisyAverages } from '../trajectory/averages.ts';
import { type Recommendation, recommend } from './recommend.ts';

const { relu, tanh, gelu, softplus, sin, elu } = ACTIVATIONS;
const { noise } = TECHNIQUES.bernoulli;
const quiet = noise({ keep: 1 });

describe('recommended variances', () => {
  test('relu: 2 keep and no bias; √(2 keep / fan_in)', () => {
    const found = recommend(relu, noise({ keep: 0.5 }), { fan_in: 100 });
    expect(found).toMatchObject({ sigma_b2: 0, criterion: 'chi_1 = 1', q_star: null, variance: 'neutral' });
    expect(found?.sigma_w2).toBeCloseTo(1, 12);
    expect(found?.std).toBeCloseTo(0.1, 12);
    expect(recommend(relu, quiet, { sigma_b2: 0.05 })).toMatchObject({ sigma_b2: 0.05, variance: 'grows' });
  });

  test('tanh: the critical line at the usual bias variance, or at another; without bias q falls to 0', () => {
    expect(recommend(tanh, noise({ keep: 0.9 }))?.sigma_w2).toBeCloseTo(1.5848591756, 9);
    expect(recommend(tanh, quiet, { sigma_b2: 0.2 })?.sigma_w2).toBeCloseTo(2.28515247372, 10);
    expect(recommend(tanh, noise({ keep: 0.9 }))?.std).toBeNull();
    const bounded = ['tanh', 'hard_tanh', 'relu6', 'erf'] as const;
    for (const name of bounded)
      expect(recommend(ACTIVATIONS[name], quiet, { sigma_b2: 0 })).toMatchObject({
        ...{ sigma_b2: 0, q_star: 0, stable: true, variance: 'collapses' },
      });
  });

  test.each([
    ['gelu', 1.98305826, 0.17292239],
    ['silu', 1.98800468, 0.55514317],
    ['mish', 2.01352407, 0.09452179],
    ['quick_gelu', 1.98800468, 0.19163988],
    ['hard_swish', 1.97328958, 0.50714585],
  ] as const)('%s without bias: the half-stable point, which has a bias variance of its own', (name, w, b) => {
    for (const sigma_b2 of [undefined, 0, 0.05]) {
      const found = recommend(ACTIVATIONS[name], quiet, { sigma_b2 });
      expect(found).toMatchObject({ criterion: 'chi_1 = chi_q = 1', stable: false, variance: 'half_stable' });
      expect(found?.sigma_w2).toBeCloseTo(w, 7);
      expect(found?.sigma_b2).toBeCloseTo(b, 7);
    }
  });

  test('gelu with a large bias: a point that attracts; softplus: the variance; nothing where nothing works', () => {
    expect(recommend(gelu, quiet, { sigma_b2: 0.5 })).toMatchObject({ sigma_b2: 0.5, variance: 'stable' });
    expect(recommend(softplus, quiet)).toMatchObject({ criterion: 'q* = 1', stable: true });
    expect(recommend(softplus, quiet, { sigma_b2: 2 })).toBeNull();
    expect(recommend(relu, TECHNIQUES.ic.noise({ keep: 0.9 }), { sigma_b2: 1, batch_norm: true })).toBeNull();
    expect(() => recommend(tanh, quiet, { fan_in: 0 })).toThrow('fan_in');
  });

  test('the usual bias variance is what φ sees, behind the factor before it', () => {
    const at = (input_scale: number) => recommend(wrap(sin, { input_scale }), quiet) as Recommendation;
    const plain = recommend(sin, quiet) as Recommendation;
    for (const scale of [30, -0.3]) {
      expect(at(scale).sigma_b2 * scale ** 2).toBeCloseTo(0.05, 14);
      expect((at(scale).q_star as number) * scale ** 2).toBeCloseTo(plain.q_star as number, 10);
      expect(at(scale).sigma_w2 * scale ** 2).toBeCloseTo(plain.sigma_w2, 10);
    }
    const twice = wrap(wrap(elu, { input_scale: 3 }), { input_scale: -2 });
    expect(recommend(twice, quiet)?.sigma_b2).toBeCloseTo(0.05 / 36, 14);
  });
});

const WRAPS: readonly Wrap[] = [
  {},
  { input_scale: 30 },
  { input_scale: -0.3 },
  { output_scale: 2 },
  { output_shift: 0.3 },
  { output_shift: -0.5 },
  { input_shift: 0.7 },
  { input_shift: -1.3 },
  { input_scale: 2, output_scale: 0.5, output_shift: 0.2, input_shift: 0.4 },
];

/** What `depthScales` says of the variance in a recommended network. */
const STATUS: Record<Recommendation['variance'], readonly string[]> = {
  stable: ['ok', 'bistable'],
  // (a double root, which rounding may lift off)
  half_stable: ['ok', 'bistable', 'no_fixed_point'],
  neutral: ['neutral'],
  collapses: ['collapses'],
  grows: ['diverges'],
};

/** By how much more than q E[φ′²] changes: of a φ that is 0 nearly everywhere by dozens of times, and q* is known to 1e-10. */
function steepness({ moments }: Activation, q: number | null): number {
  return q ? Math.abs(Math.log(moments(1.001 * q).slope2 / moments(q).slope2)) / Math.log(1.001) : 0;
}

describe.each(Object.keys(ACTIVATIONS) as ActivationName[])('what is recommended for %s', (activation) => {
  test.each(WRAPS)('is what it is said to be, inside %o', (around) => {
    const phi = activationAt(activation, { ...around });
    for (const given of [undefined, 0, 0.05, 0.5])
      for (const keep of [1, 0.9, 0.5]) {
        const found = recommend(phi, noise({ keep }), { sigma_b2: given });
        if (!found) continue;
        const { sigma_w2, sigma_b2, q_star, criterion, variance, stable } = found;
        const where = `${given} ${keep} ${JSON.stringify(found)}`;
        expect(stable || variance !== 'stable', where).toBe(true);
        if (given !== undefined && variance !== 'half_stable') expect(sigma_b2, where).toBe(given);
        if (q_star) {
          const { square, radial, slope2 } = noisyAverages(phi, q_star, noise({ keep }), 0);
          expect(Math.abs(sigma_w2 * square + sigma_b2 / q_star - 1), where).toBeLessThan(1e-9);
          if (criterion !== 'q* = 1')
            expect(Math.abs((sigma_w2 / keep) * slope2 - 1), where).toBeLessThan(1e-9);
          if (variance === 'half_stable') expect(Math.abs(sigma_w2 * radial - 1), where).toBeLessThan(1e-9);
          else expect(Math.abs(sigma_w2 * radial), where).toBeLessThan(1);
        }
        const scales = depthScales(
          plainNetwork({
            ...{ activation, ...around, sigma_w2, sigma_b2, keep, q0: 0.999 * (q_star || 1) },
            ...{ technique: 'bernoulli', mask: 'independent' },
          }),
        );
        expect(STATUS[variance], where).toContain(scales.status);
        if (criterion !== 'q* = 1' && variance !== 'half_stable')
          expect(Math.abs((scales.chi_1 ?? 0) - 1), where).toBeLessThan(
            Math.max(1, steepness(phi, q_star)) * 1e-9,
          );
      }
  });
});
