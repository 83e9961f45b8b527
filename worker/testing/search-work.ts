/**
 * Searches for queries that take more time than their work is counted for, and says as JSON what it found. `npm run fuzz` runs it.
 *
 *   node scripts/launch.mjs worker/testing/search-work.ts 20261130 20000
 */
import { MAX_WORK } from '../../answers/effort.ts';
import { ENDPOINTS } from '../endpoints/index.ts';
import { climb, type Measured, measure, shareOf } from './work.ts';

declare const process: { readonly argv: readonly string[] };

const [seed = 20_261_130, queries = 20_000] = process.argv.slice(2).map(Number);

/** Endpoints with parameters share the queries. */
const each = Math.ceil(
  queries / ENDPOINTS.filter(({ contract }) => Object.keys(contract.query.shape).length > 0).length,
);

for (const { contract } of ENDPOINTS)
  for (const example of contract.examples)
    await measure(`/v1/${contract.name}?${new URLSearchParams(example)}`);

let [asked, full] = [0, 0];
let worst: Measured & { readonly share: number } = { path: '', status: 0, counted: 0, time: 0, share: 0 };
const started = Date.now();
await climb(seed, each, async (one) => {
  asked++;
  if (one.counted >= MAX_WORK) full++;
  const share = await shareOf(one);
  if (share > worst.share) worst = { ...one, share };
  if (asked % 500 === 0) {
    const left = ((Date.now() - started) / asked) * (queries - asked);
    console.error(
      `${asked} queries, worst ${worst.share.toFixed(2)} of the cap; about ${Math.ceil(Math.max(left, 0) / 60_000)} min left`,
    );
  }
});
console.log(JSON.stringify({ asked, full, worst }));
