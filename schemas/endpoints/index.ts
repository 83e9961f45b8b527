import type * as z from 'zod';
import { answerSchema, type Contract } from '../endpoint.ts';
import { depthScalesContract } from './depth-scales.ts';
import { kernelContract } from './kernel.ts';

const contracts = [depthScalesContract, kernelContract] as const satisfies readonly Contract[];

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
