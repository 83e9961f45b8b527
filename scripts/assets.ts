/**
 * Lays out the static assets of the Worker in .generated/assets: each shipped grid of fixtures/grids under the SHA-256
 * of its bytes, an index of them, the pages at `/` and `/docs`, and the OpenAPI document. A Worker has one assets directory; fixtures/ itself holds more than
 * it may serve.
 *
 *   node scripts/launch.mjs scripts/assets.ts
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { entryOf } from '../figures/measured/entry.ts';
import { gridSchema } from '../schemas/grid.ts';
import { openApi } from '../schemas/openapi.ts';
import { docsPage } from './docs-page.ts';
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
  const files = (await readdir(source)).filter((file) => file.endsWith('.json')).sort();
  const grids = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(path.join(source, file));
      const parsed = gridSchema.safeParse(JSON.parse(bytes.toString('utf8')));
      if (!parsed.success) throw new Error(`${file} is not a grid: ${parsed.error.issues[0]?.message}`);
      if (`${parsed.data.id}.json` !== file) throw new Error(`${file} holds the grid "${parsed.data.id}"`);
      return { bytes, entry: entryOf(parsed.data, createHash('sha256').update(bytes).digest('hex')) };
    }),
  );
  const folder = path.join(target, 'grids');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'index.json'), JSON.stringify(grids.map(({ entry }) => entry)));
  for (const { bytes, entry } of grids) {
    await mkdir(path.join(folder, entry.id));
    await writeFile(path.join(folder, entry.id, `${entry.version}.json`), bytes);
  }
  await writeFile(path.join(target, 'explorer.html'), await explorerPage());
  await writeFile(path.join(target, 'docs.html'), await docsPage());
  await writeFile(path.join(target, 'openapi.json'), JSON.stringify(openApi()));
  return grids.length;
}

/** vitest calls this once before the Worker's tests. */
export async function setup(): Promise<void> {
  await generateAssets();
}

if (import.meta.main) await generateAssets();
