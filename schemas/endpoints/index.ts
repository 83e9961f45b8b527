import type * as z from 'zod';
import { answerSchema, type Contract } from '../endpoint.ts';
import { depthScalesContract } from './depth-scales.ts';
import { kernelContract } from './kernel.ts';

/** Every endpoint that answers a query with a table. */
export const CONTRACTS: readonly Contract[] = [depthScalesContract, kernelContract];

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
