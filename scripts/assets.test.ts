import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { measuredColumns, trainedBy } from '../figures/measured/columns.ts';
import { generateAssets } from './assets.ts';

const SHIPPED = path.join(import.meta.dirname, '..', 'fixtures', 'grids');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-assets-'));
  mkdirSync(path.join(folder, 'grids'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const generate = () => generateAssets(path.join(folder, 'grids'), path.join(folder, 'assets'));

it('lays out every shipped grid under the digest of its bytes, and drops those that are gone', async () => {
  const files = readdirSync(SHIPPED);
  expect(await generateAssets(SHIPPED, path.join(folder, 'assets'))).toBe(files.length);
  const index = JSON.parse(readFileSync(path.join(folder, 'assets', 'grids', 'index.json'), 'utf8'));
  for (const { id, version } of index) {
    const bytes = readFileSync(path.join(folder, 'assets', 'grids', id, `${version}.json`));
    expect(bytes.equals(readFileSync(path.join(SHIPPED, `${id}.json`)))).toBe(true);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(version);
  }
  expect(await generate()).toBe(0);
  expect(readdirSync(path.join(folder, 'assets', 'grids'))).toEqual(['index.json']);
});

it('leaves alone what a server may be reading, and every file is there at every moment', async () => {
  const target = path.join(folder, 'assets');
  await generateAssets(SHIPPED, target);
  const files = () => readdirSync(target, { recursive: true, encoding: 'utf8' }).sort();
  const inodes = () => files().map((file) => [file, statSync(path.join(target, file)).ino]);
  const [before, names] = [inodes(), files()];
  let missing = 0;
  const looking = setInterval(
    () => (missing += names.filter((name) => !existsSync(path.join(target, name))).length),
  );
  await Promise.all([generateAssets(SHIPPED, target), generateAssets(SHIPPED, target)]);
  clearInterval(looking);
  expect([missing, inodes()]).toEqual([0, before]);
});

it('lays out the frontier of each grid, with what the theory says of every column, and its columns by activation', async () => {
  await generateAssets(SHIPPED, path.join(folder, 'assets'));
  const read = (...names: string[]) =>
    JSON.parse(readFileSync(path.join(folder, 'assets', ...names), 'utf8'));
  let columns = 0;
  for (const entry of read('grids', 'index.json')) {
    const { id, version, activation } = entry;
    const grid = JSON.parse(readFileSync(path.join(SHIPPED, `${id}.json`), 'utf8'));
    const frontier = read('grids', id, `${version}.frontier.json`);
    expect(frontier.columns).toEqual(measuredColumns(grid, trainedBy(grid.meta.plan)));
    expect(frontier.theory.columns).toHaveLength(frontier.columns.length);
    for (const one of frontier.theory.columns) expect(one).toHaveProperty('fitted');
    expect(read('measured', `${activation}.json`)).toContainEqual({ ...entry, columns: frontier.columns });
    columns += frontier.columns.length;
  }
  const listed = ACTIVATION_NAMES.flatMap((name) => read('measured', `${name}.json`));
  expect(listed.flatMap((entry) => entry.columns)).toHaveLength(columns);
});

it('refuses a file that is no grid, or has another name', async () => {
  const [file] = readdirSync(SHIPPED);
  const text = readFileSync(path.join(SHIPPED, file as string), 'utf8');
  writeFileSync(path.join(folder, 'grids', 'other.json'), text);
  await expect(generate()).rejects.toThrow('other.json holds the grid');
  writeFileSync(path.join(folder, 'grids', 'other.json'), text.replace('"rows"', '"lines"'));
  await expect(generate()).rejects.toThrow('other.json is not a grid');
});
