import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Dropline } from './index.ts';
import { retryDelay } from './request.ts';

let server: Server | undefined;

/** A server that gives these answers in turn, and the times at which it was asked. */
async function serve(...answers: ((response: ServerResponse) => void)[]) {
  const asked: { url: string; at: number }[] = [];
  server = createServer((incoming, response) => {
    incoming.resume();
    asked.push({ url: incoming.url ?? '', at: Date.now() });
    (answers[asked.length - 1] ?? answers.at(-1))?.(response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { asked, base: `http://127.0.0.1:${port}` };
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, headers).end(JSON.stringify(body));

const table = answer(200, { meta: {}, rows: [{ xi_2: 3 }] });
const busy = answer(503, { detail: 'busy' }, { 'retry-after': '0' });
const relu = { activation: 'relu', sigma_w2: 1 } as const;

describe('the client', () => {
  it('asks with lists and ranges as they stand in an address', async () => {
    const { base, asked } = await serve(table);
    const query = { activation: ['tanh', 'relu'], sigma_w2: '1..4/31', keep: [0.9, 1] } as const;
    const { rows } = await new Dropline(`${base}/`).ask('depth-scales', query);
    expect(rows[0]?.xi_2).toBe(3);
    expect(asked[0]?.url).toBe('/v1/depth-scales.json?activation=tanh,relu&sigma_w2=1..4/31&keep=0.9,1');
  });

  it('tries again on 429, 5xx and a broken connection, when the server says', async () => {
    const { base, asked } = await serve(answer(429, {}, { 'retry-after': '1' }), busy, table);
    await new Dropline(base).ask('depth-scales', relu);
    expect(asked).toHaveLength(3);
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThan(900);
  });

  it('gives up after so many tries, with what the server said last', async () => {
    const { base, asked } = await serve(busy);
    const failed = new Dropline(base, { tries: 3 }).ask('depth-scales', relu);
    await expect(failed).rejects.toMatchObject({ name: 'DroplineError', status: 503, message: 'busy' });
    expect(asked).toHaveLength(3);
  });

  it('says at once what is wrong with a query, and where', async () => {
    const entries = [{ pointer: '#/keep', detail: 'out of range' }];
    const { base, asked } = await serve(answer(400, { detail: 'no', errors: entries, limit: { rows: 59 } }));
    const failed = new Dropline(base).ask('depth-scales', relu);
    await expect(failed).rejects.toMatchObject({ status: 400, message: 'no', entries, limit: { rows: 59 } });
    expect(asked).toHaveLength(1);
  });

  it('says what it could not reach', async () => {
    const { base } = await serve((response) => response.destroy());
    const failed = new Dropline(base, { tries: 1 }).ask('depth-scales', relu);
    await expect(failed).rejects.toMatchObject({ status: 0, message: expect.stringContaining(base) });
  });

  it('tells of each retry, and gives up a try that takes too long', async () => {
    const told: [number, number][] = [];
    const { base, asked } = await serve(() => {}, busy, table);
    const dropline = new Dropline(base, {
      timeout: 100,
      onRetry: ({ status }, delay) => told.push([status, delay]),
      wait: async () => {},
    });
    await dropline.ask('depth-scales', relu);
    expect(told).toEqual([
      [0, 1000],
      [503, 0],
    ]);
    expect(asked).toHaveLength(3);
  });

  it('says so where a server does not answer with JSON', async () => {
    const { base, asked } = await serve((response) => response.end('<html>'));
    const failed = new Dropline(base).ask('depth-scales', relu);
    await expect(failed).rejects.toMatchObject({ status: 200, message: expect.stringContaining('JSON') });
    expect(asked).toHaveLength(1);
  });

  it('stops waiting when it is told to', async () => {
    const { base, asked } = await serve(answer(503, {}, { 'retry-after': '60' }));
    const controller = new AbortController();
    const failed = new Dropline(base).ask('depth-scales', relu, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 200);
    await expect(failed).rejects.toThrow('enough');
    expect(asked).toHaveLength(1);
  });

  it('follows the pages of a list', async () => {
    const { base, asked } = await serve(
      answer(200, { rows: [{ id: 'a' }] }, { link: '</v1/grids.json?cursor=x>; rel="next"' }),
      answer(200, { rows: [{ id: 'b' }] }),
    );
    const ids: string[] = [];
    for await (const { id } of new Dropline(base).grids()) ids.push(id);
    expect(ids).toEqual(['a', 'b']);
    expect(asked[1]?.url).toBe('/v1/grids.json?cursor=x');
  });

  it('refuses an address that is none', () => {
    expect(() => new Dropline('localhost')).toThrow(TypeError);
  });
});

it('takes Retry-After in seconds and as a date; growing pauses without it, and never more than a minute', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect([1, 2, 3].map((n) => retryDelay(n, null, now))).toEqual([1000, 2000, 4000]);
  expect(retryDelay(1, '12', now)).toBe(12_000);
  expect(retryDelay(1, 'Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000);
  expect(retryDelay(1, 'Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0);
  expect(retryDelay(1, '86400', now)).toBe(60_000);
  expect(retryDelay(2, 'soon', now)).toBe(2000);
});
