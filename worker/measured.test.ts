import { describe, expect, it } from 'vitest';
import { Dropline } from '../client/index.ts';
import { parseXml } from '../figures/testing/xml.ts';
import { frontierAnswer } from '../schemas/endpoints/frontier.ts';
import { type Grid, type GridSummary, gridsAnswer } from '../schemas/grid.ts';
import { call, put } from './testing/api.ts';
import { sampleGrid } from './testing/sample-grid.ts';

const ID = 'mnist-tanh-keep-095';

describe('the frontier of a measured grid', () => {
  it('is the depth where half of the networks train, with its interval, beside the rules', async () => {
    const response = await call(`/v1/grids/${ID}/frontier`);
    const { meta, rows } = frontierAnswer.parse(await response.json());
    expect(rows.map(({ sigma_w2 }) => sigma_w2)).toEqual([1, 1.5, 2, 2.5, 3, 3.5, 4]);
    expect(meta?.units?.measured_depth).toBe('layers');
    for (const row of rows) {
      const [low, depth, high] = [row.measured_low, row.measured_depth, row.measured_high] as [
        number,
        number,
        number,
      ];
      expect(low).toBeLessThan(depth);
      expect(high).toBeGreaterThan(depth);
      expect(row.multiplier).toBeCloseTo(depth / (row.xi_2 as number), 12);
      expect(row.six_xi_2).toBeCloseTo(6 * (row.xi_2 as number), 10);
      expect(row.networks).toBe(30);
    }
    const depths = rows.map((row) => row.measured_depth as number);
    // deepest where the depth scale is, and within the depths that were trained
    expect(depths.indexOf(Math.max(...depths))).toBe(1);
    expect(Math.min(...depths)).toBeGreaterThan(15);
    expect(Math.max(...depths)).toBeLessThan(80);
  });

  it('is not that of a regression, whose rows have an error and no accuracy', async () => {
    const { meta, rows } = sampleGrid('cars', -0.5);
    const [data, none] = [{ name: 'auto_mpg' as const }, null];
    const accuracies = { train_accuracy: none, train_accuracy_noisy: none, test_accuracy: none };
    const regression: Grid = {
      id: 'cars',
      meta: {
        ...meta,
        plan: { ...meta.plan, data: { ...meta.plan.data, ...data } },
        data: { ...meta.data, ...data, target: { mean: 23, standard_deviation: 8 } },
      },
      rows: rows.map((row) => ({ ...row, ...accuracies, test_rmse: 3.5 })),
    };
    expect((await put('cars', JSON.stringify(regression))).status).toBe(201);
    expect(await (await call('/v1/grids/cars.txt?field=test_rmse')).text()).toContain('3.5');
    const response = await call('/v1/grids/cars/frontier');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('This grid is of a regression: its networks have no accuracy');
    expect((await call('/v1/grids/cars.svg')).status).toBe(200);
  });

  it('moves with the accuracy that counts as trained', async () => {
    const at = async (threshold: number) => {
      const text = await (
        await call(`/v1/grids/${ID}/frontier.txt?threshold=${threshold}&field=measured_depth`)
      ).text();
      return Number(text.split('\n')[1]);
    };
    expect(await at(0.9)).toBeLessThan(await at(0.3));
    expect((await call(`/v1/grids/${ID}/frontier?threshold=0.5,0.6`)).status).toBe(400);
    expect((await call(`/v1/grids/${ID}/frontier?measure=loss`)).status).toBe(400);
    expect((await call('/v1/grids/nothing/frontier')).status).toBe(404);
  });

  it('has a keep only where the noise is given by one', async () => {
    const keeps = async (id: string) => {
      const { rows } = frontierAnswer.parse(await (await call(`/v1/grids/${id}/frontier`)).json());
      return [...new Set(rows.map(({ keep }) => keep))];
    };
    expect(await keeps('mnist-tanh-technique-advanced-095')).toEqual([null]);
    expect(await keeps('mnist-tanh-keep-100-rate-1e-2')).toEqual([1]);
    expect(await keeps(ID)).toEqual([0.95]);
  });

  it('has the fitted rule for the learning rate of each column', async () => {
    const rates = 'mnist-tanh-keep-095-rates';
    const { rows, meta } = frontierAnswer.parse(await (await call(`/v1/grids/${rates}/frontier`)).json());
    expect(meta?.notes.join(' ')).toContain('is for the learning rate of the column');
    expect(new Set(rows.map(({ learning_rate }) => learning_rate)).size).toBeGreaterThan(2);
    const { plan } = ((await (await call(`/v1/grids/${rates}`)).json()) as Grid).meta;
    for (const { sigma_w2, sigma_b2, keep, width, learning_rate, fitted, fitted_extrapolates } of rows) {
      const { activation, init } = plan.network;
      const { optimiser, steps, batch } = plan.training;
      const query = new URLSearchParams({
        ...{ activation, init, optimiser, data: plan.data.name },
        ...Object.fromEntries(
          Object.entries({ sigma_w2, sigma_b2, keep, width, learning_rate, steps, batch }).map(
            ([name, value]) => [name, String(value)],
          ),
        ),
      });
      const there = (await (await call(`/v1/trainable-depth?${query}`)).json()) as {
        rows: Record<string, unknown>[];
      };
      // (those of a shipped grid were computed when it was built, by another engine)
      expect(there.rows[0]).toMatchObject({ fitted_extrapolates });
      expect(Number(there.rows[0]?.fitted_depth) / (fitted as number)).toBeCloseTo(1, 12);
    }
  });

  it('is a chart', async () => {
    const svg = await (await call(`/v1/grids/${ID}/frontier.svg`)).text();
    expect(parseXml(svg).name).toBe('svg');
    expect(svg).toContain('sigma_w2');
  });
});

describe('a measured grid', () => {
  it('is a matrix of means over the seeds, depth by column', async () => {
    const bytes = new Uint8Array(await (await call(`/v1/grids/${ID}.npy`)).arrayBuffer());
    const header = new TextDecoder().decode(bytes.slice(10, 128));
    expect(header).toContain("'shape': (10, 7)");
    const { rows } = await new Dropline('https://dropline.test', {
      fetch: (url, init) => call(String(url).slice('https://dropline.test'.length), init as RequestInit),
    }).grid(ID);
    const cell = rows.filter(({ depth, sigma_w2 }) => depth === 5 && sigma_w2 === 1.5);
    const mean = cell.reduce((sum, row) => sum + (row.train_accuracy as number), 0) / cell.length;
    const start = bytes.length - 70 * 8;
    expect(new DataView(bytes.buffer, start).getFloat64(8, true)).toBeCloseTo(mean, 12);
  });

  it('is a heat map with the predicted curves and the measured frontier, a PNG, a wide CSV', async () => {
    const svg = await (await call(`/v1/grids/${ID}.svg`)).text();
    expect(parseXml(svg).name).toBe('svg');
    for (const label of ['6 xi_2', '12 xi_2', '12 xi_1', 'fitted rule', 'calibrated: ', 'measured'])
      expect(svg).toContain(label);
    expect((await call(`/v1/grids/${ID}.png?measure=test_accuracy`)).headers.get('content-type')).toBe(
      'image/png',
    );
    const wide = await (await call(`/v1/grids/${ID}.csv?layout=wide`)).text();
    expect(wide.split('\n')[0]).toBe('depth \\ sigma_w2,1,1.5,2,2.5,3,3.5,4');
    expect(wide.trimEnd().split('\n')).toHaveLength(11);
    expect((await call(`/v1/grids/${ID}.json?layout=wide`)).status).toBe(400);
    expect((await call(`/v1/grids/${ID}.csv?layout=tall`)).status).toBe(400);
  });

  it('writes no title of a publisher into its picture unescaped', async () => {
    const grid = sampleGrid('hostile');
    grid.meta.plan.title = '<script>alert(1)</script> & "';
    expect((await put('hostile', JSON.stringify(grid))).status).toBe(201);
    const svg = await (await call('/v1/grids/hostile.svg')).text();
    expect(svg).not.toContain('<script');
    expect(parseXml(svg).name).toBe('svg');
  });
});

describe('the list of grids', () => {
  it('comes in pages that link to the next', async () => {
    for (const id of ['a-1', 'a-2', 'a-3'])
      expect((await put(id, JSON.stringify(sampleGrid(id)))).status).toBe(201);
    const first = await call('/v1/grids?limit=2');
    const link = /<(.*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1];
    expect(link).toBe('/v1/grids?limit=2&after=a-2');
    const dropline = new Dropline('https://dropline.test', {
      fetch: (url, init) => {
        const { pathname, search } = new URL(String(url));
        return call(`${pathname}${search || '?limit=2'}`, init as RequestInit);
      },
    });
    const ids: string[] = [];
    for await (const { id } of dropline.grids()) ids.push(id);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toEqual(expect.arrayContaining(['a-1', 'a-2', 'a-3', ID]));
    expect((await call('/v1/grids?limit=0')).status).toBe(400);
    expect((await call('/v1/grids?after=../x')).status).toBe(400);
  });
});

describe('the list of grids by name', () => {
  const listed = async (query: string) => {
    const response = await call(`/v1/grids?${query}`);
    expect([query, response.status]).toEqual([query, 200]);
    return gridsAnswer.parse(await response.json()).rows;
  };

  it('has the grids of the data, activation, technique, optimiser and back end asked for', async () => {
    const all = await listed('limit=999');
    for (const [query, wanted] of [
      ['data=cifar10', (row) => row.data === 'cifar10'],
      ['activation=relu', (row) => row.activation === 'relu'],
      ['technique=tabu,vsd', (row) => ['tabu', 'vsd'].includes(row.technique)],
      ['optimiser=adam', (row) => row.settings?.optimiser === 'adam'],
      ['backend=ort-web-training', (row) => row.backend === 'ort-web-training'],
      ['data=mnist&technique=none', (row) => row.data === 'mnist' && row.technique === 'none'],
    ] as readonly [string, (row: GridSummary) => boolean][]) {
      const ids = (await listed(`limit=999&${query}`)).map(({ id }) => id);
      expect([query, ids]).toEqual([query, all.filter(wanted).map(({ id }) => id)]);
      expect([query, ids.length > 0]).toEqual([query, true]);
    }
    const first = await call('/v1/grids?limit=1&technique=advanced');
    expect(first.headers.get('link')).toContain('technique=advanced');
    expect((await call('/v1/grids?technique=advance')).status).toBe(400);
  });
});

describe('DELETE /v1/grids/{id}', () => {
  const remove = (id: string, token = 'dropline-local') =>
    call(`/v1/grids/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });

  it('withdraws the pointer; versions stay', async () => {
    await put('gone', JSON.stringify(sampleGrid('gone')));
    const location = (await call('/v1/grids/gone')).headers.get('content-location') as string;
    expect((await remove('gone', 'wrong')).status).toBe(401);
    expect((await remove('gone')).status).toBe(204);
    expect((await call('/v1/grids/gone')).status).toBe(404);
    expect((await call(location)).status).toBe(200);
    expect((await remove('gone')).status).toBe(404);
    expect((await put('gone', JSON.stringify(sampleGrid('gone')))).status).toBe(200);
    expect((await call('/v1/grids/gone')).status).toBe(200);
  });

  it('gives a shipped grid its place back, and does not take that away', async () => {
    await put(ID, JSON.stringify(sampleGrid(ID)));
    expect((await remove(ID)).status).toBe(204);
    expect(await (await call(`/v1/grids/${ID}.csv`)).text()).toHaveProperty('length', expect.any(Number));
    expect((await remove(ID)).status).toBe(409);
  });
});
