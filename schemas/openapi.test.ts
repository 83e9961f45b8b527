import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApi } from './openapi.ts';

type Parameter = { name: string; required?: boolean; description: string };

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(openApi())));
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
  });

  it('has no reference that leads nowhere', () => {
    const document = openApi();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name as string);
  });

  it('describes every parameter and says which are required', () => {
    const paths: Record<string, unknown> = openApi().paths;
    const { parameters } = (paths['/v1/depth-scales'] as { get: { parameters: Parameter[] } }).get;
    const required = parameters.filter((parameter) => parameter.required);
    expect(required.map(({ name }) => name)).toEqual(['activation', 'sigma_w2']);
    for (const { description } of parameters) expect(description).toBeTruthy();
  });
});
