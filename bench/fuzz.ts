/**
 * Makes 10,000 random and hostile requests of the API as `npm start` serves it: no 5xx, no NaN, no answer outside its documented schema.
 * Then it searches 20,000 queries, in a process of its own, for those that take more time than their work is counted for
 * (worker/testing/search-work.ts). Writes its table of docs/performance.md, and its counts for docs/reliability.md; exits with 1 where a
 * promise is broken. Linux only: it reads the processor time of the server from /proc.
 *
 *   npm run fuzz
 *   npm run fuzz -- --seed 7 --requests 1000 --queries 2000
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { writeTable } from '../scripts/tables.ts';
import { freePort, start, stop } from '../scripts/testing/api.ts';
import { type Asked, REQUESTS } from '../worker/testing/requests.ts';
import { wrongWith } from '../worker/testing/verdict.ts';
import { median } from './median.ts';
import { processorTime, servers } from './processor.ts';
import { writeRecord } from './record.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '20261124' },
    requests: { type: 'string', default: '10000' },
    queries: { type: 'string', default: '20000' },
  },
});
const seed = Number(values.seed);
const KINDS = Object.entries(REQUESTS);
const EACH = Math.ceil(Number(values.requests) / KINDS.length);

/** So many times the time of all the work of a request one may take, see worker/testing/work.ts. */
const MAX_SHARE = 1.5;

const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-fuzz-'));
const port = await freePort();
const { child, output } = await start(port, folder);
const pids = servers(child.pid as number);

/** Asks, and says what is wrong with the answer. */
async function ask(asked: Asked): Promise<{ status: number; wrong: string | undefined }> {
  const { path: place, method, headers, body } = asked;
  const response = await fetch(`http://localhost:${port}${place}`, {
    redirect: 'manual',
    ...(method !== undefined && { method }),
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
  });
  const text = new TextDecoder().decode(await response.arrayBuffer());
  return { status: response.status, wrong: wrongWith(asked, response, text) };
}

const lines = [
  '| requests | made | answered | refused | median, ms | slowest, ms |',
  '| --- | ---: | ---: | ---: | ---: | ---: |',
];
const broken: string[] = [];
let slowest = { time: 0, path: '' };
let made = 0;
for (const [name, requests] of KINDS) {
  const times: number[] = [];
  let answered = 0;
  for (const asked of fc.sample(requests, { seed, numRuns: EACH })) {
    const before = processorTime(pids);
    const { status, wrong } = await ask(asked).catch((error: unknown) => ({
      status: 0,
      wrong: String(error),
    }));
    const time = processorTime(pids) - before;
    times.push(time);
    made++;
    if (status < 400) answered++;
    if (time > slowest.time) slowest = { time, path: asked.path };
    if (wrong !== undefined) broken.push(`${wrong}: ${JSON.stringify(asked)}`);
  }
  lines.push(
    `| ${name} | ${times.length} | ${answered} | ${times.length - answered} | ${median(times).toFixed(1)} | ${Math.max(...times).toFixed(0)} |`,
  );
  console.log(lines.at(-1));
}
await stop(child);
rmSync(folder, { recursive: true, force: true });
// numbers that failed their own equation: null in the answer, and a line in the log
const faults = output().match(/fault \{.*\}/g) ?? [];

/** The longest search for queries whose count is short, on this machine, which does nothing else now. */
const search = spawnSync(
  process.execPath,
  [
    path.join(import.meta.dirname, '..', 'scripts', 'launch.mjs'),
    'worker/testing/search-work.ts',
    String(seed),
    values.queries,
  ],
  { cwd: path.join(import.meta.dirname, '..'), stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
);
const { asked, full, worst }: { asked: number; full: number; worst: { path: string; share: number } } =
  JSON.parse(search.stdout);
if (worst.share > MAX_SHARE)
  broken.push(`${worst.share.toFixed(2)} times the time of all work: ${worst.path}`);

console.log(`Slowest: ${slowest.time.toFixed(0)} ms, ${slowest.path.slice(0, 300)}`);
for (const line of [...broken, ...faults]) console.error(line.slice(0, 1000));
writeTable('fuzz', [
  ...lines,
  '',
  `Seed ${seed}. Promises broken: ${broken.length}, numbers that failed their own equation: ${faults.length}. The slowest request took ${slowest.time.toFixed(0)} ms of processor time.`,
  `Of ${asked} queries that the search for short counts made, ${full} used up the work of a request; none took more than ${worst.share.toFixed(2)} times the time that all that work takes on this machine (at most ${MAX_SHARE} is promised).`,
]);
writeRecord('fuzz', {
  promise:
    'Requests of any kind are answered within their documented schema, and take no more time than their work is counted for.',
  test: 'bench/fuzz.ts',
  command: 'npm run fuzz',
  counts: { requests: made, queries: asked, 'queries that used up the work': full, broken: broken.length },
});
process.exit(broken.length > 0 ? 1 : 0);
