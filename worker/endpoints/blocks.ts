import { answerBlocks, drawPaths, followBlocks } from '../../answers/blocks.ts';
import { ARCHITECTURE_NAMES, ARCHITECTURES, DROP_SITES } from '../../catalogue/architectures.ts';
import { networkFromBlockQuery, readAssumed } from '../../networks/from-block-query.ts';
import {
  architecturesContract,
  blocksContract,
  blockTrajectoryContract,
} from '../../schemas/endpoints/blocks.ts';
import type { Absent } from '../../schemas/problem.ts';
import { queryString } from '../../schemas/query-string.ts';
import { ParameterError } from '../../theory/index.ts';
import { endpoint } from './endpoint.ts';

/** What these networks have by another name. */
const OF_PLAIN_LAYERS: Absent = new Map(
  ['depth', 'layers', 'n_layers', 'num_layers'].map((name) => [
    name,
    'is blocks here: a transformer layer is one block.',
  ]),
);

/** `GET /v1/blocks`: how deep a network of residual, normalised or attention blocks can be with dropout. */
export const blocksEndpoint = endpoint(blocksContract, {
  absent: OF_PLAIN_LAYERS,
  answer: ({ loss, ...query }, { budget }) => [
    {
      ...answerBlocks(networkFromBlockQuery(query), loss, budget),
      assumed: queryString(
        Object.fromEntries(Object.entries(readAssumed(query)).map(([name, value]) => [name, String(value)])),
      ),
    },
  ],
});

/** `GET /v1/blocks/trajectory`: a network of blocks, block by block. */
export const blockTrajectoryEndpoint = endpoint(blockTrajectoryContract, {
  absent: OF_PLAIN_LAYERS,
  rows: ({ blocks, preset }) => 1 + (blocks ?? (preset ? (ARCHITECTURES[preset].parameters.blocks ?? 0) : 0)),
  answer: ({ loss, paths, seed, ...query }) => {
    const network = networkFromBlockQuery(query);
    if (network.depth === undefined)
      throw new ParameterError('blocks', 'missing', 'Say how many blocks there are.');
    if (paths === undefined) return followBlocks(network, loss);
    if (query.drop_path === undefined && query.keep_path === undefined && query.preset === undefined)
      throw new ParameterError('paths', 'not_applicable', 'There are paths to draw with drop_path only.');
    return drawPaths(network, paths, seed);
  },
});

/** `GET /v1/architectures`: the presets. */
export const architecturesEndpoint = endpoint(architecturesContract, {
  rows: () => ARCHITECTURE_NAMES.length,
  answer: () =>
    ARCHITECTURE_NAMES.map((name) => {
      const { title, parameters, sources, notes } = ARCHITECTURES[name];
      const entries = Object.entries(parameters).map(([key, value]) => [key, String(value)]);
      return {
        name,
        title,
        query: queryString(Object.fromEntries(entries)),
        sites: DROP_SITES.filter((site) => parameters[site] !== undefined).join(' '),
        checked: sources.every(({ checked }) => checked === 'seen')
          ? ('seen' as const)
          : ('recalled' as const),
        sources: [...sources],
        notes: [...notes],
      };
    }),
});
