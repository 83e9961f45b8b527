import { expect, test } from 'vitest';
import { measureRange, stepsToLoss } from './measures.ts';

test('steps to a loss are interpolated; who never gets there counts with all steps', () => {
  expect(stepsToLoss([100, 200, 300], [0.4, 0.2, 0.1], 0.3, 300)).toBe(150);
  expect(stepsToLoss([100, 200], [0.1, 0.05], 0.3, 200)).toBe(100);
  expect(stepsToLoss([100, 200], [0.4, 0.35], 0.3, 200)).toBe(200);
  // an entry that is not known says nothing
  expect(stepsToLoss([100, 200, 300], [0.4, null, 0.2], 0.3, 300)).toBe(300);
});

test('a range in decades, by hand', () => {
  // up from 0 to 1 over a decade crosses ½ in its middle, and down again
  expect(measureRange([0.1, 1, 10], [0, 1, 0], 0.5)).toBeCloseTo(1, 12);
  // two ranges add up
  expect(measureRange([1e-2, 1e-1, 1, 10, 100], [0, 1, 0, 1, 0], 0.5)).toBeCloseTo(2, 12);
  // above the level to the end
  expect(measureRange([0.1, 1], [1, 1], 0.5)).toBeCloseTo(1, 12);
  expect(measureRange([0.1, 1], [0.4, 0.3], 0.5)).toBe(0);
});
