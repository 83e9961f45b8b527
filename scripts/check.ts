/**
 * `npm test`: format, lint, types, tests, in that order, stopping at the first that fails. Further arguments go to the
 * test runner:
 *
 *   npm test
 *   npm test -- theory
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const LAUNCH = path.join(import.meta.dirname, 'launch.mjs');
const ROOT = path.dirname(import.meta.dirname);

const steps: [title: string, command: string[]][] = [
  ['format and lint', ['biome', 'ci', '--colors=off', '.']],
  ['types', ['tsc', '-b']],
  ['tests', ['vitest', 'run', '--project', '!browser', ...process.argv.slice(2)]],
];

for (const [title, command] of steps) {
  console.log(`\n— ${title}: ${command.join(' ')}`);
  const { status } = spawnSync(process.execPath, [LAUNCH, ...command], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) {
    console.error(
      `\n"${title}" failed.${title.startsWith('format') ? ' "npm run format" mends most of it.' : ''}`,
    );
    process.exit(status ?? 1);
  }
}
