import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANSWERS, CONTRACTS } from '../schemas/endpoints/index.ts';
import { problemSchema } from '../schemas/problem.ts';
import { call } from './testing/api.ts';
import { queriesOf } from './testing/queries.ts';

/** Queries in all, random and hostile, the same in every run. */
const QUERIES = 10_000;
const SEED = 20_261_124;

describe.each(CONTRACTS.map((contract) => [contract.name, contract] as const))('/v1/%s', (name, contract) => {
  it('answers any query within its schema, or says what is wrong', async () => {
    const statuses = { ok: 0, refused: 0 };
    const ask = fc.asyncProperty(queriesOf(contract), async ({ path }) => {
      const response = await call(path);
      const text = new TextDecoder().decode(await response.arrayBuffer());
      if (response.status === 200) {
        expect(text).not.toMatch(/\bNaN\b|\bInfinity\b/);
        statuses.ok++;
        if (!response.headers.get('content-type')?.includes('json')) return;
        const parsed = ANSWERS[name]?.safeParse(JSON.parse(text));
        expect(parsed?.error).toBeUndefined();
      } else {
        statuses.refused++;
        expect(response.status).toBe(400);
        // what the engine, and not the theory, finds out of range is a mistake of ours
        expect(problemSchema.parse(JSON.parse(text)).detail).not.toMatch(
          /array length|call stack|toFixed|precision/i,
        );
      }
    });
    const numRuns = Math.ceil(QUERIES / CONTRACTS.length);
    await fc.assert(ask, { seed: SEED, numRuns, endOnFailure: true });
    // both kinds of answer are really met
    expect(statuses.ok).toBeGreaterThan(0);
  }, 300_000);
});
