import { describe, expect, it } from 'vitest';
import { VERSIONS } from '../schemas/service.ts';
import { call } from './testing/api.ts';

describe('the service', () => {
  it('says what it is, and links its documents', async () => {
    const home = await call('/');
    expect(home.headers.get('content-type')).toContain('text/html');
    const text = await home.text();
    expect(text).toContain('href="/docs"');
    const docs = await (await call('/docs')).text();
    for (const link of ['/', '/openapi.json']) {
      expect(docs).toContain(`href="${link}"`);
      expect((await call(link)).status).toBe(200);
    }
  });

  it('answers versions and health', async () => {
    expect(await (await call('/versions')).json()).toEqual(VERSIONS);
    expect(await (await call('/healthz')).json()).toEqual({ status: 'ok' });
  });

  it('serves the OpenAPI document', async () => {
    expect(await (await call('/openapi.json')).json()).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Dropline' },
    });
  });

  it('documents every parameter and column', async () => {
    const text = await (await call('/docs')).text();
    for (const name of ['sigma_w2', 'q0', 'max_depth_high', '/v1/grids/{id}/versions/{sha256}'])
      expect(text).toContain(name);
  });
});
