import { expect, test } from 'vitest';
import { TECHNIQUES } from './index.ts';

test('inverted dropout: mean 1, second moment 1/keep', () => {
  expect(TECHNIQUES.bernoulli.noise({ keep: 0.25 })).toEqual({ s1: 1, s2: 4, variance: 3 });
  expect(TECHNIQUES.bernoulli.noise({})).toEqual({ s1: 1, s2: 1, variance: 0 });
});

test('a drop is carried as given: 1 − keep would have lost it', () => {
  expect(TECHNIQUES.bernoulli.noise({ drop: 1e-20 })).toEqual({ s1: 1, s2: 1, variance: 1e-20 });
});

test('the moments are the sums over kept and dropped units', () => {
  for (const keep of [0.3, 0.9]) {
    const { s1, s2, variance } = TECHNIQUES.bernoulli.noise({ keep });
    expect(s1).toBeCloseTo(keep * (1 / keep) + (1 - keep) * 0, 15);
    expect(s2).toBeCloseTo(keep * (1 / keep) ** 2, 14);
    expect(variance).toBeCloseTo(s2 - s1 * s1, 14);
  }
});

test('no noise', () => {
  expect(TECHNIQUES.none.noise({})).toEqual({ s1: 1, s2: 1, variance: 0 });
  expect(TECHNIQUES.none.takes_keep).toBe(false);
});

test('each is listed under its own name', () => {
  for (const [name, technique] of Object.entries(TECHNIQUES)) expect(technique.name).toBe(name);
});
