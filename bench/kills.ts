/**
 * Kills runs at random moments (SIGKILL: no chance to clean up) and lets them go on, and compares the bytes of what they
 * come to with those of an undisturbed run: a plane, a search, and a plane in two shards that are merged. Writes the table in
 * docs/cli.md.
 *
 *   npm run kills -- 30
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Plan } from '../schemas/plan.ts';
import { stream, uniform } from '../trainer/random/stream.ts';
import { killedUntilDone } from '../trainer/testing/kills.ts';
import { writeTable } from './table.ts';

const kills = Number(process.argv[2] ?? 30);
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
  evaluation: { ...plan.evaluation, trained_at: 0.4 },
  search: { interval: 1.2, together: 2, replicates: 1, least: 1, most: 30 },
};
const random = stream(Number(process.argv[3] ?? 1), 'kills');

const folder = await mkdtemp(path.join(tmpdir(), 'dropline-kills-'));
const digest = async (out: string) =>
  createHash('sha256')
    .update(await readFile(path.join(out, 'kills.json')))
    .digest('hex');
try {
  let failed = 0;
  const table = [
    '| run | kills | starts | bytes of the grid | left behind |',
    '| --- | ---: | ---: | --- | --- |',
  ];
  const ways: [string, Plan, string[][]][] = [
    ['plane', plan, [['--workers', '2']]],
    ['search', searching, [['--workers', '2']]],
    [
      'two shards, merged',
      plan,
      [
        ['--shard', '1/2'],
        ['--shard', '2/2'],
      ],
    ],
  ];
  for (const [name, own, parts] of ways) {
    const file = path.join(folder, `${name.replaceAll(/\W/g, '-')}.json`);
    await writeFile(file, JSON.stringify(own));
    const [calm, wild] = [`${file}.calm`, `${file}.wild`];
    await killedUntilDone(['train', file, '--out', calm], 0, () => 0);
    let [done, runs] = [0, 0];
    for (const part of parts) {
      const interruptions = await killedUntilDone(
        ['train', file, '--out', wild, ...part],
        Math.ceil(kills / parts.length),
        // from the start of the process to well into training
        () => 100 + 2500 * uniform(random),
      );
      done += interruptions.kills;
      runs += interruptions.runs;
    }
    if (parts.length > 1) await killedUntilDone(['merge', file, '--from', wild, '--out', wild], 0, () => 0);
    const same = (await digest(calm)) === (await digest(wild));
    const left = (await readdir(wild)).filter((entry) => !/\.(json|jsonl)$/.test(entry));
    if (!same || left.length > 0) failed++;
    const line = `| ${name} | ${done} | ${runs} | ${same ? 'the same' : 'OTHERS'}, ${(await digest(wild)).slice(0, 12)}… | ${left.join(', ') || 'nothing'} |`;
    console.log(line);
    table.push(line);
  }
  if (failed === 0) writeTable('kills', table, 'cli.md');
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
