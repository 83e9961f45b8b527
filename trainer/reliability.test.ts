import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadData } from './data/load.ts';
import { mnist } from './data/sources.ts';
import { createStream, drawUniform } from './random/stream.ts';
import { planFile, run, temporaryFolder } from './testing/command.ts';
import { killedUntilDone } from './testing/kills.ts';
import { smallPlan } from './testing/plan.ts';

// What is here beside main.test.ts: the same for searches, and what may stand in the way of a run.

beforeAll(async () => {
  await loadData(mnist, () => {});
}, 120_000);

const search = {
  ...smallPlan,
  axes: { depth: [1, 2, 4, 8], sigma_w2: [1.5] },
  network: { ...smallPlan.network, width: 10 },
  training: { ...smallPlan.training, steps: 30, learning_rate: 0.3 },
  seeds: [1, 2, 3, 4],
  backend: 'auto' as const,
  evaluation: { ...smallPlan.evaluation, accuracy_threshold: 0.3 },
  search: { interval: 1.5, networks_per_round: 2, max_networks: 12 },
};

test('a search that is killed at random moments has the bytes of one that is not', async () => {
  const [whole, killed] = [await temporaryFolder(), await temporaryFolder()];
  const plan = await planFile(whole, search);
  expect((await run('frontier', plan, '--out', whole)).code).toBe(0);
  const random = createStream(1, 'kills');
  const { kills } = await killedUntilDone(['frontier', plan, '--out', killed, '--workers', '1'], {
    kills: 3,
    wait: () => 600 + 1500 * drawUniform(random),
  });
  expect(kills).toBeGreaterThan(0);
  expect(await readFile(path.join(killed, 'small.json'))).toEqual(
    await readFile(path.join(whole, 'small.json')),
  );
  expect((await readdir(killed)).sort()).toEqual(['small.journal.jsonl', 'small.json']);
});

test('a temporary file of a grid whose writer was killed is removed, and no half grid is taken for one', async () => {
  const folder = await temporaryFolder();
  const plan = await planFile(folder, { ...smallPlan, axes: { depth: [1], sigma_w2: [1] } });
  await writeFile(path.join(folder, 'small.json.0-0.tmp'), '{"id": "small", "me');
  expect((await run('train', plan, '--out', folder)).code).toBe(0);
  expect((await readdir(folder)).sort()).toEqual(['plan.json', 'small.journal.jsonl', 'small.json']);
  const half = (await readFile(path.join(folder, 'small.json'))).subarray(0, 500);
  await writeFile(path.join(folder, 'small.json'), half);
  const { code, stderr } = await run('train', plan, '--out', folder);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/is there but is not JSON: .*\. Delete it to train anew/),
  ]);
});

test('a changed plan with an old journal is refused, and the journal stays as it was', async () => {
  const folder = await temporaryFolder();
  const plan = await planFile(folder, search);
  expect((await run('frontier', plan, '--out', folder, '--max-networks', '2')).code).toBe(0);
  const journal = path.join(folder, 'small.journal.jsonl');
  const before = await readFile(journal);
  await writeFile(path.join(folder, 'small.json'), before);
  const other = await run('frontier', plan, '--out', folder, '--interval', '1.2');
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('is not JSON')]);
  const changed = path.join(folder, 'other');
  await mkdir(changed);
  await writeFile(path.join(changed, 'small.journal.jsonl'), before);
  const again = await run('frontier', plan, '--out', changed, '--interval', '1.2');
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringContaining('belongs to another plan with the id "small" (the plan was changed'),
  ]);
  expect(await readFile(path.join(changed, 'small.journal.jsonl'))).toEqual(before);
  const merged = await run('merge', plan, '--from', changed, '--out', changed);
  expect([merged.code, merged.stderr]).toEqual([1, expect.stringContaining('belongs to another plan')]);
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a folder that is read-only is told before anything is trained',
  async () => {
    const folder = await temporaryFolder();
    const plan = await planFile(folder, smallPlan);
    const out = path.join(folder, 'out');
    await mkdir(out);
    await chmod(out, 0o555);
    const { code, stderr } = await run('train', plan, '--out', out);
    await chmod(out, 0o755);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/permission is denied \(EACCES\)\. Choose a folder/),
    ]);
    expect(await readdir(out)).toEqual([]);
  },
);
