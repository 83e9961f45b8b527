import { expect, test } from 'vitest';
import { erf } from './erf.ts';
import { logisticMixture } from './logistic-mixture.ts';

test('the mixture of error functions is tanh', () => {
  const { variances, weights } = logisticMixture();
  for (const x of [1e-12, 0.01, 0.3, 1, 2.5, 6, 15]) {
    const sum = variances.reduce((a, v, i) => a + (weights[i] as number) * erf(x / Math.sqrt(2 * v)), 0);
    expect(Math.abs(sum / Math.tanh(x) - 1)).toBeLessThan(2e-15);
  }
});

test('its variance is that of the logistic distribution', () => {
  const { variances, weights } = logisticMixture();
  expect(variances.reduce((a, v, i) => a + (weights[i] as number) * v, 0)).toBeCloseTo(Math.PI ** 2 / 12, 14);
});
