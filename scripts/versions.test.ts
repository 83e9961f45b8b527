import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SOFTWARE_VERSION } from '../schemas/versions.ts';

it('answers with the version of package.json', () => {
  const file = path.join(import.meta.dirname, '..', 'package.json');
  expect(JSON.parse(readFileSync(file, 'utf8')).version).toBe(SOFTWARE_VERSION);
});
