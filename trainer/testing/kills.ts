import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** What {@link killedUntilDone} did. */
export type Interruptions = { readonly kills: number; readonly runs: number };

/**
 * Runs a command again and again, killing it with SIGKILL after a random time, until so many kills are done; then lets it
 * finish. A run that finishes before its kill ends it.
 *
 * @param args of `dropline`
 * @param kills how many
 * @param wait milliseconds until the next kill
 * @throws Error when a run fails by itself
 * @example await killedUntilDone(['train', plan, '--out', folder], 30, () => 3000 * uniform(random))
 */
export async function killedUntilDone(
  args: readonly string[],
  kills: number,
  wait: () => number,
): Promise<Interruptions> {
  for (let done = 0, runs = 1; ; runs++) {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    const timer = done < kills ? setTimeout(() => child.kill('SIGKILL'), wait()) : undefined;
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.on('close', (...end) => resolve(end)),
    );
    clearTimeout(timer);
    if (signal === 'SIGKILL') done++;
    else if (code === 0) return { kills: done, runs };
    else throw new Error(`the run ended with ${signal ?? `status ${code}`}: ${errors}`);
  }
}
