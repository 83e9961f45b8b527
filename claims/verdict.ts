import type { Verdict } from '../schemas/claims.ts';
import type { ExaminedClaim } from '../schemas/comparison.ts';
import { pairedTTest, requiredPairs } from '../trainer/statistics/paired.ts';

/** One comparison that a claim rests on: an arm beside another one, on one data set. */
export type Evidence = {
  /** what is compared, in words: "tabu − bernoulli, mnist" */
  readonly name: string;
  readonly expected: ExaminedClaim['expected'];
  /** the least difference that matters */
  readonly delta: number;
  /** one a seed, in the unit of delta */
  readonly differences: readonly number[];
};

/** What the evidence of one comparison says, with the claimed direction upwards. */
export type Finding = Evidence & {
  readonly pairs: number;
  /** mean difference, as measured */
  readonly estimate: number;
  /** of the differences */
  readonly standardDeviation: number;
  /** 95 % interval of this comparison alone, by Student's t */
  readonly lower: number;
  readonly upper: number;
  /** two-sided p-value that the difference is 0; of "equal" and "not_less": that it is outside of ± delta, or below −delta */
  readonly p: number;
};

/**
 * What one comparison says by itself.
 *
 * @example examine({ name: 'a − b', expected: 'more', delta: 0.1, differences: [0.2, 0.3, 0.25] }).estimate // 0.25
 */
export function examine(evidence: Evidence): Finding {
  const { differences, delta, expected } = evidence;
  const test = pairedTTest(differences);
  const { lower, upper } = test.interval(0.95);
  return {
    ...evidence,
    ...{ pairs: test.pairs, estimate: test.mean, standardDeviation: test.standardDeviation, lower, upper },
    p: pValue(expected, differences, delta),
  };
}

function pValue(expected: Evidence['expected'], differences: readonly number[], delta: number): number {
  if (expected === 'not_less') return pairedTTest(differences, -delta).pUpper;
  if (expected === 'equal') {
    // two one-sided tests (Schuirmann 1987)
    const above = pairedTTest(differences, -delta).pUpper;
    const below = pairedTTest(
      differences.map((one) => -one),
      -delta,
    ).pUpper;
    return Math.max(above, below);
  }
  return pairedTTest(differences).pTwoSided;
}

/** What decides about a claim: its findings, its p-value after Holm, and how many claims it is corrected for. */
export type Decision = {
  readonly findings: readonly Finding[];
  /** of the whole claim, adjusted */
  readonly adjustedP: number;
  /** claims of the method that are tested */
  readonly claims: number;
};

const ALPHA = 0.05;

/**
 * The p-value of a claim that needs every one of its comparisons: the largest (an intersection–union test, which needs no correction).
 *
 * @see Berger 1982, "Multiparameter hypothesis testing and acceptance sampling"
 * @example combineP([examine(first), examine(second)])
 */
export const combineP = (findings: readonly Finding[]): number => Math.max(...findings.map(({ p }) => p));

/**
 * The verdict about a claim. It holds if every comparison does, and fails if one of them fails at a bound that is corrected for the
 * number of claims and of comparisons (Bonferroni: intervals at Holm's levels do not hold together).
 *
 * @example decide({ findings: [examine(evidence)], adjustedP: 0.01, claims: 6 })
 */
export function decide({ findings, adjustedP, claims }: Decision): Verdict {
  const level = 1 - ALPHA / (claims * findings.length);
  const each = findings.map((finding) => judge(finding, adjustedP, boundsOf(finding, level)));
  if (each.includes('fails here')) return 'fails here';
  if (each.every((one) => one === 'holds here')) return 'holds here';
  const settled = each.every((one) => one === 'holds here' || one === 'real but below delta');
  return settled ? 'real but below delta' : 'undecided';
}

/**
 * Half of the corrected interval of a finding: at most delta where there are networks enough.
 *
 * @example halfWidth(examine(evidence), { claims: 6, comparisons: 5 })
 */
export function halfWidth({ differences }: Finding, of: { claims: number; comparisons: number }): number {
  const { lower, upper } = pairedTTest(differences).interval(1 - ALPHA / (of.claims * of.comparisons));
  return (upper - lower) / 2;
}

/** Simultaneous bounds of a finding, with the claimed direction upwards. */
function boundsOf({ differences, expected }: Finding, level: number): { lower: number; upper: number } {
  const { lower, upper } = pairedTTest(differences).interval(level);
  return expected === 'less' ? { lower: -upper, upper: -lower } : { lower, upper };
}

function judge(
  { estimate, expected, delta }: Finding,
  adjustedP: number,
  { lower, upper }: { lower: number; upper: number },
): Verdict {
  const significant = adjustedP < ALPHA;
  if (expected === 'equal') {
    if (significant && Math.abs(estimate) < delta) return 'holds here';
    return lower > delta || upper < -delta ? 'fails here' : 'undecided';
  }
  if (expected === 'not_less') {
    if (significant && lower > -delta) return 'holds here';
    return upper < -delta ? 'fails here' : 'undecided';
  }
  const claimed = expected === 'less' ? -estimate : estimate;
  if (significant && claimed >= delta) return 'holds here';
  if (lower > 0 && upper < delta) return 'real but below delta';
  return upper < delta ? 'fails here' : 'undecided';
}

/**
 * How many pairs it would take until the corrected half-width is delta, for the comparison that needs most.
 *
 * @example pairsNeeded([examine(evidence)], 6)
 */
export function pairsNeeded(findings: readonly Finding[], claims: number): number {
  const level = 1 - ALPHA / (claims * findings.length);
  return Math.max(
    ...findings.map(({ standardDeviation, delta }) =>
      requiredPairs({ standardDeviation, halfWidth: delta, level }),
    ),
  );
}
