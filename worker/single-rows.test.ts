import { describe, expect, it } from 'vitest';
import { ACTIVATION_NAMES } from '../catalogue/activations.ts';
import { call } from './testing/api.ts';

type Row = Record<string, unknown>;

/** What one combination of values may be asked for, from an activation, a number and a keep. */
const QUERIES: Readonly<Record<string, (activation: string, w: number, keep: number) => string>> = {
  'depth-scales': (a, w, keep) => `depth-scales?activation=${a}&sigma_w2=${w}&keep=${keep}`,
  'depth-scales, far shifted': (a, w, keep) =>
    `depth-scales?activation=${a}&sigma_w2=${w}&keep=${keep}&input_shift=${keep < 1 ? 13 : -50}`,
  'depth-scales of ic': (a, w, keep) =>
    `depth-scales?activation=${a}&sigma_w2=${w}&sigma_b2=1&keep=${keep}&technique=ic`,
  diagnose: (a, w, keep) => `diagnose?activation=${a}&std=${Math.sqrt(w / 256)}&fan_in=256&keep=${keep}`,
  'diagnose, far shifted': (a, w, keep) =>
    `diagnose?activation=${a}&gain=${w}&keep=${keep}&input_shift=${keep < 1 ? -2 : 20}`,
  'diagnose of alpha': (a, w, keep) => `diagnose?activation=${a}&gain=${w}&keep=${keep}&technique=alpha`,
  advice: (a, w, keep) => `advice?activation=${a}&keep=${keep}&depth=${20 * w}`,
  'advice, shifted': (a, w, keep) => `advice?activation=${a}&keep=${keep}&depth=${20 * w}&input_shift=-3`,
  'trainable-depth': (a, w, keep) => `trainable-depth?activation=${a}&sigma_w2=${w}&keep=${keep}&width=100`,
  'trainable-depth of ic': (a, w, keep) =>
    `trainable-depth?activation=${a}&sigma_w2=${w}&sigma_b2=0.1&keep=${keep}&technique=ic&carry=1`,
  kernel: (a, w, keep) => `kernel?activation=${a}&q=${w}&c=${keep}&errors=yes`,
  'kernel of two variances': (a, w, keep) => `kernel?activation=${a}&q=${w}&q_b=1e6&c=${keep}`,
  critical: (a, w, keep) => `critical?activation=${a}&sigma_b2=${100 * (w - 0.5)}&keep=${keep}`,
  'critical, far shifted': (a, w, keep) =>
    `critical?activation=${a}&sigma_b2=${w}&keep=${keep}&input_shift=20`,
  trajectory: (a, w, keep) => `trajectory?activation=${a}&sigma_w2=${w}&keep=${keep}&c0=0.99&depth=200`,
  'trajectory of two variances': (a, w, keep) =>
    `trajectory?activation=${a}&sigma_w2=${w}&keep=${keep}&q0_b=3&depth=100`,
  'trajectory of ic': (a, w, keep) =>
    `trajectory?activation=${a}&sigma_w2=${w}&keep=${keep}&technique=ic&carry=1&sigma_b2=0.1&depth=100`,
  schedule: (a, w, keep) => `schedule?activation=${a}&sigma_w2=${w}&keep=${keep}&schedule=linear_increasing`,
};

const NUMBERS = [0.5, 1, 2, 4].flatMap((w) => [1, 0.9, 0.5].map((keep) => [w, keep] as const));

/** So many of the numbers each activation meets in each query: all of them meet all numbers, but not all together. */
const EACH = 3;

/** Queries that use up all their work, most of them, and more of the time than others: every fourth activation meets one number. */
const SLOW = ['trajectory of two variances', 'trajectory of ic', 'trainable-depth of ic'];

/** Columns that may be null for a reason of their own, which their description has. */
const EXPLAINED = new Set([
  'c_star',
  'chi_c',
  'xi_2',
  'q_star',
  'depth_scale_exact',
  'c_end',
  'c',
  'contrast',
]);

describe('a single combination of values is never refused for its cost, and says what it lacks', () => {
  it.each(Object.keys(QUERIES))('%s', async (name) => {
    const query = QUERIES[name] as (typeof QUERIES)[string];
    const slow = SLOW.includes(name);
    for (const [i, activation] of ACTIVATION_NAMES.entries())
      for (let j = 0; j < (slow ? Number(i % 4 === 0) : EACH); j++) {
        const [w, keep] = NUMBERS[(i + 3 * j) % NUMBERS.length] as (typeof NUMBERS)[number];
        const path = query(activation, w, keep);
        const response = await call(`/v1/${path}`);
        expect([path, response.status]).toEqual([path, 200]);
        const { rows } = (await response.json()) as { rows: Row[] };
        for (const row of rows.filter((row) => 'reason' in row))
          for (const column of Object.keys(row).filter((one) => EXPLAINED.has(one) && row[one] === null))
            expect([path, column, row.reason ?? row.status]).not.toEqual([path, column, null]);
      }
  }, 300_000);
});

async function one(path: string): Promise<Row> {
  const response = await call(`/v1/${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  return ((await response.json()) as { rows: Row[] }).rows.at(-1) as Row;
}

describe('what is cheap is there', () => {
  it('in diagnose', async () => {
    expect(await one('diagnose?activation=elu&init=he_normal&fan_in=256')).toMatchObject({
      sigma_w2: expect.closeTo(2, 9),
      chi_1: expect.any(Number),
      recommended_sigma_w2: expect.any(Number),
      limit_low: null,
      layers_searched: null,
      reason: expect.stringContaining('limit_low, layers_searched, limited_by: takes too much'),
      advice: expect.stringContaining('takes more work than one request may take'),
    });
  });

  it('in a trajectory: the variance and the gradient of one input', async () => {
    const costly = 'trajectory?activation=selu&sigma_w2=4&keep=1&c0=0.9&depth=60';
    const response = await call(`/v1/${costly}`);
    const { rows } = (await response.json()) as { rows: Row[] };
    expect(rows.every(({ q, gradient_1 }) => Number(q) > 0 && Number(gradient_1) > 0)).toBe(true);
    const followed = rows.filter(({ c }) => c !== null).length;
    expect([followed > 0, followed < rows.length]).toEqual([true, true]);
    expect(rows[0]?.reason).toMatch(/^gradient_2: /);
    expect(rows.at(-2)?.reason).toMatch(/^c, chi_c, gradient_2: /);
    // the same variances as where nothing is left out
    const { rows: apart } = (await (await call(`/v1/${costly}&c0=0`.replace('&c0=0.9', ''))).json()) as {
      rows: Row[];
    };
    expect(rows.map(({ q }) => q)).toEqual(apart.map(({ q }) => q));
  });

  it('in depth scales of a far shifted activation', async () => {
    expect(
      await one('depth-scales?activation=tanh&sigma_w2=2&sigma_b2=0.1&input_shift=13&keep=0.9'),
    ).toMatchObject({
      q_star: expect.any(Number),
      chi_1: expect.any(Number),
    });
  });
});

it('refuses many rows that are too much work as a whole, and says how many would do', async () => {
  const several = async (count: number) => {
    const response = await call(`/v1/diagnose?activation=elu&std=0.125..0.126/${count}`);
    const { limit } = (await response.json()) as { limit?: { rows: number } };
    return { status: response.status, most: limit?.rows };
  };
  const { status, most = 0 } = await several(20);
  expect([status, most]).toEqual([400, expect.any(Number)]);
  expect((await several(most)).status).toBe(200);
});
