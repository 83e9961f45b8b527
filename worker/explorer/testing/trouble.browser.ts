import type { BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CHROMIUM, open } from './browser.ts';

describe.skipIf(!CHROMIUM)('the explorer in trouble', () => {
  let opened: Awaited<ReturnType<typeof open>>;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    context = await opened.browser.newContext();
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const visit = async (search = '') => {
    await page.goto(`${opened.address}/${search}`);
    await page.waitForLoadState('networkidle');
  };
  const message = (id: string) => page.locator(`#${id} .message`);
  const line = () => page.locator('#cut path.line').first().getAttribute('d');
  const turn = (keep: string) => page.locator('.controls input[type=number][data-state=keep]').fill(keep);
  const leave = () => page.keyboard.press('Tab');

  it('shows what the API refuses, keeps the last picture, and tries again', async () => {
    await visit();
    const before = await line();
    const refuse = (route: Route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Bad request', detail: 'keep: no <b>such</b> keep.' }),
      });
    await page.route(/\/v1\/depth-scales/, refuse);
    await turn('0.9');
    await leave();
    await message('cut').waitFor();
    expect(await message('cut').textContent()).toBe('keep: no <b>such</b> keep.Try again');
    expect(await message('plane').isVisible()).toBe(false);
    expect(await line()).toBe(before);
    // what worked before is shown again without a question
    await turn('0.95');
    await leave();
    await message('cut').waitFor({ state: 'hidden' });
    await turn('0.9');
    await leave();
    await message('cut').waitFor();
    await page.unroute(/\/v1\/depth-scales/, refuse);
    await message('cut').getByRole('button').click();
    await message('cut').waitFor({ state: 'hidden' });
    expect(await line()).not.toBe(before);
  });

  it('says so where it is offline, and goes on by itself when it no longer is', async () => {
    await page.unrouteAll();
    await visit();
    const before = await line();
    await context.setOffline(true);
    await turn('0.8');
    await leave();
    await message('cut').waitFor();
    expect(await message('cut').textContent()).toContain('cannot be reached');
    expect(await line()).toBe(before);
    await context.setOffline(false);
    await message('cut').waitFor({ state: 'hidden' });
    expect(await line()).not.toBe(before);
  });

  it('takes any text of a grid for text', async () => {
    const title = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    await page.route(/\/v1\/grids$/, async (route) => {
      const { meta, rows } = (await (await route.fetch()).json()) as { meta: object; rows: object[] };
      await route.fulfill({ json: { meta, rows: rows.map((row) => ({ ...row, title })) } });
    });
    await page.route(/\/v1\/grids\/[a-z0-9-]+$/, async (route) => {
      const text = await (await route.fetch()).text();
      await route.fulfill({ body: text.replace(/"title": "[^"]*"/, `"title": ${JSON.stringify(title)}`) });
    });
    await visit();
    expect(await page.locator('#measured option').first().textContent()).toBe(title);
    expect(await page.locator('#measured svg[role=img]').getAttribute('aria-label')).toContain(title);
    expect(await page.locator('#measured img, #measured script').count()).toBe(0);
    expect(await page.title()).toContain('Dropline');
  });

  it('shows a grid whose frontier and curves cannot be had, and says what is missing', async () => {
    await page.route(/\/frontier$/, (route) => route.fulfill({ status: 500, body: 'broken' }));
    await visit();
    expect(await page.locator('#measured .note').textContent()).toContain(
      'The measured frontier could not be had: The API answered 500',
    );
    expect(await page.locator('#measured svg[role=img] rect title').count()).toBeGreaterThan(60);
  });

  it('names the grid that there is not', async () => {
    await visit('?grid=nothing-here');
    await message('measured').waitFor();
    expect(await message('measured').textContent()).toContain('nothing-here');
    await page.locator('#measured select').selectOption('mnist-tanh-keep-095');
    await message('measured').waitFor({ state: 'hidden' });
  });

  it('names the preset that there is not', async () => {
    await visit('?preset=nothing_here');
    await message('blocks').waitFor();
    expect(await message('blocks').textContent()).toContain('nothing_here');
    await page.locator('#blocks [data-preset]').selectOption('gpt2_small');
    await message('blocks').waitFor({ state: 'hidden' });
  });

  it('shows what it cannot copy', async () => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await visit();
    await page.locator('#point .take').getByText('curl').click();
    await page.locator('#said.seen').waitFor();
    expect(await page.locator('#said code').textContent()).toMatch(/^curl -s 'http/);
  });
});
