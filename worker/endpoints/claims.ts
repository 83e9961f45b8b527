import fixture from '../../fixtures/claims.json' with { type: 'json' };
import type { ClaimMethod, ClaimRow, Verdict } from '../../schemas/claims.ts';
import { claimsContract } from '../../schemas/endpoints/claims.ts';
import { endpoint } from './endpoint.ts';

/** A test of the schema holds the file to it. */
const claims = fixture.claims as readonly ClaimRow[];

const findClaims = (wanted: { method?: ClaimMethod | undefined; verdict?: Verdict | undefined }) =>
  claims.filter(
    ({ method, verdict }) => method === (wanted.method ?? method) && verdict === (wanted.verdict ?? verdict),
  );

/** `GET /v1/claims`: what the abstracts of five methods claim, and what became of it here. */
export const claimsEndpoint = endpoint(claimsContract, {
  rows: (wanted) => findClaims(wanted).length,
  answer: (wanted) => findClaims(wanted),
});
