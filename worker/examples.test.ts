import { describe, expect, it } from 'vitest';
import { parseXml } from '../figures/testing/xml.ts';
import { ALL_COLUMNS } from '../schemas/endpoint.ts';
import { ANSWERS, CONTRACTS } from '../schemas/endpoints/index.ts';
import { openApi } from '../schemas/openapi.ts';
import { operationsOf } from '../schemas/openapi-parts.ts';
import { queryString } from '../schemas/query-string.ts';
import { call } from './testing/api.ts';

const examples = CONTRACTS.flatMap((contract) =>
  contract.examples.map((query) => [`${contract.name}?${queryString(query)}`, contract] as const),
);

describe('every documented example', () => {
  it.each(
    examples,
  )('/v1/%s answers in its documented shape, and in each of its formats', async (path, contract) => {
    const [name, search] = path.split('?') as [string, string];
    const all = contract.usual ? `&field=${ALL_COLUMNS}` : '';
    const response = await call(`/v1/${path}${search === '' ? '' : '&'}meta=full${all}`);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    expect(text).not.toMatch(/NaN|Infinity/);
    const body = JSON.parse(text);
    const { meta, rows } = ANSWERS[name]?.parse(body) as {
      meta: { columns: object; count: number };
      rows: object[];
    };
    expect(rows.length).toBeGreaterThan(0);
    expect(meta.count).toBe(rows.length);
    expect(Object.keys(body.rows[0])).toEqual(Object.keys(meta.columns));
    for (const format of contract.formats) {
      const other = await call(`/v1/${name}.${format}?${search}`);
      const bytes = new Uint8Array(await other.arrayBuffer());
      // lists are for the other formats
      const listed = [...new URLSearchParams(search)].some(
        ([key, value]) => value.includes(',') && key !== 'keep_per_layer',
      );
      if (format === 'txt' && listed) {
        expect(other.status).toBe(400);
        continue;
      }
      expect(other.status, format + new TextDecoder().decode(bytes)).toBe(200);
      CHECKS[format](bytes, rows.length);
    }
  });
});

describe('the OpenAPI document', () => {
  const operations = operationsOf(openApi()).filter(({ method }) => method === 'GET' || method === 'POST');

  it.each(operations)('has an example of $method $path that is answered as it says', async ({
    method,
    path,
    parameters,
    requestBody,
    responses,
  }) => {
    for (const { name, required, example } of parameters)
      if (required) expect([name, example]).toEqual([name, expect.anything()]);
    const given = parameters.flatMap(({ example, ...one }) =>
      example === undefined ? [] : [{ ...one, text: [example].flat().join() }],
    );
    const query = Object.fromEntries(
      given.filter((one) => one.in === 'query').map(({ name, text }) => [name, text]),
    );
    const place = given
      .filter((one) => one.in === 'path')
      .reduce((address, { name, text }) => address.replace(`{${name}}`, text), path);
    const body = requestBody?.content['application/json']?.example;
    const response = await call(`${place}?${queryString(query)}`.replace(/\?$/, ''), {
      method,
      headers: { authorization: 'Bearer dropline-local' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    expect(response.status, text).toBe(200);
    const content = responses[200]?.content ?? {};
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    expect(Object.keys(content)).toContain(type);
    const { example } = content[type] ?? {};
    if (example) expect(JSON.parse(text)).toMatchObject(example);
    if (path === '/v1/batch') expect(JSON.parse(text).meta.failed).toBe(0);
  });
});

const CHECKS = {
  json: (body: Uint8Array) => JSON.parse(text(body)),
  csv: (body: Uint8Array, rows: number) =>
    expect(text(body).trimEnd().split('\n').length).toBeGreaterThanOrEqual(rows + 1),
  txt: (body: Uint8Array, rows: number) => expect(text(body).split('\n')).toHaveLength(rows),
  npy: (body: Uint8Array) => expect(text(body.slice(1, 6))).toBe('NUMPY'),
  svg: (body: Uint8Array) => expect(parseXml(text(body)).name).toBe('svg'),
  png: (body: Uint8Array) => expect(text(body.slice(1, 4))).toBe('PNG'),
};

const text = (body: Uint8Array) => new TextDecoder().decode(body);
