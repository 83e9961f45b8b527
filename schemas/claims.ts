import * as z from 'zod';
import { choices } from './parameters.ts';

/** The methods whose claims are examined. */
export const CLAIM_METHODS = ['tabu', 'vsd', 'ic', 'novograd', 'advanced'] as const;

/** What a claim can come to. */
export const VERDICTS = [
  'holds here',
  'fails here',
  'real but below delta',
  'undecided',
  'exact',
  'out of scale',
  'not run yet',
] as const;

/** The name of a method whose claims are examined. */
export type ClaimMethod = (typeof CLAIM_METHODS)[number];

/** What a claim came to here. */
export type Verdict = (typeof VERDICTS)[number];

/** Where it is told how claims are examined. */
const SOURCE = { source: 'docs/claims.md' };

/** A measured number, in whatever unit the measure of its claim has. */
const measured = (description: string) =>
  z
    .number()
    .nullable()
    .meta({ description, unit: 'that of measure', ...SOURCE });

/** One claim of a method's abstract, and what became of it here. */
export const claimRow = z
  .object({
    id: z.string().describe('T: Tabu dropout, V: VSD, I: IC layer, N: NovoGrad, A: Advanced dropout'),
    method: z
      .enum(CLAIM_METHODS)
      .meta({ description: 'whose abstract it is: a technique, or for novograd an optimiser', ...SOURCE }),
    claim: z.string().describe('what the abstract says, in our words'),
    abstract_is_about: z.string().describe('the data and the kind of network that the abstract speaks of'),
    tried_on: z.string().describe('the data and the kind of network that were tried here; – for none'),
    verdict: z.enum(VERDICTS).meta({
      description:
        'about the networks and test sets tried here, never about those of the abstract; exact: true by definition, and checked',
      ...SOURCE,
    }),
    comparison: z
      .string()
      .nullable()
      .describe('the comparison that decided, with the smallest margin; null where none did'),
    measure: z.string().nullable().describe('what was measured, with its unit'),
    effect: measured('mean difference'),
    lower: measured('lower end of its 95 % interval, of this comparison alone'),
    upper: measured('upper end of that interval'),
    half_width: measured(
      'half of the corrected interval of that comparison: at most delta where there are networks enough',
    ),
    delta: measured('the least difference that matters, fixed before the first run'),
    p: z
      .number()
      .nullable()
      .meta({ description: "adjusted by Holm's method over the claims of the method", ...SOURCE }),
    networks: z
      .int()
      .nullable()
      .meta({ description: 'pairs of networks (seeds) of the comparison', ...SOURCE }),
    needs: z
      .int()
      .nullable()
      .meta({
        description: 'pairs that would settle an undecided claim if mean and spread stayed what they are',
        ...SOURCE,
      }),
    note: z.string().nullable().describe('what else there is to know; why, where it was not tried'),
    command: z.string().nullable().describe('what runs it again'),
    results: z
      .string()
      .nullable()
      .describe('the files with the networks that it rests on, separated by commas'),
  })
  .meta({ id: 'Claim' });

/** See {@link claimRow}. */
export type ClaimRow = z.infer<typeof claimRow>;

/** The file of all claims. */
export const claimsFile = z.strictObject({
  schema: z.literal('dropline-claims/1'),
  claims: z.array(claimRow),
});

/** The query of `GET /v1/claims`. */
export const claimsQuery = z.strictObject({
  method: choices(CLAIM_METHODS, 'Only claims of this method.').optional(),
  verdict: choices(VERDICTS, 'Only claims with this verdict.').optional(),
});
