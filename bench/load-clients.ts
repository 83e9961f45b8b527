/** What the clients of bench/load.ts ask: requests of many kinds, each with a check of its answer. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { queryString } from '../schemas/query-string.ts';
import { drawUniform } from '../trainer/random/stream.ts';
import { type Asked, REQUESTS } from '../worker/testing/requests.ts';
import { sampleGrid } from '../worker/testing/sample-grid.ts';
import { wrongWith } from '../worker/testing/verdict.ts';

const TOKEN = { authorization: 'Bearer dropline-local' };

/** A client: the server, its own chance, the grids that nobody else writes, and what they hold. */
export type Client = {
  readonly name: string;
  readonly url: string;
  readonly random: Parameters<typeof drawUniform>[0];
  /** bytes by id; undefined where it was withdrawn */
  readonly published: Map<string, string | undefined>;
};

/** Makes one request, and says what is wrong with its answer. */
type Kind = (client: Client) => Promise<string | undefined>;

const pick = <Value>({ random }: Client, values: readonly Value[]): Value =>
  values[Math.floor(drawUniform(random) * values.length)] as Value;

const ask = ({ url }: Client, path: string, init: RequestInit = {}) =>
  fetch(`${url}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(60_000), ...init });

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

const ownId = (client: Client) => `${client.name}-${Math.floor(drawUniform(client.random) * 5)}`;

/** A grid that differs from all others; some are as large as a megabyte. */
function gridText(client: Client, id: string): string {
  const grid = JSON.stringify(sampleGrid(id, drawUniform(client.random)));
  return (
    grid +
    ' '.repeat(drawUniform(client.random) < 0.05 ? 1_000_000 : Math.floor(2000 * drawUniform(client.random)))
  );
}

const publish: Kind = async (client) => {
  const id = ownId(client);
  const body = gridText(client, id);
  const response = await ask(client, `/v1/grids/${id}`, { method: 'PUT', body, headers: TOKEN });
  const answer = (await response.json()) as { version?: string };
  if (response.status !== 201) return `PUT answered ${response.status}`;
  client.published.set(id, body);
  return answer.version === sha256(body) ? undefined : `PUT named the version ${answer.version}`;
};

const readBack: Kind = async (client) => {
  const id = ownId(client);
  const body = client.published.get(id);
  const response = await ask(client, `/v1/grids/${id}`);
  const text = await response.text();
  if (body === undefined)
    return response.status === 404 ? undefined : `an unpublished grid answered ${response.status}`;
  if (response.status !== 200) return `a published grid answered ${response.status}`;
  return text === body ? undefined : 'a published grid came back with other bytes';
};

const withdraw: Kind = async (client) => {
  const id = ownId(client);
  const expected = client.published.get(id) === undefined ? 404 : 204;
  const { status } = await ask(client, `/v1/grids/${id}`, { method: 'DELETE', headers: TOKEN });
  client.published.set(id, undefined);
  return status === expected ? undefined : `DELETE answered ${status}, not ${expected}`;
};

/** Uploads that must be refused, and with which status. */
const REFUSED: readonly [number, RequestInit][] = [
  [401, { body: '{}' }],
  [401, { body: '{}', headers: { authorization: 'Bearer wrong' } }],
  [403, { body: '{}', headers: { ...TOKEN, origin: 'https://elsewhere.example' } }],
  [422, { body: '{"id": "torn', headers: TOKEN }],
  [422, { body: JSON.stringify({ ...sampleGrid('other'), rows: [] }), headers: TOKEN }],
  [413, { body: ' '.repeat(5_000_000), headers: TOKEN }],
];

const refused: Kind = async (client) => {
  const [expected, init] = pick(client, REFUSED);
  const { status } = await ask(client, `/v1/grids/${ownId(client)}`, { method: 'PUT', ...init });
  return status === expected ? undefined : `a wrong PUT answered ${status}, not ${expected}`;
};

const EXAMPLES = CONTRACTS.flatMap(({ name, formats, examples }) =>
  examples.flatMap((query) => formats.map((format) => `/v1/${name}.${format}?${queryString(query)}`)),
);
const SHIPPED = '/v1/grids/mnist-tanh-keep-095';
const READS = [
  ...[
    '/',
    '/docs',
    '/openapi.json',
    '/versions',
    '/healthz',
    '/readyz',
    '/v1/grids',
    '/v1/grids.csv?limit=5',
  ],
  ...['', '.csv', '.svg', '.npy', '/frontier', '/frontier.csv'].map((form) => `${SHIPPED}${form}`),
];

/** What every example of the documentation is answered: 200, or 400 where a format has no such answer. */
const read: Kind = async (client) => {
  const path = pick(client, drawUniform(client.random) < 0.5 ? READS : EXAMPLES);
  const response = await ask(client, path);
  const body = new TextDecoder().decode(await response.arrayBuffer());
  const wrong =
    response.status === 200 || EXAMPLES.includes(path)
      ? wrongWith({ path }, response, body)
      : `${response.status}`;
  return wrong && `${path}: ${wrong}`;
};

const revalidate: Kind = async (client) => {
  const path = pick(client, [
    '/openapi.json',
    SHIPPED,
    `/v1/depth-scales?${queryString(CONTRACTS[0]?.examples[0] ?? {})}`,
  ]);
  const first = await ask(client, path);
  await first.arrayBuffer();
  const { status } = await ask(client, path, {
    headers: { 'if-none-match': first.headers.get('etag') ?? '' },
  });
  return status === 304 ? undefined : `${path} with its own ETag answered ${status}`;
};

/** Random and hostile requests, as the fuzz makes them; a few thousand, each over and over. */
const HOSTILE: readonly Asked[] = Object.values(REQUESTS).flatMap((requests) =>
  fc.sample(requests, { seed: 20_261_130, numRuns: 200 }),
);

const hostile: Kind = async (client) => {
  const { path, endpoint, ...init } = pick(client, HOSTILE);
  const response = await ask(client, path, init);
  const body = new TextDecoder().decode(await response.arrayBuffer());
  const wrong = wrongWith({ path, ...init, ...(endpoint !== undefined && { endpoint }) }, response, body);
  return wrong && `${init.method ?? 'GET'} ${path.slice(0, 300)}: ${wrong}`;
};

/** The kinds, and how often each is taken, of a hundred. */
export const KINDS: Readonly<Record<string, { readonly share: number; readonly make: Kind }>> = {
  'documents, grids and examples': { share: 35, make: read },
  'random and hostile requests': { share: 25, make: hostile },
  uploads: { share: 12, make: publish },
  'reading an upload back': { share: 14, make: readBack },
  withdrawals: { share: 3, make: withdraw },
  'uploads to refuse': { share: 3, make: refused },
  revalidations: { share: 8, make: revalidate },
};

/** The kind that a number from 0 to 1 falls on. */
export function kindAt(place: number): string {
  let left = place * Object.values(KINDS).reduce((sum, { share }) => sum + share, 0);
  for (const [name, { share }] of Object.entries(KINDS)) {
    left -= share;
    if (left < 0) return name;
  }
  return Object.keys(KINDS)[0] as string;
}
