import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.dirname(import.meta.dirname);
const FILES = globSync('*/**/*.ts', {
  cwd: ROOT,
  exclude: (file) => /(^|[\\/])(node_modules|dist|\..*)$/.test(file),
}).filter((file) => !/\.test\.ts$/.test(file));

/** Names that say nothing of what they hold: of constants, and of functions. */
const CONSTANTS = /^(ALL|ALONE|BEYOND|FAR|FEW|LEAST|MORE|MOST|NEAR|NONE|NOTHING|SAME|STILL|TOO)$/;
const FUNCTIONS =
  /^(alone|apart|beyond|capped|checked|compared|explained|finite|followed|gathered|given|others|reached|scanned|settled|shortened|still|together|whole|within)$/;

it('finds declarations', () => {
  expect(FILES.length).toBeGreaterThan(200);
});

it('names constants and functions by what they are', () => {
  const found = FILES.flatMap((file) =>
    [
      ...readFileSync(path.join(ROOT, file), 'utf8').matchAll(
        /^(?:export )?(?:async )?(const|function\*?) (\w+)/gm,
      ),
    ].flatMap(([, kind, name = '']) =>
      CONSTANTS.test(name) || (kind !== 'const' && FUNCTIONS.test(name)) ? [`${file}: ${name}`] : [],
    ),
  );
  expect(found).toEqual([]);
});

it('has the columns and the words that pages use in the glossary', () => {
  const glossary = readFileSync(path.join(ROOT, 'docs', 'glossary.md'), 'utf8');
  for (const word of [
    'network',
    'block',
    'keep',
    'q_star',
    'chi_1',
    'chi_c',
    'xi_2',
    'limit_low',
    'frontier',
    'censored',
    'cell',
  ])
    expect(glossary).toMatch(new RegExp(`^\\| .*\\b${word}\\b.* \\|`, 'm'));
});

it('mentions in pages and comments only files that there are', () => {
  const options = {
    cwd: ROOT,
    exclude: (file: string) => /(^|[\\/])(node_modules|dist|\.generated|\.git|runs)$/.test(file),
  };
  const all = globSync('**/*.{ts,mjs,json,toml,css,html,md}', options).map(
    (file) => `/${file.split(path.sep).join('/')}`,
  );
  const pages = all.filter((file) => /\.md$/.test(file) && !/CHANGELOG|docs\/reference/.test(file));
  const comments = FILES.map((file) => `/${file}`);
  const missing = [...pages, ...comments].flatMap((file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    const lines = file.endsWith('.md') ? text.match(/`[^`\n]+`/g) : text.match(/^\s*(\*|\/\*\*|\/\/).*$/gm);
    const mentioned = (lines ?? []).flatMap(
      (line) => line.match(/(?<![\w./-])[\w-]+(\/[\w-]+)*\.(ts|mjs)\b/g) ?? [],
    );
    return mentioned
      .filter((name) => !all.some((one) => one.endsWith(`/${name}`)))
      .map((name) => `${file.slice(1)}: ${name}`);
  });
  expect(missing).toEqual([]);
});
