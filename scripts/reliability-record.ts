import * as z from 'zod';

/** What a run of a long test came to: a file of fixtures/reliability, written by the test itself. */
export const reliabilityRecord = z.strictObject({
  promise: z.string().min(1),
  test: z.string().min(1).describe('the file that ran'),
  command: z.string().min(1).describe('how it was run'),
  counts: z
    .record(z.string(), z.number())
    .describe('what was counted, by what it counts: "requests", "minutes of load"'),
  date: z.iso.date(),
});

/** See {@link reliabilityRecord}. */
export type ReliabilityRecord = z.infer<typeof reliabilityRecord>;

/** What a run of the tests that hold promises came to: fixtures/reliability/tests.json, by file and words of the name. */
export const testRecord = z.strictObject({
  command: z.string().min(1),
  date: z.iso.date(),
  tests: z.record(z.string(), z.strictObject({ cases: z.int().min(1), inputs: z.int().min(1).optional() })),
});

/** See {@link testRecord}. */
export type TestRecord = z.infer<typeof testRecord>;
