/**
 * Mixed load on the API as `npm start` serves it, uploads and hostile requests among it: every answer must be the expected one, and
 * the memory of the server must stay level. Writes fixtures/reliability/load.json; exits with 1 where a promise is broken. Linux
 * only: it reads the memory of the server from /proc.
 *
 *   npm run load                     ten minutes
 *   npm run load -- --minutes 1
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { freePort, start, stop } from '../scripts/testing/api.ts';
import { createStream, drawUniform } from '../trainer/random/stream.ts';
import { type Client, KINDS, kindAt } from './load-clients.ts';
import { median } from './median.ts';
import { servers } from './processor.ts';
import { writeRecord } from './record.ts';

/**
 * Memory is level where that of the last third of the time is at most so many times that of the middle third. A new process grows
 * for some minutes, until its garbage is first collected in full: shorter runs say nothing.
 */
const LEVEL = { most: 1.1, minutes: 10 };

const options = new Command('npm run load --')
  .description('Mixed load on npm start, with uploads: answers and memory.')
  .option('--minutes <number>', 'how long', Number, 10)
  .option('--clients <number>', 'how many ask at a time', Number, 4)
  .option('--seed <number>', 'of what they ask', Number, 1)
  .option('--no-record', 'leave fixtures/reliability as it is')
  .parse()
  .opts<{ minutes: number; clients: number; seed: number; record: boolean }>();

/** Resident memory of processes, in MB. */
const memory = (pids: readonly number[]) =>
  pids.reduce((sum, pid) => {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    return sum + (pages * 4096) / 1e6;
  }, 0);

const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-load-'));
const port = await freePort();
const { child } = await start(port, folder);
const pids = servers(child.pid as number);

const counts: Record<string, number> = Object.fromEntries(Object.keys(KINDS).map((name) => [name, 0]));
const wrong: string[] = [];
const megabytes: number[] = [];
const started = Date.now();
const end = started + options.minutes * 60_000;

async function run(name: string): Promise<void> {
  const random = createStream(options.seed, name);
  const client: Client = { name, url: `http://localhost:${port}`, random, published: new Map() };
  while (Date.now() < end) {
    const kind = kindAt(drawUniform(random));
    const fault = await KINDS[kind]?.make(client).catch((error: unknown) => `no answer: ${error}`);
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (fault !== undefined) wrong.push(`${kind}: ${fault}`);
  }
}

const total = () => Object.values(counts).reduce((sum, count) => sum + count, 0);
const sampling = setInterval(() => megabytes.push(memory(pids)), 1000);
const telling = setInterval(() => {
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `${seconds} s: ${total()} requests, ${wrong.length} unexpected, ${megabytes.at(-1)?.toFixed(0)} MB`,
  );
}, 15_000);
await Promise.all(Array.from({ length: options.clients }, (_, i) => run(`load-${i}`)));
clearInterval(sampling);
clearInterval(telling);
await stop(child);
rmSync(folder, { recursive: true, force: true });

const third = Math.floor(megabytes.length / 3);
const [first, middle, last] = [0, 1, 2].map((k) => median(megabytes.slice(k * third, (k + 1) * third))) as [
  number,
  number,
  number,
];
const level = options.minutes < LEVEL.minutes || last <= LEVEL.most * middle;
for (const [kind, count] of Object.entries(counts)) console.log(`${kind}: ${count}`);
console.log(
  `${total()} requests in ${options.minutes} minutes, ${wrong.length} unexpected answers. Memory of the server, medians of each third: ` +
    `${[first, middle, last].map((mb) => mb.toFixed(0)).join(', ')} MB${level ? '' : ': IT GROWS'}.`,
);
for (const line of wrong.slice(0, 20)) console.error(line);
if (options.record)
  writeRecord('load', {
    promise: 'Under mixed load with uploads every answer is the expected one, and memory stays level',
    test: 'bench/load.ts',
    command: `npm run load -- --minutes ${options.minutes} --clients ${options.clients} --seed ${options.seed}`,
    counts: {
      'minutes of load': options.minutes,
      requests: total(),
      ...counts,
      'unexpected answers': wrong.length,
      'MB in the first third': Math.round(first),
      'MB in the middle third': Math.round(middle),
      'MB in the last third': Math.round(last),
    },
  });
process.exit(wrong.length > 0 || !level ? 1 : 0);
