import * as z from 'zod';
import { BACKEND_NAMES } from '../catalogue/training.ts';
import { checksum } from './checksum.ts';
import { gridMeta, gridRow } from './grid.ts';
import { gridId } from './plan.ts';
import { PLAN_NOISE_NAMES } from './plan-noise.ts';

const seeds = z
  .array(
    z
      .int()
      .min(0)
      .max(2 ** 31 - 1),
  )
  .min(1)
  .max(1000)
  .refine((values) => new Set(values).size === values.length, 'A seed stands twice.');

/** Members of a plan, each with its value; null takes a member away. */
const members = z.record(z.string(), z.unknown());

/** What is changed of the plan that all networks of a comparison share. */
const change = z.strictObject({ network: members.optional(), training: members.optional() });

/** See {@link change}. */
export type PlanChange = z.infer<typeof change>;

const NOISE = ['technique', 'keep', ...PLAN_NOISE_NAMES] as const;

/** What the arms of a comparison may differ in, by what is compared. */
export const COMPARED: Readonly<Record<string, { network: readonly string[]; training: readonly string[] }>> =
  {
    techniques: { network: NOISE, training: [] },
    norms: { network: ['ops', ...NOISE], training: [] },
    optimisers: {
      network: [],
      training: [
        ...['optimiser', 'momentum', 'beta1', 'beta2', 'epsilon', 'weight_decay', 'clip_norm', 'schedule'],
        ...['batch', 'steps'],
      ],
    },
  };

/** What may be tuned for each arm on its own, whatever is compared. */
export const TUNED = {
  network: ['keep', 'sigma_w2', 'sigma_b2'],
  training: ['learning_rate', 'weight_decay'],
} as const;

const arm = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_.+-]{0,39}$/, 'A name is 1 to 40 characters a-z, 0-9 and "_.+-".'),
  network: members.optional(),
  training: members.optional(),
  trials: z
    .array(change)
    .min(1)
    .max(64)
    .optional()
    .describe('settings that this arm is tried with, in place of those that all arms share'),
});

/** A claim that a comparison examines, written down before its networks are trained. */
export const examinedClaim = z.strictObject({
  id: z.string().regex(/^[A-Z]\d{1,2}$/),
  measure: z.string().max(64).describe('the column of the rows, or what is computed from them, that decides'),
  arm: z.string().describe('of which something is claimed'),
  against: z.array(z.string()).describe('the arms that it is compared with; all must agree'),
  expected: z
    .enum(['more', 'less', 'not_less', 'equal'])
    .describe('what is claimed of the measure of the arm, beside that of each of the others'),
  delta: z.number().positive().describe('the least difference that matters, in the unit of the measure'),
  threshold: z.number().optional().describe('of measures that have one: a loss in nats, a share of weights'),
  why_delta: z.string().max(300).optional().describe('where it is not the usual one'),
  confirms: z.string().max(500),
  refutes: z.string().max(500),
});

/** See {@link examinedClaim}. */
export type ExaminedClaim = z.infer<typeof examinedClaim>;

/** The members of a comparison, each on its own. */
const comparisonMembers = z.strictObject({
  schema: z.literal('dropline-comparison/1'),
  id: gridId,
  title: z.string().min(1).max(200),
  compares: z
    .enum(Object.keys(COMPARED) as [string, ...string[]])
    .describe('what the arms differ in, and nothing else'),
  plan: z
    .strictObject({ data: members, network: members, training: members, evaluation: members })
    .describe('what all networks share, as a plan has it'),
  backend: z.enum([...BACKEND_NAMES, 'auto']),
  arms: z
    .array(arm)
    .min(2)
    .max(64)
    .refine((arms) => new Set(arms.map(({ name }) => name)).size === arms.length, 'A name stands twice.')
    .describe('what is compared; differences are taken from the first'),
  trials: z
    .array(change)
    .min(1)
    .max(64)
    .optional()
    .describe('settings that every arm is tried with (default: one)'),
  tuning: z
    .strictObject({
      seeds,
      by: z.enum(['validation_accuracy', 'validation_loss']).default('validation_accuracy'),
    })
    .optional()
    .describe(
      "how an arm's settings are chosen among its trials: with seeds of their own, on images held out",
    ),
  report: z
    .enum(['best', 'all'])
    .default('best')
    .describe('whether the chosen trial of each arm is reported, or all of its trials'),
  claims: z.array(examinedClaim).min(1).max(20).optional(),
  seeds: seeds.describe(
    'the networks that are reported; the same seed has the same initial weights and batches in all arms',
  ),
});

const listAll = (...lists: readonly (readonly string[])[]): string => [...new Set(lists.flat())].join(', ');

/** What the members of a comparison must satisfy together. */
function checkComparison(comparison: z.infer<typeof comparisonMembers>, context: z.RefinementCtx): void {
  const { arms, trials = [{}], tuning, report, compares } = comparison;
  const wrong = (path: (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path, message });
  const counts = new Set(arms.map((one) => (one.trials ?? trials).length));
  if (counts.size > 1)
    wrong(['arms'], `Each arm must have the same number of trials; there are ${[...counts].join(' and ')}.`);
  const several = [...counts].some((count) => count > 1);
  if (several && !tuning && report === 'best')
    wrong(['tuning'], 'Arms with several trials need tuning seeds, or "report": "all".');
  for (const seed of tuning?.seeds ?? [])
    if (comparison.seeds.includes(seed))
      wrong(['tuning', 'seeds'], `The seed ${seed} is reported: settings must be chosen with other seeds.`);
  const names = arms.map(({ name }) => name);
  for (const [i, { arm, against }] of (comparison.claims ?? []).entries())
    for (const name of [arm, ...against])
      if (!names.includes(name)) wrong(['claims', i], `There is no arm "${name}".`);
  const allowed = COMPARED[compares] ?? { network: [], training: [] };
  const check = (
    part: PlanChange,
    path: (string | number)[],
    tuned: { readonly [Home in 'network' | 'training']: readonly string[] },
  ) => {
    for (const home of ['network', 'training'] as const)
      for (const name of Object.keys(part[home] ?? {}))
        if (![...allowed[home], ...tuned[home]].includes(name))
          wrong(
            [...path, home, name],
            `A comparison of ${compares} cannot change ${home}.${name}: its networks would differ in more than what is compared. ` +
              `What may differ: ${listAll(allowed.network, allowed.training, tuned.network, tuned.training)}.`,
          );
  };
  // an arm has one initial variance for all of its trials, or its networks would not start from the same weights
  const ofArm = { network: [], training: TUNED.training };
  arms.forEach((one, i) => {
    check({ network: one.network, training: one.training }, ['arms', i], ofArm);
    for (const [t, trial] of (one.trials ?? []).entries()) check(trial, ['arms', i, 'trials', t], TUNED);
  });
  for (const [t, trial] of trials.entries()) check(trial, ['trials', t], TUNED);
}

/** A comparison: which networks are trained side by side, and in what they differ. */
export const comparisonSchema = comparisonMembers.superRefine(checkComparison).meta({ id: 'Comparison' });

/** See {@link comparisonSchema}. */
export type Comparison = z.infer<typeof comparisonMembers>;

/** One arm of a comparison. */
export type Arm = Comparison['arms'][number];

/** A trained network of a comparison. */
export const comparedRow = z.strictObject({
  arm: z.string(),
  trial: z.int().min(0).describe("which of the arm's trials, from 0"),
  ...gridRow.shape,
});

/** See {@link comparedRow}. */
export type ComparedRow = z.infer<typeof comparedRow>;

/** What a comparison came to: its networks, those that settings were chosen with included. */
export const comparisonResultSchema = z.strictObject({
  id: gridId,
  sha256: checksum,
  meta: z.strictObject({
    schema: z.literal('dropline-comparison-result/1'),
    comparison: comparisonSchema,
    ...gridMeta,
  }),
  chosen: z
    .record(z.string(), z.int().min(0))
    .describe('the trial of each arm that is reported, where one is chosen'),
  rows: z.array(comparedRow).min(1).max(100_000),
});

/** See {@link comparisonResultSchema}. */
export type ComparisonResult = z.infer<typeof comparisonResultSchema>;
