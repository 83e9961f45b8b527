import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { HOUSE } from './house.ts';
import { readTable } from './tables.ts';

const ROOT = path.dirname(import.meta.dirname);
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const page = read('CONTRIBUTING.md');
const { scripts, engines } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

it('lists what npm runs, in the order of package.json', () => {
  const [, table = ''] = page.split('## What npm runs');
  expect([...table.matchAll(/^\| `([\w:-]+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(scripts));
});

it.each([
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'docs/design.md',
  'docs/deploy.md',
])('names only commands and files that there are: %s', (file) => {
  const text = read(file);
  const commands = [...text.matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name]) => name as string);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  const links = [...text.matchAll(/\]\(((?!https?:|#)[^)#\s]+)/g)].map(([, link]) => link as string);
  const folder = path.dirname(path.join(ROOT, file));
  expect(links.filter((link) => !existsSync(path.join(folder, link)))).toEqual([]);
});

it('tests rooms that there are', () => {
  const rooms = readTable(page, 'rooms').flatMap((line) => /^\| `([\w/]+)\/`/.exec(line)?.[1] ?? []);
  expect(rooms.length).toBeGreaterThan(5);
  for (const room of rooms) expect(Object.keys(HOUSE)).toContain(room);
});

it('states the floor of the coverage that the test runner holds', () => {
  const [, lines, branches] = /fails below (\d+) % of the lines or (\d+) % of the branches/.exec(page) ?? [];
  const config = read('vitest.config.ts');
  expect(config).toContain(`lines: ${lines},`);
  expect(config).toContain(`branches: ${branches} `);
});

it('states the oldest Node in one way everywhere', () => {
  const oldest = /\d+/.exec(engines.node)?.[0];
  expect(read('README.md')).toContain(`You need Node ${oldest} or newer`);
  expect(page).toContain(`You need Node ${oldest} or newer`);
  expect(read('.github/workflows/ci.yml')).toContain(`node: [${oldest}, ${read('.nvmrc').trim()}]`);
});
