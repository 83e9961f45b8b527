/**
 * What a request costs in the production bundle under `workerd serve`, in processor time of the process (timers inside a
 * Worker do not show it), against the same Worker's /healthz and against a bare fetch handler, alternating in one run;
 * writes its table of docs/performance.md. Linux only: it reads /proc.
 *
 *   npm run bench:worker
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { median, writeTable } from './table.ts';

const ROOT = path.dirname(import.meta.dirname);
const WORKERD = path.join(ROOT, 'node_modules', '.bin', 'workerd');
const ROUNDS = 11;
/** Kernel ticks of processor time in a second (sysconf CLK_TCK of every Linux that Node runs on). */
const TICKS = 100;

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

/** Starts a module under workerd, and waits until it answers. */
async function serve(file: string, port: number): Promise<ChildProcess> {
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
  const child = spawn(WORKERD, ['serve', config], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  for (let tries = 0; tries < 100; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (
      await fetchOnce(port, '/healthz').then(
        () => true,
        () => false,
      )
    )
      return child;
  }
  throw new Error('workerd does not answer');
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function fetchOnce(port: number, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: url, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}

/** Processor time that a process has used, in milliseconds. */
function cpu({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
}

const script = bundle();
writeFileSync(path.join(folder, 'bare.js'), 'export default { fetch: () => new Response("ok") };');
const ports = { dropline: 18_787, bare: 18_788 };
const servers = {
  dropline: await serve(script, ports.dropline),
  bare: await serve(path.join(folder, 'bare.js'), ports.bare),
};
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
writeTable('worker', [...lines, '', size]);
