/**
 * Counts the files of the project whose functions run while something is answered or trained, by V8's precise coverage:
 *
 *   node scripts/launch.mjs scripts/count-files-run.ts depth-scales
 *   node scripts/launch.mjs scripts/count-files-run.ts train-cell
 *   node scripts/launch.mjs scripts/count-files-run.ts size         (files and lines by room, tests and testing/ aside)
 *
 * A file counts where one of its functions is called in between; that it is loaded, or that something inherits from its
 * classes, does not count.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(import.meta.dirname);

/**
 * The files whose functions run during an action.
 *
 * @param action is called once
 * @returns paths from the root of the project, sorted; tests, testing/ and packages aside
 * @example await listFilesRun(() => answer('/v1/depth-scales.json?activation=tanh&sigma_w2=1..4/4'))
 */
export async function listFilesRun(action: () => Promise<void>): Promise<string[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await action();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  return result
    .filter(({ url, functions }) => url.startsWith('file:') && functions.some(isCalledFunction))
    .map(({ url }) => path.relative(ROOT, fileURLToPath(url)).split(path.sep).join('/'))
    .filter((file) => !/^\.\.|node_modules|\.test\.ts$|(^|\/)testing\//.test(file))
    .filter((file) => file !== 'scripts/count-files-run.ts')
    .sort();
}

type FunctionCoverage = {
  readonly functionName: string;
  readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
};

/** The function at offset 0 without a name is the module itself. */
function isCalledFunction({ functionName, ranges: [range] }: FunctionCoverage): boolean {
  return range !== undefined && range.count > 0 && !(functionName === '' && range.startOffset === 0);
}

const DEPTH_SCALES = '/v1/depth-scales.json?activation=tanh&sigma_w2=1..4/4&sigma_b2=0.05&keep=0.98';

type App = { request(path: string, init: RequestInit, bindings: object): Promise<Response> };

/** Each loads its modules and gives the action that is measured. */
const MEASURED: Readonly<Record<string, () => Promise<() => Promise<void>>>> = {
  async 'depth-scales'() {
    // (by its address: the types of the Worker are those of another platform)
    const worker = new URL('../worker/index.ts', import.meta.url).href;
    const { default: app } = (await import(worker)) as { default: App };
    return async () => {
      const response = await app.request(DEPTH_SCALES, {}, { GRIDS: {}, DB: {}, ASSETS: {} });
      const { rows } = (await response.json()) as { rows: unknown[] };
      if (response.status !== 200 || rows.length !== 4)
        throw new Error(`${DEPTH_SCALES}: ${response.status}`);
    };
  },
  // what a worker process of a run does with a plan and a cell: it reads the images and trains
  async 'train-cell'() {
    const { DATA_SETS } = await import('../trainer/data/sources.ts');
    const { loadData } = await import('../trainer/data/load.ts');
    const { listCells } = await import('../trainer/run/cells.ts');
    const { readPlan } = await import('../trainer/run/plan.ts');
    const { trainCell } = await import('../trainer/run/train-cell.ts');
    const plan = await readPlan(path.join(ROOT, 'examples', 'plans', 'tiny.json'));
    const source = DATA_SETS[plan.data.name];
    await loadData(source, console.error);
    const [cell] = listCells(plan);
    return async () => {
      if (!cell) throw new Error('the plan has no cells');
      const data = await loadData(source, console.error);
      const row = await trainCell({ ...plan, backend: 'ort-web-training' }, cell, data);
      if (row.status !== 'ok') throw new Error(`the network ended as ${row.status}`);
    };
  },
};

/** Prints how many files and lines of TypeScript each room has, tests and testing/ aside. */
function printSizes(): void {
  const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((file) => !/\.test\.ts$|(^|\/)testing\//.test(file));
  const rooms = new Map<string, [files: number, lines: number]>();
  for (const file of files) {
    const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1;
    for (const room of [file.split('/')[0] as string, 'all']) {
      const [count, sum] = rooms.get(room) ?? [0, 0];
      rooms.set(room, [count + 1, sum + lines]);
    }
  }
  for (const [room, [count, sum]] of rooms) console.log(`${room}: ${count} files, ${sum} lines`);
}

if (import.meta.main) {
  if (process.argv[2] === 'size') {
    printSizes();
    process.exit();
  }
  const prepare = MEASURED[process.argv[2] ?? ''];
  if (!prepare) {
    console.error(`Give one of: ${[...Object.keys(MEASURED), 'size'].join(', ')}`);
    process.exit(2);
  }
  const files = await listFilesRun(await prepare());
  for (const file of files) console.log(file);
  console.log(`${files.length} files`);
}
