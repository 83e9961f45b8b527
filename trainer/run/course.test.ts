import { expect, test } from 'vitest';
import { Course } from './course.ts';

test('the first steps at a quarter and at half are kept, and the last ten batches are averaged', () => {
  const course = new Course();
  expect(course.details()).toEqual({ train_accuracy_last: null, first_step_25: null, first_step_50: null });
  for (const accuracy of [0.1, 0.25, 0.1, 0.49, 0.5, 0.2]) course.add(accuracy);
  expect(course.details()).toMatchObject({ first_step_25: 2, first_step_50: 5 });
  expect(course.last).toBeCloseTo(1.64 / 6, 12);
  expect(course.reached(0.1), 'not before there are ten').toBe(false);
  for (let i = 0; i < 10; i++) course.add(i % 2);
  expect(course.details()).toEqual({ train_accuracy_last: 0.5, first_step_25: 2, first_step_50: 5 });
  expect([course.reached(0.5), course.reached(0.51)]).toEqual([true, false]);
});
