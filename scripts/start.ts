/**
 * `npm start`: the API on localhost, offline, with wrangler's embedded R2 and D1.
 *
 *   npm start                     http://localhost:8787
 *   npm start -- --port 9000
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { localStateFault } from './local-state.ts';

const ROOT = path.dirname(import.meta.dirname);
const WRANGLER = path.join(ROOT, 'node_modules', 'wrangler', 'bin', 'wrangler.js');

// Quiet and offline. Given as process environment: a .env file would leak into the Worker's variables.
const ENVIRONMENT = {
  ...process.env,
  CI: '1', // `d1 migrations apply` asks and waits on a terminal otherwise
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  // A trace of every request in a database of its own, and a page that edits the databases without a token: neither is wanted here.
  X_LOCAL_OBSERVABILITY: 'false',
  X_LOCAL_EXPLORER: 'false',
};

const program = new Command('npm start --')
  .description('Runs the Dropline API on this machine, offline.')
  .option('--port <number>', 'port to listen on', parsePort, 8787)
  .option('--persist-to <folder>', 'where published grids are kept', path.join(ROOT, '.wrangler', 'state'))
  .addHelpText('after', '\nExamples:\n  npm start\n  npm start -- --port 9000')
  .parse();

const { port, persistTo } = program.opts<{ port: number; persistTo: string }>();

console.log('Dropline is starting …');
if (await busy(port)) {
  console.error(
    `Port ${port} is in use: something else, perhaps another Dropline, listens there.\n` +
      `Stop it, or take another port: npm start -- --port ${port + 1}`,
  );
  process.exit(1);
}
const fault = localStateFault(persistTo);
if (fault) {
  console.error(fault);
  process.exit(1);
}
await migrate();
await serve();

function parsePort(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  return value;
}

/** Whether somebody listens on a port, on either of the addresses that "localhost" may mean. */
async function busy(port: number): Promise<boolean> {
  const answers = ['127.0.0.1', '::1'].map(
    (host) =>
      new Promise<boolean>((resolve) => {
        const socket = net.connect({ host, port });
        socket.once('connect', () => {
          socket.destroy();
          resolve(true);
        });
        socket.once('error', () => resolve(false));
      }),
  );
  return (await Promise.all(answers)).includes(true);
}

/** Brings the local database up to date; what wrangler prints is shown only if it fails. */
async function migrate(): Promise<void> {
  const child = spawn(
    process.execPath,
    [WRANGLER, 'd1', 'migrations', 'apply', 'DB', '--local', '--persist-to', persistTo],
    { cwd: ROOT, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  if (code === 0) return;
  console.error(
    `The local database in ${persistTo} could not be brought up to date. Move that folder away and start again, with nothing published.\n${output}`,
  );
  process.exit(1);
}

async function serve(): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      WRANGLER,
      'dev',
      '--local',
      '--port',
      String(port),
      '--persist-to',
      persistTo,
      '--log-level',
      'error',
      '--show-interactive-dev-session=false',
    ],
    { cwd: ROOT, env: ENVIRONMENT, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 0));
  const address = `http://localhost:${port}`;
  while (!(await healthy(address))) await sleep(100);
  console.log(
    `The page: ${address}/ (Ctrl-C stops it)\n\nThe API, for example:\n\n` +
      `  curl '${address}/v1/depth-scales?activation=tanh&sigma_w2=2.5&sigma_b2=0.05&keep=0.9'\n` +
      `  curl '${address}/v1/grids'\n`,
  );
}

async function healthy(address: string): Promise<boolean> {
  try {
    return (await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}
