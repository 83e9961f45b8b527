import { describe, expect, it } from 'vitest';
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
