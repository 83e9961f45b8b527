/**
 * Builds the static assets of the Worker in .generated/assets: each shipped grid of fixtures/grids under the SHA-256
 * of its bytes, beside it its frontier with the theory's curves; an index of the grids; their measured columns by activation; the
 * pages at `/` and `/docs`, and the OpenAPI document. A Worker has one assets directory; fixtures/ itself holds more than
 * it may serve.
 *
 *   node scripts/launch.mjs scripts/assets.ts
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { entryOf } from '../figures/measured/entry.ts';
import { columnTheory, curveTheory } from '../figures/measured/theory.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import rule from '../fixtures/depth-rule.json' with { type: 'json' };
import { depthRuleSchema } from '../schemas/depth-rule.ts';
import { gridSchema } from '../schemas/grid.ts';
import { openApi } from '../schemas/openapi.ts';
import { docsPage } from './docs-page.ts';
import { explorerPage } from './explorer.ts';
import { glossaryText, llmsText, ROBOTS } from './machine-pages.ts';
import { TABLE_FRAME } from './table-frame.ts';

const ROOT = path.dirname(import.meta.dirname);

/**
 * Generates the assets folder.
 *
 * @param source folder of grid files, `{id}.json`
 * @param target folder to fill
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
  const entries = grids.map(({ entry }) => entry);
  await layOut(target, {
    'explorer.html': await explorerPage(),
    'docs.html': await docsPage(),
    'table.html': TABLE_FRAME,
    'llms.txt': llmsText(),
    'robots.txt': ROBOTS,
    'dropline_check.py': await readFile(path.join(ROOT, 'examples', 'python', 'dropline_check.py'), 'utf8'),
    'glossary.md': glossaryText(await readFile(path.join(ROOT, 'docs', 'glossary.md'), 'utf8')),
    'openapi.json': JSON.stringify(openApi()),
    'grids/index.json': JSON.stringify(entries.map(({ columns: _, ...summary }) => summary)),
    ...Object.fromEntries(
      grids.flatMap(({ bytes, entry: { id, version }, frontier }) => [
        [`grids/${id}/${version}.json`, bytes],
        [`grids/${id}/${version}.frontier.json`, JSON.stringify(frontier)],
      ]),
    ),
    ...Object.fromEntries(
      ACTIVATION_NAMES.map((name) => [
        `measured/${name}.json`,
        JSON.stringify(entries.filter(({ activation }) => activation === name)),
      ]),
    ),
  });
  return grids.length;
}

/**
 * Makes a folder hold these files and no others. A server may be reading it: what is the same stays untouched, the rest is renamed into
 * its place, and what is gone is deleted last.
 */
async function layOut(target: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(target, name);
    const bytes = Buffer.from(content);
    if (
      await readFile(file).then(
        (old) => old.equals(bytes),
        () => false,
      )
    )
      continue;
    await mkdir(path.dirname(file), { recursive: true });
    const made = `${file}.${process.pid}.tmp`;
    await writeFile(made, bytes);
    await rename(made, file);
  }
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(target, file).split(path.sep).join('/');
    const wanted = Object.keys(files).some((one) => one === name || one.startsWith(`${name}/`));
    if (!wanted && !name.endsWith('.tmp')) await rm(file, { recursive: true, force: true });
  }
}

/** vitest calls this once before the Worker's tests. */
export async function setup(): Promise<void> {
  await generateAssets();
}

if (import.meta.main) await generateAssets();
