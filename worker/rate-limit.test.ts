import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Bindings } from './environment.ts';
import app from './index.ts';
import { call } from './testing/api.ts';

it('states its policy with every answer', async () => {
  expect((await call('/v1/grids')).headers.get('ratelimit-policy')).toBe('"default";q=100000;w=60');
});

it('refuses an address that asks too often, with when to come back, and no other one', async () => {
  // the same binding as in wrangler.toml, with room for three requests a minute
  const { FEW_REQUESTS, ...bindings } = env as unknown as Bindings & { FEW_REQUESTS: RateLimit };
  const ask = (ip: string) =>
    app.request(
      '/versions',
      { headers: { 'cf-connecting-ip': ip } },
      { ...bindings, RATE_LIMITER: FEW_REQUESTS },
    );
  for (let i = 0; i < 3; i++) expect((await ask('192.0.2.1')).status).toBe(200);
  const refused = await ask('192.0.2.1');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  expect(await refused.json()).toMatchObject({ status: 429, detail: expect.stringContaining('batch') });
  expect((await ask('192.0.2.2')).status).toBe(200);
});

it('never refuses the health check', async () => {
  expect((await call('/healthz')).headers.get('ratelimit-policy')).toBeNull();
});
