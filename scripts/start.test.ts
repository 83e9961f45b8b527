import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = path.dirname(import.meta.dirname);
const LAUNCH = path.join(ROOT, 'scripts', 'launch.mjs');
const state = mkdtempSync(path.join(os.tmpdir(), 'dropline-state-'));

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const arguments_ = (port: number) => [
  LAUNCH,
  'scripts/start.ts',
  '--port',
  String(port),
  '--persist-to',
  state,
];

/** Starts the API and waits for the line that says so. */
async function start(port: number): Promise<{ child: ChildProcess; output: () => string }> {
  const child = spawn(process.execPath, arguments_(port), { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  while (!output.includes('Dropline API on')) {
    if (child.exitCode !== null) throw new Error(output);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { child, output: () => output };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** The shell commands of the README that ask the API, each with the output that stands under it. */
function readmeExamples(): [command: string, output: string][] {
  const text = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  return [...text.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    (block as string)
      .split(/^\$ /m)
      .map((part): [string, string] => [part.split('\n', 1)[0] as string, part.slice(part.indexOf('\n') + 1)])
      .filter(([command]) => command.startsWith('curl ')),
  );
}

describe('npm start', () => {
  let port = 0;
  let api: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    port = await freePort();
    api = await start(port);
  }, 60_000);
  afterAll(async () => {
    await stop(api.child);
    rmSync(state, { recursive: true, force: true });
  });

  it('serves analytic answers and the shipped grid, quietly', async () => {
    const url = `http://localhost:${port}`;
    const answer = await fetch(
      `${url}/v1/depth-scales.csv?activation=tanh&sigma_w2=2.5&sigma_b2=0.05&keep=1`,
    );
    expect((await answer.text()).split('\n')[1]).toContain('1.0639583774');
    const { rows } = (await (await fetch(`${url}/v1/grids`)).json()) as {
      rows: { url: string; id: string }[];
    };
    expect(rows.length).toBeGreaterThan(0);
    const grid = await (await fetch(`${url}${rows[0]?.url}.json`)).text();
    expect(grid).toBe(readFileSync(path.join(ROOT, 'fixtures', 'grids', `${rows[0]?.id}.json`), 'utf8'));
    expect(api.output()).not.toMatch(/warn|error|cloudflare/i);
  });

  it.skipIf(process.platform === 'win32')('prints what the README says it prints', () => {
    const examples = readmeExamples();
    expect(examples.length).toBeGreaterThan(2);
    for (const [command, output] of examples) {
      const { stdout } = spawnSync('sh', ['-c', command.replaceAll('localhost:8787', `localhost:${port}`)], {
        encoding: 'utf8',
      });
      expect(stdout, command).toBe(output);
    }
  });

  it('says so where the port is in use', () => {
    const { status, stderr } = spawnSync(process.execPath, arguments_(port), { cwd: ROOT, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain(`Port ${port} is in use`);
    expect(stderr).toContain(`--port ${port + 1}`);
  });

  it('keeps what was published over a restart', async () => {
    const file = readFileSync(path.join(ROOT, 'fixtures', 'grids', 'mnist-tanh-keep-095.json'), 'utf8');
    const body = file.replaceAll('mnist-tanh-keep-095', 'kept');
    const url = () => `http://localhost:${port}/v1/grids/kept`;
    const headers = { authorization: 'Bearer dropline-local' };
    expect((await fetch(url(), { method: 'PUT', body, headers })).status).toBe(201);
    await stop(api.child);
    api = await start(port);
    expect(await (await fetch(url())).text()).toBe(body);
  });
});

it.each(['0', 'x', '70000'])('refuses the port %s', (port) => {
  const { status, stderr } = spawnSync(process.execPath, [LAUNCH, 'scripts/start.ts', '--port', port], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('from 1 to 65535');
});
