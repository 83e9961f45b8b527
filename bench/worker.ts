/**
 * What a request costs in the production bundle under `workerd serve`, in processor time of the process (timers inside a
 * Worker do not show it), against the same Worker's /healthz and against a bare fetch handler, alternating in one run;
 * writes its table of docs/performance.md. Linux only: it reads /proc.
 *
 *   npm run bench:worker
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { processorTime } from './processor.ts';
import { median, writeTable } from './table.ts';

const ROOT = path.dirname(import.meta.dirname);
const WORKERD = path.join(ROOT, 'node_modules', '.bin', 'workerd');
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

const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

function bundle(): string {
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      path.join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js'),
      'deploy',
      '--dry-run',
      '--minify',
      '--outdir',
      folder,
    ],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' } },
  );
  if (status !== 0) throw new Error(`wrangler deploy --dry-run: ${stderr}`);
  return path.join(folder, 'index.js');
}

/** Starts a module under workerd, and waits until it answers; says how long that took, in milliseconds. */
async function serve(file: string, port: number): Promise<{ child: ChildProcess; started: number }> {
  const config = path.join(folder, `${port}.capnp`);
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (modules = [(name = "index.js", esModule = embed "${path.basename(file)}")],
    compatibilityDate = "2026-10-23"))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);`,
  );
  const start = performance.now();
  const child = spawn(WORKERD, ['serve', config], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  for (;;) {
    const up = await fetchOnce(port, POINT).catch(() => undefined);
    if (up !== undefined) return { child, started: performance.now() - start };
    if (performance.now() - start > 10_000) throw new Error('workerd does not answer');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function fetchOnce(port: number, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: url, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}

const script = bundle();
writeFileSync(path.join(folder, 'bare.js'), 'export default { fetch: () => new Response("ok") };');
const ports = { dropline: 18_787, bare: 18_788 };
/** What a module is served from, by the name of its service. */
const files = { dropline: script, bare: path.join(folder, 'bare.js') };

// the first answer of a new process, module loaded and all
const cold = { dropline: [] as number[], bare: [] as number[] };
for (let round = 0; round < ROUNDS; round++)
  for (const service of ['bare', 'dropline'] as const) {
    const { child, started } = await serve(files[service], ports[service]);
    cold[service].push(started);
    child.kill();
    await once(child, 'exit');
  }

const servers = {
  dropline: (await serve(files.dropline, ports.dropline)).child,
  bare: (await serve(files.bare, ports.bare)).child,
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
