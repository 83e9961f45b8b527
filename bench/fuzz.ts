/**
 * Makes 10,000 random and hostile requests of the API as `npm start` serves it: no 5xx, no NaN, no answer outside its documented schema,
 * none that takes the processor longer than the cap. Writes its table of docs/performance.md; exits with 1 where a promise is broken.
 * Linux only: it reads the processor time of the server from /proc.
 *
 *   npm run fuzz
 *   npm run fuzz -- --seed 7
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { freePort, start, stop } from '../scripts/testing/api.ts';
import { type Asked, REQUESTS } from '../worker/testing/requests.ts';
import { wrongWith } from '../worker/testing/verdict.ts';
import { processorTime, servers } from './processor.ts';
import { median, writeTable } from './table.ts';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '20261124' } } });
const seed = Number(values.seed);
const KINDS = Object.entries(REQUESTS);
const EACH = Math.ceil(10_000 / KINDS.length);
/** Processor time that one request may take, in milliseconds: what docs/api.md states. */
const CAP = 250;

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
    if (status < 400) answered++;
    if (time > slowest.time) slowest = { time, path: asked.path };
    if (wrong !== undefined) broken.push(`${wrong}: ${JSON.stringify(asked)}`);
    else if (time > CAP) broken.push(`${time.toFixed(0)} ms: ${JSON.stringify(asked)}`);
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

console.log(`Slowest: ${slowest.time.toFixed(0)} ms, ${slowest.path.slice(0, 300)}`);
for (const line of [...broken, ...faults]) console.error(line.slice(0, 1000));
writeTable('fuzz', [
  ...lines,
  '',
  `Seed ${seed}. Promises broken: ${broken.length}, numbers that failed their own equation: ${faults.length}. The slowest request took ${slowest.time.toFixed(0)} ms of processor time; the cap is ${CAP} ms.`,
]);
process.exit(broken.length > 0 ? 1 : 0);
