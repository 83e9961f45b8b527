import { expect, test } from 'vitest';
import { poleRoot } from './correlation.ts';

test('the golden ratio, from either side and from far away', () => {
  const d = () => ({ value: 0, slope: 0 });
  for (const start of [1e-9, 1, 2, 1e9]) {
    // 1/x + 1 − x
    const root = poleRoot(1, (x) => ({ ...d(), value: 1 - x, slope: -1 }), start);
    expect(root).toBeCloseTo((1 + Math.sqrt(5)) / 2, 14);
  }
});

test('a vanishing pole beside a vanishing value keeps its digits', () => {
  // h/x + t − x, with the root (t + √(t² + 4h)) / 2
  for (const [h, t] of [
    [1e-20, 0],
    [1e-20, -1e-5],
    [0, 1e-12],
    [1e-300, 1e-160],
  ] as const) {
    const root = poleRoot(h, (x) => ({ value: t - x, slope: -1 }), 0.5);
    const exact = t < 0 ? (2 * h) / (Math.sqrt(t * t + 4 * h) - t) : (t + Math.sqrt(t * t + 4 * h)) / 2;
    expect(Math.abs(root / exact - 1)).toBeLessThan(1e-15);
  }
});

test('an infinite slope at zero, as a kink of φ makes', () => {
  let calls = 0;
  const root = poleRoot(
    1e-12,
    (x) => {
      calls++;
      return { value: -Math.sqrt(x), slope: -0.5 / Math.sqrt(x) };
    },
    1,
  );
  expect(Math.abs(root / 1e-8 - 1)).toBeLessThan(1e-14);
  expect(calls).toBeLessThan(12);
});

test('no pole, and a first guess whose tangent has no positive root', () => {
  // 0.1 − x/(1 + x): from x = 9 the tangent meets zero left of the origin
  const root = poleRoot(0, (x) => ({ value: 0.1 - x / (1 + x), slope: -1 / (1 + x) ** 2 }), 9);
  expect(root).toBeCloseTo(1 / 9, 14);
});
