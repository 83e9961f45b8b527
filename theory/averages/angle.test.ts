import { expect, test } from 'vitest';
import { angleOf, misalignment } from './angle.ts';

test('the angle between two inputs and back, also where 1 − m is 1', () => {
  for (const m of [1e-30, 1e-9, 0.3, 1, 1.9])
    expect(Math.abs(misalignment(angleOf(m)) / m - 1)).toBeLessThan(1e-15);
  expect(angleOf(2)).toBe(Math.PI);
  expect(angleOf(2 + 1e-15)).toBe(Math.PI);
});
