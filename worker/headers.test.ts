import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { queryString } from '../schemas/query-string.ts';
import type { Bindings } from './environment.ts';
import app from './index.ts';
import { call } from './testing/api.ts';

const GRID = '/v1/grids/mnist-tanh-keep-095';
const VERSION = `${GRID}/versions/32f0c0270f55fb0d38908dc0b4241f394a6031731b2ccc210088c4115471cf67`;
const SERVICE = ['/', '/docs', '/openapi.json', '/versions', '/healthz', '/readyz', '/nothing', '/v1/batch'];
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH'];
const ORIGIN = { origin: 'https://elsewhere.example' };

/** Every address there is, in every format: with a query that it answers, and with one that it refuses. */
const ADDRESSES = [
  ...SERVICE.flatMap((path) => [path, `${path}?colour=red`]),
  ...[...CONTRACTS.map(({ name, examples }) => [`/v1/${name}`, queryString(examples[0] ?? {})])]
    .concat(
      ['/v1/grids', GRID, VERSION, `${GRID}/versions`, `${GRID}/frontier`, '/v1/grids/none'].map((path) => [
        path,
        '',
      ]),
    )
    .flatMap(([path, query]) =>
      ['', ...FORMATS.map((format) => `.${format}`)].flatMap((extension) => [
        `${path}${extension}?${query}`,
        `${path}${extension}?colour=red`,
      ]),
    ),
];

/** What every answer has to say; a 304 has the type of the answer that it stands for. */
function check({ headers }: Response, what: string, type = headers.get('content-type') ?? '') {
  expect(headers.get('access-control-allow-origin'), what).toBe('*');
  expect(headers.get('access-control-expose-headers') ?? 'Degraded', what).toContain('Degraded');
  expect(headers.get('x-content-type-options'), what).toBe('nosniff');
  const policy = headers.get('content-security-policy');
  if (type.startsWith('text/html')) expect(policy, what).toContain("frame-ancestors 'none'");
  else if (type.startsWith('image/svg')) expect(policy, what).toMatch(/default-src 'none'.*sandbox/);
  else expect(policy, what).toBeNull();
}

/** Bindings that throw anything at all as soon as they are looked at. */
const throwing = (thrown: unknown): Bindings =>
  Object.defineProperty({} as Bindings, 'DB', {
    enumerable: true,
    get: () => {
      throw thrown;
    },
  });

/** What is about the body, or about nothing but the moment. */
const OF_THE_BODY = /^(content-(type|length|encoding)|transfer-encoding|date|connection)$/;

describe('headers', () => {
  it.each(METHODS)('says what every answer says, to %s at every address', async (method) => {
    const statuses = new Set<number>();
    for (const path of ADDRESSES) {
      const response = await call(path, { method, headers: ORIGIN });
      await response.arrayBuffer();
      check(response, `${method} ${path} ${response.status}`);
      statuses.add(response.status);
    }
    const expected = { GET: [200, 400, 404], HEAD: [200, 400, 404], OPTIONS: [204] }[method] ?? [404, 405];
    for (const status of expected) expect([...statuses]).toContain(status);
  }, 120_000);

  it('says with a 304 all that the answer in full says but what is about its body', async () => {
    let compared = 0;
    for (const path of ADDRESSES) {
      const full = await call(path, { headers: ORIGIN });
      await full.arrayBuffer();
      const etag = full.headers.get('etag');
      if (full.status !== 200 || !etag) continue;
      for (const method of ['GET', 'HEAD']) {
        const known = await call(path, { method, headers: { ...ORIGIN, 'if-none-match': etag } });
        expect([path, known.status]).toEqual([path, 304]);
        check(known, `304 ${path}`, full.headers.get('content-type') ?? '');
        const wanted = [...full.headers].filter(([name]) => !OF_THE_BODY.test(name));
        expect(Object.fromEntries(known.headers), path).toMatchObject(Object.fromEntries(wanted));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(100);
  }, 120_000);

  it('says it with 401, 413, 422, 429, 500 and 503 too', async () => {
    const { FEW_REQUESTS, ...bindings } = env as unknown as Bindings & { FEW_REQUESTS: RateLimit };
    const ask = (path: string, init: RequestInit, more: Partial<Bindings> = {}) =>
      app.request(`http://localhost${path}`, init, { ...bindings, ...more });
    const put = { method: 'PUT', body: '{}', headers: { authorization: 'Bearer dropline-local' } };
    const refusing = { limit: async () => ({ success: false }) } as unknown as RateLimit;
    const answers = [
      [401, await ask(GRID, { method: 'PUT', body: '{}' })],
      [413, await ask('/v1/batch', { method: 'POST', body: ' '.repeat(2 ** 21) })],
      [422, await ask(GRID, put)],
      [429, await ask('/versions', {}, { RATE_LIMITER: refusing })],
      [503, await ask(GRID, put, { DROPLINE_TOKEN: undefined as never })],
      [503, await ask('/docs', {}, { ASSETS: { fetch: () => Promise.reject('gone') } as never })],
      [500, await ask('/docs', {}, { ASSETS: null as never })],
      [500, await app.request('http://localhost/docs', {}, throwing('no Error at all'))],
    ] as const;
    for (const [status, response] of answers) {
      expect(response.status).toBe(status);
      check(response, String(status));
    }
  });

  it('lets a browser ask conditionally: the preflight allows If-None-Match', async () => {
    const asked = {
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'if-none-match',
    };
    const { status, headers } = await call('/versions', {
      method: 'OPTIONS',
      headers: { ...ORIGIN, ...asked },
    });
    expect([status, headers.get('access-control-allow-headers')]).toEqual([204, 'if-none-match']);
  });
});

it('writes no host into what caches keep', async () => {
  for (const path of ADDRESSES) {
    const response = await call(path);
    if (!response.ok || response.headers.get('cache-control') === 'no-store') continue;
    const said = `${new TextDecoder('latin1').decode(await response.arrayBuffer())}${JSON.stringify([...response.headers])}`;
    expect(said.includes('dropline.localhost'), path).toBe(false);
  }
}, 60_000);
