import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { INIT_NAMES, resolveInit } from '../catalogue/inits.ts';
import { diagnoseContract } from '../schemas/endpoints/diagnose.ts';
import { type Init, INITS as LAWS } from '../theory/index.ts';
import { Budget } from './budget.ts';
import { diagnoseEndpoint } from './endpoints/diagnose.ts';
import type { Row, Surroundings } from './endpoints/endpoint.ts';
import { call } from './testing/api.ts';
import { contradictions, type DiagnoseRow } from './testing/contradictions.ts';

/** One row, as `GET /v1/diagnose` answers it. */
async function diagnose(given: Record<string, string>): Promise<DiagnoseRow> {
  const lists = diagnoseContract.query.parse(given);
  const point = Object.fromEntries(
    Object.entries(lists).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
  const budget = new Budget();
  const rows = budget.run(() => diagnoseEndpoint.answer(point, { budget } as Surroundings));
  return { ...point, ...(rows as Row[])[0] } as unknown as DiagnoseRow;
}

async function ask(path: string): Promise<Row[]> {
  const response = await call(`/v1/${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  return ((await response.json()) as { rows: Row[] }).rows;
}

describe('no row of diagnose contradicts itself', async () => {
  // (to an activation initialisers of the same variances are one)
  const networks = new Map<string, Record<string, string>>();
  for (const init of INIT_NAMES)
    for (const fan_in of ['64', '512', '4096']) {
      // (uniform weights have no usual range)
      const { parameters }: Init = LAWS[resolveInit(init)];
      const range = Object.values(parameters).includes(null) ? { a: '-0.05', b: '0.05' } : {};
      const network = { init, fan_in, ...range };
      const row = await diagnose({ activation: 'linear', ...network });
      networks.set(`${row.sigma_w2} ${row.sigma_b2}`, network);
    }

  it.each(
    ACTIVATION_NAMES,
  )('%s with every initialiser, keep 1, 0.9, 0.5 and fan_in 64, 512, 4096', async (activation) => {
    for (const network of networks.values())
      for (const keep of ['1', '0.9', '0.5']) {
        const query = { activation, ...network, keep };
        const row = await diagnose(query);
        expect([query, contradictions(row)]).toEqual([query, []]);
      }
  });

  it('nor other networks: noise, biases, starts and maps around φ at random', async () => {
    const one = (...values: (string | number)[]) => fc.constantFrom(...values.map(String));
    const maybe = (...values: number[]) => fc.option(one(...values), { nil: undefined, freq: 1 });
    const queries = fc.record({
      ...{ activation: one(...ACTIVATION_NAMES), fan_in: one(64, 768) },
      technique: one('none', 'bernoulli', 'gaussian', 'dropconnect', 'alpha', 'ic'),
      keep: one(1, 0.99, 0.9, 0.5, 0.1),
      gain: one(0.1, 0.5, 1, Math.SQRT2, 5 / 3, 2, 3, 10, 100),
      ...{ bias_std: maybe(0.01, 0.2236, 0.5, 1), q0: maybe(1e-6, 0.01, 10, 1000) },
      around: fc.option(one('input_scale', 'output_scale', 'output_shift'), { freq: 1 }),
      by: one(0.1, -0.5, -2, 30),
    });
    const property = fc.asyncProperty(queries, async ({ around, by, keep, ...given }) => {
      const noise = given.technique === 'none' ? {} : { keep };
      const all = { ...given, ...noise, ...(around && { [around]: by }) };
      const query = Object.fromEntries(
        Object.entries(all).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
      );
      const row = await diagnose(query);
      expect([query, contradictions(row)]).toEqual([query, []]);
    });
    await fc.assert(property, { seed: 13, numRuns: 250 });
  });

  it.each([
    { gradient: 'exploding' },
    { phase: 'chaotic' },
    { chi_1: 1 },
    { gradient_factor: 0.5 },
    { xi_1: 9007199254740992 },
    { xi_2: null },
    { status: 'collapses' },
    { status: 'diverges' },
    { q_star: 0 },
    { limit_low: null },
    { limit_low: 170, limited_by: 'float_range' },
    { critical_sigma_w2: 1 },
    { recommended_sigma_w2: 1 },
    { recommended_sigma_b2: 0.1729 },
    { sigma_w2: 1.760954639606739 },
    { advice: 'Two inputs are no longer told apart after about 20 layers. Gradients are exploding.' },
  ])('and one that does is found: %o', async (changed) => {
    const row = await diagnose({ activation: 'tanh', std: '0.06', fan_in: '256', bias_std: '0.2236067977' });
    expect(contradictions(row)).toEqual([]);
    expect(contradictions({ ...row, ...changed })).not.toEqual([]);
  });
});

describe('diagnose, critical and advice recommend the same', () => {
  it.each(ACTIVATION_NAMES)('%s at any bias variance and keep', async (activation) => {
    for (const sigma_b2 of [0, 0.05, 0.5])
      for (const keep of [1, 0.9, 0.5]) {
        const where = `activation=${activation}&keep=${keep}`;
        const [advice] = await ask(`advice?${where}&sigma_b2=${sigma_b2}&depth=1&fan_in=64`);
        const critical = await ask(`critical?${where}&sigma_b2=${sigma_b2}`);
        const row = await diagnose({
          ...{ activation, keep: String(keep), gain: '0.7', fan_in: '64' },
          bias_std: String(Math.sqrt(sigma_b2)),
        });
        const best = [advice?.sigma_w2, advice?.sigma_b2] as [number | null, number | null];
        const marked = critical.filter(({ recommended }) => recommended);
        // (√sigma_b2 is rounded)
        expect(row.recommended_sigma_w2 ?? 0, where).toBeCloseTo(best[0] ?? 0, 11);
        expect(row.recommended_sigma_b2 ?? 0, where).toBeCloseTo(best[1] ?? 0, 11);
        for (const point of marked) expect([point.sigma_w2, point.sigma_b2]).toEqual(best);
        expect(marked.length, where).toBeLessThanOrEqual(1);
        if (marked.length === 0 && best[0] !== null)
          for (const { reason } of critical)
            expect(reason).toContain(`sigma_w2 ${Number(best[0].toPrecision(5))}`);
        if (best[1] !== null && best[1] !== sigma_b2) expect(advice?.variance).toBe('half_stable');
      }
  });
});

describe('what diagnose says', () => {
  const advice = async (query: string) => (await ask(`diagnose?${query}`))[0] as DiagnoseRow;

  it('recommends no point that q runs away from, and not what was given', async () => {
    const row = await advice('activation=gelu&gain=2&fan_in=768');
    expect(row.critical_sigma_w2).toBeNull();
    expect(row.recommended_sigma_w2).toBeCloseTo(1.98305826, 7);
    expect(row.recommended_sigma_b2).toBeCloseTo(0.17292239, 7);
    expect(row.advice).toMatch(
      /sigma_w2 1\.9831, std 0\.0508\d*, with biases of sigma_b2 0\.17292; .*half-stable/,
    );
    expect(row.advice).not.toMatch(/sigma_w2 4/);
  });

  it('means a plain stack, and asks for the block first where the weights are those of normalised networks', async () => {
    for (const query of ['activation=relu&init=torch_default', 'activation=tanh&std=0.1'])
      expect((await advice(query)).advice).toMatch(/^(?!A standard).*This is about a plain stack/);
    const asked = await advice('activation=gelu&std=0.02&fan_in=768');
    expect(asked.advice).toMatch(
      /^Which block is it\? A standard deviation of 0\.02 is that of transformers/,
    );
    expect(asked).toMatchObject({ status: null, limit_low: null, recommended_sigma_w2: null });
    const plain = await advice('activation=gelu&std=0.02&fan_in=768&block=plain');
    expect(plain).toMatchObject({ gradient: 'vanishing', status: 'collapses' });
    expect(plain.advice).toMatch(/This is about a plain stack/);
    const { meta } = (await (await call('/v1/diagnose?activation=relu&gain=1')).json()) as {
      meta: { notes: string[] };
    };
    expect(meta.notes.join(' ')).toContain('about a plain stack');
  });

  it.each([5 / 3, 3, 10])('names no depth for tanh with gain %d, and says what limits it', async (gain) => {
    const query = `activation=tanh&gain=${gain}&fan_in=256`;
    const row = await advice(query);
    expect(row).toMatchObject({ limit_low: null, limited_by: null, phase: 'chaotic' });
    for (const text of [row.advice, row.reason, await (await call(`/v1/diagnose.txt?${query}`)).text()])
      expect(text).toMatch(/exploding gradients \(chi_1 [\d.]+\) and the scale .*is not known/);
    expect(row.advice).not.toContain('distinguishable');
  });
});
