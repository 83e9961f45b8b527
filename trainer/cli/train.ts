import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Plan } from '../../schemas/plan.ts';
import { EXIT, Failure } from '../errors.ts';
import { publish, tokenFor } from '../publish/publish.ts';
import { readPlan } from '../run/plan.ts';
import { accuracyTable } from '../run/report.ts';
import { gridFile, runPlan } from '../run/run-plan.ts';

/** Options of `dropline train`, as the command line gives them. */
export type TrainOptions = {
  out: string;
  workers?: number;
  data?: string;
  backend?: Plan['backend'];
  publish?: string;
  token?: string;
};

/**
 * `dropline train`: runs a plan to its grid, prints what was measured, and publishes it where asked.
 *
 * @param file the plan's path
 * @param options the command line's options
 * @throws Failure with the message and exit status of whatever went wrong
 * @example await train('examples/plans/tiny.json', { out: 'runs' });
 */
export async function train(file: string, options: TrainOptions): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const read = await readPlan(file);
  // another back end is another plan: the grid says what it was trained with
  const plan = options.backend === undefined ? read : { ...read, backend: options.backend };
  // found out before hours of training, not after
  const token = options.publish === undefined ? undefined : tokenFor(options.publish, options.token);
  const interrupt = new AbortController();
  const stop = interruptWith(interrupt);
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    const workers = options.workers ?? availableParallelism();
    const { grid, existed } = await runPlan(plan, {
      out: options.out,
      data: options.data,
      workers,
      signal: interrupt.signal,
      say,
    });
    const path = gridFile(plan, options.out);
    console.log(accuracyTable(grid));
    console.log(existed ? `This plan is finished already: ${path}` : `Grid: ${path}`);
    if (options.publish === undefined || token === undefined)
      console.log(`Publish it: npm run dropline -- publish ${path} --to http://localhost:8787`);
    else
      console.log(
        `Published: ${await publish(await readFile(path), plan.id, options.publish, token, { say })}`,
      );
  } catch (error) {
    if (!(error instanceof Failure) || error.exitCode !== EXIT.interrupted) throw error;
    throw new Failure(
      `\nInterrupted. Every finished cell is saved. Continue with the same command:\n  ${resumeCommand(file, options)}`,
      EXIT.interrupted,
    );
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

/** Milliseconds within which a second signal is the same key press, passed on by several parents. */
const ONE_PRESS = 1000;

/** The first signal ends the run in good order, a second one at once. (The journal holds either way.) */
function interruptWith(controller: AbortController): () => void {
  let first: number | undefined;
  return () => {
    controller.abort();
    first ??= performance.now();
    if (performance.now() - first > ONE_PRESS) process.exit(EXIT.interrupted);
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The command that continues a run. The token is left out: it does not belong on a screen. */
function resumeCommand(file: string, { out, workers, backend, data, publish }: TrainOptions): string {
  const rest = [
    ...(out === DEFAULT_OUT ? [] : ['--out', out]),
    ...(workers === undefined ? [] : ['--workers', String(workers)]),
    ...(backend === undefined ? [] : ['--backend', backend]),
    ...(data === undefined ? [] : ['--data', data]),
    ...(publish === undefined ? [] : ['--publish', publish]),
  ];
  return ['npm run train --', file, ...rest]
    .map((word) => (/\s/.test(word) && !word.startsWith('npm') ? `'${word}'` : word))
    .join(' ');
}

/** Where journals and grids go by default. */
export const DEFAULT_OUT = 'runs';
