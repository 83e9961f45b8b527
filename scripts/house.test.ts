import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.dirname(import.meta.dirname);

/**
 * What the files of a room may import besides the room itself; `packages` are npm packages and node: modules, `fixtures` the
 * measured constants that an answer is made from and that are bundled with it.
 */
const RULES: Record<string, { rooms: string[]; packages: RegExp; fixtures?: RegExp }> = {
  catalogue: { rooms: [], packages: /^$/ },
  theory: { rooms: ['catalogue'], packages: /^$/ },
  research: { rooms: ['catalogue', 'theory'], packages: /^$/ },
  schemas: { rooms: ['catalogue'], packages: /^(zod|fastest-levenshtein)$/ },
  client: { rooms: ['catalogue', 'schemas'], packages: /^zod$/ },
  figures: {
    rooms: ['catalogue', 'theory', 'schemas'],
    packages: /^(d3-(contour|scale|scale-chromatic)|fast-png)$/,
  },
  worker: {
    rooms: ['catalogue', 'theory', 'schemas', 'figures'],
    packages: /^(hono(\/.*)?|zod|d3-dsv)$/,
    fixtures: /^(data-statistics|depth-rule)\.json$/,
  },
  trainer: {
    rooms: ['catalogue', 'theory', 'schemas', 'client', 'figures'],
    packages: /^(?!hono|wrangler)/,
    fixtures: /^(data-statistics|depth-rule)\.json$/,
  },
  atlas: {
    rooms: ['catalogue', 'theory', 'schemas', 'figures', 'trainer'],
    packages: /^(commander|d3-array|zod|node:.*)$/,
    fixtures: /^data-statistics\.json$/,
  },
};

type Import = { file: string; target: string };

function imports(room: string): Import[] {
  return readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing'))
    .flatMap((file) => {
      const text = readFileSync(path.join(ROOT, room, file), 'utf8');
      const pattern =
        /(?:^|\n)\s*(?:import|export)[^'"`;]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]|(?:^|\n)import\s+['"]([^'"]+)['"]/g;
      return [...text.matchAll(pattern)].map((match) => ({
        file: path.join(room, file),
        target: (match[1] ?? match[2] ?? match[3]) as string,
      }));
    });
}

describe.each(Object.entries(RULES))('%s', (room, rule) => {
  const found = imports(room);

  it('has imports to look at', () => {
    expect(found.length).toBeGreaterThan(0);
  });

  it('imports only from the rooms below it', () => {
    const wrong = found
      .filter(({ target }) => target.startsWith('.'))
      .filter(({ file, target }) => {
        const [to, ...rest] = path
          .relative(ROOT, path.resolve(ROOT, path.dirname(file), target))
          .split(path.sep);
        if (to === 'fixtures') return !rule.fixtures?.test(rest.join('/'));
        return to !== room && !rule.rooms.includes(to as string);
      });
    expect(wrong).toEqual([]);
  });

  it('imports only the packages that it may', () => {
    const wrong = found.filter(({ target }) => !target.startsWith('.') && !rule.packages.test(target));
    expect(wrong).toEqual([]);
  });
});

it('sees the imports that it judges', () => {
  expect(imports('worker')).toContainEqual({ file: path.join('worker', 'index.ts'), target: 'hono' });
});

describe('theory', () => {
  it('reads no clock, no chance and no platform', () => {
    const files = readdirSync(path.join(ROOT, 'theory'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing'),
    );
    const wrong = files.filter((file) =>
      /\b(Date\b|Math\.random|process\.|globalThis|fetch\(|crypto\.|performance\.)/.test(
        readFileSync(path.join(ROOT, 'theory', file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''),
      ),
    );
    expect(wrong).toEqual([]);
  });
});
