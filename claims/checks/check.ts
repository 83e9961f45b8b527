import * as z from 'zod';

const evidence = z.strictObject({
  name: z.string(),
  expected: z.enum(['more', 'less', 'not_less', 'equal']),
  delta: z.number(),
  differences: z.array(z.number()),
});

/** What a check finds: whether a definition holds, or evidence for the same verdict as comparisons get. */
export const checkResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('exact'),
    holds: z.boolean(),
    triedOn: z.string(),
    note: z.string().describe('what was looked at, with the numbers that were found'),
  }),
  z.strictObject({
    kind: z.literal('evidence'),
    triedOn: z.string(),
    measure: z.string(),
    evidence: z.array(evidence).min(1),
    note: z.string(),
  }),
]);

/** See {@link checkResultSchema}. */
export type CheckResult = z.infer<typeof checkResultSchema>;

/** The file of a check. */
export const checkFileSchema = z.strictObject({
  sha256: z.string(),
  check: z.string(),
  software: z.record(z.string(), z.string()),
  result: checkResultSchema,
});

/** A claim that needs no comparison of trained networks. */
export type Check = () => Promise<CheckResult>;
