import { expect, test } from 'vitest';
import { pickKeep, pickNoise } from './techniques.ts';

test.each([
  ['none', {}, {}],
  ['bernoulli', {}, { keep: 0.8 }],
  ['gaussian', {}, { keep: 0.8 }],
  ['gaussian', { noise_variance: 0.1 }, { noise_variance: 0.1 }],
  ['tabu', { noise_tenure: 2 }, { noise_tenure: 2, keep: 0.8 }],
  ['vsd', { noise_kl: 2, noise_reflections: 3 }, { keep: 0.8 }],
  ['advanced', { noise_mu: 1, noise_published_init: true }, { noise_mu: 1 }],
] as const)('%s with %o is asked for as %o', (technique, network, expected) => {
  expect(pickNoise({ ...network, width: 100, noise_on_input: true }, technique, 0.8)).toEqual(expected);
});

test('the keep of networks is 1 without noise, null where other numbers say how strong it is', () => {
  expect(pickKeep({}, 'none', 0.8)).toBe(1);
  expect(pickKeep({}, 'gaussian', 0.8)).toBe(0.8);
  expect(pickKeep({ noise_variance: 0.1 }, 'gaussian', 0.8)).toBeNull();
  expect(pickKeep({ noise_mu: 1 }, 'advanced', 1)).toBeNull();
});
