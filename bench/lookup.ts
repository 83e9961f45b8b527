/**
 * What it costs to look up measured columns beside many more grids than ship, and to answer the frontiers and pictures of grids, in
 * processor time of the local server with its database; writes its table of docs/performance.md. Linux only: it reads /proc.
 *
 *   npm run bench:lookup
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeTable } from '../scripts/tables.ts';
import { freePort, start, stop } from '../scripts/testing/api.ts';
import { wideGrid } from '../worker/testing/wide-grid.ts';
import { median } from './median.ts';
import { processorTime, servers } from './processor.ts';

/** Grids of ten columns that are published beside those that ship. */
const EXTRA = [0, 50, 1000];

const ROUNDS = 11;

const LOOK_UP = '/v1/trainable-depth?activation=tanh&sigma_b2=0.05&keep=0.95&field=measured_depth';

/** What is looked up beside so many grids; no two addresses are alike, as if nothing were cached. */
const LOOK_UPS: readonly [string, (i: number) => string][] = [
  ['/healthz', () => '/healthz'],
  ['look-up, 1 row', (i) => `${LOOK_UP}&sigma_w2=${1.5 + i / 1e6}`],
  ['look-up, 100 rows', (i) => `${LOOK_UP}&sigma_w2=${1.5 + i / 1e6}..3/100`],
  [
    'look-up, 100 rows with as many settings',
    (i) => `${LOOK_UP}&sigma_w2=${1.5 + i / 1e6}&steps=${range(100, 1)}`,
  ],
];

/** Other answers about grids. */
const OTHERS: readonly [string, (i: number) => string][] = [
  ['frontier, 100 columns', () => '/v1/grids/wide-100/frontier'],
  [
    'frontier, 100 columns, another threshold',
    (i) => `/v1/grids/wide-100/frontier?threshold=${0.5 + i / 1e6}`,
  ],
  ['frontier, 999 columns', () => '/v1/grids/wide-999/frontier'],
  [
    'frontier, 999 columns, another threshold',
    (i) => `/v1/grids/wide-999/frontier?threshold=${0.5 + i / 1e6}`,
  ],
  ['picture, 100 columns', () => '/v1/grids/wide-100.svg'],
  ['picture, 999 columns', () => '/v1/grids/wide-999.svg'],
  ['picture, 100 columns of IC layers', () => '/v1/grids/wide-ic.svg'],
  ['picture of a shipped grid', () => '/v1/grids/mnist-tanh-keep-095.svg'],
  ['picture of a shipped grid of IC layers', () => '/v1/grids/mnist-tanh-technique-ic.svg'],
];

function range(count: number, by: number): string {
  return Array.from({ length: count }, (_, i) => 500 + by * i).join();
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-lookup-'));
const port = await freePort();
const { child } = await start(port, folder);
const pids = servers(child.pid as number);

/** Asks, and gives the processor time of the answer in milliseconds. */
async function ask(address: string, init: RequestInit = {}): Promise<number> {
  const before = processorTime(pids);
  const response = await fetch(`http://localhost:${port}${address}`, init);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return processorTime(pids) - before;
}

const publish = (id: string, body: object): Promise<number> =>
  ask(`/v1/grids/${id}`, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { authorization: 'Bearer dropline-local' },
  });

let asked = 0;
async function timed(url: (i: number) => string): Promise<string> {
  const times: number[] = [];
  // the first round warms up
  for (let round = -1; round < ROUNDS; round++) {
    const time = await ask(url(asked++));
    if (round >= 0) times.push(time);
  }
  return median(times).toFixed(1);
}

const lines = [
  `| answer | ${EXTRA.map((extra) => `ms with ${extra} more grids`).join(' | ')} |`,
  `| --- |${EXTRA.map(() => ' ---: |').join('')}`,
];
try {
  const cells = LOOK_UPS.map((): string[] => []);
  let published = 0;
  for (const extra of EXTRA) {
    for (; published < extra; published++) {
      const id = `extra-${String(published).padStart(4, '0')}`;
      const { meta, ...grid } = wideGrid(id, 10);
      const steps = 500 + (published % 100);
      const training = { ...meta.plan.training, steps };
      const rows = grid.rows.map((row) => ({ ...row, steps }));
      await publish(id, { ...grid, rows, meta: { ...meta, plan: { ...meta.plan, training } } });
    }
    for (const [i, [, url]] of LOOK_UPS.entries()) cells[i]?.push(await timed(url));
  }
  LOOK_UPS.forEach(([name], i) => void lines.push(`| ${name} | ${cells[i]?.join(' | ')} |`));
  lines.push('', '| answer | ms |', '| --- | ---: |');
  for (const columns of [100, 999])
    lines.push(
      `| publishing, ${columns} columns | ${(await publish(`wide-${columns}`, wideGrid(`wide-${columns}`, columns))).toFixed(1)} |`,
    );
  await publish('wide-ic', wideGrid('wide-ic', 100, { technique: 'ic' }));
  for (const [name, url] of OTHERS) lines.push(`| ${name} | ${await timed(url)} |`);
} finally {
  await stop(child);
  rmSync(folder, { recursive: true });
}
console.log(lines.join('\n'));
if (!process.argv.includes('--print')) writeTable('lookup', lines);
