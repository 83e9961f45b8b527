import { expect, test } from 'vitest';
import { dropoutMoments } from './quartics.ts';
import { wideGradients } from './wide-output.ts';

const network = { sigma_w2: 0.9, noise: dropoutMoments(0.8) };

test.each([
  [1, 0.7354],
  [2, 1.2924],
  [3, 2.0501],
  [6, 6.549],
])('documented pair, c0 0.6 and 6 layers: K = %d', (K, pair) => {
  expect(wideGradients(network, K, { q_ab: 0.6 * 0.9 ** (6 - K) }).pair).toBeCloseTo(pair, 3);
});

test('closed forms', () => {
  for (const K of [0, 1, 5, 40]) {
    const { single, pair } = wideGradients(network, K);
    expect(single / (1.125 ** (2 * K) * (1 + K / 0.8))).toBeCloseTo(1, 12);
    expect(pair / ((0.9 ** (2 * K) * (0.8 ** (-2 * K - 2) - 1)) / (0.8 ** -2 - 1))).toBeCloseTo(1, 12);
    const shared = wideGradients({ ...network, mask: 'shared' }, K);
    expect(shared.pair).toBe(shared.single);
  }
  expect(wideGradients(network, 6).single).toBeCloseTo(34.93, 2);
  // independent backward weights would give 4.11 and 0.17
  expect([1.125 ** 12, 0.6 * 0.9 ** 12].map((x) => x.toFixed(2))).toEqual(['4.11', '0.17']);
  // one depth scale: the ratio of pair to single factors tends to 1
  const ratio = (K: number) => wideGradients(network, K + 1).pair / wideGradients(network, K).pair;
  expect(ratio(30)).toBeCloseTo(1.125 ** 2, 5);
  expect(() => wideGradients(network, -1)).toThrow('K');
  expect(() => wideGradients({ ...network, sigma_w2: -1 }, 1)).toThrow('sigma_w2');
});
