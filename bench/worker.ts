/**
 * What a request costs in the production bundle under `workerd serve`, in processor time of the process (timers inside a
 * Worker do not show it), against the same Worker's /healthz and against a bare fetch handler, alternating in one run;
 * writes its table of docs/performance.md. Linux only: it reads /proc.
 *
 *   npm run bench:worker
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { writeTable } from '../scripts/tables.ts';
import { median } from './median.ts';
import { processorTime } from './processor.ts';
import { bundle, fetchOnce, folder, serve } from './production.ts';

const ROUNDS = 11;

const POINT = '/v1/depth-scales?activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=0.95';
const TABLE = '/v1/depth-scales.csv?activation=tanh&sigma_w2=1..4/31&sigma_b2=0.05&keep=0.98';
const PLANE =
  '/v1/phase-diagram.npy?activation=tanh&measure=xi_2&sigma_w2=1..4/100&sigma_b2=0.01..0.5/100&keep=0.95';

/** What is measured, and how many requests a round makes: enough for some hundred milliseconds. */
const CASES = [
  { name: 'a bare fetch handler', service: 'bare', url: () => '/', requests: 2000 },
  { name: '/healthz', service: 'dropline', url: () => '/healthz', requests: 1000 },
  // no two addresses are alike, as if nothing were cached
  {
    name: 'one point, csv',
    service: 'dropline',
    url: (i: number) => POINT.replace('?', '.csv?').replace('1.8', (1.8 + i * 1e-7).toFixed(9)),
    requests: 1000,
  },
  {
    name: 'one point, json',
    service: 'dropline',
    url: (i: number) => POINT.replace('1.8', (1.8 + i * 1e-7).toFixed(9)),
    requests: 1000,
  },
  { name: '31 points, csv', service: 'dropline', url: () => TABLE, requests: 300 },
  { name: '100 × 100 plane, npy', service: 'dropline', url: () => PLANE, requests: 30 },
] as const;

const script = bundle();
writeFileSync(path.join(folder, 'bare.js'), 'export default { fetch: () => new Response("ok") };');
const ports = { dropline: 18_787, bare: 18_788 };
/** What a module is served from, by the name of its service. */
const files = { dropline: script, bare: path.join(folder, 'bare.js') };

// the first answer of a new process, module loaded and all
const cold = { dropline: [] as number[], bare: [] as number[] };
for (let round = 0; round < ROUNDS; round++)
  for (const service of ['bare', 'dropline'] as const) {
    const { child, started } = await serve(files[service], ports[service], POINT);
    cold[service].push(started);
    child.kill();
    await once(child, 'exit');
  }

const servers = {
  dropline: (await serve(files.dropline, ports.dropline, POINT)).child,
  bare: (await serve(files.bare, ports.bare, POINT)).child,
};
const cpu = ({ pid }: ChildProcess) => processorTime([pid as number]);
const times = CASES.map(() => ({ cpu: [] as number[], rate: [] as number[] }));
let asked = 0;
for (let round = -1; round < ROUNDS; round++)
  for (const [k, { service, url, requests }] of CASES.entries()) {
    const [before, start] = [cpu(servers[service]), performance.now()];
    for (let i = 0; i < requests; i++) {
      const status = await fetchOnce(ports[service], url(asked++));
      if (status !== 200) throw new Error(`${url(asked)} answered ${status}`);
    }
    if (round < 0) continue; // the first round warms up
    times[k]?.cpu.push((cpu(servers[service]) - before) / requests);
    times[k]?.rate.push((1000 * requests) / (performance.now() - start));
  }
for (const server of Object.values(servers)) server.kill();

const health = median(times[1]?.cpu ?? []);
const lines = [
  '| request | processor time, ms | against /healthz | requests a second, one after another |',
  '| --- | ---: | ---: | ---: |',
];
CASES.forEach(({ name }, k) => {
  const one = median(times[k]?.cpu ?? []);
  lines.push(
    `| ${name} | ${one.toFixed(3)} | ${(one / health).toFixed(2)} | ${median(times[k]?.rate ?? []).toFixed(0)} |`,
  );
  console.log(lines.at(-1));
});
const size = `The bundle has ${(statSync(script).size / 1024).toFixed(0)} KB, ${(gzipSync(readFileSync(script)).length / 1024).toFixed(0)} KB gzip.`;
console.log(size);
const [first, bare] = [median(cold.dropline), median(cold.bare)].map((ms) => ms.toFixed(0));
const startup = `The first answer of a new process comes after ${first} ms, that of the bare handler after ${bare} ms (medians of ${ROUNDS}).`;
console.log(startup);
writeTable('worker', [...lines, '', size, startup]);
