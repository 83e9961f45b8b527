import { expect, it } from 'vitest';
import { Dropline } from '../client/index.ts';
import { call } from './testing/api.ts';
import { sampleGrid } from './testing/sample-grid.ts';

const TOKEN = 'dropline-local';

/** The client, talking to this Worker. */
const dropline = new Dropline('https://dropline.test', {
  // workerd follows no redirect that it is not asked to
  fetch: (url, { redirect: _, ...init } = {}) =>
    call(String(url).slice('https://dropline.test'.length), init as RequestInit),
});

it('gets typed rows', async () => {
  const { meta, rows } = await dropline.ask('depth-scales', {
    activation: 'tanh',
    sigma_w2: [1, 2.5],
    keep: 0.9,
  });
  const [first] = rows;
  expect(first?.phase satisfies 'ordered' | 'chaotic' | 'critical' | 'noisy' | null | undefined).toBe(
    'noisy',
  );
  expect([meta.count, rows[1]?.sigma_w2, meta.units?.xi_2]).toEqual([2, 2.5, 'layers']);
  const full = await dropline.ask('kernel', { activation: 'relu', meta: 'full' });
  expect(full.meta.columns?.kernel?.unit).toBe('1');
});

it('reads what became of claims', async () => {
  const { rows } = await dropline.ask('claims', { method: ['tabu', 'vsd'] });
  expect(
    new Set(rows.map(({ method }) => method satisfies 'tabu' | 'vsd' | 'ic' | 'novograd' | 'advanced')),
  ).toEqual(new Set(['tabu', 'vsd']));
});

it('asks about networks of blocks, by query and as data', async () => {
  const { rows } = await dropline.ask('blocks', { preset: 'bert_base', drop: [0, 0.1] });
  expect(rows.map(({ kind }) => kind satisfies 'scale' | 'power' | 'frozen' | null)).toEqual([
    'scale',
    'scale',
  ]);
  const path = await dropline.ask('blocks/trajectory', { preset: 'gpt2_small', causal: false });
  expect(path.rows).toHaveLength(13);
  const found = await dropline.network({
    blocks: [
      {
        repeat: 12,
        sub_layers: [
          {
            norm: { at: 'pre', kind: 'layer' },
            ops: [
              { op: 'linear', sigma_w2: 2 },
              { op: 'activation', activation: 'relu' },
              { op: 'noise', drop: 0.1 },
              { op: 'linear', sigma_w2: 1 },
            ],
          },
        ],
      },
    ],
  });
  expect(found.rows[0]?.margin).toBeGreaterThan(0);
});

it('is told by the types what an endpoint does not take', () => {
  // @ts-expect-error there is no such activation
  dropline.url('depth-scales', { activation: 'tahn', sigma_w2: 1 });
  // @ts-expect-error sigma_w2 is required
  dropline.url('depth-scales', { activation: 'tanh' });
  // @ts-expect-error kernel has no weights
  dropline.url('kernel', { activation: 'tanh', sigma_w2: 1 });
  expect(dropline.url('kernel', { activation: 'tanh', q: '1..2/3' }, 'csv')).toBe(
    'https://dropline.test/v1/kernel.csv?activation=tanh&q=1..2/3',
  );
});

it('sends batches', async () => {
  const { rows } = await dropline.batch([
    { endpoint: 'kernel', query: { activation: 'relu' } },
    { endpoint: 'depth-scales', query: { activation: 'relu', sigma_w2: 2000 } },
  ]);
  expect(rows.map(({ status }) => status)).toEqual([200, 400]);
});

it('lists and reads grids', async () => {
  const ids: string[] = [];
  for await (const { id } of dropline.grids()) ids.push(id);
  expect(ids).toContain('mnist-tanh-keep-095');
  expect((await dropline.grid('mnist-tanh-keep-095')).rows).toHaveLength(210);
  await expect(dropline.grid('nothing')).rejects.toMatchObject({ status: 404 });
});

it('publishes over what it knows, and reads what happened', async () => {
  const [first, second] = [sampleGrid('by-client', 0.5), sampleGrid('by-client', 0.25)];
  const one = await dropline.publish(first, TOKEN, { replaces: null });
  await expect(dropline.publish(second, TOKEN, { replaces: null })).rejects.toMatchObject({ status: 412 });
  const two = await dropline.publish(second, TOKEN, { replaces: one.version });
  await expect(dropline.publish(first, TOKEN)).rejects.toMatchObject({ status: 409 });
  await dropline.publish(first, TOKEN, { replaces: two.version });
  const actions: string[] = [];
  for await (const { action } of dropline.versions('by-client')) actions.push(action);
  expect(actions).toEqual(['published', 'published', 'restored']);
});
