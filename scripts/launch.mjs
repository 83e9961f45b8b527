// Starts a tool with a Node that is new enough. The tools need Node 22.18 or newer (it runs TypeScript as it is). Where the
// running Node is older, scripts/postinstall.mjs has installed Node 24, whose folder goes first on PATH here. So every npm
// script starts here.
//
//   node scripts/launch.mjs cli/main.ts --help        a TypeScript or JavaScript file
//   node scripts/launch.mjs biome check .             a command from node_modules/.bin
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough, NODE_PACKAGES } from './node-version.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

/** The folder of a Node that is new enough, or undefined where the running one already is. */
function nodeFolder() {
  if (isNewEnough(process.versions.node)) return path.dirname(process.execPath);
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (name) {
    try {
      const folder = path.dirname(
        createRequire(path.join(root, 'scripts', 'node', 'package.json')).resolve(`${name}/package.json`),
      );
      const bin = path.join(folder, 'bin');
      if (existsSync(path.join(bin, windows ? 'node.exe' : 'node'))) return bin;
    } catch {
      // not installed: the message below says what to do
    }
  }
  console.error(
    `Dropline needs Node 22.18 or newer; this is ${process.versions.node}` +
      (name
        ? ` and the package ${name} is not installed (run "npm ci" without --ignore-scripts and --omit=optional).`
        : '.') +
      '\nInstall a newer Node from https://nodejs.org and try again.',
  );
  process.exit(1);
}

const [command, ...args] = process.argv.slice(2);
if (!command) {
  console.error('usage: node scripts/launch.mjs <file.ts | tool> [arguments]');
  process.exit(2);
}
const folder = nodeFolder();
const separator = windows ? ';' : ':';
const PATH = [folder, path.join(root, 'node_modules', '.bin'), process.env.PATH].join(separator);
const isFile = /\.(ts|mjs|js)$/.test(command);
const child = spawn(
  isFile ? path.join(folder, windows ? 'node.exe' : 'node') : command,
  isFile ? ['--disable-warning=ExperimentalWarning', command, ...args] : args,
  { stdio: 'inherit', env: { ...process.env, PATH }, shell: windows && !isFile },
);
// A terminal sends Ctrl-C to the child as well; any other signal reaches this process alone and is passed on.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`cannot start ${command}: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (!signal) process.exit(code ?? 1);
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
  process.kill(process.pid, signal);
});
