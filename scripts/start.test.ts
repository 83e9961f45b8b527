import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatGrid } from '../trainer/run/grid-file.ts';
import { freePort, LAUNCH, start, startArguments, stop } from './testing/api.ts';

const ROOT = path.dirname(import.meta.dirname);
const state = mkdtempSync(path.join(os.tmpdir(), 'dropline-state-'));

describe('npm start', () => {
  let port = 0;
  let api: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    port = await freePort();
    api = await start(port, state);
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

  it('says at once that it is starting, and names the page first when it has', () => {
    expect(api.output()).toMatch(
      new RegExp(`^Dropline is starting.*\\n+The page: http://localhost:${port}/ [\\s\\S]*curl 'http`),
    );
  });

  it('says so where the port is in use', () => {
    const { status, stderr } = spawnSync(process.execPath, startArguments(port, state), {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain(`Port ${port} is in use`);
    expect(stderr).toContain(`--port ${port + 1}`);
  });

  it('keeps what was published over a restart', async () => {
    const file = readFileSync(path.join(ROOT, 'fixtures', 'grids', 'mnist-tanh-keep-095.json'), 'utf8');
    const body = formatGrid(JSON.parse(file.replaceAll('mnist-tanh-keep-095', 'kept')));
    const url = () => `http://localhost:${port}/v1/grids/kept`;
    const headers = { authorization: 'Bearer dropline-local' };
    expect((await fetch(url(), { method: 'PUT', body, headers })).status).toBe(201);
    await stop(api.child);
    api = await start(port, state);
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
