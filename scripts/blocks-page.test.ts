import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BLOCKS_PAGE, BLOCKS_PICTURES, drawBlockPictures, withBlockTables } from './blocks-page.ts';
import { apiForTests } from './testing/served.ts';

const api = apiForTests('blocks');

test('docs/blocks.md has the tables that the API answers (npm run blocks writes them)', async () => {
  const page = readFileSync(BLOCKS_PAGE, 'utf8');
  expect(page).toBe(await withBlockTables(page, api.url));
}, 60_000);

test('docs/blocks/ has the pictures of what the API answers', async () => {
  const pictures = await drawBlockPictures(api.url);
  // (where a machine rounds otherwise, a coordinate may differ in its last digit)
  const coordinates = (svg: string) => (svg.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  for (const [file, svg] of Object.entries(pictures)) {
    const shipped = coordinates(readFileSync(path.join(BLOCKS_PICTURES, file), 'utf8'));
    const drawn = coordinates(svg);
    expect(drawn.length).toBe(shipped.length);
    expect(drawn.every((x, i) => Math.abs(x - (shipped[i] as number)) < 0.11)).toBe(true);
  }
}, 60_000);
