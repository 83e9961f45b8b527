import { readFile } from 'node:fs/promises';
import { type Grid, gridSchema } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { Failure, fileFailure } from '../errors.ts';
import { verifyChecksum } from './checksum.ts';
import { writeAtomically } from './files.ts';
import { planDigest } from './plan.ts';

/**
 * The grid of a plan that was finished before.
 *
 * @param plan the plan
 * @param file where its grid would be
 * @param say is told of a grid that carries no checksum
 * @returns undefined where there is none
 * @throws Failure where something else is in its place, or the grid was altered
 * @example await finishedGrid(plan, 'runs/tiny.json', console.error)
 */
export async function finishedGrid(
  plan: Plan,
  file: string,
  say: (line: string) => void,
): Promise<Grid | undefined> {
  const text = await readFile(file, 'utf8').catch((error) => {
    // a folder that is no folder is reported by who writes there
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw fileFailure(`read ${file}`, error, 'Choose another folder with --out.');
  });
  if (text === undefined) return undefined;
  const remedy = 'Delete it to train anew, or give the plan another id, or choose another folder with --out.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failure(`${file} is there but is not JSON. ${remedy}`);
  }
  const grid = gridSchema.safeParse(value);
  if (!grid.success) throw new Failure(`${file} is there but is no whole grid. ${remedy}`);
  verifyChecksum(file, value as object, say);
  if (planDigest(grid.data.meta.plan) !== planDigest(plan))
    throw new Failure(`${file} is the grid of another plan with the id "${plan.id}". ${remedy}`);
  return grid.data;
}

/**
 * Writes the grid of a finished run.
 *
 * @param file where
 * @param text see encodeGrid
 * @returns the grid
 * @throws Failure when it cannot be written
 * @example await writeGrid('runs/tiny.json', encodeGrid(plan, rows, data));
 */
export async function writeGrid(file: string, text: string): Promise<Grid> {
  await writeAtomically(file, text).catch((error) => {
    throw fileFailure(`write the grid ${file}`, error, 'All cells are saved: run the same command again.');
  });
  return JSON.parse(text);
}
