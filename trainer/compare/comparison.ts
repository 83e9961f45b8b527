import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isRowSet } from '../../catalogue/training.ts';
import { type Arm, type Comparison, comparisonSchema, type PlanChange } from '../../schemas/comparison.ts';
import { parseUnique } from '../../schemas/duplicate-keys.ts';
import type { Plan } from '../../schemas/plan.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import { EXIT, Failure, toFileFailure } from '../errors.ts';
import { type Cell, listCells } from '../run/cells.ts';
import { checkPlan, describeErrors } from '../run/plan.ts';

/** An arm, with the plan of each of its trials. */
export type ResolvedArm = { readonly name: string; readonly plans: readonly Plan[] };

/** Reads the JSON of a comparison, or of a plan. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw toFileFailure(`read ${file}`, error, 'Give the path of a plan or of a comparison.');
  });
  try {
    return parseUnique(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Failure(`${file} is not JSON: ${(error as Error).message}.`, EXIT.usage);
  }
}

/**
 * A comparison from a value, checked together with the plans of all its arms.
 *
 * @param value what is to be a comparison
 * @param what it is called in messages
 * @throws Failure that says what is wrong
 * @example checkComparison(await readJson('fixtures/plans/claims/tabu-mnist.json'), 'The comparison').arms.length
 */
export function checkComparison(value: unknown, what: string): Comparison {
  const parsed = comparisonSchema.safeParse(value, { error: otherType });
  if (!parsed.success) {
    const entries = problemEntries(parsed.error, Object.keys(comparisonSchema.shape));
    throw new Failure(describeErrors(what, entries), EXIT.usage);
  }
  const [first] = resolveArms(parsed.data, what);
  const name = first?.plans[0]?.data.name;
  if (name && isRowSet(name) && parsed.data.tuning?.by === 'validation_accuracy')
    throw new Failure(
      `${what} has an error:\n  #/tuning/by  ${name} is for regression, which has no accuracy: choose settings by "validation_loss".`,
      EXIT.usage,
    );
  return parsed.data;
}

/**
 * The plans of a comparison, one for each arm and trial: what all share, then the arm's own, then the trial's.
 *
 * @throws Failure that names the arm and the trial whose plan is wrong, and trials that show other numbers of images
 * @example resolveArms(comparison)[0].plans[0].network.technique
 */
export function resolveArms(comparison: Comparison, what = `The comparison ${comparison.id}`): ResolvedArm[] {
  const arms = comparison.arms.map((arm) => ({
    name: arm.name,
    plans: listTrials(comparison, arm).map((trial, t) =>
      checkPlan(makePlan(comparison, arm, trial), `${what}, arm "${arm.name}", trial ${t},`),
    ),
  }));
  if (comparison.tuning && arms.some(({ plans }) => plans.length > 1 && !plans[0]?.data.validation_images))
    throw new Failure(
      `${what} chooses settings on images held out, and holds none out: give data.validation_images.`,
      EXIT.usage,
    );
  const shown = new Map<number, string>();
  for (const { name, plans } of arms)
    for (const { training } of plans) shown.set(training.batch * training.steps, name);
  if (shown.size > 1)
    throw new Failure(
      `${what} shows its networks different numbers of images: ${[...shown].map(([images, name]) => `${images} (${name})`).join(', ')}. ` +
        'batch times steps must be the same in all arms and trials.',
      EXIT.usage,
    );
  return arms;
}

const listTrials = ({ trials = [{}] }: Comparison, arm: Arm): readonly PlanChange[] => arm.trials ?? trials;

/** The members of a plan; the two axes of a grid are single values here. */
function makePlan(comparison: Comparison, arm: Arm, trial: PlanChange): Record<string, unknown> {
  const { plan, id, title, seeds, tuning, backend } = comparison;
  const { depth, ...network } = merge(plan.network, arm.network, trial.network);
  const { learning_rate, ...training } = merge(plan.training, arm.training, trial.training);
  return {
    ...{ schema: 'dropline-plan/1', id, title, data: plan.data },
    axes: { depth: [depth], learning_rate: [learning_rate] },
    network,
    training: { ...training, common_random_numbers: true },
    evaluation: plan.evaluation,
    // a plan has at most 100 seeds; those of the networks are given one by one
    seeds: [...(tuning?.seeds ?? []), ...seeds].slice(0, 1),
    backend,
  };
}

type Members = Readonly<Record<string, unknown>>;

function merge(...parts: readonly (Members | undefined)[]): Record<string, unknown> {
  const all = Object.assign({}, ...parts) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

/** The cell of an arm's plan with a seed. */
export function cellWith(plan: Plan, seed: number): Cell {
  return { ...(listCells(plan)[0] as Cell), seed };
}

/**
 * The SHA-256 of what decides how the networks of a comparison are trained. Titles, claims and seeds are left out: words can be
 * corrected and seeds added without training what is trained already.
 */
export function digestComparison({ compares, plan, backend, arms, trials }: Comparison): string {
  return createHash('sha256').update(JSON.stringify({ compares, plan, backend, arms, trials })).digest('hex');
}
