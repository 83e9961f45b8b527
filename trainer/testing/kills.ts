import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childrenOf } from './children.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** Who is killed: the process of the command, it and its workers at once, or one worker. */
export const VICTIMS = ['command', 'group', 'worker'] as const;

/** See {@link VICTIMS}. */
export type Victim = (typeof VICTIMS)[number];

/** What {@link killedUntilDone} did. */
export type Interruptions = { readonly kills: number; readonly runs: number };

/** How it kills. */
export type Killing = {
  /** How many kills at the most. */
  readonly kills: number;
  /** Milliseconds until the next kill. */
  readonly wait: () => number;
  readonly victim?: Victim;
  /** Is called whenever the command has ended, however it did. */
  readonly ended?: () => Promise<void>;
};

/**
 * Runs a command again and again, killing it or its workers with SIGKILL after a random time, until so many kills are done; then lets it
 * finish. A run that finishes before its kill ends it.
 *
 * @param args of `dropline`
 * @param killing when, and whom
 * @throws Error when a run fails by itself
 * @example await killedUntilDone(['train', plan, '--out', folder], { kills: 30, wait: () => 3000 * drawUniform(random) })
 */
export async function killedUntilDone(
  args: readonly string[],
  { kills, wait, victim = 'command', ended }: Killing,
): Promise<Interruptions> {
  for (let done = 0, runs = 1; ; runs++) {
    // in a group of its own, where that is to be killed as one
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: victim === 'group',
    });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    const over = new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (...end) => resolve(end)),
    );
    // a run whose workers are killed goes on
    do {
      if (done === kills || (await before(over, wait()))) break;
      if (kill(child, victim)) done++;
    } while (victim === 'worker');
    const [code, signal] = await over;
    await ended?.();
    if (code === 0) return { kills: done, runs };
    const givenUp =
      victim === 'worker' && errors.includes('run the same command again to try these once more');
    if (signal !== 'SIGKILL' && !givenUp)
      throw new Error(`the run ended with ${signal ?? `status ${code}`}: ${errors}`);
  }
}

/** Whether something happens before so many milliseconds are over. */
async function before(event: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const stop = new AbortController();
  const timer = sleep(milliseconds, false, { signal: stop.signal }).catch(() => false);
  const first = await Promise.race([event.then(() => true), timer]);
  stop.abort();
  return first;
}

/** Whether there was somebody to kill. */
function kill({ pid }: ChildProcess, victim: Victim): boolean {
  if (pid === undefined) return false;
  const workers = victim === 'worker' ? childrenOf(pid) : [];
  const target = { command: pid, group: -pid, worker: workers[Date.now() % workers.length] }[victim];
  try {
    return target !== undefined && process.kill(target, 'SIGKILL');
  } catch {
    return false;
  }
}
