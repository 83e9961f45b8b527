import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { batchAnswer } from '../schemas/batch.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { gridsAnswer } from '../schemas/grid.ts';
import { problemSchema } from '../schemas/problem.ts';
import { queryString } from '../schemas/query-string.ts';
import { readinessAnswer } from '../schemas/service.ts';
import type { Bindings } from './environment.ts';
import app from './index.ts';
import { PARTS, type Part } from './parts.ts';
import { put } from './testing/api.ts';
import { broken, FAULTS, type Fault } from './testing/broken.ts';
import { sampleGrid } from './testing/sample-grid.ts';

const bindings = env as unknown as Bindings;
const NAMES = Object.keys(PARTS) as Part[];

/** Which parts are down: none, each, and every pair. */
const DOWN: readonly Part[][] = [
  [],
  ...NAMES.map((part) => [part]),
  ...NAMES.flatMap((one, i) => NAMES.slice(i + 1).map((other) => [one, other])),
];

const NETWORK = 'activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=0.95';
const BATCH = {
  queries: ['depth-scales', 'trainable-depth', 'none', 'depth-scales'].map((endpoint) => ({
    endpoint,
    query: Object.fromEntries(new URLSearchParams(NETWORK)),
  })),
};
const SHIPPED = '/v1/grids/mnist-tanh-keep-095';
const SHIPPED_VERSION = `${SHIPPED}/versions/32f0c0270f55fb0d38908dc0b4241f394a6031731b2ccc210088c4115471cf67`;
const TOKEN = { authorization: 'Bearer dropline-local' };
const GRID = JSON.stringify(sampleGrid('stored'));

/** What is promised of a request: its status, given what is down. */
type Promised = {
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: (down: ReadonlySet<Part>) => number;
};

const always = () => 200;
const needs =
  (...parts: Part[]) =>
  (down: ReadonlySet<Part>) =>
    parts.some((part) => down.has(part)) ? 503 : 200;

const PROMISES: Readonly<Record<string, Promised>> = {
  'liveness asks nobody': { path: '/healthz', status: always },
  'readiness is that of all': {
    path: '/readyz',
    status: (down) => (down.size > 0 ? 503 : 200),
  },
  'the versions are in the program': { path: '/versions', status: always },
  'an analytic answer': { path: `/v1/depth-scales?${NETWORK}`, status: always },
  'a refusal': { path: '/v1/depth-scales?activation=tanh', status: () => 400 },
  'a batch is not spoilt by one item': {
    path: '/v1/batch',
    init: { method: 'POST', body: JSON.stringify(BATCH) },
    status: always,
  },
  'the explorer': { path: '/', status: needs('assets') },
  'the documentation': { path: '/docs', status: needs('assets') },
  'the OpenAPI document': { path: '/openapi.json', status: needs('assets') },
  'the list of grids': {
    path: '/v1/grids',
    status: needs('assets'),
  },
  // (it could have been replaced, which only the database knows)
  'a grid that ships': { path: SHIPPED, status: needs('assets') },
  'a version that ships': { path: SHIPPED_VERSION, status: needs('assets') },
  'its frontier': { path: `${SHIPPED}/frontier`, status: needs('assets') },
  'a depth beside measurements': { path: `/v1/trainable-depth?${NETWORK}`, status: always },
  'a grid that there is not': {
    path: '/v1/grids/none',
    status: (down) => (down.has('database') || down.has('assets') ? 503 : 404),
  },
  'a published grid': { path: '/v1/grids/stored', status: needs('database', 'objects') },
  publishing: {
    path: '/v1/grids/stored',
    init: { method: 'PUT', body: GRID, headers: TOKEN },
    status: needs('database', 'objects', 'assets'),
  },
};

// (what is broken on purpose is logged a thousand times)
vi.spyOn(console, 'error').mockImplementation(() => {});

/** Deadlines are a tenth of what they are: a part that never answers is waited for in every test. */
const real = globalThis.setTimeout;
vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, milliseconds = 0) =>
  real(run, milliseconds / 10)) as typeof setTimeout);

function ask(
  { path, init }: Pick<Promised, 'path' | 'init'>,
  down: readonly Part[],
  faults: readonly Fault[],
) {
  const failing = down.map((part, i) => {
    const { binding } = PARTS[part];
    return [binding, broken(bindings[binding] as object, faults[i % faults.length] as Fault)];
  });
  return app.request(`http://localhost${path}`, init, { ...bindings, ...Object.fromEntries(failing) });
}

const listed = (header: string | null) => (header === null ? [] : header.split(', ')) as Part[];

/** What every answer keeps to, whatever is down. */
async function check({ status, headers }: Response, body: string, down: readonly Part[]) {
  expect(headers.get('access-control-allow-origin')).toBe('*');
  const degraded = listed(headers.get('degraded'));
  for (const part of degraded) expect(down).toContain(part);
  if (degraded.some((part) => part !== 'rate_limiter')) expect(headers.get('cache-control')).toBe('no-store');
  if (down.includes('rate_limiter') && headers.get('ratelimit-policy')) expect(degraded).toEqual([]);
  if (headers.get('content-type') !== 'application/problem+json') return;
  expect(problemSchema.parse(JSON.parse(body)).status).toBe(status);
  if (status === 503) expect(headers.get('retry-after')).toBe('5');
}

beforeAll(async () => {
  expect((await put('stored', GRID)).status).toBe(201);
});

const faults = Object.keys(FAULTS) as Fault[];
/** Both of a pair in one way, and each in another. */
const ways = (down: readonly Part[]): Fault[][] => [
  ...faults.map((fault) => [fault]),
  ...(down.length === 2 ? faults.map((one, i) => [one, faults[(i + 1) % faults.length] as Fault]) : []),
];

/** One query of every endpoint whose answer rests on no grid. */
const ANALYTIC = CONTRACTS.filter(({ name }) => name !== 'trainable-depth').map(
  ({ name, examples }) => `/v1/${name}?${queryString(examples[0] ?? {})}`,
);
const answers = new Map<string, Promise<string>>();
/** The answer where nothing is down. */
function whole(path: string): Promise<string> {
  const answer = answers.get(path) ?? Promise.resolve(ask({ path }, [], [])).then((one) => one.text());
  answers.set(path, answer);
  return answer;
}

describe.each(
  DOWN.map((down) => [down.join(' and ') || 'nothing', down] as const),
)('%s is down', (_, down) => {
  it.each(ways(down).map((way) => [way.join(' and '), way] as const))('and %s', async (_, way) => {
    await Promise.all(
      Object.entries(PROMISES).map(async ([name, promised]) => {
        const response = await ask(promised, down, way);
        const body = await response.text();
        expect([name, response.status]).toEqual([name, promised.status(new Set(down))]);
        await check(response, body, down);
      }),
    );
  });

  it('and /readyz says which', async () => {
    const { parts } = readinessAnswer.parse(await (await ask({ path: '/readyz' }, down, ['rejects'])).json());
    expect(parts).toEqual(
      Object.fromEntries(NAMES.map((part) => [part, down.includes(part) ? 'down' : 'up'])),
    );
  });

  it('and analytic answers are the same to the byte', async () => {
    for (const path of ANALYTIC) {
      const text = await (await ask({ path }, down, ['rejects'])).text();
      expect([path, text === (await whole(path))]).toEqual([path, true]);
    }
  });

  it('and each item of a batch has rows or a problem of its own', async () => {
    const init = { method: 'POST', body: JSON.stringify(BATCH) };
    const { rows } = batchAnswer.parse(
      await (await ask({ path: '/v1/batch', init }, down, ['throws'])).json(),
    );
    expect([rows[0]?.status, rows[2]?.status, rows[3]?.status]).toEqual([200, 404, 200]);
    expect(rows[3]).toEqual(rows[0]);
  });
});

it('lets every request through where the rate limiter is down, and says so', async () => {
  for (const fault of faults) {
    const { status, headers } = await ask({ path: '/versions' }, ['rate_limiter'], [fault]);
    expect([status, headers.get('degraded'), headers.get('ratelimit-policy')]).toEqual([
      200,
      'rate_limiter',
      null,
    ]);
    expect(headers.get('cache-control')).toContain('max-age');
  }
});

it('lists and serves the grids that ship where the database is down, and says that it may miss some', async () => {
  for (const fault of faults) {
    const list = await ask({ path: '/v1/grids?limit=999' }, ['database'], [fault]);
    const { rows } = gridsAnswer.parse(await list.json());
    expect(rows.map(({ id }) => id)).toContain('mnist-tanh-keep-095');
    expect(rows.map(({ id }) => id)).not.toContain('stored');
    const grid = await ask({ path: SHIPPED }, ['database'], [fault]);
    expect(grid.headers.get('etag')).toBe(`"${SHIPPED_VERSION.slice(-64)}"`);
    for (const { headers } of [list, grid])
      expect([headers.get('degraded'), headers.get('cache-control')]).toEqual(['database', 'no-store']);
  }
});

it('answers /v1/trainable-depth where the database is down, its measured columns null with a reason', async () => {
  const path = `/v1/trainable-depth?${NETWORK}&field=all`;
  const rowsOf = async (response: Response) =>
    ((await response.json()) as { rows: Record<string, unknown>[] }).rows;
  const [whole] = await rowsOf(await ask({ path }, [], ['throws']));
  expect(whole?.measured_depth).not.toBeNull();
  for (const fault of faults) {
    const response = await ask({ path }, ['database'], [fault]);
    expect([response.status, response.headers.get('degraded')]).toEqual([200, 'database']);
    const [row] = await rowsOf(response);
    expect([row?.measured_depth, row?.calibration]).toEqual([null, null]);
    expect(row?.reason).toContain('the measured grids cannot be read');
    for (const name of ['fitted_depth', 'twelve_xi_2', 'limit_low'])
      expect([name, row?.[name]]).toEqual([name, whole?.[name]]);
  }
});
