/**
 * Gives the members of the plans in grids their present names, and the grids the checksum of what they then are: `npm run rewrite-grids`
 * for those that ship, `npm run rewrite-grids -- runs/mine.json` for others. Rows are not changed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Grid, gridSchema } from '../schemas/grid.ts';
import { formatGrid } from '../trainer/run/grid-file.ts';

/** Present names by former ones, of the members of a plan's parts. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  network: { noise_official_init: 'noise_published_init' },
  evaluation: { trained_at: 'accuracy_threshold' },
  search: { together: 'networks_per_round', least: 'min_networks', most: 'max_networks' },
};

/** A grid's file with the present names; the same text where nothing is to be changed. */
export function rewriteGrid(text: string): string {
  const { id, meta, rows } = JSON.parse(text) as Grid;
  const plan = Object.fromEntries(
    Object.entries(meta.plan).map(([part, members]) => [part, renameMembers(members, RENAMED[part])]),
  );
  const grid = { id, meta: { ...meta, plan }, rows } as Grid;
  gridSchema.parse(grid);
  return formatGrid(grid);
}

function renameMembers(members: unknown, names: Readonly<Record<string, string>> | undefined): unknown {
  if (!names || typeof members !== 'object' || members === null) return members;
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [names[name] ?? name, value]));
}

if (import.meta.main) {
  const folder = path.join(import.meta.dirname, '..', 'fixtures', 'grids');
  const shipped = readdirSync(folder).map((file) => path.join(folder, file));
  const files = process.argv.length > 2 ? process.argv.slice(2) : shipped;
  let changed = 0;
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const rewritten = rewriteGrid(text);
    if (rewritten === text) continue;
    writeFileSync(file, rewritten);
    changed++;
  }
  console.log(`${changed} of ${files.length} grids were rewritten.`);
}
