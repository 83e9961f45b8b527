import { csvParse } from 'd3-dsv';
import { describe, expect, it } from 'vitest';
import fixture from '../fixtures/claims.json' with { type: 'json' };
import { CLAIM_METHODS, claimRow, VERDICTS } from '../schemas/claims.ts';
import { CACHING } from './caching.ts';
import { call } from './testing/api.ts';

const COLUMNS = Object.keys(claimRow.shape);

const ask = async (path: string) => {
  const response = await call(`/v1/${path}`);
  const body = (await response.json()) as {
    rows: Record<string, unknown>[];
    detail?: string;
    errors?: { pointer: string }[];
  };
  return { status: response.status, ...body };
};

const claims = async (query = '') => (await ask(`claims?${query}`)).rows;

const having = (wanted: { method?: string; verdict?: string }) =>
  fixture.claims.filter(
    ({ method, verdict }) => method === (wanted.method ?? method) && verdict === (wanted.verdict ?? verdict),
  );

describe('/v1/claims', () => {
  it('has every claim as the file has it, with its columns in order', async () => {
    const rows = await claims();
    expect(rows).toEqual(fixture.claims);
    for (const row of rows) expect(Object.keys(row)).toEqual(COLUMNS);
  });

  it.each(CLAIM_METHODS)('answers with the claims of %s', async (method) => {
    expect(having({ method })).not.toEqual([]);
    expect(await claims(`method=${method}`)).toEqual(having({ method }));
  });

  it.each(VERDICTS)('answers with the claims whose verdict is: %s', async (verdict) => {
    const rows = having({ verdict });
    expect(await claims(`verdict=${encodeURIComponent(verdict)}`)).toEqual(rows);
    expect(await claims(`verdict=${verdict.replaceAll(' ', '_').toUpperCase()}`)).toEqual(rows);
  });

  it('takes lists, the last parameter varying fastest', async () => {
    expect(await claims('method=vsd,tabu')).toEqual(['vsd', 'tabu'].flatMap((method) => having({ method })));
    const verdicts = VERDICTS.map((verdict) => encodeURIComponent(verdict)).join();
    expect(await claims(`method=vsd,ic&verdict=${verdicts}`)).toEqual(
      ['vsd', 'ic'].flatMap((method) => VERDICTS.flatMap((verdict) => having({ method, verdict }))),
    );
  });

  it('knows methods by the names that techniques and optimisers have elsewhere', async () => {
    for (const [given, method] of [
      ['tabu%20dropout', 'tabu'],
      ['variational_structured_dropout', 'vsd'],
      ['NovoGrad', 'novograd'],
    ])
      expect((await claims(`method=${given}`)).map((row) => row.method)).toEqual(
        having({ method: method as string }).map(() => method),
      );
  });

  it.each([
    [
      'method=tabbu',
      '#/method',
      '"tabbu" is not one of tabu, vsd, ic, novograd, advanced. Did you mean "tabu"?',
    ],
    ['method=tabu,adam', '#/method', '"adam" is not one of tabu, vsd, ic, novograd, advanced.'],
    ['method=', '#/method', '"" is not one of tabu, vsd, ic, novograd, advanced.'],
    ['verdict=fails', '#/verdict', '"fails" is not one of holds here, fails here,'],
    ['technique=tabu', '#/technique', 'Unknown parameter "technique"'],
  ])('refuses %s, and says what there is', async (query, pointer, detail) => {
    const answer = await ask(`claims?${query}`);
    expect([answer.status, answer.errors?.map((error) => error.pointer)]).toEqual([400, [pointer]]);
    expect(answer.detail).toContain(detail);
  });

  it('has its columns in order in csv, and texts with commas and quotes as they are', async () => {
    const text = await (await call('/v1/claims.csv')).text();
    const rows = csvParse(text);
    expect(rows.columns).toEqual(COLUMNS);
    // (the guard against formulas may put an apostrophe before a sign)
    const plain = (cell: unknown) => String(cell ?? '').replaceAll("'", '');
    expect(rows.map((row) => COLUMNS.map((name) => plain(row[name])))).toEqual(
      fixture.claims.map((row) => COLUMNS.map((name) => plain(row[name as keyof typeof row]))),
    );
    const listed = fixture.claims.filter(({ abstract_is_about }) => abstract_is_about.includes(','));
    expect(listed).not.toEqual([]);
    for (const { abstract_is_about } of listed) expect(text).toContain(`,"${abstract_is_about}",`);
  });

  it('has the verdict in txt, and numbers in npy', async () => {
    const text = await (await call('/v1/claims.txt?method=ic')).text();
    expect(text.split('\n')).toEqual(having({ method: 'ic' }).map(({ verdict }) => verdict));
    const array = new TextDecoder('latin1').decode(await (await call('/v1/claims.npy')).arrayBuffer());
    expect(array).toContain(`'shape': (${fixture.claims.length},)`);
    for (const name of ['effect', 'lower', 'upper', 'delta', 'p', 'networks', 'needs'])
      expect(array).toContain(`('${name}', '<f8')`);
  });

  it('keeps its columns where no claim answers to the query', async () => {
    const [method, verdict] =
      CLAIM_METHODS.flatMap((name) => VERDICTS.map((one) => [name, one] as const)).find(
        ([name, one]) => having({ method: name, verdict: one }).length === 0,
      ) ?? [];
    const query = `method=${method}&verdict=${encodeURIComponent(String(verdict))}`;
    expect(await ask(`claims?${query}&meta=full`)).toMatchObject({
      status: 200,
      rows: [],
      meta: { count: 0 },
    });
    expect(await (await call(`/v1/claims.csv?${query}`)).text()).toBe(`${COLUMNS.join()}\n`);
    expect(await (await call(`/v1/claims.txt?${query}`)).text()).toBe('');
    expect((await call(`/v1/claims.npy?${query}`)).status).toBe(200);
  });

  it('may be cached like what depends on its address and the software alone', async () => {
    const { headers } = await call('/v1/claims?method=vsd');
    expect(headers.get('cache-control')).toBe(CACHING.pure);
    const again = await call('/v1/claims?method=vsd', {
      headers: { 'if-none-match': String(headers.get('etag')) },
    });
    expect(again.status).toBe(304);
  });
});

it('describes its columns in /v1/columns, measured ones in the unit of their measure', async () => {
  const { rows } = await ask('columns?endpoint=claims');
  expect(rows.map(({ column }) => column)).toEqual(COLUMNS);
  const measured = rows.filter(({ unit }) => unit === 'that of measure').map(({ column }) => column);
  expect(measured).toEqual(['effect', 'lower', 'upper', 'half_width', 'delta']);
  // (not the query, though they are parameters too)
  for (const { column, source } of rows)
    if (column === 'method' || column === 'verdict') expect(source).toBe('docs/claims.md');
});

it('is where /v1/techniques leads to, for the techniques whose claims were examined', async () => {
  const { rows } = await ask('techniques');
  const linked = rows.filter((row) => row.claims !== null);
  expect(linked.map(({ name }) => name)).toEqual(
    rows.map(({ name }) => name).filter((name) => (CLAIM_METHODS as readonly unknown[]).includes(name)),
  );
  expect(linked.map(({ name }) => name).sort()).toEqual(['advanced', 'ic', 'tabu', 'vsd']);
  for (const { name, claims: address } of linked) {
    const found = await ask(String(address).replace('/v1/', ''));
    expect(found.rows).toEqual(having({ method: String(name) }));
  }
  const header = (await (await call('/v1/techniques.csv')).text()).split('\n')[0];
  expect(header?.split(',').at(-1)).toBe('claims');
});
