import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { TECHNIQUE_NAMES } from '../catalogue/techniques.ts';
import { OPTIMISER_NAMES } from '../catalogue/training.ts';
import { CLAIM_METHODS, claimsFile } from './claims.ts';

const file = path.join(import.meta.dirname, '..', 'fixtures', 'claims.json');
const claims = JSON.parse(readFileSync(file, 'utf8'));

test('the claims that ship are of the contract, in all their members, and each has an id of its own', () => {
  const { claims: rows } = claimsFile.parse(claims);
  expect(claims.claims).toEqual(rows);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(new Set(rows.map(({ method }) => method))).toEqual(new Set(CLAIM_METHODS));
});

test('the methods have the names that the catalogue has', () => {
  const known: readonly string[] = [...TECHNIQUE_NAMES, ...OPTIMISER_NAMES];
  expect(CLAIM_METHODS.filter((name) => !known.includes(name))).toEqual([]);
});

test('refuses a verdict, a method or a member that there is not', () => {
  const [row] = claims.claims;
  for (const wrong of [{ verdict: 'proven' }, { method: 'tabbu' }, { effect: '1' }])
    expect(claimsFile.safeParse({ ...claims, claims: [{ ...row, ...wrong }] }).success).toBe(false);
  expect(claimsFile.safeParse({ ...claims, schema: 'dropline-claims/0' }).success).toBe(false);
});
