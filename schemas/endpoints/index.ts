import type * as z from 'zod';
import { type Contract, tableSchema } from '../endpoint.ts';
import { gridRow, gridSummary, gridsQuery, versionRow, versionsQuery } from '../grid.ts';
import { adviceContract } from './advice.ts';
import { architecturesContract, blocksContract, blockTrajectoryContract } from './blocks.ts';
import { activationsContract, initsContract, makeColumnsContract, techniquesContract } from './catalogues.ts';
import { claimsContract } from './claims.ts';
import { criticalContract } from './critical.ts';
import { depthScalesContract } from './depth-scales.ts';
import { diagnoseContract } from './diagnose.ts';
import { frontierContract, gridQuery } from './frontier.ts';
import { kernelContract } from './kernel.ts';
import { networkContract, networkTrajectoryContract } from './network.ts';
import { phaseDiagramContract } from './phase-diagram.ts';
import { scheduleContract } from './schedule.ts';
import { trainableDepthContract } from './trainable-depth.ts';
import { trajectoryContract } from './trajectory.ts';

const tables = [
  depthScalesContract,
  kernelContract,
  trajectoryContract,
  criticalContract,
  phaseDiagramContract,
  trainableDepthContract,
  adviceContract,
  diagnoseContract,
  scheduleContract,
  techniquesContract,
  activationsContract,
  initsContract,
  blocksContract,
  blockTrajectoryContract,
  architecturesContract,
  claimsContract,
] as const satisfies readonly Contract[];

/** What a table is asked with, and what its columns are. */
type Described = Pick<Contract, 'query' | 'row' | 'answer' | 'usual'>;

const grids = {
  grids: { query: gridsQuery, row: gridSummary },
  grid: { query: gridQuery, row: gridRow },
  versions: { query: versionsQuery, row: versionRow },
  frontier: frontierContract,
  network: networkContract,
  'network/trajectory': networkTrajectoryContract,
} as const satisfies Record<string, Described>;

const tableNames = [
  ...tables.map(({ name }) => name),
  'columns' as const,
  ...(Object.keys(grids) as (keyof typeof grids)[]),
];

/** The names of the tables that {@link DESCRIBED} describes. */
export type TableName = (typeof tableNames)[number];

/** `GET /v1/columns`, which describes its own columns too. */
export const columnsContract = makeColumnsContract(tableNames);

const contracts = [...tables, columnsContract] as const;

/** Every endpoint that answers a query with a table. */
export const CONTRACTS: readonly Contract[] = contracts;

/** Every table that has columns, by the name that `GET /v1/columns` knows it by. */
export const DESCRIBED = Object.fromEntries([
  ...CONTRACTS.map((contract) => [contract.name, contract]),
  ...Object.entries(grids),
]) as Readonly<Record<TableName, Described>>;

/** Each of them with its own types, for the client. */
export type Contracts = { [C in (typeof contracts)[number] as C['name']]: C };

/** The JSON answer of each of them, by name. */
export const ANSWERS: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  CONTRACTS.map((contract) => [
    contract.name,
    tableSchema(contract.row).meta({ id: `${pascal(contract.name)}Answer` }),
  ]),
);

function pascal(name: string): string {
  return name.replace(/(?:^|[-/])(.)/g, (_, letter: string) => letter.toUpperCase());
}
