import { expect, it } from 'vitest';
import { linearGradients, wideMetrics } from '../../research/linear-gradients.ts';
import { dropoutMoments } from '../../theory/index.ts';
import { smallGradients } from './testing.ts';
import { predictCell } from './theory.ts';

const linear = {
  ...smallGradients,
  axes: { depth: [200], keep: [0.8] },
  network: { ...smallGradients.network, activation: 'linear', sigma_w2: 0.5, width: 200 },
} as const;
const measured = { networks: 2, pairs: 2, inputs: 'gaussian', cosine: 0.5 } as const;

it('a fixed read-out: the exact moments of a linear network, times those of the read-out', () => {
  const { layers, chi_1, chi_c } = predictCell(
    { ...linear, axes: { depth: [200], keep: [0.8] }, seeds: [1] },
    0.8,
  );
  expect([chi_1, chi_c]).toEqual([expect.closeTo(0.625, 12), expect.closeTo(0.5, 12)]);
  const noise = dropoutMoments(0.8);
  const exact = linearGradients(Array.from({ length: 30 }, () => ({ sigma_w2: 0.5, noise, width: 200 })));
  for (const K of [0, 1, 7, 30]) {
    const [own, of] = [layers[K], exact[K]];
    expect(own?.layer).toBe(200 - K);
    expect((own?.gradient_1 ?? 0) / (of?.single ?? 0)).toBeCloseTo(1, 9);
    expect((own?.gradient_2 ?? 0) / (of?.pair ?? 0)).toBeCloseTo(1, 9);
    // E|v|⁴ of gaussian v is 1 + 2/N times that of a fixed length
    expect((own?.rms ?? 0) ** 2 / (1.01 * (of?.B ?? 0))).toBeCloseTo(1, 9);
    // log-normal for the exact 1 + (3/keep − 1)/N per layer
    expect(1 + (own?.spread ?? 0)).toBeCloseTo((1.01 * (of?.S ?? 0)) / (of?.single ?? 0) ** 2, 2);
  }
});

it('a quadratic read-out: far from the input the metrics of weights at the fixed point', () => {
  const plan = {
    ...linear,
    axes: { depth: [200], keep: [0.8] },
    seeds: [1],
    measurement: { ...measured, read_out: 'quadratic' as const },
  };
  const { layers } = predictCell(plan, 0.8);
  for (const K of [0, 3, 20]) {
    const { g_aa, g_ab } = wideMetrics({ sigma_w2: 0.5, sigma_b2: 0.1, keep: 0.8 }, K);
    expect((layers[K]?.tied?.weight_1 ?? 0) / g_aa).toBeCloseTo(1, 9);
    expect((layers[K]?.tied?.weight_2 ?? 0) / g_ab).toBeCloseTo(1, 9);
  }
  expect(layers.at(-1)?.tied).toBeUndefined();
});

it('says where there is no prediction', () => {
  expect(() => predictCell(smallGradients, 0.5)).toThrow('no prediction');
  const network = { ...smallGradients.network, technique: 'gaussian' as const };
  expect(() => predictCell({ ...smallGradients, network }, 0.8)).toThrow('no prediction');
});
