/**
 * Writes everything that holds numbers of the rule or answers of the API: `npm run pages`, after a refit or a change of contracts.
 *
 * The notebook needs Jupyter, and the pictures of the explorer a Chromium. Where one of them is missing it says so and goes on.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, LAUNCH, start, stop } from './testing/api.ts';

const ROOT = path.dirname(import.meta.dirname);

/** What is written, by which script, and whether it needs something that need not be installed. */
const PAGES: readonly {
  readonly what: string;
  readonly script: readonly string[];
  readonly optional?: true;
}[] = [
  { what: 'docs/api.md, docs/design.md', script: ['scripts/api-docs.ts'] },
  { what: 'docs/cli.md', script: ['scripts/cli-docs.ts'] },
  { what: 'docs/reference', script: ['scripts/reference.ts'] },
  { what: 'docs/reliability.md', script: ['scripts/reliability.ts'] },
  { what: 'docs/atlas.md and its pictures', script: ['atlas/main.ts', '--page'] },
  { what: 'docs/blocks.md and its pictures', script: ['scripts/blocks-page.ts'] },
  { what: 'README.md, docs/api.md, docs/blocks.md, docs/initialisers.md', script: ['scripts/readme.ts'] },
  { what: 'docs/field-cases.md', script: ['scripts/field-cases.ts'] },
  { what: 'pictures of the explorer', script: ['worker/explorer/testing/screenshots.ts'], optional: true },
];

function say(what: string, status: number | null, optional = false): void {
  console.log(`${status === 0 ? 'written' : optional ? 'left   ' : 'FAILED '}  ${what}`);
  if (status !== 0 && !optional) process.exitCode = 1;
}

/** Runs the notebook against an API of its own, and keeps the outputs. */
async function runNotebook(): Promise<number | null> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-pages-'));
  const port = await freePort();
  const { child } = await start(port, folder);
  try {
    const arguments_ = ['nbconvert', '--to', 'notebook', '--execute', '--inplace', 'examples/notebook.ipynb'];
    const env = { ...process.env, DROPLINE: `http://localhost:${port}` };
    return spawnSync('jupyter', arguments_, { cwd: ROOT, env, stdio: 'ignore' }).status;
  } finally {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const { what, script, optional } of PAGES) {
  const { status } = spawnSync(process.execPath, [LAUNCH, ...script], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', optional ? 'ignore' : 'inherit'],
  });
  say(what, status, optional);
}
say('examples/notebook.ipynb (needs Jupyter)', await runNotebook(), true);
