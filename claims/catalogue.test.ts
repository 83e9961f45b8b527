import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkComparison, readJson } from '../trainer/compare/comparison.ts';
import { CLAIMS } from './catalogue.ts';
import { CHECKS } from './checks/index.ts';
import { MEASURES } from './measures.ts';

const PLANS = path.join(import.meta.dirname, '..', 'fixtures', 'plans', 'claims');

test('35 claims, each with an id of its own', () => {
  expect(CLAIMS).toHaveLength(35);
  expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(35);
});

test.each(
  readdirSync(PLANS),
)('fixtures/plans/claims/%s is a comparison, and its claims are known', async (file) => {
  const comparison = checkComparison(await readJson(path.join(PLANS, file)), file);
  expect(file).toBe(`${comparison.id}.json`);
  for (const { id, measure } of comparison.claims ?? []) {
    const claim = CLAIMS.find((one) => one.id === id);
    expect(claim?.trial, id).toMatchObject({ plans: expect.arrayContaining([comparison.id]) });
    expect(Object.keys(MEASURES)).toContain(measure);
  }
});

test('every claim has a plan that examines it, a check, or a reason why not', async () => {
  for (const { id, trial } of CLAIMS) {
    if (trial.kind === 'check') expect(Object.keys(CHECKS), id).toContain(trial.check);
    if (trial.kind === 'none') expect(trial.why).toMatch(/\.$/);
    if (trial.kind !== 'comparisons') continue;
    for (const plan of trial.plans) {
      const { claims = [] } = checkComparison(await readJson(path.join(PLANS, `${plan}.json`)), plan);
      expect(
        claims.some((claim) => claim.id === id),
        `${plan} examines ${id}`,
      ).toBe(true);
    }
  }
});
