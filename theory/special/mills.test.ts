import { expect, test } from 'vitest';
import { millsRatio } from './mills.ts';

// from the series e^{x²/2} √(π/2) − Σ x^(2n+1)/(2n+1)!! with 60 digits, for large x from the continued fraction
test.each([
  [0, 1.2533141373155003],
  [0.1, 1.159262399618736],
  [1, 0.655679542418798],
  [2, 0.4213692292880545],
  [2.5, 0.3542651113297937],
  [3.4999, 0.2665744704092032],
  [3.5, 0.2665677689682238],
  [10, 0.09902859647173193],
  [100, 0.00999900029985011],
])('millsRatio(%d)', (x, value) => {
  expect(Math.abs(millsRatio(x) / value - 1)).toBeLessThan(3e-15);
});

test('R′ = x R − 1, by central differences', () => {
  for (const x of [0.3, 1.7, 3.2, 3.8, 6]) {
    const slope = (millsRatio(x + 1e-5) - millsRatio(x - 1e-5)) / 2e-5;
    expect(slope).toBeCloseTo(x * millsRatio(x) - 1, 8);
  }
});
