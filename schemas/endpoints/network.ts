import * as z from 'zod';
import { BLOCK_COLUMNS } from '../block-query.ts';
import { type Contract, tableSchema } from '../endpoint.ts';
import { BLOCK_ANSWER, blocksContract, blockTrajectoryContract } from './blocks.ts';

/** What is posted has no columns: the body says the network. */
const trajectoryColumns = blockTrajectoryContract.row.omit(
  Object.fromEntries([...Object.keys(BLOCK_COLUMNS), 'margin_error'].map((name) => [name, true])) as Record<
    keyof typeof BLOCK_COLUMNS | 'margin_error',
    true
  >,
);

const query = z.strictObject({});
const examples: Contract['examples'] = [];

/** `POST /v1/network`: one network, given as JSON in the vocabulary of the theory. */
export const networkContract = {
  name: 'network',
  tag: 'depth',
  summary: 'How deep a network that is posted as JSON can be: blocks that differ, schedules, any operations',
  description:
    'The body is a network as data: where its blocks start, blocks of sub-layers x → a x + b f(x), operations (linear, activation, gate, noise, norm, attention, path). What the theory does not cover is refused with a sentence.',
  query,
  row: z.object(BLOCK_ANSWER).meta({ id: 'NetworkRow' }),
  formats: ['json', 'csv', 'txt'],
  field: 'depth',
  answer: ['depth', 'depth_low', 'depth_high', 'limited_by', 'basis'],
  notes: blocksContract.notes,
  examples,
} as const satisfies Contract;

/** `POST /v1/network/trajectory`: the same, block by block. */
export const networkTrajectoryContract = {
  ...networkContract,
  name: 'network/trajectory',
  tag: 'theory',
  summary: 'A network that is posted as JSON, followed block by block',
  row: trajectoryColumns.meta({ id: 'NetworkTrajectoryRow' }),
  formats: ['json', 'csv', 'npy', 'svg'],
  field: 'margin',
  answer: [],
  x: 'block_number',
  notes: blockTrajectoryContract.notes,
} as const satisfies Contract;

/** The answers in JSON. */
export const NETWORK_ANSWERS = {
  network: tableSchema(networkContract.row).meta({ id: 'NetworkAnswer' }),
  'network/trajectory': tableSchema(networkTrajectoryContract.row).meta({ id: 'NetworkTrajectoryAnswer' }),
} as const;

/** A network that the body may be: two kinds of feed-forward blocks, with dropout and with Gaussian noise. */
export const NETWORK_EXAMPLE = {
  stem: { q0: 1, c0: 0.28 },
  blocks: [
    {
      repeat: 6,
      sub_layers: [
        {
          norm: { at: 'pre', kind: 'layer' },
          ops: [
            { op: 'linear', sigma_w2: 2 },
            { op: 'activation', activation: 'relu' },
            { op: 'noise', drop: 0.1 },
            { op: 'linear', sigma_w2: 1 },
          ],
        },
      ],
    },
    {
      repeat: 6,
      sub_layers: [
        {
          norm: { at: 'pre', kind: 'layer' },
          ops: [
            { op: 'gate', activation: 'silu', sigma_w2_gate: 1, sigma_w2_value: 1 },
            { op: 'noise', technique: 'gaussian', noise_variance: 0.25 },
            { op: 'linear', sigma_w2: 1 },
          ],
        },
      ],
    },
  ],
  final_norm: { kind: 'layer' },
} as const;
