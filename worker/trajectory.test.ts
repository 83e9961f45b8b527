import { describe, expect, it } from 'vitest';
import { DATA_SET_NAMES } from '../catalogue/training.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { call } from './testing/api.ts';

type Rows = Record<string, number | null>[];

const ask = async (path: string) => ((await (await call(`/v1/${path}`)).json()) as { rows: Rows }).rows;

describe('two inputs of different variances', () => {
  it('keep their ratio where the activation knows no scale, and their correlation is that of equal ones', async () => {
    const network = 'trajectory?activation=relu&sigma_w2=1.8&keep=0.9&depth=10&c0=0.3';
    const [equal, different] = [await ask(network), await ask(`${network}&q0_b=4`)];
    different.forEach((row, layer) => {
      expect(row.q_b).toBeCloseTo(4 * (row.q as number), 10);
      expect(row.c).toBeCloseTo(equal[layer]?.c as number, 10);
      expect(row.gradient_1_b).toBeCloseTo(row.gradient_1 as number, 10);
    });
    expect(equal[0]).not.toHaveProperty('q_b');
  });

  it('reach one variance where it settles, and the fixed point of their correlation', async () => {
    const network = 'activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=0.9';
    const last = (await ask(`trajectory?${network}&depth=30&q0=0.1&q0_b=3&c0=0.9`)).at(-1) ?? {};
    const [scales] = await ask(`depth-scales?${network}`);
    expect(last.q_b).toBeCloseTo(last.q as number, 5);
    expect(last.c).toBeCloseTo(scales?.c_star as number, 2);
  });

  it('have plain averages in /v1/kernel', async () => {
    const [row] = await ask('kernel?activation=relu&q=1&q_b=9&c=0');
    expect(row?.kernel).toBeCloseTo(3 / (2 * Math.PI), 12);
  });

  it.each([
    ['kernel?activation=relu&q=1&q_b=9&errors=yes', '#/errors'],
    ['trajectory?activation=tanh&sigma_w2=1.8&q0_b=2&input=mnist', '#/q0_b'],
  ])('%s is refused', async (path, pointer) => {
    const response = await call(`/v1/${path}`);
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect([response.status, errors[0]?.pointer]).toEqual([400, pointer]);
  });
});

it.each(DATA_SET_NAMES)('input=%s starts where two of its images of different classes are', async (input) => {
  const [start] = await ask(`trajectory?activation=tanh&sigma_w2=1.8&keep=0.9&depth=2&input=${input}`);
  const { mean_square, cosine_different_class } = statistics[input];
  expect(start).toMatchObject({ layer: 0, q: mean_square });
  expect(start?.c).toBeCloseTo(cosine_different_class, 12);
});

describe('noise on the data', () => {
  const rows = (query: string) => ask(`trajectory?activation=tanh&sigma_w2=1.8&depth=4&input=mnist${query}`);

  it('has a keep of its own', async () => {
    const [quiet, noisy] = [await rows('&keep=0.9'), await rows('&keep=0.9&input_keep=0.8')];
    expect(quiet.map(({ keep }) => keep)).toEqual([null, null, 0.9, 0.9, 0.9]);
    expect(noisy.map(({ keep }) => keep)).toEqual([null, 0.8, 0.9, 0.9, 0.9]);
    expect(noisy[1]?.q).toBeCloseTo((quiet[1]?.q as number) / 0.8, 12);
    expect(noisy[1]?.c).toBeCloseTo((quiet[1]?.c as number) * 0.8, 12);
  });

  it('is the first value of keep_per_layer', async () => {
    const listed = await rows('&keep_per_layer=0.8,0.9,0.9,0.9');
    const given = await rows('&keep=0.9&input_keep=0.8');
    expect(listed).toEqual(given.map(({ input_keep: _, ...row }) => row));
    expect(await rows('&keep_per_layer=1,0.9,0.9,0.9')).toEqual(
      (await rows('&keep=0.9')).map((row) => ({ ...row, keep: row.layer === 1 ? 1 : row.keep })),
    );
  });

  it('is none of what a schedule spreads', async () => {
    const keeps = async (query: string) =>
      (await rows(`&schedule=linear_increasing&drop=0.1${query}`)).map(({ keep }) => keep);
    const [, first, ...hidden] = await keeps('&input_keep=0.7');
    expect(first).toBe(0.7);
    expect(hidden.reduce<number>((sum, keep) => sum + (keep as number), 0)).toBeCloseTo(2.7, 12);
    expect(await keeps('')).toEqual([null, null, ...hidden]);
  });

  it.each([
    ['activation=tanh&sigma_w2=1&input_keep=0.5', '#/input_keep'],
    ['activation=tanh&sigma_w2=1&depth=2&keep_per_layer=0.9,0.9&input=mnist&input_keep=0.5', '#/input_keep'],
    ['activation=tanh&sigma_w2=1&technique=none&input=mnist&input_keep=0.5', '#/technique'],
  ])('is refused where it means nothing: %s', async (query, pointer) => {
    const response = await call(`/v1/trajectory?${query}`);
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect([response.status, errors[0]?.pointer]).toEqual([400, pointer]);
  });
});
