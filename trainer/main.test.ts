import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { gridSchema } from '../schemas/grid.ts';
import { backends } from './backends/index.ts';
import { loadData } from './data/load.ts';
import { mnist } from './data/sources.ts';
import { planFile, run, start, startProgram, temporaryFolder } from './testing/command.ts';
import { smallPlan } from './testing/plan.ts';

const journalName = 'small.journal.jsonl';
let whole: Buffer;
let wholeJournal: Buffer;

// the grid of an uninterrupted run, which every interrupted one must give again
beforeAll(async () => {
  await loadData(mnist, () => {});
  const folder = await mkdtemp(path.join(tmpdir(), 'dropline-'));
  const { code, stderr } = await run(
    'train',
    await planFile(folder, smallPlan),
    '--out',
    folder,
    '--workers',
    '1',
  );
  expect(stderr).toContain('Training 6 network(s) of the plan "small", 1 at a time.');
  expect(code).toBe(0);
  whole = await readFile(path.join(folder, 'small.json'));
  wholeJournal = await readFile(path.join(folder, journalName));
  await rm(folder, { recursive: true });
}, 120_000);

/** Waits until the journal in a folder has so many finished cells. */
async function finishedCells(folder: string, count: number): Promise<void> {
  for (const end = performance.now() + 50_000; performance.now() < end; await sleep(5)) {
    const text = await readFile(path.join(folder, journalName), 'utf8').catch(() => '');
    // after two copies of the header
    if (text.split('\n').length > count + 2) return;
  }
  throw new Error('the run did not finish a cell in time');
}

test('a run gives a grid: valid, in the order of the plan, without temporary files', async () => {
  const grid = gridSchema.parse(JSON.parse(whole.toString()));
  expect(grid.rows.map(({ depth, sigma_w2 }) => [depth, sigma_w2])).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [3, 1],
    [3, 2],
  ]);
  expect(grid.meta.plan).toEqual(smallPlan);
  expect(grid.meta.software).toMatchObject({ 'onnxruntime-web': '1.19.2' });
});

test('killed with SIGKILL after its first cells, a run continues to the same bytes', async () => {
  const folder = await temporaryFolder();
  const plan = await planFile(folder, smallPlan);
  const { child, ended } = start(['train', plan, '--out', folder, '--workers', '2']);
  await finishedCells(folder, 1);
  child.kill('SIGKILL');
  expect((await ended).signal).toBe('SIGKILL');
  expect(await readdir(folder), 'killed before the end, with its lock').toEqual([
    'plan.json',
    journalName,
    'small.lock',
  ]);

  const again = await run('train', plan, '--out', folder, '--workers', '2');
  expect(again.stderr).toMatch(/Continuing: [1-5] of 6 cells are finished\./);
  expect(again.code).toBe(0);
  expect(await readFile(path.join(folder, 'small.json'))).toEqual(whole);
  expect(await readdir(folder)).toEqual(['plan.json', journalName, 'small.json']);

  const finished = await run('train', plan, '--out', folder);
  expect([finished.code, finished.stdout]).toEqual([
    0,
    expect.stringContaining('This plan is finished already'),
  ]);
});

test('Ctrl-C says how to continue, exits with 130 and leaves no lock', async () => {
  const folder = await temporaryFolder();
  const plan = await planFile(folder, smallPlan);
  const { child, ended } = start(['train', plan, '--out', folder, '--workers', '1']);
  await finishedCells(folder, 1);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain(
    `Every finished cell is saved. Continue with the same command:\n  npm run train -- ${plan} --out ${folder} --workers 1`,
  );
  expect(await readdir(folder)).toEqual(['plan.json', journalName]);
  expect((await run('train', plan, '--out', folder)).code).toBe(0);
  expect(await readFile(path.join(folder, 'small.json'))).toEqual(whole);
});

test.skipIf(backends['ort-node'].unavailable())(
  'the native back end is stopped in the middle of a step without taking the run with it',
  async () => {
    const folder = await temporaryFolder();
    const plan = await planFile(folder, {
      ...smallPlan,
      axes: { depth: [1, 30], sigma_w2: [1, 2] },
      training: { ...smallPlan.training, steps: 3000 },
    });
    const { child, ended } = start([
      'train',
      plan,
      '--out',
      folder,
      '--backend',
      'ort-node',
      '--workers',
      '2',
    ]);
    await finishedCells(folder, 0);
    await sleep(1500);
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect([code, stderr]).toEqual([130, expect.stringContaining('--workers 2 --backend ort-node')]);
    expect(await readdir(folder)).toEqual(['plan.json', journalName]);
  },
);

test('a journal with a torn tail and a damaged line continues to the same bytes, with a warning', async () => {
  const folder = await temporaryFolder();
  const lines = wholeJournal.toString().split('\n');
  lines[2] = (lines[2] as string).replace('"steps":40', '"steps":41');
  await writeFile(path.join(folder, journalName), lines.join('\n').slice(0, -100));
  const { code, stderr } = await run('train', await planFile(folder, smallPlan), '--out', folder);
  expect(stderr).toContain(
    '1 damaged line(s) of the journal are left aside; cells that only they held are trained again',
  );
  expect(stderr).toContain('The last line of the journal was not whole and is cut off');
  expect(stderr).toContain('Continuing: 4 of 6 cells are finished.');
  expect(code).toBe(0);
  expect(await readFile(path.join(folder, 'small.json'))).toEqual(whole);
});

test('two runs of a plan into a folder: the second is refused, and the first not disturbed', async () => {
  const folder = await temporaryFolder();
  // so long that the second run finds the first at work
  const plan = await planFile(folder, { ...smallPlan, training: { ...smallPlan.training, steps: 100_000 } });
  const first = start(['train', plan, '--out', folder, '--workers', '1']);
  await finishedCells(folder, 0);
  const second = await run('train', plan, '--out', folder);
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('Another process')]);
  expect(await readdir(folder)).toEqual(['plan.json', journalName, 'small.lock']);
  first.child.kill('SIGTERM');
  expect((await first.ended).code).toBe(130);
});

test('a finished grid of a changed plan is not overwritten', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'small.json'), whole);
  const plan = await planFile(folder, { ...smallPlan, seeds: [2] });
  const { code, stderr } = await run('train', plan, '--out', folder);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/is the grid of another plan.*Delete it/)]);
  expect(await readFile(path.join(folder, 'small.json'))).toEqual(whole);
});

test.skipIf(process.platform === 'win32')(
  'where the disk takes no more, the run says so, and continues later',
  async () => {
    const folder = await temporaryFolder();
    const plan = await planFile(folder, smallPlan);
    // Node ignores the signal of the limit, so that a write gives EFBIG: the nearest thing to a full disk for one process
    const command = `ulimit -f 1 && exec "$0" "$@"`;
    const main = new URL('../cli/main.ts', import.meta.url).pathname;
    const args = ['-c', command, process.execPath, main, 'train', plan, '--out', folder, '--workers', '1'];
    const { code, stderr } = await startProgram('bash', args).ended;
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /Cannot write the journal .*size limit \(EFBIG\)\. Everything finished so far is saved/,
      ),
    ]);
    expect(await readdir(folder)).toEqual(['plan.json', journalName]);
    expect((await run('train', plan, '--out', folder)).code).toBe(0);
    expect(await readFile(path.join(folder, 'small.json'))).toEqual(whole);
  },
);

test('a finished grid is published, by train and by publish, as the bytes of its file', async () => {
  const folder = await temporaryFolder();
  const grid = path.join(folder, 'small.json');
  await writeFile(grid, whole);
  const bodies: Buffer[] = [];
  const version = createHash('sha256').update(whole).digest('hex');
  const server = createServer(async (request, response) => {
    bodies.push(Buffer.concat(await request.toArray()));
    const refused = request.headers.authorization !== 'Bearer dropline-local';
    response.statusCode = refused ? 401 : 201;
    response.end(
      JSON.stringify(refused ? { detail: 'No.' } : { id: 'small', version, url: '/v1/the-version' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const plan = await planFile(folder, smallPlan);
  for (const args of [
    ['train', plan, '--out', folder, '--publish', url],
    ['publish', grid, '--to', url],
  ]) {
    const { code, stdout } = await start(args, { DROPLINE_TOKEN: '' }).ended;
    expect(stdout).toContain(`Published: ${url}/v1/the-version`);
    expect(code).toBe(0);
    expect(bodies.pop()).toEqual(whole);
  }
  const refused = await run('publish', grid, '--to', url, '--token', 'wrong');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('401 No.')]);
});

test('a grid that was altered is refused by every command that reads it, which says what to do', async () => {
  const folder = await temporaryFolder();
  const plan = await planFile(folder, smallPlan);
  const grid = path.join(folder, 'small.json');
  await writeFile(path.join(folder, journalName), wholeJournal);
  const altered = whole.toString().replace(/"loss":(\d)/, (_, digit) => `"loss":${(Number(digit) + 1) % 10}`);
  await writeFile(grid, altered);
  const ends = await Promise.all([
    run('train', plan, '--out', folder),
    run('merge', plan, '--from', folder, '--out', folder),
    run('publish', grid, '--to', 'http://localhost:1'),
    run('plot', grid),
  ]);
  for (const { code, stderr } of ends)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${grid} was altered after it was written`)]);
  expect(await readFile(grid, 'utf8'), 'it is left as it is').toBe(altered);
  // as the message says
  await rm(grid);
  const { code, stderr } = await run('train', plan, '--out', folder);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('Training')]);
  expect(await readFile(grid)).toEqual(whole);
});
