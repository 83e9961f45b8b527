import type { Verdict } from '../schemas/claims.ts';
import type { ExaminedClaim } from '../schemas/comparison.ts';
import { type Interval, pairedTTest, requiredPairs } from '../trainer/statistics/paired.ts';

/** One comparison that a claim rests on: an arm beside another one, on one data set. */
export type Evidence = {
  /** what is compared, in words: "tabu − bernoulli, mnist" */
  readonly name: string;
  readonly expected: ExaminedClaim['expected'];
  /** the least difference that matters */
  readonly delta: number;
  /** one a seed, in the unit of delta */
  readonly differences: readonly number[];
  /** whether the differences are of shares, between −1 and 1 */
  readonly isShare?: boolean | undefined;
};

/** What the evidence of one comparison says. */
export type Finding = Evidence & {
  readonly pairs: number;
  /** mean difference, as measured */
  readonly estimate: number;
  /** of the differences */
  readonly standardDeviation: number;
  /** 95 % interval of this comparison alone, by Student's t */
  readonly lower: number;
  readonly upper: number;
  /** two-sided p-value that the difference is 0; of "equal" that it is outside of ± delta, of "not_less" that it is below −delta */
  readonly p: number;
};

/**
 * What one comparison says by itself.
 *
 * @example examine({ name: 'a − b', expected: 'more', delta: 0.1, differences: [0.2, 0.3, 0.25] }).estimate // 0.25
 */
export function examine(evidence: Evidence): Finding {
  const test = pairedTTest(evidence.differences);
  return {
    ...evidence,
    ...{ pairs: test.pairs, estimate: test.mean, standardDeviation: test.standardDeviation },
    ...boundMean(evidence, 0.95),
    p: computeP(evidence),
  };
}

/**
 * The interval of a mean difference. A sample of shares that are all the same has no spread for Student's t to go by: the interval is then as wide
 * as that of a share that was never seen in so many networks (Clopper and Pearson 1934).
 */
function boundMean({ differences, isShare }: Evidence, level: number): Interval {
  const { mean, standardDeviation, interval, pairs } = pairedTTest(differences);
  if (!isShare || standardDeviation > 0) return interval(level);
  const half = 1 - ((1 - level) / 2) ** (1 / pairs);
  return { lower: mean - half, upper: mean + half };
}

function computeP({ expected, differences, delta }: Evidence): number {
  if (expected === 'not_less') return pairedTTest(differences, -delta).pUpper;
  if (expected === 'equal') {
    // two one-sided tests (Schuirmann 1987)
    const above = pairedTTest(differences, -delta).pUpper;
    const negated = differences.map((one) => -one);
    return Math.max(above, pairedTTest(negated, -delta).pUpper);
  }
  return pairedTTest(differences).pTwoSided;
}

const ALPHA = 0.05;

/**
 * The p-value of a claim that needs every one of its comparisons: the largest (an intersection–union test, which needs no correction).
 *
 * @see Berger 1982, "Multiparameter hypothesis testing and acceptance sampling"
 * @example combineP([examine(first), examine(second)])
 */
export const combineP = (findings: readonly Finding[]): number => Math.max(...findings.map(({ p }) => p));

/** What decides about a claim. */
export type Case = {
  readonly findings: readonly Finding[];
  /** of the whole claim, adjusted over the claims of its method */
  readonly adjustedP: number;
  /** claims of the method that are tested */
  readonly claims: number;
};

/** A verdict with the comparison that it rests on. */
export type Decision = {
  readonly verdict: Verdict;
  /** of a claim that fails, the comparison that refutes it most clearly; else the one with the least support */
  readonly decider: Finding;
  /** half of the corrected interval of that comparison */
  readonly halfWidth: number;
  /** pairs that would settle an undecided claim, at the differences and spreads that were seen */
  readonly needs: number | undefined;
};

/** A finding with the claimed direction upwards, and its corrected bounds. */
type Judged = { readonly finding: Finding; readonly claimed: number; readonly bounds: Interval };

/**
 * The verdict about a claim. It holds if every comparison does. One comparison that cannot reach delta is enough for it not to hold: it fails, or
 * is real but below delta where all differences are positive. Bounds are corrected for the number of claims and of comparisons
 * (Bonferroni: intervals at Holm's levels do not hold together).
 *
 * @example decide({ findings: [examine(evidence)], adjustedP: 0.01, claims: 6 }).verdict
 */
export function decide({ findings, adjustedP, claims }: Case): Decision {
  const level = 1 - ALPHA / (claims * findings.length);
  const all = findings.map((finding) => orient(finding, level));
  const refuted = all.filter(isRefuted);
  const held = all.filter((one) => holds(one, adjustedP));
  const verdict: Verdict =
    refuted.length > 0
      ? all.every(isReal)
        ? 'real but below delta'
        : 'fails here'
      : held.length === all.length
        ? 'holds here'
        : 'undecided';
  const open = all.filter((one) => !held.includes(one));
  const candidates = refuted.length > 0 ? refuted : open.length > 0 ? open : all;
  const worst = candidates.reduce((least, one) => (supportOf(one) < supportOf(least) ? one : least));
  return {
    verdict,
    decider: worst.finding,
    halfWidth: (worst.bounds.upper - worst.bounds.lower) / 2,
    needs: verdict === 'undecided' ? countPairs(candidates, level) : undefined,
  };
}

function orient(finding: Finding, level: number): Judged {
  const { lower, upper } = boundMean(finding, level);
  return finding.expected === 'less'
    ? { finding, claimed: -finding.estimate, bounds: { lower: -upper, upper: -lower } }
    : { finding, claimed: finding.estimate, bounds: { lower, upper } };
}

/** Whether the claimed difference is out of reach. */
function isRefuted({ finding: { expected, delta }, bounds: { lower, upper } }: Judged): boolean {
  if (expected === 'equal') return lower > delta || upper < -delta;
  return upper < (expected === 'not_less' ? -delta : delta);
}

/** Whether there is a difference in the claimed direction, however small. */
const isReal = ({ finding: { expected }, bounds }: Judged): boolean =>
  (expected === 'more' || expected === 'less') && bounds.lower > 0;

function holds(
  { finding: { expected, delta }, claimed, bounds: { lower, upper } }: Judged,
  p: number,
): boolean {
  if (p >= ALPHA) return false;
  if (expected === 'equal') return lower > -delta && upper < delta;
  return expected === 'not_less' ? lower > -delta : claimed >= delta;
}

/** How far a comparison supports the claim, beside delta. */
const supportOf = ({ finding: { expected, delta }, claimed }: Judged): number =>
  (expected === 'equal' ? -Math.abs(claimed) : claimed) / delta;

/** The corrected half-width at which a comparison would be settled, if the difference stayed what it is. */
function marginOf({ finding: { expected, delta }, claimed }: Judged): number {
  if (expected === 'equal') return Math.abs(delta - Math.abs(claimed));
  if (expected === 'not_less') return Math.abs(claimed + delta);
  return claimed >= delta ? claimed : delta - claimed;
}

/** Whether a comparison would refute the claim if its difference stayed what it is. */
function leansAgainst({ finding: { expected, delta }, claimed }: Judged): boolean {
  if (expected === 'equal') return Math.abs(claimed) > delta;
  return claimed < (expected === 'not_less' ? -delta : delta);
}

/** Pairs that settle a claim: one comparison that leans against it is enough, all of those that lean towards it are needed. */
function countPairs(open: readonly Judged[], level: number): number {
  const against = open.filter(leansAgainst).map((one) => countNeeded(one, level));
  return against.length > 0 ? Math.min(...against) : Math.max(...open.map((one) => countNeeded(one, level)));
}

/** More pairs than anybody will train. */
const MANY = 1_000_000;

function countNeeded(judged: Judged, level: number): number {
  const { standardDeviation, delta, pairs } = judged.finding;
  const halfWidth = Math.max(marginOf(judged), delta / 1000);
  const found = requiredPairs({ standardDeviation, halfWidth, level });
  return Math.min(MANY, Math.max(pairs + 1, found));
}
