import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** What starts everything. */
export const LAUNCH = path.join(ROOT, 'scripts', 'launch.mjs');

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The arguments of node that start the API on a port, with its storage in a folder. */
export const startArguments = (port: number, state: string) => [
  LAUNCH,
  'scripts/start.ts',
  '--port',
  String(port),
  '--persist-to',
  state,
];

/**
 * Starts the API and waits for the line that says so.
 *
 * @param port to listen on
 * @param state folder of its storage
 * @param detached whether it leads a process group of its own, which can be killed as one
 * @throws what it said, where it ended before
 */
export async function start(
  port: number,
  state: string,
  detached = false,
): Promise<{ child: ChildProcess; output: () => string }> {
  const child = spawn(process.execPath, startArguments(port, state), {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  while (!output.includes('The page: http')) {
    if (child.exitCode !== null) throw new Error(output);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { child, output: () => output };
}

/** Stops it, and waits until it has. */
export async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
