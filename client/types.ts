import type * as z from 'zod';
import type { Column } from '../schemas/endpoint.ts';
import type { Contracts } from '../schemas/endpoints/index.ts';

/** The name of an endpoint: `depth-scales` is `GET /v1/depth-scales`. */
export type EndpointName = keyof Contracts;

/** A range of numbers, both ends included: `1..4/31` is 31 values from 1 to 4. */
export type Range = `${number}..${number}/${number}`;

type Given<Value> = Value extends number
  ? number | Range
  : Value extends readonly number[]
    ? readonly number[]
    : Value;

type Several<Values> = Values extends readonly (infer Value)[]
  ? Given<Value> | ([Value] extends [readonly number[]] ? never : readonly Given<Value>[])
  : Values;

type InputOf<Name extends EndpointName> = z.input<Contracts[Name]['query']>;
type OutputOf<Name extends EndpointName> = z.output<Contracts[Name]['query']>;

/** The parameters of an endpoint. One value, or a list; a numeric one may be a range. */
export type Query<Name extends EndpointName> = {
  [Key in keyof InputOf<Name>]: Key extends keyof OutputOf<Name>
    ? Several<NonNullable<OutputOf<Name>[Key]>>
    : never;
};

/** One row of an endpoint's answer. */
export type Row<Name extends EndpointName> = z.output<Contracts[Name]['row']>;

/** What stands beside the rows. */
export type Meta = {
  query: string;
  count: number;
  columns: Record<string, Column>;
  notes: string[];
  version: string;
};

/** An endpoint's answer. */
export type Answer<Name extends EndpointName> = { meta: Meta; rows: Row<Name>[] };
