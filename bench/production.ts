import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);
const WORKERD = path.join(ROOT, 'node_modules', '.bin', 'workerd');

/** Where bundles and configurations lie while a benchmark runs. */
export const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** The production bundle of the Worker, as a file. */
export function bundle(): string {
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

/**
 * Starts a module under plain workerd, and waits until it answers.
 *
 * @param file the module
 * @param port to listen on
 * @param first the address to ask until it answers
 * @returns the process, and after how many milliseconds it answered
 */
export async function serve(
  file: string,
  port: number,
  first: string,
): Promise<{ child: ChildProcess; port: number; started: number }> {
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
    const up = await fetchOnce(port, first).catch(() => undefined);
    if (up !== undefined) return { child, port, started: performance.now() - start };
    if (performance.now() - start > 10_000) throw new Error('workerd does not answer');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Asks over one connection, and gives the status once the answer has been read. */
export function fetchOnce(port: number, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: url, agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}
