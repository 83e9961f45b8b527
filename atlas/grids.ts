import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Grid } from '../schemas/grid.ts';
import { parseGrid } from '../trainer/cli/read-grid.ts';
import { type AtlasPlane, PLANES } from './planes.ts';

/** The project's folder. */
export const ROOT = path.dirname(import.meta.dirname);

/** Where grids that ship are. */
export const SHIPPED = path.join(ROOT, 'fixtures', 'grids');

/** Where the atlas trains. */
export const RUNS = path.join('runs', 'atlas');

/** A plane with what was measured of it. */
export type MeasuredPlane = AtlasPlane & { readonly grid: Grid };

/**
 * The planes of the atlas that ship with the project.
 *
 * @param folder of grids
 * @returns in the order of the atlas; planes that have not been trained are left out
 * @throws where a file is no grid, or was altered
 * @example shippedPlanes().map(({ plan }) => plan.id)
 */
export function shippedPlanes(folder = SHIPPED): MeasuredPlane[] {
  const files = new Set(readdirSync(folder));
  const read = (file: string) => parseGrid(readFileSync(file), file, () => {});
  return PLANES.filter(({ plan }) => files.has(`${plan.id}.json`)).map((plane) => ({
    ...plane,
    grid: read(path.join(folder, `${plane.plan.id}.json`)),
  }));
}
