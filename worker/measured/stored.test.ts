import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { entryOf } from '../../figures/measured/entry.ts';
import type { Bindings } from '../environment.ts';
import app from '../index.ts';
import { measuredGrids, OF_ACTIVATION } from '../store/measured.ts';
import { call, put } from '../testing/api.ts';
import { sampleGrid } from '../testing/sample-grid.ts';
import { wideGrid } from '../testing/wide-grid.ts';

const bindings = env as unknown as Bindings;
const SHIPPED = 'mnist-unseen-softsign';

const ids = async (activation: string) => (await measuredGrids(bindings, activation)).map(({ id }) => id);

/** Takes a member of the entry of a grid away, as if earlier software had published it. */
const without = (id: string, member: string) =>
  bindings.DB.prepare('UPDATE grids SET summary = json_remove(summary, ?2) WHERE id = ?1')
    .bind(id, member)
    .run();

it('reads the grids of one activation by an index', async () => {
  const { results } = await bindings.DB.prepare(`EXPLAIN QUERY PLAN ${OF_ACTIVATION}`)
    .bind('tanh', '[]')
    .all<{ detail: string }>();
  const plan = results.map(({ detail }) => detail);
  expect(plan.join('\n')).toContain('INDEX grids_by_activation');
  expect(plan.filter((detail) => detail === 'SCAN grids')).toEqual([]);
});

it('lets a stored grid stand for the shipped one of its id, whatever its activation', async () => {
  expect(await ids('softsign')).toEqual([SHIPPED]);
  const { meta, ...grid } = sampleGrid(SHIPPED);
  const publish = (activation: string) => {
    const network = { ...meta.plan.network, activation };
    return put(SHIPPED, JSON.stringify({ ...grid, meta: { ...meta, plan: { ...meta.plan, network } } }));
  };
  expect((await publish('softsign')).status).toBe(201);
  const [own] = await measuredGrids(bindings, 'softsign');
  expect(own?.columns?.map(({ networks }) => networks)).toEqual([2, 2]);
  expect((await publish('sin')).status).toBe(201);
  expect([await ids('softsign'), await ids('sin')]).toEqual([[], [SHIPPED]]);
  await call(`/v1/grids/${SHIPPED}`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer dropline-local' },
  });
  expect([await ids('softsign'), await ids('sin')]).toEqual([[SHIPPED], []]);
});

it('fits the columns of entries of earlier software once, a few in a request, and says so until all are', async () => {
  const old = ['old-1', 'old-2', 'old-3', 'old-4'];
  const network = { ...sampleGrid().meta.plan.network, activation: 'cos' } as const;
  for (const id of old) {
    const { meta, ...grid } = sampleGrid(id);
    const own = { ...grid, meta: { ...meta, plan: { ...meta.plan, network } } };
    expect((await put(id, JSON.stringify(own))).status).toBe(201);
    await without(id, '$.columns');
  }
  const ask = async () => {
    const response = await call(
      '/v1/trainable-depth?activation=cos&sigma_w2=2&sigma_b2=0.05&keep=0.95&data=mnist&field=all',
    );
    const { rows } = (await response.json()) as { rows: Record<string, unknown>[] };
    return [rows[0]?.grid, rows[0]?.reason, response.headers.get('cache-control')];
  };
  expect(await ask()).toEqual([
    null,
    expect.stringContaining(
      'measured_depth, calibration, calibrated_depth: the measured grids cannot be read',
    ),
    'no-store',
  ]);
  expect(await ask()).toEqual([
    '/v1/grids/old-1/frontier',
    expect.anything(),
    expect.stringMatching(/max-age/),
  ]);
  expect((await measuredGrids(bindings, 'cos')).map(({ columns }) => columns?.length)).toEqual([2, 2, 2, 2]);
});

it('reads a frontier that was fitted when it was published, and fits the others', async () => {
  const grid = wideGrid('fitted-once', 5);
  expect((await put('fitted-once', JSON.stringify(grid))).status).toBe(201);
  const depths = async (query = '') => {
    const response = await call(`/v1/grids/fitted-once/frontier?${query}`);
    const { rows } = (await response.json()) as { rows: { measured_depth: number }[] };
    return rows.map(({ measured_depth }) => measured_depth);
  };
  const own = entryOf(grid, '').columns?.map(({ depth }) => depth);
  expect(await depths()).toEqual(own);
  // (other numbers in their place: they are read)
  await bindings.DB.prepare(
    "UPDATE grids SET summary = json_set(summary, '$.columns[0].depth', 12.5) WHERE id = ?1",
  )
    .bind('fitted-once')
    .run();
  expect(await depths()).toEqual([12.5, ...(own?.slice(1) ?? [])]);
  expect(await depths('threshold=0.6')).toEqual(own);
});

it('predicts nothing of blocks of other operations, and says why', async () => {
  const { meta, ...grid } = sampleGrid('norms');
  const ops = ['norm', 'activation', 'noise', 'linear'] as const;
  const network = { ...meta.plan.network, ops };
  const own = { ...grid, meta: { ...meta, plan: { ...meta.plan, network } } };
  expect((await put('norms', JSON.stringify(own))).status).toBe(201);
  const response = await call('/v1/grids/norms/frontier');
  const { rows } = (await response.json()) as { rows: Record<string, unknown>[] };
  for (const row of rows) {
    expect([row.xi_1, row.xi_2, row.fitted, row.calibrated]).toEqual([null, null, null, null]);
    expect(row.reason).toBe(
      'xi_1, xi_2, fitted: nothing is predicted of blocks of norm, activation, noise, linear.',
    );
  }
  for (const picture of ['norms.svg', 'norms/frontier.svg'])
    expect((await call(`/v1/grids/${picture}`)).status).toBe(200);
});

it('gives up the frontiers of very many columns with a reason, and never a part of the multiplier', async () => {
  expect((await put('very-wide', JSON.stringify(wideGrid('very-wide', 999)))).status).toBe(201);
  for (const query of ['', '?threshold=0.4']) {
    const { rows } = (await (await call(`/v1/grids/very-wide/frontier${query}`)).json()) as {
      rows: { measured_depth: number | null; censored: string | null; calibrated: null; reason: string }[];
    };
    expect(rows).toHaveLength(999);
    const had = rows.filter(({ reason }) => !reason.includes('measured_depth'));
    expect(had.length).toBeGreaterThan(200);
    expect(had.length).toBeLessThan(999);
    expect(had.every(({ measured_depth, censored }) => measured_depth !== null || censored !== null)).toBe(
      true,
    );
    expect(rows.every(({ calibrated }) => calibrated === null)).toBe(true);
  }
  expect((await call('/v1/grids/very-wide.svg')).status).toBe(200);
});

const broken = (how: () => unknown) =>
  new Proxy(bindings.DB, { get: () => how }) as unknown as Bindings['DB'];

it.each([
  [
    'throws',
    () => {
      throw new Error('D1_ERROR: down');
    },
  ],
  ['never answers', () => ({ bind: () => ({ all: () => new Promise(() => {}) }) })],
])('answers what needs no measurements where the database %s', async (_, how) => {
  const ask = async (query: string, own: Partial<Bindings> = {}) =>
    app.request(
      `/v1/trainable-depth?activation=tanh&sigma_w2=1.5,2&sigma_b2=0.05&keep=0.95${query || '&field=all'}`,
      {},
      {
        ...bindings,
        ...own,
      },
    );
  const start = Date.now();
  const response = await ask('', { DB: broken(how) });
  expect(Date.now() - start).toBeLessThan(5000);
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  const { rows } = (await response.json()) as { rows: Record<string, unknown>[] };
  const whole = (await (await ask('')).json()) as typeof rows & { rows: Record<string, unknown>[] };
  const lost = { measured_depth: null, measured_low: null, measured_high: null, measured_sigma_w2: null };
  rows.forEach((row, i) => {
    const { reason, ...rest } = row;
    expect(reason).toMatch(
      /measured_depth, calibration, calibrated_depth: the measured grids cannot be read/,
    );
    expect(rest).toEqual({
      ...whole.rows[i],
      ...{ ...lost, measured_keep: null, measured_with: null, distance: null, grid: null },
      ...{ calibration: null, calibrated_depth: null, reason: undefined },
    });
  });
  const pure = await ask('&field=fitted_depth', { DB: broken(how) });
  expect([pure.status, pure.headers.get('cache-control')]).toEqual([
    200,
    expect.stringContaining('max-age=3600'),
  ]);
});
