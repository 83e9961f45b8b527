import { EXIT, Failure } from '../errors.ts';

/** Milliseconds within which a second signal is the same key press, passed on by several parents. */
const ONE_PRESS = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does something that Ctrl-C ends in good order, a second one at once. (What is saved holds either way.)
 *
 * @param resume what to do to go on, for the message
 * @param action is given a signal that is aborted
 * @param kept what is saved, and how one goes on, for the message
 * @throws Failure (status 130) with the message when it was interrupted, and what the action throws
 * @example await interruptible('npm run train -- plan.json', (signal) => runPlan(plan, { ...options, signal }));
 */
export async function interruptible<T>(
  resume: string,
  action: (signal: AbortSignal) => Promise<T>,
  kept = 'Every finished cell is saved. Continue',
): Promise<T> {
  const controller = new AbortController();
  let first: number | undefined;
  const stop = () => {
    controller.abort();
    first ??= performance.now();
    if (performance.now() - first > ONE_PRESS) process.exit(EXIT.interrupted);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await action(controller.signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== EXIT.interrupted) throw error;
    throw new Failure(`\nInterrupted. ${kept} with the same command:\n  ${resume}`, EXIT.interrupted);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

/**
 * A command as one types it.
 *
 * @param words of it; those that are undefined are left out
 * @example commandLine(['npm', 'run', 'train', '--', 'my plan.json']) // "npm run train -- 'my plan.json'"
 */
export function commandLine(words: readonly (string | number | undefined)[]): string {
  return words
    .filter((word) => word !== undefined)
    .map((word) => (/[^\w@%+=:,./-]/.test(String(word)) ? `'${word}'` : String(word)))
    .join(' ');
}
