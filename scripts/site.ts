/**
 * The page as a static site, with the shipped grids: any host that serves files can show it, without the API. What the page asks of the API
 * is recorded from one that is started for it.
 *
 *   npm run site                  in the folder site/
 *   npm run site -- --out /var/www/dropline
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { explorerPage } from './explorer.ts';
import { freePort, start, stop } from './testing/api.ts';

const ROOT = path.dirname(import.meta.dirname);

/**
 * Writes the site.
 *
 * @param folder where; what is there already is kept, unless the site has a file of the same name
 * @returns how many grids it has
 * @throws where the API does not start, or does not have a grid that it lists
 */
export async function writeSite(folder: string): Promise<number> {
  const state = await mkdtemp(path.join(os.tmpdir(), 'dropline-site-'));
  const port = await freePort();
  const { child } = await start(port, state);
  try {
    const ask = async (address: string): Promise<Response> => fetch(`http://localhost:${port}${address}`);
    const rowsOf = async <T>(response: Response): Promise<T[]> =>
      ((await response.json()) as { rows: T[] }).rows;
    await mkdir(path.join(folder, 'grids'), { recursive: true });
    const write = (name: string, content: string) => writeFile(path.join(folder, name), content);
    const grids = await rowsOf<{ id: string }>(await ask('/v1/grids?limit=999'));
    for (const { id } of grids) {
      const grid = await ask(`/v1/grids/${id}`);
      if (!grid.ok) throw new Error(`${id}: the API answered ${grid.status}.`);
      const frontier = await ask(`/v1/grids/${id}/frontier`);
      await write(`grids/${id}.json`, await grid.text());
      // (a grid without a depth axis has none)
      await write(`grids/${id}.frontier.json`, JSON.stringify(frontier.ok ? await rowsOf(frontier) : []));
    }
    await write('grids/index.json', JSON.stringify(grids));
    await cp(path.join(ROOT, '.generated', 'assets', 'measured'), path.join(folder, 'measured'), {
      recursive: true,
    });
    await cp(
      path.join(ROOT, 'examples', 'python', 'dropline_check.py'),
      path.join(folder, 'dropline_check.py'),
    );
    await write('docs.html', await readFile(path.join(ROOT, '.generated', 'assets', 'docs.html'), 'utf8'));
    // (a static host knows no address without an ending, and may serve the site from a folder)
    await write(
      'index.html',
      (await explorerPage(true)).replaceAll(
        /href="\/(docs|dropline_check\.py)"/g,
        (_, name) => `href="${name === 'docs' ? 'docs.html' : name}"`,
      ),
    );
    return grids.length;
  } finally {
    await stop(child);
    await rm(state, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const program = new Command('npm run site --')
    .description('Writes the page as a static site, which any host that serves files can show.')
    .option('--out <folder>', 'where', 'site')
    .addHelpText('after', '\nExamples:\n  npm run site\n  npm run site -- --out /var/www/dropline')
    .parse();
  const { out } = program.opts<{ out: string }>();
  const count = await writeSite(path.resolve(out));
  console.log(
    `${out}: the page, and ${count} grids. Serve the folder with any web server, for example: npx serve ${out}`,
  );
}
