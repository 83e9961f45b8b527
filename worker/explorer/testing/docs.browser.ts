import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, open } from './browser.ts';

describe.skipIf(!CHROMIUM)('the documentation in a browser', () => {
  let opened: Awaited<ReturnType<typeof open>>;
  let context: BrowserContext;
  let page: Page;
  const wrong: string[] = [];
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    context = await opened.browser.newContext({
      permissions: ['clipboard-read', 'clipboard-write'],
      locale: 'de-DE',
    });
    page = await context.newPage();
    page.on('pageerror', (error) => wrong.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    await page.goto(`${opened.address}/docs`);
  });
  afterEach(async () => {
    await context.close();
    wrong.splice(0);
  });

  const section = (id: string) => page.locator(`section[aria-labelledby="${id}"]`);

  it('has the headline address first, and a place for each', async () => {
    expect(await page.locator('section h2').first().textContent()).toBe('GET /v1/trainable-depth');
    const links = await page
      .locator('nav a[href^="#"]')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href')?.slice(1) ?? ''));
    expect(links.length).toBeGreaterThan(30);
    for (const id of links) expect(await page.locator(`[id="${id}"]`).count(), id).toBe(1);
    expect(await page.locator('#glossary ~ dl dt').count()).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it('asks as one types, as table, chart and JSON', async () => {
    const form = section('trainable-depth');
    await form.locator('[name=keep]').fill('0.9,0.95');
    expect(await form.locator('.address').textContent()).toContain('keep=0.9,0.95');
    await form.getByRole('button', { name: 'Ask', exact: true }).click();
    await form.locator('.output table').waitFor();
    expect(await form.locator('.output tbody tr').count()).toBe(2);
    expect(await form.locator('.output th').first().textContent()).toBe('fitted_depth');
    await form.locator('[data-view]').selectOption('json');
    await form.locator('.output pre').waitFor();
    expect(JSON.parse((await form.locator('.output pre').textContent()) ?? '').rows.length).toBe(2);
    const plane = section('phase-diagram');
    await plane.locator('[data-view]').selectOption('picture');
    await plane.locator('.output img').waitFor();
    expect(
      await plane.locator('.output img').evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBeGreaterThan(100);
    expect(wrong).toEqual([]);
  });

  it('says what is wrong with a query, as text', async () => {
    const form = section('depth-scales');
    await form.locator('[name=activation]').fill('<b>rleu</b>');
    await form.getByRole('button', { name: 'Ask', exact: true }).click();
    await form.locator('.output .wrong').waitFor();
    expect(await form.locator('.output .wrong').textContent()).toContain('<b>rleu</b>');
    expect(await form.locator('.output b').count()).toBe(0);
  });

  it('every example of every form is answered', async () => {
    for (const button of await page.locator('[data-example]').all()) {
      const query = await button.getAttribute('data-example');
      const path = await button.evaluate((element) => element.closest('form')?.dataset.path);
      const answer = await page.request.get(`${opened.address}${path}?${query}`);
      expect([path, query, answer.status()]).toEqual([path, query, 200]);
    }
  });

  it('copies a query for seven tools, in the language of the reader', async () => {
    const form = section('trainable-depth');
    const copied = async (where: string) => {
      await form.locator('.copies').getByText(where, { exact: true }).click();
      await page.waitForFunction(
        (what) => document.querySelector('#said')?.textContent?.includes(what),
        where,
      );
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const address = `${opened.address}/v1/trainable-depth`;
    expect(await copied('curl')).toContain(`curl -s '${address}?`);
    expect(await copied('R')).toContain(`read.csv("${address}.csv?`);
    expect(await copied('LibreOffice')).toMatch(/^=NUMBERVALUE\(WEBSERVICE\(".*\.txt\?.*"\);"\.";","\)$/);
    await form.locator('[name=keep]').fill('0.9,0.95');
    expect(await copied('LibreOffice')).toContain(`${address}.csv?`);
    expect(await copied('Excel')).toContain('Csv.Document');
  });
});
