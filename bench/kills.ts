/**
 * Kills runs at random moments (SIGKILL: no chance to clean up) and lets them go on: the command alone, with its workers, or one
 * worker; of a plane, a search, and a plane in two shards that are merged. Checks after each that no line of a journal was lost or
 * changed, and at the end that the grid has the bytes of an undisturbed run and that nothing is left behind. Writes the table in
 * docs/cli.md and its counts in fixtures/reliability/.
 *
 *   npm run kills -- 60
 *
 * The number is how many kills of each kind of process.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Plan } from '../schemas/plan.ts';
import { writeTable } from '../scripts/tables.ts';
import { createStream, drawUniform } from '../trainer/random/stream.ts';
import { killedUntilDone, VICTIMS, type Victim } from '../trainer/testing/kills.ts';
import { writeRecord } from './record.ts';

const kills = Number(process.argv[2] ?? 60);
const plan: Plan = {
  schema: 'dropline-plan/1',
  id: 'kills',
  title: 'Many small networks',
  data: { name: 'mnist', normalisation: 'standard' },
  axes: { depth: [1, 2, 3, 4, 6, 8], sigma_w2: [1, 2] },
  network: {
    activation: 'tanh',
    width: 10,
    sigma_b2: 0.05,
    init: 'gaussian',
    technique: 'bernoulli',
    keep: 0.9,
  },
  training: { optimiser: 'sgd', learning_rate: 0.3, batch: 50, steps: 60 },
  evaluation: { train_images: 100, test_images: 100, details: true },
  seeds: [1, 2, 3, 4, 5],
  backend: 'auto',
};
const searching: Plan = {
  ...plan,
  evaluation: { ...plan.evaluation, accuracy_threshold: 0.4 },
  search: { interval: 1.2, networks_per_round: 2, replicates: 1, min_networks: 1, max_networks: 30 },
};
const WAYS: readonly { name: string; plan: Plan; parts: readonly string[][] }[] = [
  { name: 'plane', plan, parts: [['--workers', '2']] },
  { name: 'search', plan: searching, parts: [['--workers', '2']] },
  {
    name: 'two shards, merged',
    plan,
    parts: [
      ['--shard', '1/2', '--workers', '2'],
      ['--shard', '2/2', '--workers', '2'],
    ],
  },
];
const WHO: Record<Victim, string> = {
  command: 'the command',
  group: 'command and workers',
  worker: 'a worker',
};
const random = createStream(Number(process.argv[3] ?? 1), 'kills');
/** From the start of the process to well into training. */
const wait = () => 100 + 2500 * drawUniform(random);

const root = await mkdtemp(path.join(tmpdir(), 'dropline-kills-'));
const gridOf = async (out: string) => readFile(path.join(out, 'kills.json'));
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A function that compares the whole lines of a folder's journals with those it saw before, and says how many are gone or changed. */
function lostLines(out: string): () => Promise<number> {
  const seen = new Map<string, string[]>();
  return async () => {
    let lost = 0;
    for (const name of await readdir(out).catch(() => [])) {
      if (!name.endsWith('.jsonl')) continue;
      const lines = (await readFile(path.join(out, name), 'latin1')).split('\n').slice(0, -1);
      lost += (seen.get(name) ?? []).filter((line, i) => lines[i] !== line).length;
      seen.set(name, lines);
    }
    return lost;
  };
}

try {
  const counts = {
    kills: 0,
    starts: 0,
    grids: 0,
    grids_changed: 0,
    acknowledged_networks_lost: 0,
    left_behind: 0,
  };
  const table = [
    '| run | killed | kills | starts | finished networks lost | grids | their bytes | left behind |',
    '| --- | --- | ---: | ---: | ---: | ---: | --- | --- |',
  ];
  for (const { name, plan: own, parts } of WAYS) {
    const file = path.join(root, `${name.replaceAll(/\W/g, '-')}.json`);
    await writeFile(file, JSON.stringify(own));
    const calm = `${file}.calm`;
    await killedUntilDone(['train', file, '--out', calm], { kills: 0, wait });
    const whole = await gridOf(calm);
    for (const victim of VICTIMS) {
      const wanted = Math.ceil(kills / WAYS.length);
      const row = { kills: 0, starts: 0, lost: 0, grids: 0, changed: 0 };
      const left = new Set<string>();
      while (row.kills < wanted) {
        const out = `${file}.${victim}.${row.grids}`;
        const lost = lostLines(out);
        for (const part of parts) {
          const each = Math.ceil((wanted - row.kills) / parts.length);
          const done = await killedUntilDone(['train', file, '--out', out, ...part], {
            kills: each,
            wait,
            victim,
            ended: async () => {
              row.lost += await lost();
            },
          });
          row.kills += done.kills;
          row.starts += done.runs;
        }
        if (parts.length > 1)
          await killedUntilDone(['merge', file, '--from', out, '--out', out], { kills: 0, wait });
        row.grids++;
        if (!whole.equals(await gridOf(out))) row.changed++;
        for (const entry of await readdir(out)) if (!/\.(json|jsonl)$/.test(entry)) left.add(entry);
      }
      const bytes = `${row.changed === 0 ? 'the same' : `OTHERS in ${row.changed}`}, ${digest(whole).slice(0, 12)}…`;
      const line = `| ${name} | ${WHO[victim]} | ${row.kills} | ${row.starts} | ${row.lost} | ${row.grids} | ${bytes} | ${[...left].join(', ') || 'nothing'} |`;
      console.log(line);
      table.push(line);
      counts.kills += row.kills;
      counts.starts += row.starts;
      counts.grids += row.grids;
      counts.grids_changed += row.changed;
      counts.acknowledged_networks_lost += row.lost;
      counts.left_behind += left.size;
    }
  }
  const failed = counts.grids_changed + counts.acknowledged_networks_lost + counts.left_behind > 0;
  if (!failed) {
    writeTable('kills', table, 'cli.md');
    writeRecord('trainer-kills', {
      promise:
        'A run that is killed at any moment, its command, its workers or both, loses no finished network, and its grid has the bytes of an undisturbed run.',
      test: 'bench/kills.ts',
      command: `npm run kills -- ${kills}`,
      counts,
    });
  }
  process.exitCode = failed ? 1 : 0;
} finally {
  await rm(root, { recursive: true, force: true });
}
