import { expect, test } from 'vitest';
import { keepEffective } from '../theory/noise.ts';
import { computeNoise } from '../theory/techniques/index.ts';
import { tabuDropRate } from '../theory/techniques/tabu.ts';
import { random } from '../theory/testing/random.ts';
import { advancedStart, tabuAveraging, tabuCorrelation } from './techniques.ts';

test('advanced dropout: wide layers of inputs with a mean start elsewhere', () => {
  const mean = 1 / Math.sqrt(2 * Math.PI);
  const rows = [
    [512, 0.164, 1.6, 0.779],
    [1024, 0.655, 2, 0.791],
    [2048, 2.62, 3.82, 0.82],
    [4096, 10.5, 11.9, 0.837],
  ] as const;
  for (const [fan_in, mu, sigma, effective] of rows) {
    const start = advancedStart(fan_in, mean);
    expect(Math.abs(start.mu / mu - 1)).toBeLessThan(0.005);
    expect(Math.abs(start.sigma / sigma - 1)).toBeLessThan(0.025); // simulated in single draws
    expect(Math.abs(keepEffective(computeNoise('advanced', start)) - effective)).toBeLessThan(0.006);
  }
  expect(advancedStart(512).mu).toBeCloseTo(0.0008, 6);
  expect(advancedStart(8, 1)).toEqual({ mu: 0, sigma: Math.log1p(Math.exp(1.2)) });
  expect(() => advancedStart(0)).toThrow(/fan_in/);
  expect(() => advancedStart(10, Number.NaN)).toThrow(/mean/);
});

test('tabu dropout: time correlations', () => {
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

test('tabu dropout: a simulated unit', () => {
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
  for (const ask of [() => tabuCorrelation(0.5, -1), () => tabuAveraging(-0.1)])
    expect(ask).toThrow(RangeError);
});
