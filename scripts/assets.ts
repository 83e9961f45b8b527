/**
 * Lays out the static assets of the Worker in .generated/assets: each shipped grid of fixtures/grids under the SHA-256
 * of its bytes, beside it its frontier with the theory's curves; an index of the grids; their measured columns by activation; and
 * the page at `/`. A Worker has one assets directory; fixtures/ itself holds more than
 * it may serve.
 *
 *   node scripts/launch.mjs scripts/assets.ts
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { entryOf } from '../figures/measured/entry.ts';
import { columnTheory, curveTheory } from '../figures/measured/theory.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import rule from '../fixtures/depth-rule.json' with { type: 'json' };
import { depthRuleSchema } from '../schemas/depth-rule.ts';
import { gridSchema } from '../schemas/grid.ts';
import { TRAINED_ACTIVATIONS } from '../schemas/names.ts';
import { explorerPage } from './explorer.ts';

const ROOT = path.dirname(import.meta.dirname);

/**
 * Generates the assets folder.
 *
 * @param source folder of grid files, `{id}.json`
 * @param target folder to make anew
 * @returns how many grids it holds
 * @throws where a file is no grid or has another name than its id
 */
export async function generateAssets(
  source = path.join(ROOT, 'fixtures', 'grids'),
  target = path.join(ROOT, '.generated', 'assets'),
): Promise<number> {
  const fitting = { rule: depthRuleSchema.parse(rule), statistics };
  const files = (await readdir(source)).filter((file) => file.endsWith('.json')).sort();
  const grids = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(path.join(source, file));
      const parsed = gridSchema.safeParse(JSON.parse(bytes.toString('utf8')));
      if (!parsed.success) throw new Error(`${file} is not a grid: ${parsed.error.issues[0]?.message}`);
      if (`${parsed.data.id}.json` !== file) throw new Error(`${file} holds the grid "${parsed.data.id}"`);
      const entry = entryOf(parsed.data, createHash('sha256').update(bytes).digest('hex'));
      const { columns = [] } = entry;
      const theory = {
        columns: columnTheory(parsed.data, columns, fitting),
        curve: curveTheory(parsed.data, columns),
      };
      return { bytes, entry, frontier: { columns, theory } };
    }),
  );
  const [folder, measured] = [path.join(target, 'grids'), path.join(target, 'measured')];
  for (const one of [folder, measured]) {
    await rm(one, { recursive: true, force: true });
    await mkdir(one, { recursive: true });
  }
  const summaries = grids.map(({ entry: { columns: _, ...summary } }) => summary);
  await writeFile(path.join(folder, 'index.json'), JSON.stringify(summaries));
  for (const { bytes, entry, frontier } of grids) {
    await mkdir(path.join(folder, entry.id));
    await writeFile(path.join(folder, entry.id, `${entry.version}.json`), bytes);
    await writeFile(path.join(folder, entry.id, `${entry.version}.frontier.json`), JSON.stringify(frontier));
  }
  for (const activation of TRAINED_ACTIVATIONS) {
    const entries = grids.map(({ entry }) => entry).filter((entry) => entry.activation === activation);
    await writeFile(path.join(measured, `${activation}.json`), JSON.stringify(entries));
  }
  await writeFile(path.join(target, 'explorer.html'), await explorerPage());
  return grids.length;
}

/** vitest calls this once before the Worker's tests. */
export async function setup(): Promise<void> {
  await generateAssets();
}

if (import.meta.main) await generateAssets();
