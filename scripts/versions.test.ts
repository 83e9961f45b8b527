import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { RATE_LIMIT, SOFTWARE_VERSION } from '../schemas/service.ts';

it('answers with the version of package.json', () => {
  const file = path.join(import.meta.dirname, '..', 'package.json');
  expect(JSON.parse(readFileSync(file, 'utf8')).version).toBe(SOFTWARE_VERSION);
});

it('states the rate limit that wrangler.toml binds', () => {
  const file = path.join(import.meta.dirname, '..', 'wrangler.toml');
  const { limit, period } = RATE_LIMIT;
  expect(readFileSync(file, 'utf8')).toContain(`simple = { limit = ${limit}, period = ${period} }`);
});
