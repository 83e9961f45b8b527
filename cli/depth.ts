import { type Command, Option } from 'commander';
import type * as z from 'zod';
import { metaOf } from '../schemas/endpoint.ts';
import { blocksContract } from '../schemas/endpoints/blocks.ts';
import { trainableDepthContract } from '../schemas/endpoints/trainable-depth.ts';
import type { OutputOptions } from '../trainer/cli/output.ts';
import { flagOf } from './flags.ts';

/** What `dropline depth` is asked for, beside the network. */
export type DepthOptions = OutputOptions & { readonly csv?: boolean };

/** A parameter of the API as an option. */
type Parameter = { readonly name: string; readonly option: Option };

/** So many names of a parameter fit into its line. */
const LISTED_NAMES = 8;

const toParameters = (shape: Readonly<Record<string, z.ZodType>>, not: object = {}): Parameter[] =>
  Object.entries(shape)
    .filter(([name]) => !(name in not))
    .map(([name, schema]) => ({ name, option: new Option(`${flagOf(name)} <value>`, describe(schema)) }));

const PLAIN = toParameters(trainableDepthContract.query.shape);
const BLOCKS = toParameters(blocksContract.query.shape, trainableDepthContract.query.shape);

/** A parameter in a line: its first sentence, its range, and its names where they are few. */
function describe(schema: z.ZodType): string {
  const { description = '', bounds, names = [] } = metaOf(schema);
  const [sentence = ''] = description.split(/(?<=[.)])\s(?=[A-Z])|(?<=\.)$/);
  const range = bounds ? ` (${bounds.min} to ${bounds.max})` : '';
  const few = names.length > 0 && names.length <= LISTED_NAMES ? ` (${names.join(', ')})` : '';
  return `${sentence.replace(/\.$/, '')}${range}${few}`;
}

/** Adds `dropline depth`. */
export function addDepth(program: Command): void {
  const command = program
    .command('depth')
    .description('How deep a network can be trained: the answer of the API, without a server.')
    .option('--csv', 'print CSV')
    .optionsGroup('The network and its training, as /v1/trainable-depth has them:');
  for (const { option } of PLAIN) command.addOption(option);
  command.optionsGroup('A network of blocks, as /v1/blocks has it:');
  for (const { option } of BLOCKS) command.addOption(option);
  command
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
A value may be a list (0.9,0.95) or a range with both ends (1..3/5 is 1, 1.5, 2, 2.5, 3): a row for each combination. Of a training
that is not described the rule takes that of most of its networks: width 100, 500 steps of 100 images by sgd at the best learning rate.
Digits are those of /v1/trainable-depth, and of /v1/blocks with --preset or --block. What was measured of networks like these is with the
server. --sigma_w2 is --sigma-w2.

Examples:
  npm run dropline -- depth --activation relu --init torch_default --width 512 --drop 0.1
  npm run dropline -- depth --activation tanh --sigma-w2 1.8 --sigma-b2 0.05 --keep 0.95 --depth 20
  npm run dropline -- depth --activation tanh,relu --sigma-w2 1..3/5 --keep 0.9,0.95
  npm run --silent dropline -- depth --activation gelu --init lecun_normal --drop 0.1 --csv > depths.csv
  npm run dropline -- depth --preset bert_base --drop 0.1 --blocks 24

Exit status: 0 answered, 1 something failed, 2 wrong usage or question.`,
    )
    .action(async (_: unknown, given: Command) => {
      const options: DepthOptions & Readonly<Record<string, unknown>> = given.optsWithGlobals();
      const question = [...PLAIN, ...BLOCKS].flatMap(({ name, option }) => {
        const value = options[option.attributeName()];
        return value === undefined ? [] : [[name, String(value)]];
      });
      // (what answers takes longer to load than the other commands do)
      const { showDepth } = await import('./show-depth.ts');
      await showDepth(Object.fromEntries(question), options);
    });
}
