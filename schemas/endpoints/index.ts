import type * as z from 'zod';
import { answerSchema, type Contract } from '../endpoint.ts';
import { adviceContract } from './advice.ts';
import { activationsContract, initsContract, techniquesContract } from './catalogues.ts';
import { criticalContract } from './critical.ts';
import { depthScalesContract } from './depth-scales.ts';
import { diagnoseContract } from './diagnose.ts';
import { kernelContract } from './kernel.ts';
import { phaseDiagramContract } from './phase-diagram.ts';
import { scheduleContract } from './schedule.ts';
import { trainableDepthContract } from './trainable-depth.ts';
import { trajectoryContract } from './trajectory.ts';

const contracts = [
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
] as const satisfies readonly Contract[];

/** Every endpoint that answers a query with a table. */
export const CONTRACTS: readonly Contract[] = contracts;

/** Each of them with its own types, for the client. */
export type Contracts = { [C in (typeof contracts)[number] as C['name']]: C };

/** The JSON answer of each of them, by name. */
export const ANSWERS: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  CONTRACTS.map((contract) => [
    contract.name,
    answerSchema(contract).meta({ id: `${pascal(contract.name)}Answer` }),
  ]),
);

function pascal(name: string): string {
  return name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}
