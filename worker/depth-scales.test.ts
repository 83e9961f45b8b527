import { describe, expect, it } from 'vitest';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { tableSchema } from '../schemas/endpoint.ts';
import { type DepthScalesRow, depthScalesRow } from '../schemas/endpoints/depth-scales.ts';
import { call } from './testing/api.ts';

const depthScalesAnswer = tableSchema(depthScalesRow);

const POINT = '/v1/depth-scales?activation=tanh&sigma_w2=2.5&sigma_b2=0.05&keep=1';

async function rows(path: string): Promise<DepthScalesRow[]> {
  const response = await call(path);
  expect(response.status).toBe(200);
  return depthScalesAnswer.parse(await response.json()).rows;
}

describe('GET /v1/depth-scales', () => {
  it('answers one network', async () => {
    const [row] = await rows(POINT);
    expect(row?.q_star).toBeCloseTo(1.0639583774, 9);
    expect(row?.c_star).toBeCloseTo(0.4468042323, 9);
    expect(row?.chi_1).toBeCloseTo(1.1335156987, 9);
    expect(row?.xi_2).toBeCloseTo(11.7955975156, 9);
    expect(row).toMatchObject({ activation: 'tanh', technique: 'bernoulli', mask: 'independent', keep: 1 });
    expect(row).toMatchObject({ phase: 'chaotic', gradient: 'exploding', status: 'ok', reason: null });
  });

  it('is a table with meta and the columns of the schema, in order', async () => {
    const answer = (await (await call(POINT)).json()) as { meta: { count: number }; rows: object[] };
    expect(Object.keys(answer)).toEqual(['meta', 'rows']);
    expect(answer.meta.count).toBe(1);
    // parameters that the query does not give have no column
    const columns = Object.keys(depthScalesRow.shape).filter(
      (name) => !/^noise_|_scale$|_shift$|^slope$|^alpha$|^threshold$|^formula$/.test(name),
    );
    expect(Object.keys(answer.rows[0] as object)).toEqual(columns);
  });

  it('is NumPy with the same fields whatever the rows hold: the numbers and truth values of the contract', async () => {
    const fields = async (query: string) => {
      const bytes = await (await call(`/v1/depth-scales.npy?${query}`)).arrayBuffer();
      const header = new TextDecoder('latin1').decode(bytes.slice(10, 4000));
      return [...header.matchAll(/\('(\w+)', '<f8'\)/g)].map(([, name]) => name);
    };
    // (of the first every reason is null, of the second one is a text, and xi_2 is null)
    const [plain, unbounded] = [
      await fields('activation=tanh&sigma_w2=2.5&sigma_b2=0.05&keep=1'),
      await fields('activation=linear&sigma_w2=1&keep=1'),
    ];
    expect(plain).toEqual(unbounded);
    expect(plain).toEqual(expect.arrayContaining(['sigma_w2', 'xi_2', 'xi_q']));
    for (const name of ['reason', 'activation', 'fixed_points']) expect(plain).not.toContain(name);
    const frontier = await call('/v1/grids/mnist-tanh-keep-095/frontier.npy?field=fitted_extrapolates');
    expect(frontier.status).toBe(400);
  });

  it('is CSV with one header row and the same columns', async () => {
    const text = await (await call('/v1/depth-scales.csv?activation=relu&sigma_w2=1..2/2&keep=1')).text();
    const [header, first, second, end] = text.split('\n');
    expect(header).toBe(
      'activation,technique,mask,sigma_w2,sigma_b2,keep,s1,s2,keep_effective,q_star,c_star,chi_q,chi_1,chi_aligned,chi_c,xi_q,xi_1,xi_2,gradient,phase,status,reason,max_depth_low,max_depth_high,q0,max_depth_limited_by',
    );
    expect(first).toMatch(/^relu,bernoulli,independent,1,0,1,1,1,1,0,/);
    // sigma_w2 = 2 is critical: an infinite depth scale is an empty field with its reason
    expect(second).toMatch(
      /^relu,bernoulli,independent,2,0,1,1,1,1,,1,1,1,1,1,,,,stable,critical,neutral,unbounded,/,
    );
    expect(end).toBe('');
  });

  it('says where max_depth_low is no rule of xi_2 but the end of float32', async () => {
    const [row] = await rows('/v1/depth-scales?activation=relu&sigma_w2=4&keep=1');
    expect(row).toMatchObject({ xi_2: null, max_depth_limited_by: 'float_range' });
    expect(row?.max_depth_low).toBeCloseTo(128, 5);
    const plain = await rows('/v1/depth-scales?activation=tanh,relu&sigma_w2=2&keep=0.9,1');
    expect(plain.map((one) => one.max_depth_limited_by)).toEqual(['xi_2', 'xi_2', 'xi_2', null]);
    for (const { xi_2, max_depth_low, max_depth_limited_by } of plain)
      if (max_depth_limited_by === 'xi_2') expect(max_depth_low).toBe(6 * (xi_2 as number));
  });

  it('varies the last parameter of the query fastest', async () => {
    const table = await rows('/v1/depth-scales?activation=tanh&keep=0.9,1&sigma_w2=1,2');
    expect(table.map((row) => [row.keep, row.sigma_w2])).toEqual([
      [0.9, 1],
      [0.9, 2],
      [1, 1],
      [1, 2],
    ]);
  });

  it('answers every activation of the contract', async () => {
    // (the tables of all of them are more than one request may make)
    for (let from = 0; from < ACTIVATION_NAMES.length; from += 8) {
      const some = ACTIVATION_NAMES.slice(from, from + 8);
      const table = await rows(
        `/v1/depth-scales?activation=${some.join()}&sigma_w2=1.3&sigma_b2=0.1&keep=0.9&q0=0.1`,
      );
      expect(table.map((row) => row.activation)).toEqual(some);
      for (const row of table) expect(row.chi_1).toBeGreaterThan(0);
    }
  });

  it('takes drop for keep', async () => {
    const [row] = await rows('/v1/depth-scales?activation=erf&sigma_w2=1.5&sigma_b2=0.05&drop=0.1');
    expect(row?.keep).toBe(0.9);
    expect(row?.xi_2).toBeCloseTo(4.4323104648113, 9);
  });

  it('keeps the sharp transition with a shared mask', async () => {
    const [own, shared] = await rows(
      '/v1/depth-scales?activation=tanh&sigma_w2=2.5&sigma_b2=0.05&keep=0.9&mask=independent,shared',
    );
    expect([own?.phase, shared?.phase]).toEqual(['noisy', 'chaotic']);
    expect(shared?.chi_aligned).toBeCloseTo(own?.chi_1 ?? 0, 12);
  });

  it.each([
    ['.json', undefined, 'application/json'],
    ['.csv', undefined, 'text/csv; charset=utf-8'],
    ['', 'text/csv', 'text/csv; charset=utf-8'],
    ['', 'text/html, text/csv;q=0.5, application/json;q=0.9', 'text/html; charset=utf-8'],
    ['', 'application/json, text/html', 'application/json'],
    ['.json', 'text/html', 'application/json'],
    ['', '*/*', 'application/json'],
    ['', 'image/png', 'application/json'],
    ['.json', 'text/csv', 'application/json'],
  ])('chooses the format: extension %j, Accept %j', async (extension, accept, type) => {
    const response = await call(POINT.replace('?', `${extension}?`), { headers: accept ? { accept } : {} });
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('vary')).toContain('Accept');
  });

  it('lets ?format win over Accept and the extension over both', async () => {
    const csv = await call(`${POINT}&format=csv`, { headers: { accept: 'application/json' } });
    expect(csv.headers.get('content-type')).toContain('text/csv');
    const json = await call(`${POINT.replace('?', '.json?')}&format=csv`);
    expect(json.headers.get('content-type')).toBe('application/json');
  });

  it('has a strong ETag, and 304 for who has it', async () => {
    const response = await call(POINT);
    const tag = response.headers.get('etag');
    expect(tag).toMatch(/^"[0-9a-f]+"$/);
    expect(response.headers.get('cache-control')).toContain('max-age');
    const again = await call(POINT, { headers: { 'if-none-match': tag as string } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    const csv = await call(POINT.replace('?', '.csv?'));
    expect(csv.headers.get('etag')).not.toBe(tag);
  });

  it('answers HEAD and lets any origin read', async () => {
    const head = await call(POINT, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const other = await call(POINT, { headers: { origin: 'https://example.org' } });
    expect(other.headers.get('access-control-allow-origin')).toBe('*');
    const preflight = await call(POINT, {
      method: 'OPTIONS',
      headers: { origin: 'https://example.org', 'access-control-request-method': 'GET' },
    });
    expect(preflight.status).toBe(204);
  });
});
