import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from './endpoints/index.ts';
import { openApi } from './openapi.ts';
import { operationsOf, parameters } from './openapi-parts.ts';

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(openApi())));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it('has no reference that leads nowhere', () => {
    const document = openApi();
    const references = [
      ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(schemas|parameters)\/([^"]+)"/g),
    ];
    expect(references.length).toBeGreaterThan(10);
    for (const [, kind, name] of references)
      expect(document.components[kind as 'schemas' | 'parameters']).toHaveProperty([name as string]);
  });

  it('describes every parameter and says which are required', () => {
    const operations = operationsOf(openApi());
    for (const { path, parameters } of operations)
      for (const { name, description } of parameters)
        expect([path, name, description]).not.toContain(undefined);
    const scales = operations.find(({ path }) => path === '/v1/depth-scales');
    const required = scales?.parameters.filter((parameter) => parameter.required);
    expect(required?.map(({ name }) => name)).toEqual(['activation', 'sigma_w2']);
  });

  it('says of every parameter what values it takes: lists, ranges, names, defaults', () => {
    const operations = operationsOf(openApi());
    const find = (path: string, name: string) =>
      operations.find((one) => one.path === path)?.parameters.find((one) => one.name === name);
    expect(find('/v1/depth-scales', 'sigma_w2')).toMatchObject({
      ...{ style: 'form', explode: false, required: true },
      schema: {
        anyOf: [
          { type: 'array', items: { type: 'number', minimum: 0, maximum: 1000 } },
          { $ref: '#/components/schemas/Range' },
        ],
      },
    });
    expect(find('/v1/critical', 'kind')?.schema).toEqual({
      type: 'array',
      items: { type: 'string', enum: ['chi_1', 'chi_aligned', 'variance'] },
      minItems: 1,
      default: ['chi_1'],
    });
    expect(find('/v1/trajectory', 'mode')?.schema).toEqual({
      type: 'string',
      enum: ['train', 'eval'],
      default: 'train',
    });
    expect(find('/v1/grids', 'limit')?.schema).toEqual({
      type: 'integer',
      minimum: 1,
      maximum: 999,
      default: 100,
    });
    // what is free text is so on purpose
    const free = operations.flatMap(({ path, parameters }) =>
      parameters.flatMap(({ name, in: place, schema }) =>
        place === 'query' &&
        schema.type === 'string' &&
        !schema.enum &&
        !schema.pattern &&
        schema.const === undefined
          ? [`${path} ${name}`]
          : [],
      ),
    );
    expect(free).toEqual(['/v1/store/check after', '/v1/store/collect after']);
  });

  it('takes every example of a parameter, and every default, as its schema says', () => {
    for (const contract of CONTRACTS)
      for (const { name, schema } of parameters(contract)) {
        const { default: usual } = schema;
        if (usual === undefined) continue;
        const parsed = contract.query.shape[name]?.safeParse([usual].flat().join());
        expect([contract.name, name, parsed?.data]).toEqual([contract.name, name, usual]);
      }
  });

  it('asks for the token where it is needed, and nowhere else', () => {
    const withToken = Object.entries(openApi().paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, operation]) =>
        (operation as { security?: unknown }).security ? [`${method} ${path}`] : [],
      ),
    );
    expect(withToken).toEqual([
      'put /v1/grids/{id}',
      'delete /v1/grids/{id}',
      'get /v1/store/check',
      'post /v1/store/collect',
    ]);
  });
});
