import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call } from './testing/api.ts';
import { REQUESTS } from './testing/requests.ts';
import { wrongWith } from './testing/verdict.ts';

/** Requests of each kind, random and hostile, the same in every run; `npm run fuzz` makes 10,000 in all. */
const REQUESTS_OF_A_KIND = 150;
const SEED = 20_261_124;

describe.each(Object.entries(REQUESTS))('%s', (_name, requests) => {
  it('answers anything within its schema, or says what is wrong', async ({ task }) => {
    task.meta.inputs = REQUESTS_OF_A_KIND;
    let answered = 0;
    const ask = fc.asyncProperty(requests, async (asked) => {
      const { path, endpoint: _, ...init } = asked;
      const response = await call(path, init);
      const body = new TextDecoder().decode(await response.arrayBuffer());
      expect(wrongWith(asked, response, body)).toBeUndefined();
      if (response.ok) answered++;
    });
    await fc.assert(ask, { seed: SEED, numRuns: REQUESTS_OF_A_KIND, endOnFailure: true });
    // both kinds of answer are really met
    expect(answered).toBeGreaterThan(0);
  }, 300_000);
});
