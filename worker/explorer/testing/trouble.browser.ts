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
    await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
  };
  const message = (id: string) => page.locator(`#${id} .message`);
  const type = async (name: string, text: string) => {
    await page.locator(`#network [data-state=${name}]:not([type=range])`).fill(text);
    await page.keyboard.press('Tab');
  };
  const verdict = () => page.locator('#verdict-title').textContent();
  const cells = () => page.locator('#measured svg[role=img] rect title').count();

  it('answers without the API, and says what it cannot show', async () => {
    await page.route(/\/v1\//, (route) => route.abort());
    await visit();
    expect(await verdict()).toBe('20 layers are too deep to train');
    await message('measured').waitFor();
    expect(await message('measured').textContent()).toContain('cannot be reached');
    for (const id of ['verdict', 'why', 'plane', 'layers', 'help'])
      expect(await message(id).isVisible(), id).toBe(false);
    await type('depth', '4');
    await page.waitForFunction(() => document.querySelector('#verdict-title')?.textContent?.startsWith('4'));
    await page.unrouteAll();
    await message('measured').getByRole('button').click();
    await message('measured').waitFor({ state: 'hidden' });
    expect(await cells()).toBeGreaterThan(9);
  });

  it('goes on computing where it is offline, and shows the measurements when it no longer is', async () => {
    await visit();
    await context.setOffline(true);
    const before = await verdict();
    await page.locator('#network [data-state=activation]').selectOption('tanh');
    await type('depth', '60');
    await page.waitForFunction(
      (was) => document.querySelector('#verdict-title')?.textContent !== was,
      before,
    );
    await message('measured').waitFor();
    await context.setOffline(false);
    await message('measured').waitFor({ state: 'hidden' });
  });

  it('shows what the API refuses as text, and tries again', async () => {
    const refuse = (route: Route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: JSON.stringify({ title: 'Bad request', detail: 'no <b>such</b> grid.' }),
      });
    await page.route(/\/v1\/grids\/[a-z0-9-]+$/, refuse);
    await visit();
    await message('measured').waitFor();
    expect(await message('measured').textContent()).toBe('no <b>such</b> grid.Try again');
    await page.unroute(/\/v1\/grids\/[a-z0-9-]+$/, refuse);
    await message('measured').getByRole('button').click();
    await message('measured').waitFor({ state: 'hidden' });
  });

  it('says what the theory does not cover, and goes on when it does', async () => {
    await visit('?kind=pre_norm&technique=tabu');
    await message('verdict').waitFor();
    expect((await message('verdict').textContent())?.length).toBeGreaterThan(20);
    await page.locator('#network').getByText('More', { exact: true }).click();
    await page.locator('#network [data-state=technique]').selectOption('bernoulli');
    await message('verdict').waitFor({ state: 'hidden' });
    expect(await verdict()).toBe('20 blocks can be trained');
  });

  it('takes any text of a grid for text', async () => {
    const title = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    await page.route(/\/v1\/grids\?/, async (route) => {
      const { meta, rows } = (await (await route.fetch()).json()) as { meta: object; rows: object[] };
      await route.fulfill({ json: { meta, rows: rows.map((row) => ({ ...row, title })) } });
    });
    await page.route(/\/v1\/grids\/[a-z0-9-]+$/, async (route) => {
      const text = await (await route.fetch()).text();
      await route.fulfill({ body: text.replace(/"title": "[^"]*"/, `"title": ${JSON.stringify(title)}`) });
    });
    await visit();
    expect(await page.locator('#measured [data-grid] option').nth(1).textContent()).toBe(title);
    expect(await page.locator('#measured svg[role=img]').getAttribute('aria-label')).toContain(title);
    expect(await page.locator('#measured img, #measured script').count()).toBe(0);
    expect(await page.title()).toContain('Dropline');
  });

  it('shows a grid whose frontier cannot be had, and says what is missing', async () => {
    await page.route(/\/frontier$/, (route) => route.fulfill({ status: 500, body: 'broken' }));
    await visit();
    expect(await page.locator('#measured .note').textContent()).toContain(
      'The measured frontier could not be had: ',
    );
    expect(await cells()).toBeGreaterThan(9);
  });

  it('names the grid that there is not', async () => {
    await visit('?grid=nothing-here');
    await message('measured').waitFor();
    expect(await message('measured').textContent()).toContain('nothing-here');
    await page.locator('#measured [data-grid]').selectOption('mnist-tanh-keep-095');
    await message('measured').waitFor({ state: 'hidden' });
  });

  it('shows what it cannot copy', async () => {
    await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await visit();
    await page.locator('#why .take summary').click();
    await page.locator('#why .take').getByText('curl').click();
    await page.locator('#said.seen').waitFor();
    expect(await page.locator('#said code').textContent()).toMatch(/^curl -s 'http/);
  });
});
