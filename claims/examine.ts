import type { ClaimRow } from '../schemas/claims.ts';
import type { ComparisonResult, ExaminedClaim } from '../schemas/comparison.ts';
import { reportedRows } from '../trainer/compare/summarise.ts';
import { holm } from '../trainer/statistics/holm.ts';
import { CLAIMS, type Claim, isMeasured } from './catalogue.ts';
import type { CheckResult } from './checks/check.ts';
import { MEASURES, type Measure, measureDifferences } from './measures.ts';
import { combineP, decide, examine, type Finding } from './verdict.ts';

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
  /** what was written down to confirm it; nothing for a check */
  readonly confirms?: string;
};

/** A claim's row, with all that it rests on. */
export type ExaminedRow = { readonly row: ClaimRow } & Partial<
  Pick<Examined, 'findings' | 'measure' | 'scale' | 'confirms'>
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

/** The p-values of the claims of each method by Holm; one that was not run yet counts as 1, so that verdicts do not change as others are run. */
function adjust(examined: ReadonlyMap<string, Examined>): Map<string, Adjusted> {
  const all = new Map<string, Adjusted>();
  for (const method of new Set(CLAIMS.map((claim) => claim.method))) {
    const family = CLAIMS.filter((claim) => claim.method === method && isMeasured(claim));
    const ps = holm(
      family.map(({ id }) => {
        const found = examined.get(id);
        return found ? combineP(found.findings) : 1;
      }),
    );
    family.forEach(({ id }, i) => {
      all.set(id, { p: ps[i] as number, claims: family.length });
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
        isShare: (MEASURES[entry.measure] as Measure).isShare,
        name: `${entry.arm}${against === undefined ? '' : ` − ${against}`}, ${result.meta.data.name}`,
      }),
    ),
  );
  const { entry } = parts[0] as (typeof parts)[number];
  const { title, unit, scale = 1 } = MEASURES[entry.measure] as Measure;
  const at = entry.threshold === undefined ? '' : ` (threshold ${entry.threshold})`;
  return {
    findings,
    measure: `${title}${at}${unit && `, ${unit}`}`,
    triedOn: all.map(describeNetworks).join('; '),
    note: describeDiverged(parts),
    scale,
    confirms: [...new Set(parts.map((part) => part.entry.confirms))].join(' '),
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

/** Which of the networks that a claim compares diverged. */
function describeDiverged(
  parts: readonly { readonly result: ComparisonResult; readonly entry: ExaminedClaim }[],
): string | undefined {
  const arms = parts.flatMap(({ result, entry }) =>
    [...new Set([entry.arm, ...entry.against])].flatMap((arm) => {
      const trials =
        result.meta.comparison.report === 'all'
          ? [...new Set(result.rows.filter((row) => row.arm === arm).map(({ trial }) => trial))]
          : [result.chosen[arm] ?? 0];
      const rows = trials.flatMap((trial) => reportedRows(result, { arm, trial }));
      const diverged = rows.filter(({ status }) => status === 'diverged').length;
      return diverged > 0
        ? [`${diverged} of ${rows.length} networks of ${arm} (${result.meta.data.name})`]
        : [];
    }),
  );
  return arms.length > 0 ? `Diverged: ${arms.join(', ')}.` : undefined;
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
  const { verdict, decider, ...decision } = decide({
    findings,
    adjustedP: adjusted.p,
    claims: adjusted.claims,
  });
  return {
    ...empty,
    ...{ tried_on: triedOn, verdict, measure, comparison: decider.name },
    ...{
      effect: round(scale * decider.estimate),
      lower: round(scale * decider.lower),
      upper: round(scale * decider.upper),
    },
    half_width: round(scale * decision.halfWidth),
    ...{ delta: round(scale * decider.delta), p: round(adjusted.p), networks: decider.pairs },
    needs: decision.needs ?? null,
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
