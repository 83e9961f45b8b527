import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { askCase, FIELD_CASES, type Outcome, withCases } from './field-cases.ts';
import { apiForTests } from './testing/served.ts';

const api = apiForTests('field-cases');

test('what people asked is answered rightly, and docs/field-cases.md says how (npm run field-cases writes it)', async () => {
  const outcomes: Outcome[] = [];
  for (const asked of FIELD_CASES) outcomes.push(await askCase(api.url, asked));
  const wrong = FIELD_CASES.flatMap(({ ask }, k) =>
    (outcomes[k]?.wrong ?? []).map((what) => `${ask} → ${what}`),
  );
  expect(wrong).toEqual([]);
  const page = readFileSync(path.join(import.meta.dirname, '..', 'docs', 'field-cases.md'), 'utf8');
  expect(page).toBe(withCases(page, outcomes));
}, 60_000);
