import { describe, expect, test } from 'vitest';
import { combineP, decide, type Evidence, examine, pairsNeeded } from './verdict.ts';

/** Differences with an exact mean and standard deviation. */
function spread(mean: number, deviation: number, pairs: number): number[] {
  const raw = Array.from({ length: pairs }, (_, i) => i - (pairs - 1) / 2);
  const own = Math.sqrt(raw.reduce((sum, one) => sum + one * one, 0) / (pairs - 1));
  return raw.map((one) => mean + (one * deviation) / own);
}

const evidence = (expected: Evidence['expected'], mean: number, deviation = 0.1, pairs = 25): Evidence => ({
  ...{ name: 'a − b', expected, delta: 0.1 },
  differences: spread(mean, deviation, pairs),
});

/** The verdict of one claim alone: t(24) at 95 % is 2.064, so that the half-width is .0413 for a deviation of .1. */
function verdictOf(...list: Evidence[]) {
  const findings = list.map(examine);
  return decide({ findings, adjustedP: combineP(findings), claims: 1 });
}

describe('more', () => {
  test.each([
    [0.2, 'holds here'],
    [0.1, 'holds here'],
    // significant, but the estimate is below delta, and the upper bound above it
    [0.09, 'undecided'],
    // both bounds between 0 and delta
    [0.05, 'real but below delta'],
    // the upper bound is .0413 + .03 < .1, and the lower one below 0
    [0.03, 'fails here'],
    [-0.2, 'fails here'],
  ])('a mean of %f: %s', (mean, verdict) => {
    expect(verdictOf(evidence('more', mean))).toBe(verdict);
  });

  test('not significant and open upwards: undecided, with what it would take', () => {
    const findings = [examine(evidence('more', 0.1, 0.3, 10))];
    expect(decide({ findings, adjustedP: combineP(findings), claims: 1 })).toBe('undecided');
    // 1.96 · .3 / √n ≤ .1 needs about 35, Student's t a few more
    expect(pairsNeeded(findings, 1)).toBeGreaterThanOrEqual(35);
    expect(pairsNeeded(findings, 1)).toBeLessThanOrEqual(40);
    expect(pairsNeeded(findings, 6)).toBeGreaterThan(pairsNeeded(findings, 1));
  });
});

test('less is more of the opposite', () => {
  for (const mean of [0.2, 0.05, 0.03, -0.2])
    expect(verdictOf(evidence('less', -mean))).toBe(verdictOf(evidence('more', mean)));
});

test('on par or better needs a lower bound above −delta', () => {
  expect(verdictOf(evidence('not_less', 0))).toBe('holds here');
  expect(verdictOf(evidence('not_less', -0.05))).toBe('holds here');
  expect(verdictOf(evidence('not_less', -0.08))).toBe('undecided');
  expect(verdictOf(evidence('not_less', -0.2))).toBe('fails here');
});

test('equal needs both bounds within delta', () => {
  expect(verdictOf(evidence('equal', 0.02))).toBe('holds here');
  expect(verdictOf(evidence('equal', -0.02))).toBe('holds here');
  expect(verdictOf(evidence('equal', 0.08))).toBe('undecided');
  expect(verdictOf(evidence('equal', 0.2))).toBe('fails here');
});

test('better than all holds only if every pair holds, and fails with one', () => {
  const [good, bad, open] = [0.3, 0, 0.09].map((mean) => evidence('more', mean)) as [
    Evidence,
    Evidence,
    Evidence,
  ];
  expect(verdictOf(good, good)).toBe('holds here');
  expect(verdictOf(good, bad)).toBe('fails here');
  expect(verdictOf(good, open)).toBe('undecided');
});

test('a claim is judged by its adjusted p-value', () => {
  const findings = [examine(evidence('more', 0.11, 0.2, 25))];
  expect(combineP(findings)).toBeLessThan(0.05);
  expect(decide({ findings, adjustedP: combineP(findings), claims: 1 })).toBe('holds here');
  expect(decide({ findings, adjustedP: 0.06, claims: 6 })).toBe('undecided');
});

test('differences that are all the same', () => {
  const constant = (value: number): Evidence => ({
    ...{ name: 'a', expected: 'more', delta: 0.1 },
    differences: [value, value, value],
  });
  expect(verdictOf(constant(0.2))).toBe('holds here');
  expect(verdictOf(constant(0))).toBe('fails here');
});
