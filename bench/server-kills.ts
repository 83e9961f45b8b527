/**
 * Kills the API (SIGKILL to all its processes: no chance to clean up) in the middle of uploads, starts it again on the same folder,
 * and looks at what it holds: every upload that was acknowledged must be there with the right bytes, and nothing may be visible that
 * is not some upload in full. Writes fixtures/reliability/server-kills.json; exits with 1 where a promise is broken. Not for
 * Windows, which has no process groups.
 *
 *   npm run kills:server                  60 kills
 *   npm run kills:server -- --kills 5
 */
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { freePort, start } from '../scripts/testing/api.ts';
import { createStream, drawUniform } from '../trainer/random/stream.ts';
import { sampleGrid } from '../worker/testing/sample-grid.ts';
import { writeRecord } from './record.ts';

const options = new Command('npm run kills:server --')
  .description('Kills npm start during uploads, and checks what is left.')
  .option('--kills <number>', 'how often', Number, 60)
  .option('--clients <number>', 'how many upload at a time', Number, 3)
  .option('--seed <number>', 'of the moments and the uploads', Number, 1)
  .option('--no-record', 'leave fixtures/reliability as it is')
  .parse()
  .opts<{ kills: number; clients: number; seed: number; record: boolean }>();

const TOKEN = { authorization: 'Bearer dropline-local' };
const IDS = 4;

type Upload = { readonly id: string; readonly version: string };

/** What one client uploaded of one grid, in order. */
type History = {
  readonly acknowledged: Upload[];
  /** in flight, or cut short: whether it took effect is not known */
  unknown: Upload[];
  /** how many of the acknowledged were found again */
  checked: number;
};

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

const random = createStream(options.seed, 'server-kills');
const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-server-kills-'));
const histories = new Map<string, History>();
const wrong: string[] = [];
let found = 0;

/** A grid like no other, from some kilobytes to some megabytes: the larger the more of a kill hits the middle of an upload. */
function gridText(id: string): string {
  const grid = JSON.stringify(sampleGrid(id, drawUniform(random)));
  return grid + ' '.repeat(Math.floor(10 ** (3 + 3.5 * drawUniform(random))));
}

/** Uploads one grid after the other until the server is gone. */
async function upload(client: number, url: string): Promise<void> {
  for (;;) {
    const id = `kill-${client}-${Math.floor(IDS * drawUniform(random))}`;
    const body = gridText(id);
    const one = { id, version: sha256(body) };
    const history = histories.get(id) ?? { acknowledged: [], unknown: [], checked: 0 };
    histories.set(id, history);
    history.unknown.push(one);
    try {
      const response = await fetch(`${url}/v1/grids/${id}`, { method: 'PUT', body, headers: TOKEN });
      const answer = (await response.json()) as { version?: string };
      if (response.status !== 201 || answer.version !== one.version)
        wrong.push(`an upload was answered ${response.status}: ${JSON.stringify(answer)}`);
      history.acknowledged.push(one);
      history.unknown = history.unknown.filter((other) => other !== one);
    } catch {
      return; // killed
    }
  }
}

/** The SHA-256 of what an address answers, or its status where that is not 200. */
async function versionAt(url: string): Promise<string> {
  const response = await fetch(url);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return response.status === 200 ? sha256(bytes) : String(response.status);
}

/** Checks all that was not checked yet. */
async function check(url: string): Promise<void> {
  for (const [id, history] of histories) {
    const at = (version: string) => versionAt(`${url}/v1/grids/${id}/versions/${version}`);
    for (const { version } of history.acknowledged.slice(history.checked)) {
      const held = await at(version);
      if (held === version) found++;
      else wrong.push(`${id}: the acknowledged version ${version} is ${held}`);
    }
    for (const { version } of history.unknown) {
      const held = await at(version);
      if (held !== version && held !== '404') wrong.push(`${id}: the version ${version} is torn: ${held}`);
    }
    // the current version is the last that was acknowledged, or one that was cut short after it
    const possible = [history.acknowledged.at(-1), ...history.unknown].map((one) => one?.version ?? '404');
    const current = await versionAt(`${url}/v1/grids/${id}`);
    if (!possible.includes(current)) wrong.push(`${id}: current is ${current}, none of ${possible}`);
    history.acknowledged.push(...history.unknown.filter(({ version }) => version === current));
    history.unknown = [];
    history.checked = history.acknowledged.length;
  }
  const { rows } = (await (await fetch(`${url}/v1/grids?limit=999`)).json()) as { rows: Upload[] };
  for (const { id, version } of rows.filter((row) => row.id.startsWith('kill-')))
    if ((await versionAt(`${url}/v1/grids/${id}/versions/${version}`)) !== version)
      wrong.push(`the list names ${id} ${version}, which is not there`);
}

const all = () => [...histories.values()];
const acknowledged = () => all().reduce((sum, history) => sum + history.acknowledged.length, 0);

const port = await freePort();
const url = `http://localhost:${port}`;
let cut = 0;
for (let kill = 1; kill <= options.kills; kill++) {
  const { child } = await start(port, folder, true);
  await check(url);
  const clients = Array.from({ length: options.clients }, (_, client) => upload(client, url));
  await sleep(100 + 2400 * drawUniform(random));
  await killGroup(child);
  await Promise.all(clients);
  cut += all().reduce((sum, { unknown }) => sum + unknown.length, 0);
  console.log(
    `kill ${kill}: ${acknowledged()} uploads acknowledged, ${cut} cut short, ${wrong.length} wrong`,
  );
}
// at last everything once more
const { child } = await start(port, folder, true);
await check(url);
for (const history of all()) history.checked = 0;
found = 0;
await check(url);
await killGroup(child);
rmSync(folder, { recursive: true, force: true });

console.log(
  `${options.kills} kills, ${cut} uploads cut short; ${acknowledged()} acknowledged, ${found} found again, ${wrong.length} wrong.`,
);
for (const line of wrong.slice(0, 20)) console.error(line);
if (options.record)
  writeRecord('server-kills', {
    promise: 'No kill of the server loses an upload that was acknowledged, or shows a torn one',
    test: 'bench/server-kills.ts',
    command: `npm run kills:server -- --kills ${options.kills} --clients ${options.clients} --seed ${options.seed}`,
    counts: {
      kills: options.kills,
      'uploads cut short': cut,
      'uploads acknowledged': acknowledged(),
      'of them found again': found,
      'lost or torn': wrong.length,
    },
  });
process.exit(wrong.length > 0 || found < acknowledged() ? 1 : 0);

/** Kills a process and all that it started. */
async function killGroup(child: ChildProcess): Promise<void> {
  process.kill(-(child.pid as number), 'SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
