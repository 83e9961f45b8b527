/**
 * Asks the API what the README, docs/api.md, docs/blocks.md and docs/initialisers.md ask it, and writes what it answers below each command: `npm run readme`.
 *
 * Commands are the lines `$ curl …` of console blocks; the test of the README runs them again.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, start, stop } from './testing/api.ts';

const ROOT = path.join(import.meta.dirname, '..');
const PAGES = ['README.md', 'docs/api.md', 'docs/blocks.md', 'docs/initialisers.md'];

const NUMBER = /\d+\.\d+(e[+-]?\d+)?/g;

/** Whether two outputs differ in the last digits of decimal fractions at most, which are those of the machine. */
function isSame(one: string, other: string): boolean {
  if (one.replaceAll(NUMBER, '#') !== other.replaceAll(NUMBER, '#')) return false;
  const [from, to] = [one, other].map((text) => (text.match(NUMBER) ?? []).map(Number)) as [
    number[],
    number[],
  ];
  return from.every((x, i) => Math.abs(x - (to[i] as number)) <= 1e-10 * Math.abs(x));
}

/**
 * A page with new outputs, but for those that are the same.
 *
 * @param text of the page
 * @param run what prints the output of a command
 * @example withOutputs('```console\n$ curl -s localhost\nold\n```\n', () => 'new') // '```console\n$ curl -s localhost\nnew\n```\n'
 */
export function withOutputs(text: string, run: (command: string) => string): string {
  return text.replaceAll(/^(```console\n)([\s\S]*?)^```$/gm, (_, fence: string, block: string) => {
    const parts = block.split(/^(?=\$ )/m).map((part) => {
      if (!part.startsWith('$ curl ')) return part;
      const [line = '', ...old] = part.trimEnd().split('\n');
      const output = run(line.slice(2)).trimEnd();
      if (isSame(old.join('\n'), output)) return part;
      // (what separates it from the next command stays)
      const space = /\n*$/.exec(part)?.[0] ?? '';
      return `${line}\n${output}${space}`;
    });
    return `${fence}${parts.join('')}\`\`\``;
  });
}

if (import.meta.main) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-readme-'));
  const port = await freePort();
  const { child } = await start(port, folder);
  try {
    for (const page of PAGES.map((name) => path.join(ROOT, name))) {
      const run = (command: string) =>
        execFileSync('sh', ['-c', command.replaceAll('localhost:8787', `localhost:${port}`)], {
          encoding: 'utf8',
        });
      writeFileSync(page, withOutputs(readFileSync(page, 'utf8'), run));
    }
  } finally {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
}
