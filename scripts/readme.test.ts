import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, start, stop } from './testing/api.ts';

const README = readFileSync(path.join(import.meta.dirname, '..', 'README.md'), 'utf8');
const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-readme-'));

let url = '';
let api: Awaited<ReturnType<typeof start>>;

beforeAll(async () => {
  const port = await freePort();
  api = await start(port, path.join(folder, 'state'));
  url = `http://localhost:${port}`;
}, 60_000);

afterAll(async () => {
  await stop(api.child);
  rmSync(folder, { recursive: true, force: true });
});

const has = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

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

const here = (text: string) => text.replaceAll('http://localhost:8787', url);

/** The fenced blocks of a language. */
const blocks = (language: string) =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text as string,
  );

/** The commands of the console blocks that ask the API, each with what it prints. */
const commands = blocks('console').flatMap((block) =>
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
    const script = path.join(folder, 'first.py');
    writeFileSync(script, here(blocks('python')[0] as string));
    expectSame((await run(PYTHON as string, script)).trimEnd(), (blocks('text')[0] ?? '').trimEnd());
  });

  it('in a spreadsheet: both formulas have an answer of numbers', async () => {
    const cell = /WEBSERVICE\("([^)]*)\)/.exec(README)?.[1] ?? '';
    const address = cell.replace('"&A2&"', 'relu').replace('"&B2&"', '2').replace(/"&C2$/, '0.9');
    expect(Number(await (await fetch(here(address))).text())).toBeGreaterThan(1);
    const table = /IMPORTDATA\("https:\/\/[^/]*(\/[^"]*)"\)/.exec(README)?.[1] ?? '';
    const rows = (await (await fetch(url + table)).text()).trimEnd().split('\n');
    expect(rows.map((row) => row.split(',').length)).toEqual(Array(4).fill(rows[0]?.split(',').length));
  });
});
