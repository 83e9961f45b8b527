import { describe, expect, it } from 'vitest';
import fixture from '../fixtures/depth-rule.json' with { type: 'json' };
import type { Problem } from '../schemas/problem.ts';
import { call } from './testing/api.ts';

type Row = Record<string, number | string | null>;

const NETWORK = 'activation=tanh&sigma_w2=1.8&sigma_b2=0.05';

/** All columns, unless the query names some. */
async function ask(query: string): Promise<Row[]> {
  const response = await call(`/v1/trainable-depth?${query}${query.includes('field=') ? '' : '&field=all'}`);
  const text = await response.text();
  expect([query, response.status, text.slice(0, 300)]).toEqual([query, 200, expect.any(String)]);
  return (JSON.parse(text) as { rows: Row[] }).rows;
}
const one = async (query: string) => (await ask(query))[0] as Row;

describe('the width in /v1/trainable-depth', () => {
  it('does not shorten the estimate to a depth that networks so wide were measured beyond', async () => {
    for (const network of [`${NETWORK}&keep=0.98`, 'activation=tanh&sigma_w2=4&sigma_b2=0.05&keep=1']) {
      const [plain, narrow] = [await one(network), await one(`${network}&width=100`)];
      expect(narrow.width_depth).toBeLessThan(0.6 * (narrow.measured_depth as number));
      for (const column of ['fitted_depth', 'limit_low', 'limit_low_limited_by', 'calibrated_depth'])
        expect([column, narrow[column]]).toEqual([column, plain[column]]);
    }
    expect(await one(`${NETWORK}&keep=0.98`)).not.toHaveProperty('width_depth');
  });

  it('counts in the number that is shown unless another is asked for', async () => {
    const text = async (query: string) =>
      Number(await (await call(`/v1/trainable-depth.txt?${NETWORK}&${query}`)).text());
    for (const query of ['keep=0.98', 'keep=1', 'keep=0.98&width=400'])
      expect(await text(query)).toBe((await one(`${NETWORK}&${query}`)).fitted_depth);
    expect(await text('keep=0.98&width=400')).toBeGreaterThan(await text('keep=0.98'));
  });

  it('leaves calibrated_depth what its description says', async () => {
    const row = await one(`${NETWORK}&keep=0.98&width=100`);
    expect(row.calibrated_depth).toBeCloseTo((row.calibration as number) * (row.limit_low as number), 10);
  });
});

describe('the work of /v1/trainable-depth', () => {
  it("lets the paper's own axis through, and four of it for the fitted depth alone", async () => {
    const axis = 'activation=tanh&sigma_w2=1..4/31&sigma_b2=0.05';
    for (const query of [axis, `${axis}&keep=0.9`, `${axis}&keep=0.98&width=100`]) {
      const rows = await ask(query);
      expect(rows).toHaveLength(31);
      for (const row of rows)
        expect([row.sigma_w2, row.fitted_depth, row.layers_searched]).toEqual([
          row.sigma_w2,
          expect.any(Number),
          2000,
        ]);
    }
    const keeps = `${axis}&keep=0.9,0.95,0.98,1`;
    const alone = await ask(`${keeps}&field=fitted_depth`);
    expect(alone.every((row) => typeof row.fitted_depth === 'number')).toBe(true);
    expect(alone).toHaveLength(124);
    expect(await ask(`${NETWORK}&keep=0.98,0.95&width=50..400/8`)).toHaveLength(16);
  });

  const IC = 'activation=tanh&sigma_w2=1.76&sigma_b2=0.05&technique=ic';

  it('knows of IC layers without noise that no correlation limits them, after no more layers than it takes to know', async () => {
    const row = await one(`${IC}&keep=1`);
    expect([row.limit_low, row.layers_searched]).toEqual([null, 2000]);
    expect(row.reason).toMatch(/no limit within 2000 layers; exploding gradients/);
  });

  it('nulls what takes too long, and says why', async () => {
    const row = await one(`${IC}&keep=0.95&carry=1`);
    expect(row).toMatchObject({ limit_low: null, layers_searched: null, calibrated_depth: null });
    expect(row.reason).toMatch(/limit_low, .*: takes too much of the 2.5 million evaluations/);
    // (a number after all, since layers are charged for as they are walked)
    expect((await one(`${IC}&keep=0.999&field=limit_low`)).limit_low).toBeGreaterThan(50);
  });

  it('is refused for very many rows, in place of leaving some of them empty', async () => {
    const axis = 'activation=tanh&sigma_w2=1..4/31&sigma_b2=0.05&keep=0.8..1/9';
    const response = await call(`/v1/trainable-depth?${axis}&field=all`);
    expect(response.status).toBe(400);
    const { detail } = (await response.json()) as { detail: string };
    expect(detail).toMatch(/at most \d+ such rows in one call\. Or .*field=fitted_depth/);
  });

  it('is refused elsewhere with how much less to ask for', async () => {
    const problem = async (path: string) => {
      const response = await call(`/v1/${path}`);
      expect([path, response.status]).toEqual([path, 400]);
      return (await response.json()) as Problem;
    };
    const slow = 'trajectory?activation=tanh&sigma_w2=1.76&technique=ic&keep=0.95&carry=1';
    const biases = Array.from({ length: 12 }, (_, i) => 0.05 + i / 1000);
    const several = (count: number) => `${slow}&depth=8&sigma_b2=${biases.slice(0, count)}`;
    const { detail, limit } = await problem(several(12));
    expect(detail).toContain(`at most ${limit?.rows} such rows`);
    // (a trajectory has a row for each layer and the start)
    const most = (limit?.rows ?? 0) / 9;
    expect(most).toBeGreaterThan(0);
    expect((await call(`/v1/${several(most)}`)).status).toBe(200);
  });
});

describe('the reason in /v1/trainable-depth', () => {
  it.each([
    ['keep=0.95', null],
    ['keep=0.95&mask=shared', 'fitted_depth, measured_depth: networks are trained with masks of their own.'],
    ['keep=0.95&carry=1', 'xi_1, xi_2, rules, fitted_depth: '],
    ['keep=0.95&schedule=step_early', 'xi_1, xi_2, rules, fitted_depth: '],
    // (chaotic: c_same stays 1 at every depth)
    ['keep=1', 'limit the depth, to how many layers is not known.'],
    ['input_scale=0.9&keep=0.95', 'measured_depth: no grid has'],
    ['technique=ic&keep=0.95&width=100', 'width_depth: '],
  ])('explains what is null: %s', async (query, said) => {
    const { reason } = await one(`${NETWORK}&${query}`);
    expect(reason).toEqual(said === null ? null : expect.stringContaining(said));
  });

  it.each([
    'keep=0.95&carry=1',
    'keep=1',
    'keep=0.95&mask=shared',
    'technique=alpha&keep=0.98&schedule=step_late',
    'technique=ic&keep=1&width=100',
    'input_scale=0.9&keep=0.95',
  ])('names every number that is null, or what it is part of: %s', async (query) => {
    const row = await one(`${NETWORK}&${query}`);
    const numbers = ['xi_1', 'xi_2', 'fitted_depth', 'limit_low', 'limit_high', 'width_depth'];
    const measured = row.measured_depth === null ? ['measured_depth'] : ['calibration', 'calibrated_depth'];
    for (const name of [...numbers, ...measured].filter((name) => row[name] === null))
      expect([name, row.reason]).toEqual([name, expect.stringContaining(name)]);
    if (row.six_xi_2 === null) expect(row.reason).toContain('rules');
  });
});

describe('the reason of a fitted depth that is null', () => {
  it('is that nothing like the network was measured, or that nothing limits it', async () => {
    const unlike = 'activation=relu_squared&sigma_w2=1&keep=0.9&width=1000000&steps=1';
    const unlimited = 'activation=relu&sigma_w2=2&keep=1&width=4096';
    for (const [query, said] of [
      [unlike, 'fitted_depth: no network like this one was measured.'],
      [unlimited, 'fitted_depth: by the rule nothing limits it within 2000 layers.'],
    ] as const) {
      const row = await one(query);
      for (const name of ['fitted_depth', 'fitted_low', 'fitted_high', 'fitted_learning_rate'])
        expect([query, name, row[name]]).toEqual([query, name, null]);
      expect([query, row.reason]).toEqual([query, expect.stringContaining(said)]);
      const text = await (await call(`/v1/trainable-depth.txt?${query}`)).text();
      expect(text).toContain(said);
    }
  });

  it('is that it takes too much work, where that is so', async () => {
    // (averages of softsign between nearly equal inputs are the dearest there are)
    const { fitted_depth, reason } = await one(
      'activation=softsign&sigma_w2=1.8&sigma_b2=0.05&keep=1&width=1000',
    );
    expect([fitted_depth, reason]).toEqual([
      null,
      expect.stringMatching(/fitted_depth: takes too much of the 2.5 million evaluations/),
    ]);
  });
});

it('the rules are multiples of xi_2; what leaves float32 has a column of its own', async () => {
  const row = await one('activation=relu&sigma_w2=4&keep=1');
  expect(row).toMatchObject({ xi_2: null, six_xi_2: null, twelve_xi_2: null, four_and_half_xi_c: null });
  expect(row.twelve_xi_1).toBeCloseTo(12 * (row.xi_1 as number), 10);
  expect(row.float_range_depth).toBeCloseTo(128, 5);
  expect(row.reason).toContain('xi_2, rules: unbounded.');
  expect((await one(`${NETWORK}&keep=0.95`)).float_range_depth).toBeNull();
});

describe('the learning rate and the batch in /v1/trainable-depth', () => {
  it('are those of the rule, of the answer and of the nearest measurement', async () => {
    const plain = await one(`${NETWORK}&keep=0.95`);
    const rate = plain.fitted_learning_rate as number;
    expect(plain).not.toHaveProperty('learning_rate');
    expect(plain).not.toHaveProperty('batch');
    const same = await one(`${NETWORK}&keep=0.95&learning_rate=${rate}&batch=${fixture.conditions.batch}`);
    expect(same).toMatchObject({ learning_rate: rate, batch: fixture.conditions.batch });
    expect(same.fitted_learning_rate).toBe(rate);
    expect(same.fitted_depth).toBeCloseTo(plain.fitted_depth as number, 8);
    for (const other of [0.003, 0.01]) {
      const row = await one(`${NETWORK}&keep=0.95&learning_rate=${other}`);
      expect(row.fitted_learning_rate).toBe(other);
      // (the best rate is found to a tenth)
      expect(row.fitted_depth).toBeLessThan(1.01 * (plain.fitted_depth as number));
      expect(row.measured_with).toContain(`learning_rate ${other},`);
    }
  });

  it('go by other names, too, and stand at the end of a row', async () => {
    const response = await call(`/v1/trainable-depth?${NETWORK}&keep=0.95&lr=0.1&batch_size=64`);
    const { errors } = (await response.json()) as { errors: { detail: string }[] };
    expect(errors.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('"lr" is "learning_rate" here'),
      expect.stringContaining('"batch_size" is "batch" here'),
    ]);
    const csv = await (
      await call(`/v1/trainable-depth.csv?${NETWORK}&keep=0.95&learning_rate=0.03&batch=100&field=all`)
    ).text();
    expect(csv.split('\n')[0]).toMatch(
      /,float_range_depth,batch,learning_rate,fitted_learning_rate,basis,limit_low_limited_by$/,
    );
  });
});

describe('what /v1/trainable-depth answers without field', () => {
  const plain = async (query: string) => {
    const response = await call(`/v1/trainable-depth?${query}`);
    expect([query, response.status]).toEqual([query, 200]);
    return ((await response.json()) as { rows: Row[] }).rows;
  };
  const ANSWER = ['fitted_depth', 'fitted_low', 'fitted_high', 'limited_by', 'basis'];
  const REST = ['fitted_extrapolates', 'fitted_learning_rate', 'xi_2', 'measured_depth', 'measured_low'];

  it('begins with the answer, then has what the query gives, then little more', async () => {
    const query = `${NETWORK}&drop=0.05&steps=500&technique=gaussian&width=200&input_scale=0.9`;
    const [row] = await plain(query);
    const names = [
      ...ANSWER,
      ...['activation', 'technique', 'sigma_w2', 'sigma_b2', 'keep', 'width', 'steps', 'input_scale'],
      ...[...REST, 'measured_high', 'distance', 'grid', 'reason'],
    ];
    expect(Object.keys(row as Row)).toEqual(names);
    const csv = await (await call(`/v1/trainable-depth.csv?${query}`)).text();
    const all = await call(`/v1/trainable-depth.csv?${query}&field=all`);
    // (in the order of all columns, which is promised)
    const order = (await all.text()).split('\n')[0]?.split(',') as string[];
    expect(csv.split('\n')[0]).toBe(order.filter((name) => names.includes(name)).join());
    const body = JSON.stringify({
      queries: [{ endpoint: 'trainable-depth', query: Object.fromEntries(new URLSearchParams(query)) }],
    });
    const batch = await call('/v1/batch', { method: 'POST', body });
    expect(((await batch.json()) as { rows: { rows: Row[] }[] }).rows[0]?.rows).toEqual([row]);
  });

  it('has the numbers that field=all has, which has all columns', async () => {
    for (const query of [
      `${NETWORK}&keep=0.95`,
      `${NETWORK}&keep=0.95&schedule=step_early`,
      `${NETWORK}&keep=1`,
    ]) {
      const [[few], [all]] = [await plain(query), await plain(`${query}&field=all`)];
      const { reason: _, ...numbers } = few as Row;
      expect([query, all]).toEqual([query, expect.objectContaining(numbers)]);
      expect(Object.keys(all as Row).slice(0, 3)).toEqual(['activation', 'technique', 'mask']);
      expect(Object.keys(all as Row).length).toBeGreaterThan(35);
    }
  });

  it('shows the estimate of the theory where the query says that the rule has no answer', async () => {
    const rows = await plain('activation=relu&sigma_w2=1.8&drop=0.1&schedule=constant,step_early');
    expect(rows.map(({ basis, limited_by }) => [basis, limited_by])).toEqual([
      ['fitted', 'noisy_updates'],
      ['theory', 'correlation'],
    ]);
    for (const { limit_low, limit_high } of rows) expect(limit_low).toBeLessThan(limit_high as number);
    for (const more of ['carry=1', 'branch=0.5', 'mask=shared'])
      expect(Object.keys((await plain(`${NETWORK}&keep=0.9&${more}`))[0] as Row)).toContain('limit_low');
    expect(rows[0]).not.toHaveProperty('six_xi_2');
    const [unlike] = await plain('activation=relu_squared&sigma_w2=1&keep=0.9&width=1000000&steps=1');
    expect(unlike).toMatchObject({ fitted_depth: null, limited_by: 'float_range', basis: 'theory' });
    expect(unlike?.reason).toContain('fitted_depth: the theory alone has an estimate, limit_low.');
  });

  it('says what limits the depth, and whether it is a guess', async () => {
    const network = 'activation=relu&keep=1';
    for (const [query, limited_by] of [
      [`${network}&sigma_w2=0.5`, 'weak_updates'],
      [`${network}&sigma_w2=3`, 'unstable_updates'],
      [`${network}&sigma_w2=2`, 'width'],
      ['activation=relu&keep=0.9&sigma_w2=2', 'noisy_updates'],
      [`${network}&sigma_w2=2&width=4096`, null],
    ] as const)
      expect([query, (await plain(query))[0]]).toEqual([query, expect.objectContaining({ limited_by })]);
    const basis = async (query: string) => (await plain(`${NETWORK}&keep=0.95${query}`))[0]?.basis;
    expect([await basis(''), await basis('&steps=50000'), await basis('&mask=shared')]).toEqual([
      'fitted',
      'extrapolated',
      'theory',
    ]);
  });

  it.each([
    ...['tanh', 'relu', 'gelu', 'erf', 'hard_tanh', 'leaky_relu', 'silu', 'elu', 'selu'].map(
      (name) => `activation=${name}&sigma_b2=0.05&keep=0.9,0.95`,
    ),
    ...['tanh', 'relu', 'gelu', 'erf'].flatMap((name) => [
      `activation=${name}&sigma_b2=0.05&keep=0.95,1`,
      `activation=${name}&keep=0.9,1`,
    ]),
    'activation=tanh&sigma_b2=0.05&keep=0.98,1&width=300&optimiser=adam&data=cifar10',
  ])('has the 62 rows of two keeps by 31 weight variances: %s', async (query) => {
    const rows = await plain(`${query}&sigma_w2=1..4/31`);
    expect(rows).toHaveLength(62);
    for (const { fitted_depth, reason } of rows)
      expect(fitted_depth !== null || reason?.toString().includes('nothing limits it')).toBe(true);
  });

  it('and its neighbours put the answer first in JSON, and leave the order of CSV', async () => {
    for (const [path, answer] of [
      [
        'advice?activation=relu&keep=0.9&depth=50',
        ['verdict', 'trainable', 'reason', 'sigma_w2', 'sigma_b2'],
      ],
      [
        'diagnose?activation=relu&init=torch_default&keep=0.9',
        ['phase', 'gradient', 'limit_low', 'limited_by'],
      ],
      ['blocks?preset=bert_base&drop=0.1', ['depth', 'depth_low', 'depth_high', 'limited_by', 'basis']],
    ] as const) {
      const { meta, rows } = (await (await call(`/v1/${path}&meta=full`)).json()) as {
        meta: { columns: object };
        rows: Row[];
      };
      const names = Object.keys(rows[0] as Row);
      expect(names.slice(0, answer.length)).toEqual(answer);
      expect(Object.keys(meta.columns)).toEqual(names);
      const csv = await (await call(`/v1/${path.replace('?', '.csv?')}`)).text();
      const header = csv.split('\n')[0]?.split(',') as string[];
      expect(header[0]).toBe(path.startsWith('blocks') ? 'preset' : 'activation');
      expect(names).toEqual(expect.arrayContaining(header));
    }
  });

  it('refuses field=all where columns are drawn or read one by one', async () => {
    for (const format of ['svg', 'txt']) {
      const response = await call(`/v1/trainable-depth.${format}?${NETWORK}&keep=0.9&field=all`);
      expect([format, response.status, await response.text()]).toEqual([
        format,
        400,
        expect.stringContaining(`field=all is for json, csv, npy, not for ${format}: name columns.`),
      ]);
    }
  });
});
