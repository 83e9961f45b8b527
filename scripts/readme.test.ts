import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiForTests, has } from './testing/served.ts';

const page = (file: string) => readFileSync(path.join(import.meta.dirname, '..', file), 'utf8');
const README = page('README.md');
const api = apiForTests('readme');

/** Runs a command, and gives what it printed; the API that it asks is the one of this test. */
function run(command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args);
    let text = '';
    child.stdout.on('data', (part) => (text += part));
    child.stderr.on('data', (part) => (text += part));
    child.on('error', reject);
    child.on('close', () => resolve(text));
  });
}

const here = (text: string) => text.replaceAll('http://localhost:8787', api.url);

/** The fenced blocks of a language. */
const blocks = (language: string, text = README) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block]) => block as string,
  );

/** The commands of the console blocks that ask the API, each with what it prints. */
const commands = [README, page('docs/api.md'), page('docs/blocks.md'), page('docs/initialisers.md')]
  .flatMap((text) => blocks('console', text))
  .flatMap((block) =>
    block
      .split(/^\$ /m)
      .filter((part) => part.startsWith('curl '))
      .map((part): [string, string] => {
        const [command = '', ...output] = part.trimEnd().split('\n');
        return [command, output.join('\n')];
      }),
  );

const NUMBER = /\d+\.\d+(e[+-]?\d+)?/g;

/** The same text, but for the last digits of its decimal fractions. */
function expectSame(found: string, wanted: string): void {
  expect(found.replaceAll(NUMBER, '#')).toBe(wanted.replaceAll(NUMBER, '#'));
  const numbers = (text: string) => (text.match(NUMBER) ?? []).map(Number);
  numbers(found).forEach((number, i) => {
    expect(number / (numbers(wanted)[i] as number)).toBeCloseTo(1, 9);
  });
}

const PYTHON = ['python3', '/usr/bin/python3'].find((python) => has(python, '-c', 'import pandas'));

describe('the first minutes in the README', () => {
  it('are several', () => {
    expect(commands.length).toBeGreaterThanOrEqual(4);
  });

  it.skipIf(!has('curl', '--version')).each(commands)('with curl: %s', async (command, output) => {
    expectSame((await run('sh', '-c', here(command))).trimEnd(), output);
  });

  it.skipIf(PYTHON === undefined)('in a notebook', async () => {
    const script = path.join(api.folder, 'first.py');
    writeFileSync(script, here(blocks('python')[0] as string));
    expectSame((await run(PYTHON as string, script)).trimEnd(), (blocks('text')[0] ?? '').trimEnd());
  });

  it('in a spreadsheet: both formulas have an answer of numbers', async () => {
    // (scripts/spreadsheets.test.ts has LibreOffice compute it)
    const cell = /WEBSERVICE\((.*)\);"\.";","\)/.exec(README)?.[1] ?? '';
    const address = cell
      .replaceAll(/SUBSTITUTE\((\w+);",";"\."\)/g, '$1')
      .replace('"&A2&"', 'relu')
      .replace('"&B2&"', '2')
      .replace('"&C2', '0.9')
      .replaceAll('"', '');
    expect(Number(await (await fetch(here(address))).text())).toBeGreaterThan(1);
    const table = /IMPORTDATA\("https:\/\/[^/]*(\/[^"]*)"/.exec(README)?.[1] ?? '';
    const rows = (await (await fetch(api.url + table)).text()).trimEnd().split('\n');
    expect(rows.map((row) => row.split(',').length)).toEqual(Array(4).fill(rows[0]?.split(',').length));
  });
});
