import { type Command, InvalidArgumentError, Option } from 'commander';
import { BACKEND_NAMES } from '../../catalogue/training.ts';
import { EXIT, Failure } from '../errors.ts';
import type { Shard } from '../run/run.ts';

/** Where journals and grids go by default. */
export const DEFAULT_OUT = 'runs';

/** A whole number in a range, as commander parses an argument. */
export function parseWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** A number in a range, as commander parses an argument. */
export function parseNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max))
      throw new InvalidArgumentError(`Give a number from ${min} to ${max}.`);
    return value;
  };
}

/**
 * A shard as the command line writes it.
 * @example parseShard('2/3') // { index: 2, of: 3 }
 */
export function parseShard(text: string): Shard {
  const [, index, of] = /^([1-9][0-9]{0,3})\/([1-9][0-9]{0,3})$/.exec(text) ?? [];
  if (!index || !of || Number(index) > Number(of))
    throw new InvalidArgumentError('Give a part and the number of parts, such as 1/3, 2/3 or 3/3.');
  return { index: Number(index), of: Number(of) };
}

/** The options of every command that trains. */
export function addTrainingOptions(
  command: Command,
  { publish = true, whole = '; "dropline merge" makes the grid of them' } = {},
): Command {
  command
    .option('--out <folder>', 'folder of the journal and the grid', DEFAULT_OUT)
    .option(
      '--workers <n>',
      'networks trained at a time (default: one a core, as memory allows)',
      parseWholeNumber(1, 1024),
    )
    .addOption(createBackendOption())
    .option('--data <folder>', 'folder with the files of the data set (default: fetched)')
    .option('--shard <i/n>', `train the i-th of n parts only${whole}`, parseShard);
  if (!publish) return command;
  return command
    .option('--publish <url>', 'publish the grid to this server when it is finished')
    .option(
      '--token <token>',
      'bearer token for --publish (default: DROPLINE_TOKEN; not needed for localhost)',
    );
}

/** The options of a search, which stand instead of the plan's. */
export function addSearchOptions(command: Command): Command {
  return command
    .option(
      '--interval <factor>',
      'finish a column when its interval is about within this factor (default: 1.3)',
      parseNumber(1.001, 100),
    )
    .option('--per-round <n>', 'networks of a column chosen in a round (default: 2)', parseWholeNumber(1, 64))
    .option('--max-networks <n>', 'most networks of a column (default: 60)', parseWholeNumber(2, 10_000));
}

/** What {@link addSearchOptions} gives, by the names that a plan has for it. */
export type SearchFlags = {
  readonly interval?: number;
  readonly perRound?: number;
  readonly maxNetworks?: number;
};

/** The same as a plan writes it. */
export const readSearchFlags = ({ interval, perRound, maxNetworks }: SearchFlags) => ({
  interval,
  networks_per_round: perRound,
  max_networks: maxNetworks,
});

/** `--backend`. */
export function createBackendOption(): Option {
  return new Option(
    '--backend <name>',
    "train with this back end instead of the plan's; auto: the fastest that this machine has",
  ).choices([...BACKEND_NAMES, 'auto']);
}

/** Milliseconds within which a second signal is the same key press, passed on by several parents. */
const ONE_PRESS = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does something that Ctrl-C ends in good order, a second one at once. (What is saved holds either way.) */
export async function runInterruptibly<T>(
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
 * @example formatCommand(['npm', 'run', 'train', '--', 'my plan.json']) // "npm run train -- 'my plan.json'"
 */
export function formatCommand(words: readonly (string | number | undefined)[]): string {
  return words
    .filter((word) => word !== undefined)
    .map((word) => (/[^\w@%+=:,./-]/.test(String(word)) ? `'${word}'` : String(word)))
    .join(' ');
}
