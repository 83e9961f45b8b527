import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { type GridSummary, gridsAnswer, publishedAnswer, summarise } from '../schemas/grid.ts';
import { problemSchema } from '../schemas/problem.ts';
import type { Bindings } from './environment.ts';
import { GridStore } from './store/store.ts';
import { call, put } from './testing/api.ts';
import { sampleGrid } from './testing/sample-grid.ts';

const bindings = env as unknown as Bindings;

const text = (id: string, loss?: number) => `${JSON.stringify(sampleGrid(id, loss), null, 1)}\n`;

async function stored(): Promise<string[]> {
  return (await bindings.GRIDS.list()).objects.map((object) => object.key);
}

async function shipped(): Promise<GridSummary> {
  const { rows } = gridsAnswer.parse(await (await call('/v1/grids')).json());
  return rows.find((row) => row.id === 'mnist-tanh-keep-095') as GridSummary;
}

describe('the shipped grids', () => {
  it('are listed and served without seeding', async () => {
    const summary = await shipped();
    expect(summary).toMatchObject({ data: 'mnist', activation: 'tanh', technique: 'bernoulli' });
    const response = await call(summary.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-location')).toBe(
      `/v1/grids/${summary.id}/versions/${summary.version}.json`,
    );
    const version = await call(response.headers.get('content-location') as string);
    expect(await version.text()).toBe(await response.text());
    expect(version.headers.get('cache-control')).toContain('immutable');
  });

  it('are CSV with one row a cell', async () => {
    const summary = await shipped();
    const lines = (await (await call(`${summary.url}.csv`)).text()).trimEnd().split('\n');
    expect(lines[0]).toBe(
      'depth,sigma_w2,keep,seed,train_accuracy,train_accuracy_noisy,test_accuracy,loss,steps,status,gradient_norm_first,gradient_norm_last',
    );
    expect(lines).toHaveLength(summary.cells + 1);
  });

  it('give way to a stored grid of the same id', async () => {
    const summary = await shipped();
    const grid = sampleGrid(summary.id);
    expect((await put(summary.id, JSON.stringify(grid))).status).toBe(201);
    expect(await (await call(summary.url)).json()).toEqual(grid);
    expect((await shipped()).cells).toBe(4);
    expect((await call(`${summary.url}/versions/${summary.version}`)).status).toBe(200);
  });
});

describe('PUT /v1/grids/{id}', () => {
  it('takes a grid over other axes, with details, and shows them as columns', async () => {
    const { meta, rows, ...rest } = sampleGrid('rates');
    const { learning_rate, ...training } = meta.plan.training;
    const axes = { depth: [5, 10], learning_rate: [0.01, 0.1] };
    const network = { ...meta.plan.network, sigma_w2: 1.5 };
    const grid = {
      ...rest,
      meta: { ...meta, plan: { ...meta.plan, axes, network, training } },
      rows: rows.map((row, i) => ({
        ...row,
        sigma_w2: 1.5,
        learning_rate: i % 2 ? 0.1 : 0.01,
        q0: 1.4,
        c0: 0.3,
      })),
    };
    expect((await put('rates', JSON.stringify(grid))).status).toBe(201);
    const csv = await (await call('/v1/grids/rates.csv')).text();
    expect(csv.split('\n')[0]).toMatch(/^depth,sigma_w2,keep,learning_rate,seed,.*,q0,c0$/);
    const frontier = await (await call('/v1/grids/rates/frontier.csv')).text();
    expect(frontier.split('\n')[0]).toContain(',width,learning_rate,');
    expect(frontier.trimEnd().split('\n')).toHaveLength(3);
    expect((await call('/v1/grids/rates.svg')).status).toBe(200);
  });

  it('takes the part of the cells that a search trained, and only where the plan searches', async () => {
    const { meta, rows, ...rest } = sampleGrid('searched');
    const part = { ...rest, meta, rows: rows.slice(1) };
    expect((await put('searched', JSON.stringify(part))).status).toBe(422);
    const search = { interval: 1.3, networks_per_round: 2, max_networks: 10 };
    const searched = { ...part, meta: { ...meta, plan: { ...meta.plan, search } } };
    expect((await put('searched', JSON.stringify(searched))).status).toBe(201);
    expect((await call('/v1/grids/searched.svg')).status).toBe(200);
  });

  it('stores the bytes, and serves exactly them', async () => {
    const body = text('kept');
    const response = await put('kept', body);
    expect(response.status).toBe(201);
    const answer = publishedAnswer.parse(await response.json());
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body));
    expect(answer.version).toBe(
      Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    );
    expect(answer.url).toBe(`https://dropline.localhost/v1/grids/kept/versions/${answer.version}`);
    for (const path of ['/v1/grids/kept', '/v1/grids/kept.json', new URL(answer.url).pathname])
      expect(await (await call(path)).text()).toBe(body);
    expect(await (await call(`${new URL(answer.url).pathname}.csv`)).text()).toContain('5,1,0.95,1,0.9,0.8,');
  });

  it('is idempotent, and never overwrites a version', async () => {
    const first = publishedAnswer.parse(await (await put('twice', text('twice'))).json());
    const same = await put('twice', text('twice'));
    expect([same.status, await same.json()]).toEqual([200, first]);
    const second = await put('twice', text('twice', 0.25));
    expect(second.status).toBe(201);
    expect(await (await call('/v1/grids/twice')).text()).toBe(text('twice', 0.25));
    expect(await (await call(new URL(first.url).pathname)).text()).toBe(text('twice'));
    // the older one is not made current by a request that does not know that it was replaced
    expect((await put('twice', text('twice'))).status).toBe(409);
    expect(await (await call('/v1/grids/twice')).text()).toBe(text('twice', 0.25));
  });

  it('revalidates by ETag', async () => {
    await put('tagged', text('tagged'));
    const tag = (await call('/v1/grids/tagged')).headers.get('etag') as string;
    const headers = { 'if-none-match': tag };
    expect((await call('/v1/grids/tagged', { headers })).status).toBe(304);
    await put('tagged', text('tagged', 0.1));
    expect((await call('/v1/grids/tagged', { headers })).status).toBe(200);
  });

  const grid = sampleGrid('bad');
  const long = { ...grid, rows: [...grid.rows, ...grid.rows] };
  const first = (extra: object) => ({
    ...grid,
    rows: [{ ...grid.rows[0], ...extra }, ...grid.rows.slice(1)],
  });
  it.each<[string, BodyInit, string]>([
    ['no JSON', '{"id": "bad"', '#'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), '#'],
    ['an empty body', '', '#'],
    ['a number', '1', '#'],
    ['an unknown member', JSON.stringify({ ...grid, extra: 1 }), '#/extra'],
    ['no rows', JSON.stringify({ ...grid, rows: [] }), '#/rows'],
    ['too many rows', JSON.stringify(long), '#/rows'],
    ['an infinite loss', JSON.stringify(grid).replace('"loss":0.5', '"loss":1e400'), '#/rows/0/loss'],
    ['an accuracy over 1', JSON.stringify(first({ train_accuracy: 2 })), '#/rows/0/train_accuracy'],
    ['a text for a number', JSON.stringify(first({ loss: '1' })), '#/rows/0/loss'],
    ['a cell out of the plan', JSON.stringify(first({ depth: 7 })), '#/rows/0/depth'],
    ['a cell twice', JSON.stringify(first({ depth: 10 })), '#/rows/2'],
    ['a key twice', JSON.stringify(grid).replace('"loss":0.5', '"loss":0.5,"l\\u006fss":0.1'), '#'],
    ['a checksum of something else', JSON.stringify({ ...grid, sha256: '0'.repeat(64) }), '#/sha256'],
    ['steps that the plan has not', JSON.stringify(first({ steps: 11 })), '#/rows/0/steps'],
    ['another id in the plan', JSON.stringify({ ...grid, id: 'other' }), '#/id'],
    ['another id in the address', JSON.stringify(sampleGrid('other')), '#/id'],
    ['deep nesting', '['.repeat(500_000), '#'],
  ])('refuses %s with 422 and stores nothing', async (_, body, pointer) => {
    const before = await stored();
    const response = await put('bad', body);
    expect(response.status).toBe(422);
    const problem = problemSchema.parse(await response.json());
    expect(problem.errors?.map((entry) => entry.pointer)).toContain(pointer);
    expect(await stored()).toEqual(before);
    expect((await call('/v1/grids/bad')).status).toBe(404);
  });

  it.each(['Bad', '-bad', 'a'.repeat(64), 'a_b', 'a%00b', '..%2Fb'])('refuses the id %s', async (id) => {
    expect((await put(id, JSON.stringify(sampleGrid('sample')))).status).toBe(422);
  });

  it.each([
    ['a wrong token', 'Bearer wrong'],
    ['no token', ''],
    ['an empty token', 'Bearer '],
    ['another scheme', 'Basic ZHJvcGxpbmUtbG9jYWw='],
    ['a longer token', 'Bearer dropline-local2'],
  ])('refuses %s with 401, before it reads the body', async (_, authorization) => {
    const response = await call('/v1/grids/kept2', { method: 'PUT', body: 'x', headers: { authorization } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Bearer');
    expect((await call('/v1/grids/kept2')).status).toBe(404);
  });

  it.each([true, false])('refuses 10 MB with 413 (length announced: %s)', async (announced) => {
    const bytes = new Uint8Array(10_000_000).fill(32);
    const stream = new ReadableStream({
      start(controller) {
        for (let i = 0; i < bytes.length; i += 1_000_000) controller.enqueue(bytes.slice(i, i + 1_000_000));
        controller.close();
      },
    });
    const response = await put('large', announced ? bytes : stream);
    expect(response.status).toBe(413);
    expect(problemSchema.parse(await response.json()).detail).toContain('4 MiB');
    expect((await stored()).filter((key) => key.includes('large'))).toEqual([]);
  });
});

describe('GridStore', () => {
  it('refuses bytes that are not those of the version', async () => {
    const store = new GridStore(bindings);
    await expect(
      store.publish(summarise(sampleGrid('forged'), '0'.repeat(64)), new ArrayBuffer(3)),
    ).rejects.toThrow();
    expect((await stored()).filter((key) => key.includes('forged'))).toEqual([]);
  });
});

it('publishes nothing where no token is set', async () => {
  const { default: app } = await import('./index.ts');
  const init = { method: 'PUT', body: text('off'), headers: { authorization: 'Bearer undefined' } };
  const response = await app.request('/v1/grids/off', init, { ...bindings, DROPLINE_TOKEN: undefined });
  expect(response.status).toBe(503);
});
