import { describe, expect, it } from 'vitest';
import { MAX_WORK } from '../answers/effort.ts';
import { call } from './testing/api.ts';

const MISH = 'x*tanh(log(1+exp(x)))';
const encoded = encodeURIComponent(MISH);

type Row = Readonly<Record<string, unknown>>;

async function rowsOf(path: string): Promise<readonly Row[]> {
  const response = await call(path);
  expect(response.status, path).toBe(200);
  return ((await response.json()) as { rows: Row[] }).rows;
}

async function problemOf(path: string): Promise<{ pointer: string; detail: string }> {
  const response = await call(path);
  expect(response.status, path).toBe(400);
  const { errors } = (await response.json()) as { errors: { pointer: string; detail: string }[] };
  return errors[0] as { pointer: string; detail: string };
}

describe('every endpoint that takes an activation takes a formula', () => {
  it.each([
    'depth-scales?sigma_w2=1.5&sigma_b2=0.1&keep=0.9',
    'kernel?q=0.5,2&c=-0.5,0.9',
    'kernel?q=0.5&q_b=2&c=0.3',
    'trajectory?sigma_w2=1.5&sigma_b2=0.1&keep=0.9&depth=5',
    'trajectory?sigma_w2=1.5&keep=0.9&depth=3&input_scale=2&input_shift=0.5&output_scale=-1&output_shift=0.1',
    'critical?keep=0.9&sigma_b2=0.1&kind=chi_1,variance',
    'phase-diagram?sigma_w2=1..2/2&sigma_b2=0.05..0.1/2&keep=0.9',
    'trainable-depth?sigma_w2=1.5&sigma_b2=0.1&keep=0.9&field=xi_1,xi_2,fitted_depth,fitted_low,limit_low,limit_high',
    'advice?keep=0.9&depth=10&field=sigma_w2,sigma_b2,q_star,limit_low,criterion',
    'diagnose?init=torch_default&keep=0.9',
    'schedule?sigma_w2=1.5&keep=0.9&depth=4&schedule=step_early',
  ])('%s, with the numbers of the catalogue', async (query) => {
    const [own, known] = [
      await rowsOf(`/v1/${query}&activation=custom&formula=${encoded}`),
      await rowsOf(`/v1/${query}&activation=mish`),
    ];
    expect(own.length).toBe(known.length);
    known.forEach((row, k) => {
      for (const [name, wanted] of Object.entries(row)) {
        const found = own[k]?.[name];
        if (typeof wanted !== 'number') continue;
        expect(typeof found, name).toBe('number');
        expect(Math.abs((found as number) - wanted), name).toBeLessThanOrEqual(
          1e-8 * Math.max(Math.abs(wanted), 1e-3),
        );
      }
    });
  });

  it('shows the formula, in CSV too', async () => {
    const [row] = await rowsOf(`/v1/kernel?activation=custom&formula=${encoded}`);
    expect(row).toMatchObject({ activation: 'custom', formula: MISH });
    const csv = await (
      await call('/v1/kernel.csv?activation=custom&formula=max(x,0)&field=activation,formula,second_moment')
    ).text();
    expect(csv).toBe('activation,formula,second_moment\ncustom,"max(x,0)",0.5\n');
    const text = await (
      await call('/v1/kernel.txt?activation=custom&formula=max(x,0)&field=second_moment')
    ).text();
    expect(text.trim()).toBe('0.5');
  });

  it('writes no program from it, and says so', async () => {
    const response = await call(`/v1/advice?activation=custom&formula=${encoded}&keep=0.9&depth=10`);
    const { rows, meta } = (await response.json()) as { rows: Row[]; meta: { notes: string[] } };
    expect(rows[0]?.snippet).toBeNull();
    expect(meta.notes.some((note) => note.startsWith('snippet is null'))).toBe(true);
  });

  it('knows no measurement of it', async () => {
    const [row] = await rowsOf(
      `/v1/trainable-depth?activation=custom&formula=tanh(x)&sigma_w2=1.8&sigma_b2=0.05&keep=0.95`,
    );
    expect(row).toMatchObject({ measured_depth: null, grid: null });
    expect(row?.reason).toMatch(/measured_depth: no grid/);
  });

  it('stands in a batch', async () => {
    const queries = [MISH, 'x.constructor', 'sin(x)'].map((formula) => ({
      endpoint: 'kernel',
      query: { activation: 'custom', formula, q: 1 },
    }));
    const response = await call('/v1/batch', { method: 'POST', body: JSON.stringify({ queries }) });
    const { rows } = (await response.json()) as {
      rows: { status: number; problem?: { errors: { pointer: string }[] } }[];
    };
    expect(rows.map(({ status }) => status)).toEqual([200, 400, 400]);
    expect(rows[1]?.problem?.errors[0]?.pointer).toBe('#/formula');
  });
});

describe('a + in an address', () => {
  it.each([
    ['log(1+exp(x))', 'log(1+exp(x))'],
    ['log(1%2Bexp(x))', 'log(1+exp(x))'],
    ['log%281+%2B+exp%28x%29%29', 'log(1 + exp(x))'],
    ['log(1%20%2B%20exp(x))', 'log(1 + exp(x))'],
    ['(x+1)*0.5', '(x+1)*0.5'],
  ])('%s', async (written, formula) => {
    const [row] = await rowsOf(`/v1/kernel?activation=custom&formula=${written}`);
    expect(row?.formula).toBe(formula);
  });

  it('is not guessed where it may be a blank', async () => {
    const { pointer, detail } = await problemOf('/v1/kernel?activation=custom&formula=2+x');
    expect([pointer, detail]).toEqual(['#/formula', expect.stringContaining('%2B')]);
    await problemOf('/v1/kernel?activation=custom&formula=tanh(2%20x)');
  });
});

describe('what is refused', () => {
  it.each([
    ['activation=custom', '#/formula', /needs a formula/],
    ['activation=tanh&formula=x', '#/formula', /goes with activation=custom/],
    ['activation=tanh&formula_kinks=0', '#/formula_kinks', /go with activation=custom/],
    ['activation=custom,tanh&formula=x', '#/activation', /stands alone/],
    ['activation=custom&formula=x&formula_kinks=a', '#/formula_kinks', /not a number/],
    ['activation=custom&formula=x&slope=0.1', '#/slope', /has no parameter/],
    ['activation=custom&formula=', '#/formula', /empty/],
    [`activation=custom&formula=${'x'.repeat(5000)}`, '#/formula', /5000 characters/],
    ['activation=custom&formula=1/x', '#/formula', /not finite at x = 0/],
    ['activation=custom&formula=cbrt(x)', '#/formula', /too steep/],
    ['activation=custom&formula=2', '#/formula', /not a function of x/],
    ['activation=custom&formula=constructor', '#/formula', /not known here/],
  ])('%s', async (query, pointer, why) => {
    const found = await problemOf(`/v1/kernel?${query}`);
    expect(found.pointer).toBe(pointer);
    expect(found.detail).toMatch(why);
  });

  it('takes no more than the work of a request, and says what to do', async () => {
    const long = encodeURIComponent(`${'x/(1+x^2)+'.repeat(12)}x/(2+x^2)*${'tanh(x)*'.repeat(6)}exp(-x^2)`);
    const response = await call(`/v1/depth-scales?activation=custom&formula=${long}&sigma_w2=1`);
    expect([200, 400]).toContain(response.status);
    if (response.status === 400) expect(await response.text()).toMatch(/formula/);
    expect(MAX_WORK).toBe(2_500_000);
  });
});
