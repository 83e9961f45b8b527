import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Problem } from '../schemas/problem.ts';
import { ACTIVATIONS, OutOfWork, ParameterError } from '../theory/index.ts';
import { HttpProblem } from './problem.ts';
import { call } from './testing/api.ts';

/** What no sentence says, and none may be read for. */
const WORDS = 'x';

/**
 * Makes a class of errors say {@link WORDS} whatever it is given: `super(message)` calls what the prototype of the class is at
 * that time.
 *
 * @returns puts the class back as it was
 */
function reword(type: { readonly prototype: Error }): () => void {
  const parent = Object.getPrototypeOf(type) as ErrorConstructor;
  class Reworded extends parent {
    constructor() {
      super(WORDS);
    }
  }
  Object.setPrototypeOf(type, Reworded);
  return () => void Object.setPrototypeOf(type, parent);
}

/** Requests that something is wrong with, and where that is. */
const REFUSED: readonly (readonly [path: string, pointer: string, code: string])[] = [
  ['depth-scales?activation=relu&sigma_w2=1&slope=0.1', '#/slope', 'not_applicable'],
  ['depth-scales?activation=relu&sigma_w2=1&input_scale=0', '#/input_scale', 'out_of_range'],
  ['depth-scales?activation=relu&sigma_w2=1&noise_variance=1', '#/noise_variance', 'not_applicable'],
  [
    'depth-scales?activation=relu&sigma_w2=1&technique=gaussian&noise_variance=1&keep=0.9',
    '#/keep',
    'conflict',
  ],
  [
    'depth-scales?activation=relu&sigma_w2=1&technique=gaussian&noise_variance=1&drop=0.1',
    '#/drop',
    'conflict',
  ],
  [
    'depth-scales?activation=relu&sigma_w2=1&technique=uniform&noise_low=2&noise_high=1',
    '#/noise_low',
    'conflict',
  ],
  ['depth-scales?activation=relu&sigma_w2=1&technique=uniform&noise_high=0.5', '#/noise_high', 'conflict'],
  ['depth-scales?activation=relu&sigma_w2=1&technique=beta&keep=0.9', '#/keep', 'not_applicable'],
  ['critical?activation=relu&technique=ic&keep=0.9', '#/technique', 'not_applicable'],
  [
    'trajectory?activation=relu&sigma_w2=1&technique=beta&schedule=step_early&depth=4',
    '#/technique',
    'not_applicable',
  ],
  [
    'trajectory?activation=relu&sigma_w2=1&drop=0.9&schedule=step_early&depth=4',
    '#/schedule',
    'drops_whole_layer',
  ],
  ['depth-scales.txt?activation=relu&sigma_w2=1&field=xi_1,xi_2', '#/field', 'conflict'],
  ['inits.npy?field=name', '#/field', 'not_applicable'],
  ['depth-scales.svg?activation=relu&sigma_w2=1&field=slope', '#/field', 'unknown_name'],
];

/** Everything of an answer but its sentences. */
async function silent(path: string) {
  const response = await call(`/v1/${path}`);
  const { errors, limit } = (await response.json()) as Problem;
  return {
    status: response.status,
    limit,
    errors: errors?.map(({ detail: _, ...entry }) => entry),
  };
}

describe.each(['as they are', 'all alike'])('with sentences %s', (how) => {
  let restore: (() => void)[] = [];
  beforeEach(() => {
    if (how === 'all alike') restore = [ParameterError, HttpProblem, OutOfWork].map(reword);
  });
  afterEach(() => {
    for (const put of restore.splice(0)) put();
    vi.restoreAllMocks();
  });

  it.each(REFUSED)('%s points at %s', async (path, pointer, code) => {
    expect(await silent(path)).toMatchObject({ status: 400, errors: [{ pointer, code }] });
  });

  it('says what it was told', async () => {
    const response = await call('/v1/depth-scales?activation=relu&sigma_w2=1&slope=0.1');
    expect(((await response.json()) as Problem).detail === WORDS).toBe(how === 'all alike');
  });

  it('has the limits of numbers and of rows as numbers', async () => {
    expect(await silent('depth-scales?activation=elu&alpha=1&sigma_w2=1&input_scale=1e-9')).toMatchObject({
      errors: [{ pointer: '#/input_scale' }],
    });
    const costly = 'depth-scales?activation=silu&input_shift=0.5&keep=0.99&sigma_w2=1..1.9/100';
    expect(await silent(costly)).toMatchObject({ status: 400, limit: { rows: expect.any(Number) } });
    const many = 'depth-scales?activation=tanh&sigma_w2=1..4/200&sigma_b2=0..1/100';
    expect(await silent(many)).toMatchObject({ status: 400, limit: { rows: 10_000 } });
    const slow =
      'trajectory?activation=tanh&sigma_w2=1.76&technique=ic&keep=0.95&carry=1&depth=8&sigma_b2=0.05..0.06/12';
    expect(await silent(slow)).toMatchObject({ status: 400, limit: { rows: expect.any(Number) } });
  });

  it('answers a schedule that would drop a whole layer, and a q that does not settle, with nulls', async () => {
    const dropped = await call(
      '/v1/schedule?activation=relu&sigma_w2=1.8&drop=0.9&schedule=step_early&depth=4',
    );
    expect(((await dropped.json()) as { rows: object[] }).rows[0]).toMatchObject({
      keeps: null,
      c_end: null,
    });
    const growing = await call('/v1/schedule?activation=silu&sigma_w2=4&keep=0.9&depth=4');
    expect(((await growing.json()) as { rows: object[] }).rows[0]).toMatchObject({
      depth_scale_surrogate: null,
      reason: expect.stringContaining('q does not settle'),
    });
  });

  it('answers 500 to any other error, and logs it', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const overflow = (): never => overflow();
    vi.spyOn(ACTIVATIONS.erf, 'moments').mockImplementation(overflow);
    const path = 'depth-scales?activation=erf&sigma_w2=1.5&sigma_b2=0.1';
    expect(await silent(path)).toEqual({ status: 500, limit: undefined, errors: undefined });
    expect(logged).toHaveBeenCalledWith(expect.any(RangeError));
    const queries = [
      { endpoint: 'depth-scales', query: { activation: 'erf', sigma_w2: 1.5, sigma_b2: 0.1 } },
      { endpoint: 'depth-scales', query: { activation: 'relu', sigma_w2: 1.5 } },
    ];
    const batch = await call('/v1/batch', { method: 'POST', body: JSON.stringify({ queries }) });
    const { rows } = (await batch.json()) as { rows: { status: number }[] };
    expect(rows.map(({ status }) => status)).toEqual([500, 200]);
  });
});
