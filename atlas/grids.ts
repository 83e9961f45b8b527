import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Grid } from '../schemas/grid.ts';
import { parseGrid } from '../trainer/cli/read-grid.ts';
import { runSearch } from '../trainer/frontier/run-search.ts';
import { chooseWorkers } from '../trainer/run/estimate.ts';
import { writeAtomically } from '../trainer/run/files.ts';
import { locateRunFiles } from '../trainer/run/run.ts';
import { runPlan } from '../trainer/run/run-plan.ts';
import { type AtlasPlane, PLANES } from './planes.ts';

/** The project's folder. */
export const ROOT = path.dirname(import.meta.dirname);

/** Where grids that ship are. */
export const SHIPPED = path.join(ROOT, 'fixtures', 'grids');

/** Where the atlas trains. */
export const RUNS = path.join('runs', 'atlas');

/** A plane with what was measured of it. */
export type MeasuredPlane = AtlasPlane & { readonly grid: Grid };

/** The planes of the atlas that ship with the project. */
export function readShippedPlanes(folder = SHIPPED): MeasuredPlane[] {
  const files = new Set(readdirSync(folder));
  const read = (file: string) => parseGrid(readFileSync(file), file, () => {});
  return PLANES.filter(({ plan }) => files.has(`${plan.id}.json`)).map((plane) => ({
    ...plane,
    grid: read(path.join(folder, `${plane.plan.id}.json`)),
  }));
}

/** How planes are trained. */
export type TrainOptions = {
  /** folder of the journals and grids */
  readonly out: string;
  readonly workers?: number | undefined;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
};

/** Core-seconds that planes took, by id: seconds times the networks trained at a time. */
export type Times = Readonly<Record<string, number>>;

/** Trains a plane of the atlas, from where an earlier run left off. The time is added up over interruptions. */
export async function trainPlane({ plan }: AtlasPlane, options: TrainOptions): Promise<Grid> {
  const { out, signal, say } = options;
  const workers = options.workers ?? chooseWorkers(plan, say);
  const run = { out, signal, say, workers };
  const start = performance.now();
  let existed = false;
  try {
    const outcome = await (plan.search
      ? runSearch({ ...plan, search: plan.search }, run)
      : runPlan(plan, run));
    existed = outcome.existed;
    return outcome.grid as Grid;
  } finally {
    const seconds = Math.round((workers * (performance.now() - start)) / 1000);
    if (!existed) {
      await mkdir(out, { recursive: true });
      const times = readTimes(out);
      await writeTimes(out, { ...times, [plan.id]: (times[plan.id] ?? 0) + seconds });
    }
  }
}

/** Puts finished planes among the grids that ship with the project, and their times beside them. */
export async function shipPlanes(
  planes: readonly AtlasPlane[],
  out: string = RUNS,
  to: { readonly grids: string; readonly records: string } = { grids: SHIPPED, records: RECORDS },
): Promise<string[]> {
  const ids = planes.map(({ plan }) => plan.id).filter((id) => existsSync(locateRunFiles({ id }, out).grid));
  for (const id of ids) await copyFile(locateRunFiles({ id }, out).grid, path.join(to.grids, `${id}.json`));
  const took = readTimes(out);
  const times = Object.fromEntries(ids.flatMap((id) => (took[id] ? [[id, took[id]]] : [])));
  await writeTimes(to.records, { ...readTimes(to.records), ...times });
  return ids;
}

/** What ships beside the grids: the times that planes took, and the cross-check of the back ends. */
export const RECORDS = path.join(path.dirname(SHIPPED), 'atlas');

/** The times of a folder; none where it has none. */
export function readTimes(folder: string): Times {
  const file = path.join(folder, 'times.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

async function writeTimes(folder: string, times: Times): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sorted = Object.fromEntries(Object.entries(times).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  await writeAtomically(path.join(folder, 'times.json'), `${JSON.stringify(sorted, null, 2)}\n`);
}
