/** A typed client of the Dropline API: types from its schemas, nothing generated, no dependency. */

import type * as z from 'zod';
import type { BatchAnswer } from '../schemas/batch.ts';
import type { Format, metaSchema } from '../schemas/endpoint.ts';
import type { FrontierAnswer } from '../schemas/endpoints/frontier.ts';
import type { Contracts } from '../schemas/endpoints/index.ts';
import type { networkContract } from '../schemas/endpoints/network.ts';
import type { Grid, GridSummary, GridVersion, Published } from '../schemas/grid.ts';
import type { networkBody } from '../schemas/network-body.ts';
import { nextPage, type RequestOptions, readJson, request } from './request.ts';

export { DroplineError, type RequestOptions } from './request.ts';
export type { BatchAnswer, Format, FrontierAnswer, Grid, GridSummary, GridVersion, Published };

/** The name of an endpoint: `depth-scales` is `GET /v1/depth-scales`. */
export type EndpointName = keyof Contracts;

/** A range of numbers, both ends included: `1..4/31` is 31 values from 1 to 4. */
export type Range = `${number}..${number}/${number}`;

type ValueInput<Value> = Value extends number
  ? number | Range
  : Value extends readonly number[]
    ? readonly number[]
    : Value;

type OneOrMany<Values> = Values extends readonly (infer Value)[]
  ? ValueInput<Value> | ([Value] extends [readonly number[]] ? never : readonly ValueInput<Value>[])
  : Values;

type InputOf<Name extends EndpointName> = z.input<Contracts[Name]['query']>;
type OutputOf<Name extends EndpointName> = z.output<Contracts[Name]['query']>;

/**
 * The parameters of an endpoint. One value, or a list; a numeric one may be a range. `meta` says how much stands beside the
 * rows: units and notes (`brief`, the default), or what every column holds (`full`); `digits` rounds numbers to so many significant ones; `field` names the columns
 * of the rows, or `all` of them.
 */
export type Query<Name extends EndpointName> = {
  [Key in keyof InputOf<Name>]: Key extends keyof OutputOf<Name>
    ? OneOrMany<NonNullable<OutputOf<Name>[Key]>>
    : never;
} & {
  meta?: 'brief' | 'full';
  digits?: number;
  field?: 'all' | ColumnOf<Name> | readonly ColumnOf<Name>[];
};

type Columns<Name extends EndpointName> = z.output<Contracts[Name]['row']>;
type ColumnOf<Name extends EndpointName> = keyof Columns<Name> & string;

/** The columns that come without `field`, where those are not all. */
type UsualOf<Name extends EndpointName> = Contracts[Name] extends {
  readonly answer: readonly (infer Answer)[];
  readonly usual: {
    readonly parameters: readonly (infer Parameter)[];
    readonly rest: readonly (infer Rest)[];
  };
}
  ? Answer | Parameter | Rest
  : keyof Columns<Name>;

/** One row of an endpoint's answer. What does not come without `field` may be undefined. */
export type Row<Name extends EndpointName> = Pick<Columns<Name>, keyof Columns<Name> & UsualOf<Name>> &
  Partial<Columns<Name>>;

/** What stands beside the rows; `units` with `meta: 'brief'`, `columns` with `meta: 'full'`. */
export type Meta = z.output<typeof metaSchema>;

/** An answer whose `meta` was not left out. */
export type WithMeta<A extends { meta?: unknown }> = A & { meta: NonNullable<A['meta']> };

/** An endpoint's answer. */
export type Answer<Name extends EndpointName> = { meta: Meta; rows: Row<Name>[] };

/** One query of a batch. */
export type BatchQuery = {
  [Name in EndpointName]: { endpoint: Name; query: Omit<Query<Name>, 'meta'> };
}[EndpointName];

/** A network as JSON, see `POST /v1/network`. */
export type NetworkInput = z.input<typeof networkBody>;

/** What is known of it. */
export type NetworkAnswer = { meta: Meta; rows: z.output<(typeof networkContract)['row']>[] };

/** Asks one Dropline service. */
export class Dropline {
  readonly #base: string;
  readonly #options: RequestOptions;

  /**
   * @param base address of the service
   * @param options for all requests of this client; each call can replace them
   * @throws TypeError where the address is none
   * @example const dropline = new Dropline('http://localhost:8787');
   */
  constructor(base: string, options: RequestOptions = {}) {
    this.#base = new URL(base).href.replace(/\/+$/, '');
    this.#options = options;
  }

  /**
   * Asks an endpoint.
   *
   * @param name of the endpoint
   * @param query its parameters: one value, a list, or for numbers a range
   * @param options of this request
   * @returns `meta` and `rows`: a row for each combination of the values
   * @throws DroplineError with what is wrong and where
   * @example
   * const { rows } = await dropline.ask('depth-scales', { activation: 'tanh', sigma_w2: '1..4/31', keep: [0.9, 1] });
   * rows[0].xi_2
   */
  async ask<Name extends EndpointName>(
    name: Name,
    query: Query<Name>,
    options: RequestOptions = {},
  ): Promise<Answer<Name>> {
    return this.#send(this.url(name, query, 'json'), {}, options);
  }

  /**
   * The address of an answer: for an image tag, a spreadsheet, `pandas.read_csv`.
   *
   * @param name of the endpoint
   * @param query its parameters
   * @param format json by default
   * @example dropline.url('depth-scales', { activation: 'tanh', sigma_w2: [1, 2] }, 'csv')
   */
  url<Name extends EndpointName>(name: Name, query: Query<Name>, format: Format = 'json'): string {
    const parameters = Object.entries(query as Record<string, unknown>)
      .filter(([, value]) => value !== undefined)
      .map(
        ([key, value]) =>
          `${key}=${encodeURIComponent([value].flat().join()).replaceAll('%2C', ',').replaceAll('%2F', '/')}`,
      );
    return `${this.#base}/v1/${name}.${format}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`;
  }

  /**
   * Many queries in one call, each answered with rows or with a problem of its own.
   *
   * @param queries at most 1000
   * @param options of this request
   * @throws DroplineError where the whole batch is refused
   * @example (await dropline.batch([{ endpoint: 'kernel', query: { activation: 'relu' } }])).rows[0]
   */
  async batch(queries: readonly BatchQuery[], options: RequestOptions = {}): Promise<WithMeta<BatchAnswer>> {
    const init = {
      method: 'POST',
      body: JSON.stringify({ queries }),
      headers: { 'content-type': 'application/json' },
    };
    return this.#send(`${this.#base}/v1/batch`, init, options);
  }

  /**
   * How deep a network can be that is given as data: blocks that differ, schedules, any operations.
   *
   * @param network in the vocabulary of the theory
   * @param options of this request
   * @returns one row
   * @throws DroplineError with what is wrong, and for what the theory does not cover
   * @example
   * const ops = [{ op: 'linear', sigma_w2: 2 }, { op: 'activation', activation: 'relu' }, { op: 'linear', sigma_w2: 1 }];
   * (await dropline.network({ blocks: [{ repeat: 12, sub_layers: [{ norm: { at: 'pre', kind: 'layer' }, ops }] }] })).rows[0].margin
   */
  async network(network: NetworkInput, options: RequestOptions = {}): Promise<NetworkAnswer> {
    const init = {
      method: 'POST',
      body: JSON.stringify(network),
      headers: { 'content-type': 'application/json' },
    };
    return this.#send(`${this.#base}/v1/network`, init, options);
  }

  /**
   * The list entries of all measured grids, page by page.
   *
   * @param options of these requests
   * @throws DroplineError
   * @example for await (const { id, title } of dropline.grids()) console.log(id, title);
   */
  grids(options: RequestOptions = {}): AsyncGenerator<GridSummary> {
    return this.#pages(`${this.#base}/v1/grids.json`, options);
  }

  /**
   * What happened to a grid, in order: each version that was published, withdrawn or restored.
   *
   * @param id of the grid
   * @param options of these requests
   * @throws DroplineError, status 404 where there is none
   * @example for await (const { action, version } of dropline.versions('tiny')) console.log(action, version);
   */
  versions(id: string, options: RequestOptions = {}): AsyncGenerator<GridVersion> {
    return this.#pages(`${this.#base}/v1/grids/${encodeURIComponent(id)}/versions.json`, options);
  }

  /** The rows of an answer and of the pages that follow it. */
  async *#pages<Row>(first: string, options: RequestOptions): AsyncGenerator<Row> {
    for (let next: string | undefined = first; next !== undefined; ) {
      const address: string = next;
      const page = await this.#request(address, {}, options, async (response) => ({
        body: (await readJson(response)) as { rows: Row[] },
        following: nextPage(response, address)?.href,
      }));
      yield* page.body.rows;
      next = page.following;
    }
  }

  /**
   * A measured grid: the current version, or the one of a hash, which never changes.
   *
   * @param id of the grid
   * @param version SHA-256 in hexadecimal
   * @param options of this request
   * @throws DroplineError, status 404 where there is none
   * @example (await dropline.grid('mnist-tanh-keep-095')).rows.length
   */
  async grid(id: string, version?: string, options: RequestOptions = {}): Promise<Grid> {
    const path =
      version === undefined
        ? encodeURIComponent(id)
        : `${encodeURIComponent(id)}/versions/${encodeURIComponent(version)}`;
    return this.#send(`${this.#base}/v1/grids/${path}`, {}, options);
  }

  /**
   * The measured trainable depth of each column of a grid, beside the predicted ones.
   *
   * @param id of the grid
   * @param options of this request
   * @throws DroplineError, status 404 where there is none
   * @example (await dropline.frontier('mnist-tanh-keep-095')).rows[0]?.measured_depth
   */
  async frontier(id: string, options: RequestOptions = {}): Promise<WithMeta<FrontierAnswer>> {
    return this.#send(`${this.#base}/v1/grids/${encodeURIComponent(id)}/frontier.json`, {}, options);
  }

  /**
   * Takes a grid off the list; its versions stay where they are.
   *
   * @param id of the grid
   * @param token the bearer token of the service
   * @param options of this request
   * @throws DroplineError, status 404 where there is none
   * @example await dropline.withdraw('tiny', process.env.DROPLINE_TOKEN)
   */
  async withdraw(id: string, token: string, options: RequestOptions = {}): Promise<void> {
    const headers = { authorization: `Bearer ${token}` };
    const init = { method: 'DELETE', headers, redirect: 'error' } as const;
    const url = `${this.#base}/v1/grids/${encodeURIComponent(id)}`;
    await this.#request(url, init, options, async ({ body }) => body?.cancel());
  }

  /**
   * Publishes a version of a grid. The same bytes again are the same version; an older one is refused (status 409) unless
   * `replaces` says what is current now.
   *
   * @param grid what the trainer wrote
   * @param token the bearer token of the service
   * @param options of this request; `replaces` is the version that must be current (null: none), or else nothing is changed (412)
   * @throws DroplineError with what is wrong; nothing is stored then
   * @example await dropline.publish(grid, process.env.DROPLINE_TOKEN)
   */
  async publish(
    grid: Grid,
    token: string,
    { replaces, ...options }: RequestOptions & { readonly replaces?: string | null } = {},
  ): Promise<Published> {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(replaces === null && { 'if-none-match': '*' }),
      ...(replaces && { 'if-match': `"${replaces}"` }),
    };
    // a redirected PUT would carry the token to another server
    const init = { method: 'PUT', body: JSON.stringify(grid), headers, redirect: 'error' } as const;
    return this.#send(`${this.#base}/v1/grids/${encodeURIComponent(grid.id)}`, init, options);
  }

  #send<Body>(url: string, init: RequestInit, options: RequestOptions): Promise<Body> {
    return this.#request(url, init, options, readJson as (response: Response) => Promise<Body>);
  }

  #request<T>(
    url: string,
    init: RequestInit,
    options: RequestOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    return request(url, init, { ...this.#options, ...options }, read);
  }
}
