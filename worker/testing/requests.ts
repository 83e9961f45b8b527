import fc from 'fast-check';
import type { Contract } from '../../schemas/endpoint.ts';
import { FORMATS } from '../../schemas/endpoint.ts';
import { CONTRACTS } from '../../schemas/endpoints/index.ts';
import { encode, garbage, queriesOf } from './queries.ts';

/** A request to make. */
export type Asked = {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** the endpoint whose answer it should be, if it has one */
  readonly endpoint?: string;
};

const query = (contract: Contract): fc.Arbitrary<Asked> =>
  queriesOf(contract).map(({ path }) => ({ path, endpoint: contract.name }));

/** A query of a batch: as an address would give it, or any value at all. */
const batchQuery = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...CONTRACTS)
      .chain(queriesOf)
      .map(({ path }) => {
        const { pathname, searchParams } = new URL(path, 'http://x');
        return { endpoint: pathname.slice('/v1/'.length), query: Object.fromEntries(searchParams) };
      }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      endpoint: garbage,
      query: fc.dictionary(garbage, fc.oneof(garbage, fc.double(), fc.array(fc.integer()))),
    }),
  },
);

const batch: fc.Arbitrary<Asked> = fc
  .oneof(
    {
      weight: 5,
      arbitrary: fc
        .array(batchQuery, { minLength: 1, maxLength: 5 })
        .map((queries) => JSON.stringify({ queries })),
    },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: garbage },
  )
  .map((body) => ({ method: 'POST', path: '/v1/batch', body }));

const search = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom('measure', 'threshold', 'limit', 'after', 'field', 'layout', 'digits', 'format'),
        garbage,
      ),
      garbage,
    ),
    { maxLength: 2 },
  )
  .map((pairs) =>
    pairs
      .map(([key, value]) => `?${encode(key)}=${encode(value)}`)
      .join('&')
      .replaceAll('&?', '&'),
  );

const ID = 'mnist-tanh-keep-095';
const grids: fc.Arbitrary<Asked> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('', `/${ID}`, `/${ID}/frontier`, `/${ID}/versions/${'0'.repeat(64)}`),
      garbage.map((text) => `/${encode(text)}`),
    ),
    fc.constantFrom('', ...FORMATS.map((format) => `.${format}`)),
    search,
  )
  .map(([place, extension, text]) => ({ path: `/v1/grids${place}${extension}${text}` }));

const anything: fc.Arbitrary<Asked> = fc
  .tuple(
    fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    fc.oneof(
      fc.constantFrom(
        '/',
        '/docs',
        '/versions',
        '/healthz',
        '/readyz',
        '/openapi.json',
        '/v1/batch',
        `/v1/grids/${ID}`,
      ),
      fc.constantFrom(...CONTRACTS).map(({ name }) => `/v1/${name}`),
      fc.array(garbage, { maxLength: 3 }).map((parts) => `/${parts.map(encode).join('/')}`),
    ),
    search,
    fc.record(
      {
        accept: fc.constantFrom('text/csv', 'image/*;q=0.5, */*', ',;q=x', '*/*;q=0'),
        'if-none-match': fc.constantFrom('*', '"x"', 'W/"x"'),
        authorization: fc.constantFrom('Bearer dropline-local', 'Bearer x', 'Basic eA=='),
      },
      { requiredKeys: [] },
    ),
    fc.oneof(fc.json(), garbage),
  )
  .map(([method, place, text, headers, body]) => ({
    method,
    path: `${place}${text}`,
    headers,
    ...(['POST', 'PUT', 'PATCH'].includes(method) && { body }),
  }));

/** Every kind of request, by name: the queries of each endpoint, batches, grids, and any method at any address. */
export const REQUESTS: Readonly<Record<string, fc.Arbitrary<Asked>>> = {
  ...Object.fromEntries(CONTRACTS.map((contract) => [`/v1/${contract.name}`, query(contract)])),
  'POST /v1/batch': batch,
  '/v1/grids': grids,
  'any method and address': anything,
};
