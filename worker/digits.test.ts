import { describe, expect, it } from 'vitest';
import { call } from './testing/api.ts';

const QUERY = 'activation=tanh&sigma_w2=1.2345678,2&sigma_b2=0.05&keep=0.9';
const text = async (path: string) => {
  const response = await call(`/v1/${path}`);
  const body = await response.text();
  expect([path, response.status, body.slice(0, 300)]).toEqual([path, 200, expect.any(String)]);
  return body;
};
const rowsOf = async (path: string) =>
  (JSON.parse(await text(path)) as { rows: Record<string, unknown>[] }).rows;

/** What a value should become; written apart from the encoder. */
const rounded = (value: unknown, digits: number): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, one) =>
      typeof one === 'number' && !Number.isInteger(one) ? Number(one.toExponential(digits - 1)) : one,
    ),
  );

describe('digits', () => {
  it.each([
    1, 4, 16, 17,
  ])('rounds every number of json, csv and txt to %i significant digits', async (digits) => {
    const all = await rowsOf(`depth-scales?${QUERY}`);
    expect(await rowsOf(`depth-scales?${QUERY}&digits=${digits}`)).toEqual(rounded(all, digits));
    const header = ['sigma_w2', 'q_star', 'xi_2', 'status'];
    const csv = await text(`depth-scales.csv?${QUERY}&field=${header}&digits=${digits}`);
    const lines = all.map((row) => header.map((name) => rounded(row[name], digits)).join());
    expect(csv).toBe(`${[header.join(), ...lines].join('\n')}\n`);
    const txt = await text(`depth-scales.txt?${QUERY.replace(',2', '')}&field=xi_2&digits=${digits}`);
    expect(txt).toBe(String(rounded(all[0]?.xi_2, digits)));
  });

  it('leaves nulls, words and whole numbers as they are, and rounds within lists', async () => {
    const unbounded = 'depth-scales?activation=relu&sigma_w2=2&keep=1';
    const [row] = await rowsOf(`${unbounded}&digits=2`);
    expect(row).toMatchObject({ xi_1: null, activation: 'relu', sigma_w2: 2 });
    const [trained] = await rowsOf(
      'trainable-depth?activation=tanh&sigma_w2=1.8&keep=0.9&width=1234&steps=123457&digits=2&field=all',
    );
    expect(trained).toMatchObject({ width: 1234, steps: 123457, layers_searched: 2000 });
    const lists = 'depth-scales?activation=tanh&sigma_w2=3.3&sigma_b2=0&keep=1&field=fixed_points';
    const points = (await rowsOf(lists))[0]?.fixed_points;
    expect(JSON.stringify(points)).toMatch(/\.\d{5}/);
    expect((await rowsOf(`${lists}&digits=3`))[0]?.fixed_points).toEqual(rounded(points, 3));
  });

  it('rounds the values of a wide CSV and not its axes, two of which could become one', async () => {
    const plane =
      'phase-diagram.csv?activation=tanh&measure=xi_2&sigma_w2=1.001..1.002/2&sigma_b2=0.05,0.1&layout=wide';
    const cells = (csv: string) =>
      csv
        .trim()
        .split('\n')
        .map((line) => line.split(','));
    const [header, ...lines] = cells(await text(plane));
    expect(header?.slice(1)).toEqual(['1.001', '1.002']);
    expect(cells(await text(`${plane}&digits=2`))).toEqual([
      header,
      ...lines.map(([y, ...values]) => [y, ...values.map((value) => String(rounded(Number(value), 2)))]),
    ]);
  });

  it('is for every table: grids, frontiers, lists, batches, networks', async () => {
    const grid = 'grids/mnist-tanh-keep-095';
    expect((await text(`${grid}.csv?digits=2&field=loss`)).split('\n').slice(1, 20).join()).not.toMatch(
      /\d\.\d{3}/,
    );
    expect((await rowsOf(`${grid}/frontier?digits=3`))[0]).toEqual(
      rounded((await rowsOf(`${grid}/frontier`))[0], 3),
    );
    const body = JSON.stringify({
      queries: ['', 3].map((digits) => ({
        endpoint: 'depth-scales',
        query: { activation: 'tanh', sigma_w2: 1.7, ...(digits !== '' && { digits }) },
      })),
    });
    const batch = await call('/v1/batch', { method: 'POST', body });
    const { rows } = (await batch.json()) as { rows: { rows: unknown[] }[] };
    expect(rows[1]?.rows).toEqual(rounded(rows[0]?.rows, 3));
    const network = JSON.stringify({
      blocks: [{ repeat: 3, sub_layers: [{ ops: [{ op: 'linear', sigma_w2: 1.7 }] }] }],
    });
    const post = async (query: string) =>
      (
        (await (await call(`/v1/network?${query}`, { method: 'POST', body: network })).json()) as {
          rows: unknown[];
        }
      ).rows;
    expect(await post('digits=2')).toEqual(rounded(await post(''), 2));
  });

  it('makes another answer with another entity tag', async () => {
    const tags = await Promise.all(
      ['', '&digits=3', '&digits=4'].map(async (more) =>
        (await call(`/v1/depth-scales.csv?${QUERY}${more}`)).headers.get('etag'),
      ),
    );
    expect(new Set(tags).size).toBe(3);
  });

  it.each([
    ['depth-scales', 'digits=0', 'from 1 to 17'],
    ['depth-scales', 'digits=18', 'from 1 to 17'],
    ['depth-scales', 'digits=2.5', 'whole number'],
    ['depth-scales', 'digits=two', 'not a number'],
    ['depth-scales', 'digits=3,4', 'not a number'],
    ['depth-scales.npy', 'digits=3', 'digits is for json, csv, txt, not for npy.'],
    ['depth-scales.svg', 'digits=3', 'digits is for json, csv, txt, not for svg.'],
  ])('of %s is refused where it is no such number or would change nothing: %s', async (name, more, said) => {
    const response = await call(`/v1/${name}?${QUERY}&${more}`);
    const { errors } = (await response.json()) as { errors: object[] };
    expect([response.status, errors]).toEqual([
      400,
      [{ pointer: '#/digits', detail: expect.stringContaining(said) }],
    ]);
  });
});
