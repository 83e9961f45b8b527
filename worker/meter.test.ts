import { describe, expect, it } from 'vitest';
import { ACTIVATIONS } from '../theory/index.ts';
import { answerTable } from './endpoints/endpoint.ts';
import { ENDPOINTS } from './endpoints/index.ts';
import type { Measurements } from './measured/nearest.ts';
import { metered, OutOfWork } from './meter.ts';
import { parseQuery } from './query.ts';
import { MAX_WORK, newBudget } from './work.ts';

/** No grids: nothing that was measured is near. */
const measurements = { nearest: async () => undefined } as unknown as Measurements;

const examples = ENDPOINTS.flatMap((endpoint) =>
  endpoint.contract.examples.map((query) => [endpoint.contract.name, query, endpoint] as const),
);

async function chargeOf([, query, endpoint]: (typeof examples)[number]): Promise<number> {
  const budget = newBudget();
  const parsed = parseQuery(Object.entries(query), endpoint.contract.query);
  await answerTable(endpoint, parsed, '', { measurements, budget });
  return MAX_WORK - budget.work;
}

describe('the work of a request', () => {
  it.each(examples)('%s %j costs the same each time, and less than it may', async (...example) => {
    const charge = await chargeOf(example);
    expect(charge).toBeGreaterThan(0);
    expect(await chargeOf(example)).toBe(charge);
    // advice uses up what it may, and then gives the changes that it had time for
    if (example[0] !== 'advice') expect(charge).toBeLessThan(0.9 * MAX_WORK);
  });

  it('is charged as averages are taken, until it is used up', () => {
    const budget = newBudget();
    const { moments } = metered(ACTIVATIONS.tanh, budget);
    moments(1); // (the first one pays for a table)
    const before = budget.work;
    moments(1);
    const price = before - budget.work;
    expect(price).toBeGreaterThan(0);
    expect(moments(1)).toEqual(ACTIVATIONS.tanh.moments(1));
    budget.work = price;
    moments(1);
    expect(() => moments(1)).toThrow(OutOfWork);
  });
});
