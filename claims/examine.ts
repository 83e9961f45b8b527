import type { ClaimRow } from '../schemas/claims.ts';
import type { ComparisonResult } from '../schemas/comparison.ts';
import { holm } from '../trainer/statistics/holm.ts';
import { CLAIMS, type Claim } from './catalogue.ts';
import type { CheckResult } from './checks/check.ts';
import { MEASURES, measureDifferences } from './measures.ts';
import { combineP, decide, examine, type Finding, halfWidth, pairsNeeded } from './verdict.ts';

/** What claims are examined with: the results of comparisons and checks, by name, as far as there are any. */
export type Material = {
  readonly results: ReadonlyMap<string, ComparisonResult>;
  readonly checks: ReadonlyMap<string, CheckResult>;
};

/** What was found about a claim before verdicts are corrected for the other claims of its method. */
type Examined = {
  readonly findings: readonly Finding[];
  readonly measure: string;
  readonly triedOn: string;
  readonly note: string | undefined;
  readonly scale: number;
};

/** A claim's row, with all that it rests on. */
export type ExaminedRow = { readonly row: ClaimRow } & Partial<
  Pick<Examined, 'findings' | 'measure' | 'scale'>
>;

/**
 * The row of every claim. p-values are adjusted over the claims of a method that rest on measurements and were run.
 *
 * @example examineClaims({ results: new Map(), checks: new Map() })[0].row.verdict // 'not run yet'
 */
export function examineClaims(material: Material): ExaminedRow[] {
  const examined = new Map(
    CLAIMS.flatMap((claim) => {
      const found = examineOne(claim, material);
      return found ? [[claim.id, found] as const] : [];
    }),
  );
  const adjusted = adjust(examined);
  return CLAIMS.map((claim) => {
    const found = examined.get(claim.id);
    return { row: makeRow(claim, material, found, adjusted.get(claim.id)), ...found };
  });
}

type Adjusted = { readonly p: number; readonly claims: number };

function adjust(examined: ReadonlyMap<string, Examined>): Map<string, Adjusted> {
  const all = new Map<string, Adjusted>();
  for (const method of new Set(CLAIMS.map((claim) => claim.method))) {
    const ids = CLAIMS.filter((claim) => claim.method === method && examined.has(claim.id)).map(
      ({ id }) => id,
    );
    const ps = holm(ids.map((id) => combineP((examined.get(id) as Examined).findings)));
    ids.forEach((id, i) => {
      all.set(id, { p: ps[i] as number, claims: ids.length });
    });
  }
  return all;
}

/** The findings about a claim; undefined where it is exact, out of scale, or not all of what it needs was run. */
function examineOne(claim: Claim, { results, checks }: Material): Examined | undefined {
  const { trial } = claim;
  if (trial.kind === 'none') return undefined;
  if (trial.kind === 'check') {
    const check = checks.get(trial.check);
    if (check?.kind !== 'evidence') return undefined;
    const { note, triedOn, measure } = check;
    return { findings: check.evidence.map(examine), measure, triedOn, note, scale: 1 };
  }
  const found = trial.plans.map((plan) => results.get(plan));
  if (found.includes(undefined)) return undefined;
  const all = found as ComparisonResult[];
  const parts = all.flatMap((result) =>
    (result.meta.comparison.claims ?? [])
      .filter(({ id }) => id === claim.id)
      .map((entry) => ({ result, entry })),
  );
  if (parts.length === 0)
    throw new Error(`no plan of ${trial.plans.join(', ')} examines the claim ${claim.id}`);
  const findings = parts.flatMap(({ result, entry }) =>
    measureDifferences(result, entry).map(({ against, differences }) =>
      examine({
        ...{ expected: entry.expected, delta: entry.delta, differences },
        name: `${entry.arm}${against === undefined ? '' : ` − ${against}`}, ${result.meta.data.name}`,
      }),
    ),
  );
  const { entry } = parts[0] as (typeof parts)[number];
  const { title, unit, scale = 1 } = MEASURES[entry.measure] as (typeof MEASURES)[string];
  const at = entry.threshold === undefined ? '' : ` (threshold ${entry.threshold})`;
  return {
    findings,
    measure: `${title}${at}${unit && `, ${unit}`}`,
    triedOn: all.map(describeNetworks).join('; '),
    note: describeDiverged(all),
    scale,
  };
}

/** What was trained, in a few words. */
function describeNetworks({ meta: { comparison, data } }: ComparisonResult): string {
  const { network, training } = comparison.plan;
  const { width, depth, activation, residual } = network as Record<string, unknown>;
  const kind = residual ? 'residual, pre-activation' : 'fully connected';
  const images = (comparison.plan.data as { train_images?: number }).train_images;
  const { steps, batch } = training as Record<string, unknown>;
  const length = steps === undefined ? '' : `, ${steps} steps of ${batch}`;
  return `${data.name}${images ? ` (${images} training images)` : ''}: ${kind}, ${depth} × ${width} ${activation}${length}`;
}

function describeDiverged(results: readonly ComparisonResult[]): string | undefined {
  const diverged = results.flatMap(({ meta, rows, chosen }) =>
    rows.filter(
      (row) =>
        row.status === 'diverged' &&
        meta.comparison.seeds.includes(row.seed) &&
        (meta.comparison.report === 'all' || chosen[row.arm] === row.trial),
    ),
  );
  if (diverged.length === 0) return undefined;
  const arms = [...new Set(diverged.map(({ arm }) => arm))];
  return `${diverged.length} reported network(s) diverged (${arms.join(', ')}); they count as guessing.`;
}

/** The finding that says least for the claim: the one that decides, or comes nearest to it. */
function weakest(findings: readonly Finding[]): Finding {
  const support = ({ estimate, expected, delta }: Finding) => {
    if (expected === 'equal') return -Math.abs(estimate) / delta;
    return (expected === 'less' ? -estimate : estimate) / delta;
  };
  return findings.reduce((worst, one) => (support(one) < support(worst) ? one : worst));
}

function makeRow(
  claim: Claim,
  { checks, results }: Material,
  examined: Examined | undefined,
  adjusted: Adjusted | undefined,
): ClaimRow {
  const { id, method, claim: text, abstract_is_about, trial } = claim;
  const command = trial.kind === 'none' ? null : `npm run claims -- ${id}`;
  const files = trial.kind === 'comparisons' ? trial.plans.map((plan) => `fixtures/claims/${plan}.json`) : [];
  const empty = {
    ...{ id, method, claim: text, abstract_is_about, tried_on: '–', comparison: null, measure: null },
    ...{
      effect: null,
      lower: null,
      upper: null,
      half_width: null,
      delta: null,
      p: null,
      networks: null,
      needs: null,
    },
    ...{ note: claim.note ?? null, command, results: null },
  };
  if (trial.kind === 'none') return { ...empty, verdict: 'out of scale', note: trial.why };
  const check = trial.kind === 'check' ? checks.get(trial.check) : undefined;
  if (check?.kind === 'exact')
    return {
      ...empty,
      ...{ tried_on: check.triedOn, note: join(check.note, claim.note) },
      verdict: check.holds ? 'exact' : 'fails here',
    };
  if (!examined || !adjusted) return { ...empty, verdict: 'not run yet' };
  const { findings, measure, triedOn, note, scale } = examined;
  const verdict = decide({ findings, adjustedP: adjusted.p, claims: adjusted.claims });
  const worst = weakest(findings);
  const half = halfWidth(worst, { claims: adjusted.claims, comparisons: findings.length });
  return {
    ...empty,
    ...{ tried_on: triedOn, verdict, measure, comparison: worst.name },
    ...{
      effect: round(scale * worst.estimate),
      lower: round(scale * worst.lower),
      upper: round(scale * worst.upper),
    },
    half_width: round(scale * half),
    ...{ delta: round(scale * worst.delta), p: round(adjusted.p), networks: worst.pairs },
    needs: verdict === 'undecided' ? pairsNeeded(findings, adjusted.claims) : null,
    note: join(note, claim.note),
    results:
      files
        .filter((_, i) => results.has((trial as { plans: readonly string[] }).plans[i] as string))
        .join(', ') || null,
  };
}

/** Five digits say all that these networks can. */
const round = (value: number): number => Number(value.toPrecision(5));

const join = (...parts: (string | undefined)[]): string | null =>
  parts.filter((part) => part !== undefined).join(' ') || null;
