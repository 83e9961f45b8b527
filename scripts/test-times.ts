/** Runs the tests of each room by themselves, and writes how many seconds that takes into CONTRIBUTING.md: `npm run test:times`. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { HOUSE } from './house.ts';
import { formatTable, writeTable } from './tables.ts';

const LAUNCH = path.join(import.meta.dirname, 'launch.mjs');
const ROOT = path.dirname(import.meta.dirname);

const rows = Object.keys(HOUSE).flatMap((room) => {
  const from = performance.now();
  const command = ['vitest', 'run', '--project', '!browser', '--passWithNoTests', `${room}/`];
  const { status, stdout } = spawnSync(process.execPath, [LAUNCH, ...command], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the tests of ${room} fail:\n${stdout}`);
  if (/No test files found/.test(stdout)) return [];
  const seconds = ((performance.now() - from) / 1000).toFixed(0);
  console.log(room, seconds);
  return [[`\`${room}/\``, `\`npm test -- ${room}/\``, seconds]];
});
const where = `Measured on ${new Date().toISOString().slice(0, 10)}, on ${availableParallelism()} cores, without format, lint and types.`;
writeTable('rooms', [...formatTable(['room', 'command', 'seconds'], rows), '', where], '../CONTRIBUTING.md');
