import type { Command } from 'commander';
import type { Plan } from '../../schemas/plan.ts';
import { toSearchPlan } from '../frontier/column-search.ts';
import { mergeShards } from '../run/merge.ts';
import { readPlan } from '../run/plan.ts';
import { locateRunFiles } from '../run/run.ts';
import { createBackendOption, DEFAULT_OUT } from './options.ts';
import { bold, type OutputOptions, print, say } from './output.ts';
import { formatAccuracies, formatFrontier } from './train.ts';

type MergeOptions = OutputOptions & {
  readonly from: readonly string[];
  readonly out: string;
  readonly data?: string;
  readonly backend?: Plan['backend'];
  readonly frontier?: boolean;
};

/** Adds `dropline merge`. */
export function addMerge(program: Command): void {
  program
    .command('merge')
    .description('Make the grid of a plan out of the journals of its shards.')
    .argument('<plan.json>', 'the plan')
    .option('--from <journal or folder...>', 'where the journals are', [DEFAULT_OUT])
    .option('--out <folder>', 'folder of the grid', DEFAULT_OUT)
    .option('--frontier', 'the shards are of "dropline frontier"')
    .addOption(createBackendOption())
    .option('--data <folder>', 'folder with the files of the data set (default: fetched)')
    .addHelpText(
      'after',
      `
The grid has the bytes that one run of the whole plan would have given. Give --backend as the shards were given it.

Examples:
  npm run dropline -- merge examples/plans/tiny.json
  npm run dropline -- merge plan.json --from machine-a machine-b --out runs
  npm run dropline -- merge plan.json --frontier --from machine-a/plan-frontier.shard-1-of-2.journal.jsonl machine-b

Exit status: 0 merged, 1 cells are missing or journals do not go together, 2 wrong usage or plan.`,
    )
    .action((file: string, options: MergeOptions, command: Command) =>
      merge(file, { ...options, ...command.optsWithGlobals() }),
    );
}

async function merge(file: string, options: MergeOptions): Promise<void> {
  const read = await readPlan(file);
  const given = options.backend === undefined ? read : { ...read, backend: options.backend };
  const plan = options.frontier || given.search ? toSearchPlan(given) : given;
  const { grid, existed, journals } = await mergeShards(plan, options.from, { ...options, say });
  const path = locateRunFiles(plan, options.out).grid;
  print(
    options,
    { id: plan.id, grid: path, existed, networks: grid.rows.length, journals },
    [
      plan.search ? formatFrontier(grid) : formatAccuracies(grid),
      `${existed ? 'This plan is finished already' : 'Grid'}: ${bold(path)}`,
    ].join('\n'),
  );
}
