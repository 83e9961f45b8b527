import { expect, test } from 'vitest';
import { minimise } from './simplex.ts';

test("finds Rosenbrock's minimum, and one beside a wall", () => {
  const [x, y] = minimise(([x = 0, y = 0]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, [-1.2, 1]) as [
    number,
    number,
  ];
  expect(x).toBeCloseTo(1, 3);
  expect(y).toBeCloseTo(1, 3);
  const [z] = minimise(([z = 0]) => (z < 0 ? Number.POSITIVE_INFINITY : z - Math.log(z)), [0.1]);
  expect(z).toBeCloseTo(1, 3);
});

test('two corners that are level on either side of a minimum are not the end', () => {
  const [x] = minimise(([x = 0]) => (x - 2) ** 2, [0]);
  expect(x).toBeCloseTo(2, 4);
});
