import { describe, expect, test } from 'vitest';
import { combineP, decide, type Evidence, examine } from './verdict.ts';

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
  return decide({ findings, adjustedP: combineP(findings), claims: 1 }).verdict;
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
    const findings = [examine(evidence('more', 0.12, 0.3, 10))];
    const { verdict, needs } = decide({ findings, adjustedP: combineP(findings), claims: 1 });
    expect(verdict).toBe('undecided');
    // the lower bound is above 0 where 1.96 · .3 / √n ≤ .12: about 24, and for Student's t a few more
    expect(needs).toBeGreaterThanOrEqual(24);
    expect(needs).toBeLessThanOrEqual(30);
  });
});

test.each([
  ['more', 0.09],
  ['more', 0.06],
  ['not_less', -0.08],
  ['equal', 0.08],
] as const)('with as many pairs as it says, the same mean and spread settle "%s" at %f', (expected, mean) => {
  const findings = [examine(evidence(expected, mean))];
  const { verdict, needs } = decide({ findings, adjustedP: combineP(findings), claims: 1 });
  expect(verdict).toBe('undecided');
  expect(needs).toBeGreaterThan(25);
  expect(verdictOf(evidence(expected, mean, 0.1, needs))).not.toBe('undecided');
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

test('better than all holds only if every pair holds, and not if one cannot', () => {
  const [good, bad, open, small] = [0.3, 0, 0.09, 0.05].map((mean) => evidence('more', mean)) as [
    Evidence,
    Evidence,
    Evidence,
    Evidence,
  ];
  expect(verdictOf(good, good)).toBe('holds here');
  expect(verdictOf(good, bad)).toBe('fails here');
  expect(verdictOf(good, open)).toBe('undecided');
  // one that is real but small refutes the claim as well, whatever the others do
  expect(verdictOf(good, evidence('more', 0.05, 0.05))).toBe('real but below delta');
  expect(verdictOf(evidence('more', 0.09, 0.5), evidence('more', 0.05, 0.05))).toBe('fails here');
  expect(verdictOf(small, bad)).toBe('fails here');
});

test('one comparison that leans against the claim settles it, however open the others are', () => {
  const needsOf = (...list: Evidence[]) => {
    const findings = list.map(examine);
    return decide({ findings, adjustedP: combineP(findings), claims: 1 }).needs as number;
  };
  const near = evidence('more', 0.0999);
  const clear = evidence('more', 0.05, 0.3);
  expect(needsOf(near, clear)).toBeLessThan(needsOf(near) / 10);
  // two that lean towards it must both be sure
  expect(needsOf(evidence('more', 0.11, 0.5), evidence('more', 0.2, 1))).toBeGreaterThanOrEqual(
    needsOf(evidence('more', 0.2, 1)),
  );
});

test('the comparison that is shown is the one that decided', () => {
  // the wide one has the smaller mean, but only the narrow one refutes
  const [wide, narrow] = [
    { ...evidence('more', -0.05, 1), name: 'wide' },
    { ...evidence('more', 0.01, 0.02), name: 'narrow' },
  ];
  const findings = [wide, narrow].map(examine);
  const { verdict, decider } = decide({ findings, adjustedP: combineP(findings), claims: 1 });
  expect(verdict).toBe('fails here');
  expect(decider.name).toBe('narrow');
});

test('shares at their ceiling are not known exactly', () => {
  const equal: Evidence = {
    name: 'a',
    expected: 'more',
    delta: 0.1,
    differences: new Array(24).fill(0),
    isShare: true,
  };
  const { upper } = examine(equal);
  // 0 of 24: 97.5 % that the share is below 1 − .025^(1/24) = .142
  expect(upper).toBeCloseTo(1 - 0.025 ** (1 / 24), 12);
  expect(verdictOf(equal)).toBe('undecided');
  expect(verdictOf({ ...equal, isShare: false })).toBe('fails here');
});

test('a claim is judged by its adjusted p-value', () => {
  const findings = [examine(evidence('more', 0.11, 0.2, 25))];
  expect(combineP(findings)).toBeLessThan(0.05);
  expect(decide({ findings, adjustedP: combineP(findings), claims: 1 }).verdict).toBe('holds here');
  expect(decide({ findings, adjustedP: 0.06, claims: 6 }).verdict).toBe('undecided');
});

test('differences that are all the same', () => {
  const constant = (value: number): Evidence => ({
    ...{ name: 'a', expected: 'more', delta: 0.1 },
    differences: [value, value, value],
  });
  expect(verdictOf(constant(0.2))).toBe('holds here');
  expect(verdictOf(constant(0))).toBe('fails here');
});
