import { describe, expect, it, vi } from 'vitest';
import { batchAnswer } from '../schemas/batch.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { ENDPOINTS } from './endpoints/index.ts';
import { call } from './testing/api.ts';

const post = (body: unknown) =>
  call('/v1/batch', { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

async function answers(queries: unknown[]) {
  const response = await post({ queries });
  expect(response.status).toBe(200);
  return batchAnswer.parse(await response.json());
}

const relu = { endpoint: 'depth-scales', query: { activation: 'relu', sigma_w2: 1, keep: 0.9 } };

describe('POST /v1/batch', () => {
  it('answers each query as its own address does, with lists as lists', async () => {
    const query = { activation: 'tanh', sigma_w2: [1, 2.5], sigma_b2: '0..0.1/2', keep: 0.9 };
    const { rows } = await answers([relu, { endpoint: 'depth-scales', query }]);
    const one = await call('/v1/depth-scales?activation=tanh&sigma_w2=1,2.5&sigma_b2=0..0.1/2&keep=0.9');
    const { rows: expected } = (await one.json()) as { rows: object[] };
    expect(expected).toHaveLength(4);
    expect(rows[1]).toEqual({ status: 200, rows: expected });
  });

  it('says as much beside its rows as meta asks', async () => {
    const post = async (level: string, query: object = { activation: 'relu' }) => {
      const queries = [{ endpoint: 'kernel', query }];
      const response = await call(`/v1/batch?meta=${level}`, {
        method: 'POST',
        body: JSON.stringify({ queries }),
      });
      return (await response.json()) as {
        meta?: { columns?: Record<string, Record<string, { unit?: string }>> };
        rows: { status: number; problem?: { detail: string } }[];
        status?: number;
      };
    };
    const [none, brief, full] = [await post('none'), await post('brief'), await post('full')];
    expect(Object.keys(none)).toEqual(['rows']);
    expect([none.rows, brief.rows]).toEqual([full.rows, full.rows]);
    expect(brief.meta).not.toHaveProperty('columns');
    expect(full.meta?.columns?.kernel?.kernel?.unit).toBe('1');
    expect((await post('all')).status).toBe(400);
    const inside = await post('brief', { activation: 'relu', meta: 'full' });
    expect(inside.rows[0]?.problem?.detail).toContain('POST /v1/batch?meta=full');
  });

  it('answers every example of every endpoint', async () => {
    for (const { name, examples } of CONTRACTS) {
      const { meta } = await answers(examples.map((query) => ({ endpoint: name, query })));
      expect([name, meta?.failed]).toEqual([name, 0]);
    }
  });

  it('has a problem of its own for each query that is wrong, and answers the others', async () => {
    const { meta, rows } = await answers([
      { endpoint: 'depth-scale', query: {} },
      relu,
      { endpoint: 'depth-scales', query: { activation: 'relu', sigma_w: 1 } },
    ]);
    expect(meta).toMatchObject({ count: 3, failed: 2 });
    expect(rows.map(({ status }) => status)).toEqual([404, 200, 400]);
    expect(JSON.stringify(rows[0])).toContain('Did you mean \\"depth-scales\\"?');
    expect(JSON.stringify(rows[2])).toContain('Did you mean \\"sigma_w2\\"?');
  });

  it.each([
    new TypeError('x is undefined'),
    'no Error at all',
  ])('is not spoilt by an item that breaks: %s', async (thrown) => {
    const kernel = ENDPOINTS.find(({ contract }) => contract.name === 'kernel') as Endpoint;
    const breaking = vi.spyOn(kernel, 'answer').mockImplementation(() => {
      throw thrown;
    });
    const query = { activation: 'relu', q: 1 };
    const rows = (await answers([relu, { endpoint: 'kernel', query }, relu])).rows;
    breaking.mockRestore();
    expect(rows.map(({ status }) => status)).toEqual([200, 500, 200]);
    expect(rows[1]).toMatchObject({ problem: { status: 500, title: 'Internal error' } });
    expect(JSON.stringify(rows[1])).not.toContain(String(thrown));
    expect(rows[2]).toEqual(rows[0]);
  });

  it('answers 1000 points, and shares the rows of one request between them', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({
      endpoint: 'depth-scales',
      query: { ...relu.query, sigma_w2: 1 + i / 1000 },
    }));
    const { meta } = await answers(many);
    expect(meta).toMatchObject({ count: 1000, failed: 0 });
    const rows = Array.from({ length: 3 }, () => ({
      endpoint: 'depth-scales',
      query: { activation: 'relu', sigma_w2: '1..2/4000' },
    }));
    expect((await answers(rows)).rows.map(({ status }) => status)).toEqual([200, 200, 400]);
  });

  it('shares one budget of work between its queries', async () => {
    // each is answered by itself, and all have fewer rows than one request may have
    const long = (keep: number) => ({
      endpoint: 'depth-scales',
      query: { activation: 'tanh', keep, sigma_w2: '1..4/900' },
    });
    expect((await answers([long(0.9), relu])).rows.map(({ status }) => status)).toEqual([200, 200]);
    const { rows } = await answers(Array.from({ length: 10 }, (_, i) => long(0.9 + i / 1000)));
    const [first, last] = [rows[0], rows.at(-1)];
    expect([first?.status, last?.status]).toEqual([200, 400]);
    expect(JSON.stringify(last)).toContain('million evaluations');
  });

  it('counts the queries that it refuses: a thousand long ones use the budget up', async () => {
    const refused = { endpoint: 'depth-scales', query: { sigma_w2: '1..2/10000', colour: 'red' } };
    const { rows } = await answers([...Array.from({ length: 999 }, () => refused), relu]);
    const details = rows.map((row) => ('problem' in row ? row.problem.detail : ''));
    expect(details[0]).toContain('colour');
    expect(details.at(-2)).toContain('This and the queries before it take more than');
    // (the last one was right, and comes too late)
    expect(rows.at(-1)?.status).toBe(400);
  });

  it.each([
    ['', '#'],
    ['{"queries": [', '#'],
    [{ queries: [] }, '#/queries'],
    [{ queries: Array.from({ length: 1001 }, () => relu) }, '#/queries'],
    [{ queries: [relu], more: 1 }, '#/more'],
    [
      { queries: [{ endpoint: 'depth-scales', query: { sigma_w2: { gt: 1 } } }] },
      '#/queries/0/query/sigma_w2',
    ],
  ])('refuses the body %j as a whole', async (body, pointer) => {
    const response = await post(body);
    expect(response.status).toBe(422);
    const { errors } = (await response.json()) as { errors: { pointer: string }[] };
    expect(errors.map((entry) => entry.pointer)).toContain(pointer);
  });

  it('keeps the columns asked for, and refuses what would change nothing', async () => {
    const of = (more: object) => ({ ...relu, query: { ...relu.query, ...more } });
    const { rows } = await answers([
      of({ field: 'sigma_w2,chi_1' }),
      of({ field: ['chi_1', 'sigma_w2'] }),
      of({ field: 'chi' }),
      of({ format: 'csv' }),
      of({ layout: 'wide' }),
      of({ format: 'json' }),
    ]);
    expect(rows.map(({ status }) => status)).toEqual([200, 200, 400, 400, 400, 200]);
    expect(rows[0]).toEqual({ status: 200, rows: [{ sigma_w2: 1, chi_1: 0.5555555555555556 }] });
    expect(rows[1]).toEqual(rows[0]);
  });

  it('tells of 20 of many wrong values, where they are', async () => {
    const query = {
      activation: Array(300).fill({}),
      ...Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i, {}])),
    };
    for (const queries of [[{ endpoint: 'kernel', query }], Array(40).fill({ endpoint: 'kernel', query })]) {
      const response = await post({ queries });
      expect(response.status).toBe(422);
      const { errors } = (await response.json()) as { errors: { pointer: string }[] };
      expect(errors.length).toBeLessThanOrEqual(20);
      expect(errors[0]?.pointer).toBe('#/queries/0/query/0');
    }
    // (a list of nothing but wrong members stays wrong, however late it stands)
    const late = { endpoint: 'kernel', query: { activation: [null] } };
    expect((await post({ queries: [{ endpoint: 'kernel', query }, late] })).status).toBe(422);
  });

  it.each([
    // 10,000 combinations that have to be looked at before it is known that they have too many rows
    [
      'combinations',
      {
        endpoint: 'trajectory',
        query: { activation: 'relu', sigma_w2: '1..2/100', sigma_b2: '0..1/100', depth: 2 },
      },
    ],
    // names that each have to be compared with all that there are
    [
      'names',
      {
        endpoint: 'trajectory',
        query: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`activ${i}onxx`, 1])),
      },
    ],
  ])('counts the work of refusing %s', async (_, query) => {
    const rows = (await answers(Array(400).fill(query))).rows.map((row) => JSON.stringify(row));
    expect(rows[0]).not.toContain('evaluations');
    expect(rows.at(-1)).toContain('evaluations');
  });

  it('refuses a body over 1 MiB', async () => {
    expect((await post(' '.repeat(1024 * 1024 + 1))).status).toBe(413);
  });
});
