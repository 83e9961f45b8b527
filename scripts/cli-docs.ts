/**
 * Writes the help of every command into docs/cli.md.
 *
 *   npm run cli-docs
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { writeTable } from './tables.ts';

const COMMANDS = [
  '',
  'init',
  'plan',
  'train',
  'frontier',
  'compare',
  'measure',
  'depth',
  'merge',
  'plot',
  'export',
  'publish',
  'fsck',
  'data',
  'data fetch',
  'data verify',
];
const main = path.join(import.meta.dirname, '..', 'cli', 'main.ts');

const lines = COMMANDS.flatMap((command) => {
  const args = [main, ...command.split(' ').filter(Boolean), '--help'];
  const help = execFileSync(process.execPath, args, { encoding: 'utf8' }).trimEnd();
  return [`### dropline ${command}`.trimEnd(), '', '```text', help, '```', ''];
});
writeTable('help', lines, 'cli.md');
