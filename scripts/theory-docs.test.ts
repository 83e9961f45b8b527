import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { expect, it } from 'vitest';
import * as theory from '../theory/index.ts';

const text = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'theory.md'), 'utf8');
const blocks = (kind: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'gm'))].flatMap(([, block]) =>
    (block as string).trim().split('\n'),
  );

const ROOT = path.join(import.meta.dirname, '..');
const research = await Promise.all(
  globSync('research/**/*.ts', { cwd: ROOT, exclude: (file) => file.endsWith('.test.ts') }).map(
    (file) => import(path.join(ROOT, file)),
  ),
);
const context = vm.createContext(Object.assign({}, theory, ...research));
for (const line of blocks('ts setup')) vm.runInContext(line, context);
const examples = blocks('ts').map((line) => line.split(' // ') as [expression: string, value: string]);

/** As many significant digits as the page prints. */
function shorten(value: unknown, like: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(like))
    return Array.from(value, (item, i) => shorten(item, like[i]));
  if (typeof value !== 'number' || typeof like !== 'number' || value === 0) return value;
  const digits = String(like).replace(/^-?0\.0*|[-.]/g, '').length;
  return Number(value.toPrecision(Math.max(digits, 1)));
}

it('has an example of every chapter', () => {
  expect(examples.length).toBeGreaterThan(20);
});

it.each(examples)('%s gives %s', (expression, value) => {
  const expected = vm.runInNewContext(value);
  const actual = vm.runInContext(`(${expression})`, context);
  expect(shorten(actual, expected)).toEqual(shorten(expected, expected));
});
