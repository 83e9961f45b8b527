import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DATA_SETS } from './index.ts';

const page = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'data.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));

test.each(Object.values(DATA_SETS))('docs/data.md says where $title comes from, and what is checked', ({
  title,
  ...source
}) => {
  const [origin = '', checks = ''] = rows.filter((row) => row.startsWith(`| ${title} |`));
  expect(origin).toContain(`\`${source.package.spec.split('@')[0]}\``);
  expect(origin).toMatch(/licence/);
  const counts = Object.values(source.counts).map((count) => count.toLocaleString('en'));
  const { mean, standardDeviation } = source.moments;
  for (const part of [source.download, ...counts, mean.join(', '), standardDeviation.join(', ')])
    expect(checks).toContain(` ${part} |`);
});
