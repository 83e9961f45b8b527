import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ActivationName } from '../../catalogue/activations.ts';
import { ACTIVATIONS } from '../activations/index.ts';
import { depthScales } from '../depth-scales.ts';
import { computeGains } from '../inits/gains.ts';
import { plainNetwork } from '../network.ts';
import { random } from '../testing/random.ts';
import { NO_NOISE } from '../trajectory/layers.ts';
import { criticalPoints, halfStablePoints, variancePreserving } from './lines.ts';

type Params = { activation: ActivationName; sigma_b2: number; keep?: number };
type Vector = { name: string; params: Params; value: number; tolerance: number };

const dropout = (keep: number) => ({ s1: 1, s2: 1 / keep, variance: (1 - keep) / keep });

/** What the families of published values mean, by the start of their names. */
const MEANINGS: Record<string, (params: Params) => number | null | undefined> = {
  critical_: ({ activation, sigma_b2 }) =>
    criticalPoints(ACTIVATIONS[activation], NO_NOISE, sigma_b2, 'chi_1').points[0]?.sigma_w2,
  crit_relu_bern_: ({ activation, keep = 1 }) =>
    variancePreserving(ACTIVATIONS[activation], dropout(keep), 0).points[0]?.sigma_w2,
  half_stable_gelu_CW: () => halfStablePoints(ACTIVATIONS.gelu, NO_NOISE).points[0]?.sigma_w2,
  half_stable_gelu_Cb: () => halfStablePoints(ACTIVATIONS.gelu, NO_NOISE).points[0]?.sigma_b2,
  nf_gamma_: ({ activation }) => computeGains(ACTIVATIONS[activation]).inverse_std,
};

describe('published critical points and gains', () => {
  const vectors = JSON.parse(
    readFileSync(new URL('../../fixtures/reference/vectors.json', import.meta.url), 'utf8'),
  ) as Vector[];
  const covered = vectors.flatMap((vector) => {
    const start = Object.keys(MEANINGS).find((prefix) => vector.name.startsWith(prefix));
    return start ? [[vector.name, vector, MEANINGS[start]] as const] : [];
  });
  test.each(covered)('%s', (_, { params, value, tolerance }, meaning) => {
    expect(Math.abs((meaning?.(params) ?? Number.NaN) - value)).toBeLessThanOrEqual(
      Math.max(tolerance, 1e-12),
    );
  });
});

test('depth scales at a returned point have the slope 1', () => {
  const next = random(11);
  for (const activation of ['tanh', 'erf', 'hard_tanh', 'sin', 'selu', 'elu', 'softsign'] as const)
    for (let i = 0; i < 3; i++) {
      const [keep, sigma_b2] = [0.3 + 0.7 * next(), 0.01 + 0.2 * next()];
      for (const slope of ['chi_1', 'chi_aligned'] as const)
        for (const { sigma_w2, q_star, stable } of criticalPoints(
          ACTIVATIONS[activation],
          dropout(keep),
          sigma_b2,
          slope,
        ).points) {
          if (!stable || q_star === null) continue;
          const row = depthScales(
            plainNetwork({
              ...{ activation, sigma_w2, sigma_b2, keep, technique: 'bernoulli', mask: 'independent' },
              q0: 1.01 * q_star,
            }),
          );
          expect(Math.abs((row[slope] ?? 0) - 1), `${activation} ${slope} ${keep} ${sigma_b2}`).toBeLessThan(
            1e-10,
          );
          expect(Math.abs((row.q_star ?? 0) / q_star - 1)).toBeLessThan(1e-10);
        }
    }
});
