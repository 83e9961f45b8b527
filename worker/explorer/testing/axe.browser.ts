import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, open } from './browser.ts';

const SOURCE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(!CHROMIUM)('axe finds nothing wrong with the explorer', () => {
  let opened: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());

  it.each([
    ['plain stack', '', 1280, 'light'],
    ['plain stack, dark', '', 1280, 'dark'],
    ['telephone', '?drop=0&depth=4', 390, 'light'],
    ['network of blocks, dark', '?kind=bert_base&depth=70', 1000, 'dark'],
  ] as const)('%s', async (_, search, width, colorScheme) => {
    // (the policy of the page lets no other program in)
    const context = await opened.browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      bypassCSP: true,
    });
    const page = await context.newPage();
    await page.goto(`${opened.address}/${search}`);
    await page.waitForTimeout(1500);
    await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
    for (const details of await page.locator('details').all())
      await details.evaluate((element: HTMLDetailsElement) => {
        element.open = true;
      });
    await page.evaluate(SOURCE);
    const { violations, passes } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(),
    );
    await context.close();
    expect(passes.length).toBeGreaterThan(15);
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`),
    ).toEqual([]);
  });
});
