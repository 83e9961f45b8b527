import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatHouse, HOUSE } from './house.ts';
import { readTable } from './tables.ts';

const ROOT = path.dirname(import.meta.dirname);

const FILES = globSync('*/**/*.{ts,mjs}', {
  cwd: ROOT,
  exclude: (file) => /(^|[\\/])(node_modules|dist|\..*)$/.test(file),
}).map((file) => file.split(path.sep).join('/'));

const isTest = (file: string) => /\.(test|browser)\.ts$|\/testing\//.test(file);

/** The innermost room of a file. */
const roomOf = (file: string) =>
  Object.keys(HOUSE)
    .filter((room) => file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];

type Import = {
  readonly file: string;
  readonly target: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
};

/** What a file imports: paths from the root, or names of packages. */
function readImports(file: string): Import[] {
  const pattern =
    /(?:^|\n)\s*((?:import|export)\b[^'"`;]*?\bfrom|import)\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
  return [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(pattern)].map((match) => {
    const target = (match[2] ?? match[3]) as string;
    return {
      file,
      target: target.startsWith('.') ? path.posix.join(path.posix.dirname(file), target) : target,
      isPackage: !target.startsWith('.'),
      typeOnly: /^(import|export) type\b/.test(match[1] ?? ''),
    };
  });
}

const IMPORTS = FILES.flatMap(readImports);

const isInside = (target: string) => FILES.includes(target) || /^(fixtures|\.generated)\//.test(target);

const takes = (packages: readonly string[], target: string) =>
  packages.some((name) => (name.endsWith('*') ? target.startsWith(name.slice(0, -1)) : target === name));

/** The package of an import: `hono` of `hono/cors`. */
const packageOf = (target: string) => /^(@[^/]+\/)?[^/]+/.exec(target)?.[0] as string;

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

it('has every folder with code among its rooms', () => {
  expect(FILES.filter((file) => roomOf(file) === undefined)).toEqual([]);
  expect(new Set(FILES.map(roomOf))).toEqual(new Set(Object.keys(HOUSE)));
});

it('stands in docs/design.md as it is (npm run docs writes it)', () => {
  const page = readFileSync(path.join(ROOT, 'docs', 'design.md'), 'utf8');
  expect(readTable(page, 'house')).toEqual(formatHouse());
});

it('sees the imports that it judges', () => {
  expect(IMPORTS).toContainEqual({
    file: 'worker/index.ts',
    target: 'hono',
    isPackage: true,
    typeOnly: false,
  });
  expect(IMPORTS).toContainEqual({
    file: 'scripts/launch.mjs',
    target: 'scripts/node-version.mjs',
    isPackage: false,
    typeOnly: false,
  });
});

describe.each(Object.entries(HOUSE))('%s', (room, rule) => {
  const own = IMPORTS.filter(({ file }) => roomOf(file) === room);
  const code = own.filter(({ file }) => !isTest(file));
  const tests = own.filter(({ file }) => isTest(file));
  const isOutside = (rooms: readonly string[]) => (target: string) => {
    const to = roomOf(target);
    return to !== undefined && ![room, 'catalogue', ...rooms].includes(to);
  };

  it('imports only from the rooms that it may', () => {
    const outside = isOutside(rule.rooms);
    expect(code.filter(({ target }) => outside(target))).toEqual([]);
  });

  it('imports only the packages and fixtures that it may', () => {
    const wrong = code.filter(({ target }) =>
      target.startsWith('fixtures/')
        ? !rule.fixtures?.includes(target.slice('fixtures/'.length))
        : !isInside(target) && !takes(rule.packages, target),
    );
    expect(wrong).toEqual([]);
  });

  it('uses nothing of tests where people run it', () => {
    if (!rule.usesTesting) expect(code.filter(({ target }) => isTest(target))).toEqual([]);
  });

  it('is tested with nothing but what it may import, and rooms that are named', () => {
    const outside = isOutside([...rule.rooms, ...(rule.testRooms ?? [])]);
    expect(tests.filter(({ target }) => outside(target))).toEqual([]);
  });

  it('may import nothing that it does not', () => {
    const used = (name: string) => code.some(({ target }) => takes([name], target));
    expect(rule.rooms.filter((other) => !code.some(({ target }) => roomOf(target) === other))).toEqual([]);
    expect(rule.packages.filter((name) => !used(name))).toEqual([]);
    expect((rule.fixtures ?? []).filter((file) => !used(`fixtures/${file}`))).toEqual([]);
  });
});

it('imports no package that package.json does not name', () => {
  const known = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)]);
  const unknown = IMPORTS.filter(
    ({ target, isPackage }) =>
      isPackage && !/^(node|cloudflare):/.test(target) && !known.has(packageOf(target)),
  );
  expect(unknown).toEqual([]);
});

it('starts with the packages of `npm ci --omit=dev`', () => {
  const reached = new Set<string>();
  const packages = new Set<string>();
  const follow = (file: string) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { target, typeOnly } of IMPORTS.filter((one) => one.file === file)) {
      if (FILES.includes(target)) follow(target);
      else if (!typeOnly && !isInside(target) && !target.startsWith('node:')) packages.add(packageOf(target));
    }
  };
  for (const file of ['scripts/start.ts', 'scripts/assets.ts', 'worker/index.ts']) follow(file);
  expect(packages).toContain('hono');
  expect([...packages].filter((name) => !(name in manifest.dependencies))).toEqual([]);
});

describe('theory', () => {
  it('reads no clock, no randomness and no platform', () => {
    const wrong = FILES.filter((file) => roomOf(file) === 'theory' && !isTest(file)).filter((file) =>
      /\b(Date\b|Math\.random|process\.|globalThis|fetch\(|crypto\.|performance\.)/.test(
        readFileSync(path.join(ROOT, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
      ),
    );
    expect(wrong).toEqual([]);
  });
});
