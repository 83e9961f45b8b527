import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { apiForTests, has } from './testing/served.ts';

const ROOT = path.join(import.meta.dirname, '..');
const api = apiForTests('spreadsheets');

/** The formulas of the documentation that give a number. */
const formulas = ['README.md', 'examples/spreadsheets.md'].flatMap((page) =>
  readFileSync(path.join(ROOT, page), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('=') && line.includes('WEBSERVICE')),
);

/** A Python that has LibreOffice's bridge. */
const PYTHON = ['python3', '/usr/bin/python3'].find((python) => has(python, '-c', 'import uno'));
const missing = !PYTHON || spawnSync('soffice', ['--version']).status !== 0;
if (missing) console.warn('LibreOffice with its Python bridge is not here: no formula is computed.');

/** What Calc shows in cells that are typed, and their values. */
function typed(locale: string, cells: readonly (readonly [string, string])[]) {
  return new Promise<Record<string, [string, number]>>((resolve, reject) => {
    const script = path.join(import.meta.dirname, 'testing', 'calc.py');
    const child = execFile(
      PYTHON as string,
      [script, locale, path.join(api.folder, locale)],
      (error, output) => (error ? reject(error) : resolve(JSON.parse(output))),
    );
    child.stdin?.end(JSON.stringify(cells));
  });
}

test('every one of them says what the decimal sign is, of the answer and of what is asked', () => {
  expect(formulas.length).toBeGreaterThanOrEqual(5);
  for (const formula of formulas) {
    expect(formula).toMatch(/^=NUMBERVALUE\(WEBSERVICE\(.*\)([;,])"\."\1","\)$/);
    expect(formula.match(/&[BC]2/g)).toBeNull();
  }
});

describe.skipIf(missing)('in LibreOffice', () => {
  test.each([
    ['en-US', '1.76', '0.95'],
    ['de-DE', '1,76', '0,95'],
  ])('under %s', { timeout: 120_000 }, async (locale, sigma_w2, keep) => {
    // Calc takes `;` between arguments everywhere, and `,` where that is no decimal sign
    const usable = formulas.filter((formula) => locale === 'en-US' || formula.includes(';"."'));
    expect(usable.length).toBeGreaterThanOrEqual(3);
    const cells = usable.map((formula, i): [string, string] => [
      `D${i + 2}`,
      formula.replaceAll('http://localhost:8787', api.url),
    ]);
    const shown = await typed(locale, [['A2', 'tanh'], ['B2', sigma_w2], ['C2', keep], ...cells]);
    expect(shown.B2).toEqual([sigma_w2, 1.76]);
    for (const [i, formula] of usable.entries()) {
      const [, table] = /v1\/([\w-]+)\.txt/.exec(formula) as RegExpExecArray;
      const more = /sigma_b2=[\d.]+/.exec(formula)?.[0] ?? '';
      const answer = await fetch(
        `${api.url}/v1/${table}.json?activation=tanh&sigma_w2=1.76&keep=0.95&${more}`,
      );
      const { rows } = (await answer.json()) as { rows: [{ xi_2: number; fitted_depth?: number }] };
      const wanted = table === 'depth-scales' ? rows[0].xi_2 : (rows[0].fitted_depth as number);
      expect(shown[`D${i + 2}`]?.[1], formula).toBeCloseTo(wanted, 9);
      expect(wanted).toBeGreaterThan(5);
    }
  });
});
