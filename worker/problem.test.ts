import { describe, expect, it } from 'vitest';
import { problemSchema } from '../schemas/problem.ts';
import { call } from './testing/api.ts';

const QUERY = '/v1/depth-scales?activation=tanh&sigma_w2=1.5';

/** Calls the Worker and checks the shape that every error has. */
async function problem(path: string, init?: RequestInit) {
  const response = await call(path, init);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const body = problemSchema.parse(await response.json());
  expect(body.status).toBe(response.status);
  return { ...body, headers: response.headers };
}

describe('problem documents', () => {
  it.each([
    ['&colour=red', '#/colour', 'Unknown parameter'],
    ['&sigma_b=1', '#/sigma_b', 'Did you mean "sigma_b2"?'],
    ['&rate=0.5', '#/rate', 'Give "keep"'],
    ['&keep=0.9&drop=0.1', '#/drop', 'not both'],
    ['&keep=0', '#/keep', 'from 0.001 to 1'],
    ['&keep=1.5', '#/keep', 'from 0.001 to 1'],
    ['&drop=1', '#/drop', 'from 0 to 0.999'],
    ['&keep=', '#/keep', 'not a number'],
    ['&keep=0.9&keep=0.8', '#/keep', 'stands twice'],
    ['&q0=0', '#/q0', 'range'],
    ['&mask=own', '#/mask', 'independent, shared'],
    ['&format=xml', '#/format', 'json, csv'],
    ['&field=xi_3', '#/field', 'Did you mean "xi_'],
    ['&__proto__=1', '#/__proto__', 'Unknown parameter'],
    ['&a~b%2Fc=1', '#/a~0b~1c', 'Unknown parameter'],
  ])('400 for %s', async (extra, pointer, detail) => {
    const body = await problem(`${QUERY}${extra}`);
    expect(body.status).toBe(400);
    expect(body.errors?.map((entry) => entry.pointer)).toContain(pointer);
    expect(body.errors?.map((entry) => entry.detail).join()).toContain(detail);
  });

  it.each([
    'nan',
    'NaN',
    '1e400',
    '-1',
    'Infinity',
    '1..4',
    '',
    '1%2C',
  ])('400 for sigma_w2=%s', async (value) => {
    const body = await problem(`/v1/depth-scales?activation=tanh&sigma_w2=${value}`);
    expect([body.status, body.errors?.[0]?.pointer]).toEqual([400, '#/sigma_w2']);
  });

  it.each([
    ['/v1/depth-scale.csv', '/v1/depth-scales'],
    ['/v1/kernels', '/v1/kernel'],
    ['/v1/grid', '/v1/grids'],
    ['/openapi.jsn', '/openapi.json'],
    ['/v1/grids/mnist-tanh-kep-095', 'mnist-tanh-keep-095'],
    ['/v1/grids/MNIST-tanh-keep-095/frontier.csv', 'mnist-tanh-keep-095'],
  ])('404 for %s, and the address that was meant', async (path, meant) => {
    const { status, detail } = await problem(path);
    expect([status, detail]).toEqual([404, expect.stringContaining(`Did you mean "${meant}"?`)]);
  });

  it.each([
    ['/v1/trajectory?activation=relu&sigma_w2=1&mode=evel', '#/mode', 'eval'],
    ['/v1/trajectory?activation=relu&sigma_w2=1&input=minst', '#/input', 'mnist'],
    ['/v1/critical?activation=relu&kind=chi_c', '#/kind', 'chi_1'],
    ['/v1/grids/mnist-tanh-keep-095?measure=test_acuracy', '#/measure', 'test_accuracy'],
  ])('a did-you-mean for the value of %s', async (path, pointer, meant) => {
    const { errors } = await problem(path);
    expect(errors?.[0]).toEqual({ pointer, detail: expect.stringContaining(`Did you mean "${meant}"?`) });
  });

  it('names no parameter where none is wrong by itself, and no column in place of none', async () => {
    const three = '/v1/phase-diagram?activation=tanh&sigma_w2=1,2&sigma_b2=0,1&keep=0.9,1';
    const { detail, errors } = await problem(three);
    expect([detail.slice(0, 15), errors?.map(({ pointer }) => pointer)]).toEqual(['A phase diagram', ['#']]);
    const one = await problem('/v1/phase-diagram?activation=tanh&sigma_w2=1,2&sigma_b2=0');
    expect(one.errors?.map(({ pointer }) => pointer)).toEqual(['#/sigma_b2']);
    for (const field of ['', 'xi_2,']) {
      const body = await problem(`${QUERY}&field=${field}`);
      expect([field, body.detail]).toEqual([field, expect.stringContaining('Columns: activation, ')]);
      expect(body.detail).not.toContain('Did you mean');
    }
  });

  it('names everything that is missing', async () => {
    const body = await problem('/v1/depth-scales');
    expect(body.errors?.map((entry) => entry.pointer)).toEqual(['#/activation', '#/sigma_w2']);
    expect(body.detail).toContain('activation');
  });

  it('states the cap of rows', async () => {
    const body = await problem('/v1/depth-scales?activation=tanh&sigma_w2=1..4/200&sigma_b2=0..1/100');
    expect(body).toMatchObject({ status: 400, detail: expect.stringContaining('20000 rows') });
    expect(body.detail).toContain('at most 10000');
    const slow = (count: number) =>
      `/v1/depth-scales?activation=silu&input_shift=0.5&keep=0.99&sigma_w2=1..1.9/${count}`;
    const { detail, limit } = await problem(slow(400));
    const most = limit?.rows ?? Number.NaN;
    expect(detail).toContain(`at most ${most} such rows`);
    expect((await call(slow(most))).status).toBe(200);
    // (it is no more than is left out to be certain)
    expect((await call(slow(2 * most))).status).toBe(400);
  });

  it.each([
    '/nothing',
    '/v1',
    '/v1/depth-scales.xml',
    '/v1/depth-scales/',
    '/v1/grids/none',
    '/v1/grids/UP',
    '/v1/grids/%2e%2e%2f',
  ])('404 for %s', async (path) => {
    expect((await problem(path)).status).toBe(404);
  });

  it.each([
    ['POST', '/v1/depth-scales', 'GET, HEAD'],
    ['DELETE', '/v1/grids', 'GET, HEAD'],
    ['POST', '/v1/grids/x', 'GET, HEAD, PUT, DELETE'],
  ])('405 for %s %s', async (method, path, allow) => {
    const body = await problem(path, { method });
    expect([body.status, body.headers.get('allow')]).toEqual([405, allow]);
  });
});
