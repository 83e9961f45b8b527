import { claimRow, claimsQuery } from '../claims.ts';

/** `GET /v1/claims`: what the abstracts of five methods claim, and what became of it here. */
export const claimsContract = {
  name: 'claims',
  tag: 'catalogues',
  summary: 'What the abstracts of five methods claim, and what became of each claim when it was tried here',
  description:
    'Several methods or verdicts stand in the order of the query. Where no claim is as asked there are no rows. `npm run claims` in the repository runs claims again; docs/claims.md says how they are decided.',
  query: claimsQuery,
  row: claimRow,
  formats: ['json', 'csv', 'npy', 'txt'],
  field: 'verdict',
  notes: [
    'Verdicts are about the networks and test sets that were tried here, and never about those of the abstracts: docs/claims.md.',
  ],
  examples: [{ method: 'tabu' }, {}],
} as const;
