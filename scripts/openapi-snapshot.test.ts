import { describe, expect, it } from 'vitest';
import { openApi } from '../schemas/openapi.ts';
import {
  brokenPromises,
  promisesOf,
  readPromises,
  recordedPromises,
  writePromises,
} from './openapi-snapshot.ts';

const now = promisesOf(openApi());

describe('schemas/openapi.snapshot.txt', () => {
  it('promises nothing that the API does not keep', () => {
    expect(brokenPromises(recordedPromises(), now)).toEqual([]);
  });

  it('promises all that there is (npm run docs adds what is new)', () => {
    expect(brokenPromises(now, recordedPromises())).toEqual([]);
  });

  it('is read as it was written', () => {
    expect(brokenPromises(now, readPromises(writePromises(now)))).toEqual([]);
    expect(brokenPromises(readPromises(writePromises(now)), now)).toEqual([]);
  });
});

/** What is broken by a change of the document. */
function brokenBy(change: (document: ReturnType<typeof openApi>) => void): string[] {
  const document = structuredClone(openApi());
  change(document);
  return brokenPromises(now, promisesOf(document));
}

type Item = Record<string, { parameters: { name: string }[] }>;

describe('a promise is broken', () => {
  it('by an endpoint that is gone, by name', () => {
    const broken = brokenBy(({ paths }) => {
      delete paths['/v1/kernel'];
    });
    expect(broken).toContain('GET /v1/kernel → statuses is gone');
    expect(broken.every((text) => text.startsWith('GET /v1/kernel → '))).toBe(true);
  });

  it('by a parameter that is gone, by name, shared or not', () => {
    const gone = brokenBy(({ paths }) => {
      const get = (paths['/v1/kernel'] as unknown as Item).get;
      if (get) get.parameters = get.parameters.filter(({ name }) => name !== 'q_b');
    });
    expect(gone).toEqual(['GET /v1/kernel → ?q_b is gone']);
    const shared = brokenBy(({ paths }) => {
      const get = (paths['/v1/kernel'] as unknown as Record<string, { parameters: { $ref?: string }[] }>).get;
      if (get) get.parameters = get.parameters.filter(({ $ref }) => !/\/activation(-\d+)?$/.test($ref ?? ''));
    });
    expect(shared).toEqual(['GET /v1/kernel → ?activation is gone']);
  });

  it('by a field that is gone, a type or a name that is', () => {
    const change = (name: string, what: (schema: Record<string, Record<string, unknown>>) => void) =>
      brokenBy(({ components }) => what(components.schemas[name]?.properties as never));
    expect(
      change('KernelRow', (fields) => {
        delete fields.kernel;
      }),
    ).toEqual(['KernelRow → kernel is gone']);
    expect(
      change('KernelRow', (fields) => {
        fields.kernel = { type: 'string' };
      }),
    ).toEqual(['KernelRow → kernel is no longer number, null']);
    expect(
      change('DepthScalesRow', (fields) => {
        const { enum: names } = fields.activation as { enum: string[] };
        fields.activation = { type: 'string', enum: names.filter((name) => name !== 'tanh') };
      }),
    ).toEqual(['DepthScalesRow → activation is no longer "tanh"']);
  });

  it('by a parameter that must be given now, and by another default', () => {
    const change = (name: string, what: (parameter: Record<string, unknown>) => void) =>
      brokenBy(({ components }) => {
        // (parameters of one name that differ are several)
        const all = Object.values<Record<string, unknown>>(components.parameters as never);
        for (const parameter of all) if (parameter.name === name) what(parameter);
      });
    const required = change('keep', (keep) => {
      keep.required = true;
    });
    expect(required).toContain('GET /v1/depth-scales → ?keep is no longer optional');
    const other = change('q0', (q0) => {
      q0.schema = { ...(q0.schema as object), default: [2] };
    });
    expect(other).toContain('GET /v1/depth-scales → ?q0 is no longer default [1]');
  });

  it('by nothing that is new', () => {
    expect(
      brokenBy(({ paths, components }) => {
        paths['/v1/new'] = structuredClone(paths['/v1/kernel'] as never);
        Object.assign(components.schemas.KernelRow?.properties as object, { more: { type: 'number' } });
      }),
    ).toEqual([]);
  });
});
