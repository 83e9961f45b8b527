import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localStateFault } from './local-state.ts';
import { freePort, startArguments } from './testing/api.ts';

const ROOT = path.dirname(import.meta.dirname);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A database as wrangler lays it out, with enough rows for several pages. */
function database(kind = 'd1'): string {
  const place = path.join(folder, 'v3', kind, 'miniflare-Object');
  mkdirSync(place, { recursive: true });
  const file = path.join(place, 'a.sqlite');
  const made = new DatabaseSync(file);
  made.exec('PRAGMA journal_mode = WAL; CREATE TABLE grids (id TEXT PRIMARY KEY, summary TEXT)');
  for (let i = 0; i < 200; i++)
    made.prepare('INSERT INTO grids VALUES (?, ?)').run(`grid-${i}`, 'x'.repeat(300));
  made.close();
  return file;
}

/** The ways in which a file is damaged. */
const DAMAGES: Record<string, (bytes: Buffer) => Buffer> = {
  'text in its place': () => Buffer.from('not a database at all, but longer than a header of SQLite is'),
  'its first bytes overwritten': (bytes) => Buffer.concat([Buffer.alloc(64, 0xff), bytes.subarray(64)]),
  'half of it gone': (bytes) => bytes.subarray(0, bytes.length / 2),
  'a page of zeros': (bytes) =>
    Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(4096), bytes.subarray(12_288)]),
};

describe('localStateFault', () => {
  it('finds nothing wrong with a new folder, an empty database, and one with rows', () => {
    expect(localStateFault(path.join(folder, 'new', 'state'))).toBeUndefined();
    const file = database();
    expect(localStateFault(folder)).toBeUndefined();
    writeFileSync(file, '');
    expect(localStateFault(folder)).toBeUndefined();
    expect(readdirSync(folder).sort()).toEqual(['new', 'v3']);
  });

  it.each(Object.entries(DAMAGES))('says which database is damaged, and what to do: %s', (_, change) => {
    const file = database();
    writeFileSync(file, change(readFileSync(file)));
    const fault = localStateFault(folder);
    expect(fault).toContain(file);
    expect(fault).toContain(`Move the folder ${folder} away`);
  });

  it('asks only for what nobody misses where the rate limiter’s database is damaged', () => {
    writeFileSync(database('ratelimit'), 'x'.repeat(5000));
    expect(localStateFault(folder)).toContain(`Delete the folder ${path.join(folder, 'v3', 'ratelimit')}`);
  });

  it('takes a database that is in use for sound', () => {
    const open = new DatabaseSync(database());
    open.exec('BEGIN EXCLUSIVE');
    expect(localStateFault(folder)).toBeUndefined();
    open.close();
  });

  it.skipIf(!existsSync('/dev/full'))('says so where the disk is full', () => {
    // what the kernel answers of a full disk
    symlinkSync('/dev/full', path.join(folder, '.write-probe'));
    expect(localStateFault(folder)).toMatch(/^The disk is full.*\nMake room/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says so where nothing can be written', () => {
    writeFileSync(path.join(folder, 'file'), '');
    expect(localStateFault(path.join(folder, 'file', 'state'))).toMatch(
      /^Nothing can be written into .*ENOTDIR/,
    );
  });
});

it('stops npm start with what to do', async () => {
  writeFileSync(database(), 'x'.repeat(5000));
  const { status, stderr, stdout } = spawnSync(process.execPath, startArguments(await freePort(), folder), {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect([status, stdout]).toEqual([1, 'Dropline is starting …\n']);
  expect(stderr).toContain(`Move the folder ${folder} away`);
  expect(stderr).not.toMatch(/internal error|at .*\.ts:/);
}, 60_000);
