import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CHECKED } from '../../schemas/store-check.ts';
import { planFile, run, start, temporaryFolder } from '../testing/command.ts';
import { smallPlan } from '../testing/plan.ts';

const compared = new URL('../../examples/plans/compare.json', import.meta.url).pathname;
const shipped = new URL('../../fixtures/grids/mnist-cases-tanh.json', import.meta.url);

/** A server whose store has a version with damaged bytes. */
async function startDamagedServer(): Promise<string> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const at = CHECKED.findIndex((part) => searchParams.get('after') === `${part}:`);
    const part = CHECKED[Math.max(0, at)] as (typeof CHECKED)[number];
    const next = CHECKED[CHECKED.indexOf(part) + 1];
    response.setHeader('content-type', 'application/json');
    if (next) response.setHeader('link', `</v1/store/check?after=${next}%3A>; rel="next"`);
    const rows = part === 'versions' ? [{ state: 'damaged', place: 'tiny/ab', current: true }] : [];
    response.end(JSON.stringify({ meta: { part, checked: 1 }, rows }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('every command that reports a failure exits with 1, with 2 where it was asked wrongly, and says so in JSON', async () => {
  const folder = await temporaryFolder();
  const plan = await planFile(folder, smallPlan);
  const altered = path.join(folder, 'altered.json');
  const grid = await readFile(shipped, 'utf8');
  await writeFile(
    altered,
    grid.replace(/"train_accuracy":0\.(\d)/, (_, digit) => `"train_accuracy":0.${9 - digit}`),
  );
  // a cache that cannot be there: a part of its path is a file
  const env = { DROPLINE_CACHE: path.join(plan, 'cache'), DROPLINE_TOKEN: '' };
  // (what asks nothing of a disk or a server can only be asked wrongly)
  const wrong: Readonly<Record<string, readonly string[]>> = {
    depth: ['depth', '--activation', 'none'],
  };
  const failures: Readonly<Record<string, readonly string[]>> = {
    init: ['init', plan, '--yes'],
    plan: ['plan', plan],
    train: ['train', plan, '--out', path.join(plan, 'runs')],
    frontier: ['frontier', plan, '--out', path.join(plan, 'runs')],
    compare: ['compare', compared, '--techniques', 'none,tabu', '--out', path.join(plan, 'runs')],
    measure: ['measure', plan, '--out', folder],
    merge: ['merge', plan, '--from', folder, '--out', folder],
    plot: ['plot', altered],
    export: ['export', altered],
    publish: ['publish', altered, '--to', 'http://localhost:1'],
    fsck: ['fsck', '--to', await startDamagedServer()],
    'data fetch': ['data', 'fetch', 'mnist', '--from', folder],
    'data verify': ['data', 'verify'],
  };
  const names = async (...args: string[]) => {
    const [, list = ''] = /\nCommands:\n((?: {2}.*\n)+)/.exec((await run(...args, '--help')).stdout) ?? [];
    return [...list.matchAll(/^ {2}(\w+)/gm)].flatMap(([, name]) => (name && name !== 'help' ? [name] : []));
  };
  const commands = await names();
  const listed = commands.filter((name) => name !== 'data');
  const inData = (await names('data')).map((name) => `data ${name}`);
  expect(Object.keys({ ...failures, ...wrong }).sort(), 'every command is here').toEqual(
    [...listed, ...inData].sort(),
  );
  await Promise.all(
    Object.entries({ ...failures, ...wrong }).map(async ([name, args]) => {
      const status = name in wrong ? 2 : 1;
      const { code, stdout, stderr } = await start([...args, '--json'], env).ended;
      expect([code, stderr], name).toEqual([status, expect.stringMatching(/\S/)]);
      expect(JSON.parse(stdout), name).toMatchObject({
        ok: false,
        error: expect.any(String),
        exit_status: status,
      });
      expect(stderr, name).not.toContain('    at ');
    }),
  );
});
