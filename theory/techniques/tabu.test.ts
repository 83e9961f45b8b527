import { expect, test } from 'vitest';
import { random } from '../testing/random.ts';
import { tabuAveraging, tabuCorrelation, tabuDropRate, tabuNoise } from './tabu.ts';

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

test('time correlations', () => {
  expect([1, 2, 3].map((lag) => tabuCorrelation(0.5, lag))).toEqual([-0.5, 0.25, -0.125]);
  expect(tabuCorrelation(0.2, 2)).toBeCloseTo(0.04, 15);
  expect(tabuCorrelation(0.5, 0, 3)).toBe(1);
  // protected: never again so soon
  expect(tabuCorrelation(0.5, 2, 2)).toBeCloseTo(-0.25 / 0.75, 15);
  expect(tabuAveraging(0.5)).toBeCloseTo(1 / 3, 15);
  expect(tabuAveraging(0.2)).toBeCloseTo(2 / 3, 15);
  for (const tenure of [1, 3]) {
    let sum = 1;
    for (let lag = 1; lag < 400; lag++) sum += 2 * tabuCorrelation(0.4, lag, tenure);
    expect(tabuAveraging(0.4, tenure)).toBeCloseTo(sum, 12);
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

test('a simulated unit', () => {
  for (const [p, tenure] of [
    [0.2, 1],
    [0.5, 1],
    [0.5, 2],
  ] as const) {
    const next = random(5);
    const [units, passes] = [20000, 14];
    const sums = new Float64Array(passes);
    const both = new Float64Array(3);
    let changes = 0;
    for (let unit = 0; unit < units; unit++) {
      const drops: boolean[] = [];
      for (let t = 0; t < passes; t++)
        drops.push(next() < p && !drops.slice(Math.max(t - tenure, 0)).includes(true));
      drops.forEach((drop, t) => {
        if (drop) sums[t] = (sums[t] as number) + 1;
      });
      for (let lag = 1; lag <= 3; lag++)
        if (drops[passes - 1] && drops[passes - 1 - lag]) both[lag - 1] = (both[lag - 1] as number) + 1;
      if (drops[passes - 1] !== drops[passes - 2]) changes++;
    }
    const near = (count: number, rate: number, what: string) =>
      expect(Math.abs(count / units - rate), `${what} ${p} ${tenure}`).toBeLessThanOrEqual(
        4 * Math.sqrt((rate * (1 - rate)) / units),
      );
    for (const pass of [1, 2, 3, 4, passes])
      near(sums[pass - 1] as number, tabuDropRate(p, tenure, pass), `pass ${pass}`);
    const rate = tabuDropRate(p, tenure);
    for (let lag = 1; lag <= 3; lag++) {
      const joint = rate * rate + tabuCorrelation(p, lag, tenure) * rate * (1 - rate);
      near(both[lag - 1] as number, Math.max(joint, 0), `lag ${lag}`);
    }
    // (fourteen passes are stationary to 1e-4)
    near(changes, 2 * rate, 'changes');
  }
});

test('what is wrong is said', () => {
  for (const ask of [
    () => tabuDropRate(1.1),
    () => tabuDropRate(0.5, 0),
    () => tabuDropRate(0.5, 1, 0),
    () => tabuCorrelation(0.5, -1),
    () => tabuAveraging(-0.1),
    () => tabuNoise({ drop: 0.5 }, { pass: 0.5 }),
  ])
    expect(ask).toThrow(RangeError);
});
