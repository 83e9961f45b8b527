import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { explorerPage } from './explorer.ts';

const page = await explorerPage();

it('is one small file: under 150 KB gzip, nothing from elsewhere', () => {
  const bytes = gzipSync(page).length;
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(150_000);
  expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)="(?!data:)/);
});

it.each(['script', 'style'])('allows its own %s by its digest, and nothing inline besides', (kind) => {
  const blocks = [...page.matchAll(new RegExp(`<${kind}>([\\s\\S]*?)</${kind}>`, 'g'))];
  expect(blocks.length).toBe(1);
  const digest = createHash('sha256')
    .update(blocks[0]?.[1] as string)
    .digest('base64');
  const [policy = ''] = /http-equiv="Content-Security-Policy" content="[^"]+"/.exec(page) ?? [];
  expect(policy).toContain(`${kind}-src 'sha256-${digest}'`);
  expect(policy).not.toContain('unsafe');
  expect(page).not.toMatch(/ (style|on[a-z]+)="/);
});

it('as a static site asks for files in place of addresses of the API', async () => {
  const site = await explorerPage(true);
  expect(site).toContain('grids/index.json');
  expect(site).not.toContain('/v1/grids?limit');
  expect(page).toContain('/v1/grids?limit');
  expect(page).not.toContain('grids/index.json');
  expect(gzipSync(site).length).toBeLessThan(150_000);
});
