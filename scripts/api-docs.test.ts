import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { withEndpoints } from './api-docs.ts';

it('has the table of endpoints that the contracts give (npm run docs writes it)', () => {
  const page = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'api.md'), 'utf8');
  expect(page).toBe(withEndpoints(page));
});
