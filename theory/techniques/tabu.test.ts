import { expect, test } from 'vitest';
import { tabuDropRate, tabuNoise } from './tabu.ts';

test('drop rates of the first passes and in the long run', () => {
  expect([1, 2, 3, 4].map((pass) => tabuDropRate(0.5, 1, pass))).toEqual([0.5, 0.25, 0.375, 0.3125]);
  expect(tabuDropRate(0.2, 1, 2)).toBeCloseTo(0.16, 15);
  expect(tabuDropRate(0.2, 1, 3)).toBeCloseTo(0.168, 15);
  expect(tabuDropRate(0.2)).toBeCloseTo(1 / 6, 15);
  expect(tabuDropRate(1)).toBe(0.5);
  expect(tabuDropRate(0.2, 2)).toBeCloseTo(0.2 / 1.4, 15);
  expect(tabuDropRate(0.5, 2)).toBe(0.25);
  for (const tenure of [1, 2, 5])
    expect(tabuDropRate(0.6, tenure, 900)).toBeCloseTo(tabuDropRate(0.6, tenure), 12);
  // the closed form is the recursion
  for (const pass of [1, 2, 3, 10]) {
    let rate = 0;
    for (let t = 0; t < pass; t++) rate = 0.7 * (1 - rate);
    expect(tabuDropRate(0.7, 1, pass)).toBeCloseTo(rate, 14);
  }
});

test('scales', () => {
  expect(tabuNoise({ drop: 0.5 })).toEqual({ s1: 1, s2: 1.5, variance: 0.5, s3: 2.25, s4: 3.375 });
  expect(tabuNoise({ drop: 0.5 }, { scale: 'inverted' }).s1).toBeCloseTo(1 / (1 - 0.25), 15);
  expect(tabuNoise({ drop: 0.5 }, { pass: 1 }).s1).toBe(0.75);
  expect(tabuNoise({ drop: 0.5 }, { pass: 2 }).s1).toBe(1.125);
  expect(tabuNoise({ drop: 0.5 }, { pass: 2, scale: 'each_pass' })).toMatchObject({ s1: 1, s2: 1 / 0.75 });
  expect(tabuNoise({ drop: 0.2, tenure: 3 })).toMatchObject({ s1: 1, variance: 0.2 / 1.4 });
});

test('what is wrong is said', () => {
  for (const ask of [
    () => tabuDropRate(1.1),
    () => tabuDropRate(0.5, 0),
    () => tabuDropRate(0.5, 1, 0),
    () => tabuNoise({ drop: 0.5 }, { pass: 0.5 }),
  ])
    expect(ask).toThrow(RangeError);
});
