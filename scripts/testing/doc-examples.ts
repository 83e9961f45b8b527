import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as theory from '../../theory/index.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** An `@example` that states a value. */
export type DocExample = { readonly file: string; readonly code: string; readonly value: string };

/**
 * The examples of doc comments that state a value: the last line of the code ends in `// value`, or the lines after it are `// value`.
 *
 * @param folders below the root
 * @example docExamples(['theory']).length > 100 // true
 */
export function docExamples(folders: readonly string[]): DocExample[] {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...folders], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file.endsWith('.ts') && !/\.(test|browser)\.ts$|\.d\.ts$/.test(file));
  return files.flatMap((file) =>
    examplesIn(readFileSync(path.join(ROOT, file), 'utf8')).map((found) => ({ file, ...found })),
  );
}

/**
 * The same of one file.
 *
 * @param source its text
 * @example examplesIn(readFileSync('theory/range.ts', 'utf8'))
 */
export function examplesIn(source: string): { code: string; value: string }[] {
  const comments = [...source.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, text]) =>
    (text as string).replaceAll(/^\s*\* ?/gm, '').trim(),
  );
  return comments.flatMap((text) =>
    [...text.matchAll(/@example\s([\s\S]*?)(?=\n@|$(?![\s\S]))/g)].flatMap(([, body]) => {
      const lines = (body as string).trim().split('\n');
      const code: string[] = [];
      let value: string | undefined;
      for (const line of lines) {
        const at = line.search(/(^|\s)\/\/ /);
        if (at < 0) code.push(line);
        else {
          if (line.slice(0, at).trim()) code.push(line.slice(0, at));
          value = line.slice(at).trim().slice(3);
        }
      }
      return value === undefined ? [] : [{ code: code.join('\n').trim(), value }];
    }),
  );
}

const module = (file: string): Promise<Record<string, unknown>> =>
  import(pathToFileURL(path.join(ROOT, file)).href);
const fixture = (name: string) => JSON.parse(readFileSync(path.join(ROOT, 'fixtures', name), 'utf8'));

/** What examples may use besides the exports of their module and of the theory: what ships, and exports of these. */
const COMMON = [
  'figures/measured/columns.ts',
  'figures/scale.ts',
  'schemas/endpoints/depth-scales.ts',
  'schemas/grid.ts',
  'theory/variance-scan.ts',
  'trainer/optimisers.ts',
];
const SHIPPED = {
  plan: fixture('plans/mnist-tanh-keep-095.json'),
  grid: fixture('grids/mnist-tanh-keep-095.json'),
  rule: fixture('depth-rule.json'),
  statistics: fixture('data-statistics.json'),
};

/**
 * What the last expression of an example gives, with the exports of its module, of the theory, and the names of activations and
 * techniques.
 *
 * @param example see {@link docExamples}
 * @throws what the code throws, or the import of its module
 */
export async function evaluated({ file, code }: DocExample): Promise<unknown> {
  const common = await Promise.all(COMMON.map(module));
  const scope: Record<string, unknown> = {
    ...SHIPPED,
    ...Object.assign({}, ...common),
    ...theory.ACTIVATIONS,
    ...theory.TECHNIQUES,
    ...theory,
    ...(await module(file)),
  };
  const lines = stripTypeScriptTypes(code)
    .trim()
    .replace(/;$/, '')
    .split(/;\s*(?=\S)/);
  const last = lines.pop() as string;
  const body = `"use strict"; ${lines.map((line) => `${line};`).join(' ')} return (${last}\n);`;
  const names = Object.keys(scope).filter((name) => /^[a-zA-Z_$][\w$]*$/.test(name) && name !== 'default');
  const AsyncFunction = (async () => {}).constructor as new (
    ...args: string[]
  ) => (...values: unknown[]) => unknown;
  return await new AsyncFunction(...names, body)(...names.map((name) => scope[name]));
}
