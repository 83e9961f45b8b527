// After `npm ci`: where the running Node is too old for the tools, installs Node 24 into scripts/node, for scripts/launch.mjs.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough } from './node-version.mjs';

if (!isNewEnough(process.versions.node)) {
  const cwd = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node');
  const npm = process.env.npm_execpath;
  const { status } = npm
    ? spawnSync(process.execPath, [npm, 'ci', '--silent'], { cwd, stdio: 'inherit' })
    : spawnSync('npm', ['ci', '--silent'], { cwd, stdio: 'inherit', shell: true });
  if (status !== 0) {
    console.error(
      `Dropline needs Node 22.18 or newer; this is ${process.versions.node}, and Node 24 could not be installed from the npm registry.`,
    );
    process.exit(1);
  }
}
