import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** A test that fails half-way must not leave a run behind. */
const children = new Set<ChildProcess>();
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** What a command ended with. */
export type Ended = { code: number | null; signal: string | null; stdout: string; stderr: string };

/** Starts `dropline` as a process of its own. */
export function start(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  return startProgram(process.execPath, [main, ...args], env);
}

/** Starts any program with its output collected, and what is to be its standard input. */
export function startProgram(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
  input = '',
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  // (one that does not read it may be gone before it is written)
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  children.add(child);
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  return { child, ended };
}

/** Runs `dropline` to its end. */
export function run(...args: string[]): Promise<Ended> {
  return start(args).ended;
}

/** Runs `dropline` to its end with a standard input. */
export function runWithInput(input: string, ...args: string[]): Promise<Ended> {
  return startProgram(process.execPath, [main, ...args], {}, input).ended;
}

/** An empty folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dropline-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file with a plan (or whatever else is given as text) in it. */
export async function planFile(folder: string, plan: object | string): Promise<string> {
  const file = path.join(folder, 'plan.json');
  await writeFile(file, typeof plan === 'string' ? plan : JSON.stringify(plan));
  return file;
}
