import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, open } from './browser.ts';

if (!CHROMIUM)
  console.warn('No Chromium here: the explorer is not tested in a browser. CHROMIUM=/path/to/it names one.');

const PANELS = ['plane', 'point', 'cut', 'trajectory', 'measured', 'advice', 'blocks', 'block-trajectory'];

describe.skipIf(!CHROMIUM)('the explorer in a browser', () => {
  let opened: Awaited<ReturnType<typeof open>>;
  let page: Page;
  const wrong: string[] = [];
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened?.close());
  afterEach(async () => {
    await page.context().close();
    expect(wrong.splice(0)).toEqual([]);
  });

  /** Opens the page; what its console complains about fails the test, but for requests that a test has fail. */
  async function visit(search = '', viewport = { width: 1280, height: 900 }): Promise<void> {
    const context = await opened.browser.newContext({
      viewport,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = await context.newPage();
    page.on('console', (message) => {
      if (
        ['error', 'warning'].includes(message.type()) &&
        !message.text().startsWith('Failed to load resource')
      )
        wrong.push(message.text());
    });
    page.on('pageerror', (error) => wrong.push(String(error)));
    await page.goto(`${opened.address}/${search}`);
    await settled();
  }

  const message = (id: string) => page.locator(`#${id} .message`);
  const value = (name: string) =>
    page.locator(`.controls input[type=number][data-state=${name}]`).inputValue();
  const search = () => page.evaluate(() => location.search);
  const picture = () => page.evaluate(() => document.querySelector('canvas')?.toDataURL());
  /** Until every panel has its answer. */
  const settled = () => page.waitForFunction(() => !document.querySelector('[aria-busy]'));

  it('shows every picture, without an error', async () => {
    await visit();
    for (const id of PANELS) {
      expect(await message(id).isVisible(), id).toBe(false);
      expect(await page.locator(`#${id} .take a`).count(), id).toBe(2);
    }
    const colours = await page.evaluate(() => {
      const canvas = document.querySelector('canvas') as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) as ImageData;
      return new Set(new Uint32Array(data.buffer)).size;
    });
    expect(colours).toBeGreaterThan(50);
    expect(await page.locator('#cut path.line').first().getAttribute('d')).toMatch(
      /^M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){20}/,
    );
    expect(await page.locator('#trajectory svg[role=img]').count()).toBe(3);
    expect(await page.locator('#measured svg[role=img] rect title').count()).toBeGreaterThan(60);
    expect(await page.locator('#measured .overlay circle').count()).toBeGreaterThan(4);
    expect(await page.locator('#measured .legend li').count()).toBe(6);
    expect(await page.locator('#advice pre').textContent()).toContain('normal_');
  });

  it('advises by the measurements where they are more cautious than the theory', async () => {
    await visit('?keep=0.99&depth=110&fan_in=100');
    expect(await page.locator('#advice .headline b').textContent()).toBe('Not trainable');
    expect(await page.locator('#advice').textContent()).toContain('The measurements decide');
  });

  it('follows the crosshair as it is dragged, and its address says where it is', async () => {
    await visit();
    const before = await page.locator('#point .headline').textContent();
    const box = await page.locator('#crosshair').boundingBox();
    if (!box) throw new Error('no crosshair');
    const to = (x: number, y: number) => [box.x + x * box.width, box.y + (1 - y) * box.height] as const;
    await page.mouse.move(...to(0.3, 0.2));
    await page.mouse.down();
    for (let i = 0; i <= 10; i++) await page.mouse.move(...to(0.3 + 0.03 * i, 0.2 + 0.04 * i));
    await page.mouse.up();
    await settled();
    expect(Number(await value('sigma_w2'))).toBeCloseTo(2.8, 1);
    expect(Number(await value('sigma_b2'))).toBeCloseTo(0.3, 2);
    expect(await page.locator('#point .headline').textContent()).not.toBe(before);
    await page.waitForFunction(() => location.search.includes('sigma_w2=2.'));
    // the address opens the same view
    const address = await search();
    const shown = await page.locator('#point .figure').textContent();
    await page.goto(`${opened.address}/${address}`);
    await settled();
    expect(await page.locator('#point .figure').textContent()).toBe(shown);
  });

  it('can be used with the keyboard alone, and says where the crosshair is', async () => {
    await visit('?sigma_w2=2');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('crosshair');
    await page.keyboard.press('ArrowRight');
    expect(await value('sigma_w2')).toBe('2.05');
    await page.keyboard.press('Shift+ArrowUp');
    expect(Number(await value('sigma_b2'))).toBeCloseTo(0.092, 3);
    await page.keyboard.press('Home');
    expect(await value('sigma_w2')).toBe('1');
    await page.waitForFunction(() =>
      document.querySelector('#where')?.textContent?.startsWith('sigma_w2 1,'),
    );
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('crosshair');
  });

  it('computes the diagram anew as a control moves', async () => {
    await visit();
    const before = await picture();
    await page.locator('.controls input[type=range][data-state=keep]').focus();
    await page.keyboard.press('Home');
    await settled();
    expect(await value('keep')).toBe('0.5');
    expect(await picture()).not.toBe(before);
    await page.locator('#plane select[data-state=measure]').selectOption('c_star');
    await page.waitForFunction(() => document.querySelector('#plane .note')?.textContent?.startsWith('c*'));
    await page.locator('.controls select[data-state=technique]').selectOption('none');
    await settled();
    expect(await page.locator('.controls input[type=number][data-state=keep]').isDisabled()).toBe(true);
    for (const id of PANELS) expect(await message(id).isVisible(), id).toBe(false);
  });

  it('takes fewer points where the API has no time for more', async () => {
    await visit('?activation=softplus&keep=0.99');
    const csv = page.locator('#cut .take a').last();
    expect(await csv.getAttribute('href')).toMatch(/sigma_w2=1\.\.4\/(?!61)\d+/);
    expect(await message('cut').isVisible()).toBe(false);
    expect(await page.locator('#cut path.line').first().getAttribute('d')).toMatch(/^M/);
  });

  it('answers for networks of blocks, from a preset and of one’s own', async () => {
    await visit();
    const blocks = page.locator('#blocks');
    const headline = () => blocks.locator('.headline').textContent();
    const before = await headline();
    expect(before).toMatch(/^\d+ blocksuntil the margin has fallen to e\^−6/);
    expect(await blocks.locator('[data-state=blocks]').getAttribute('placeholder')).toBe('12');
    expect(await page.locator('#block-trajectory svg[role=img]').count()).toBe(2);
    await blocks.locator('[type=range]').focus();
    await page.keyboard.press('End');
    await settled();
    expect(await blocks.getByLabel('as the preset has it').isChecked()).toBe(false);
    expect(await headline()).not.toBe(before);
    await blocks.getByRole('spinbutton', { name: 'Blocks' }).fill('24');
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => location.search === '?drop=0.5&blocks=24');
    await blocks.locator('[data-preset]').selectOption('tabular_resnet');
    await settled();
    expect(await blocks.getByLabel('Tokens').isVisible()).toBe(false);
    await blocks.locator('[data-preset]').selectOption('none');
    await settled();
    await blocks.getByLabel('Kind of block').selectOption('transformer');
    await settled();
    expect(await blocks.getByLabel('Tokens').isVisible()).toBe(true);
    await page.waitForFunction(() => location.search === '?preset=none&block=transformer&drop=0.5');
    expect(await message('blocks').isVisible()).toBe(false);
    const csv = blocks.locator('.take a').last();
    expect(await csv.getAttribute('href')).toBe(
      '/v1/blocks.csv?block=transformer&drop=0.5&blocks=12&norm_at=pre&tokens=512&activation=relu&sigma_w2_query=1&sigma_w2_key=1&sigma_w2_value=1&sigma_w2_projection=1&sigma_w2_hidden=2&sigma_w2_output=1',
    );
  });

  it('copies each panel’s query, and links its data', async () => {
    await visit('?sigma_w2=2.5');
    const copied = async (id: string, where: string) => {
      await page.locator(`#${id} .take`).getByText(where).click();
      await page.waitForFunction(
        (what) => document.querySelector('#said')?.textContent?.includes(what),
        where,
      );
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('point', 'curl')).toBe(
      `curl -s '${opened.address}/v1/depth-scales?activation=tanh&sigma_b2=0.05&technique=bernoulli&keep=0.95&sigma_w2=2.5'`,
    );
    expect(await copied('plane', 'pandas')).toContain(`read_csv("${opened.address}/v1/phase-diagram.csv?`);
    const shown = await page.locator('#measured select').first().inputValue();
    expect(shown).toMatch(/^[a-z]/);
    expect(await copied('measured', 'Sheets')).toBe(
      `=IMPORTDATA("${opened.address}/v1/grids/${shown}.csv";",";"en_US")`,
    );
    for (const id of ['point', 'cut', 'measured']) {
      const link = page.locator(`#${id} .take a`).last();
      const csv = await page.request.get(await link.evaluate((a: HTMLAnchorElement) => a.href));
      expect([csv.status(), csv.headers()['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    }
  });

  it('fits a telephone, and follows the system into the dark', async () => {
    await visit('', { width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).not.toBe(light);
    await page.setViewportSize({ width: 1000, height: 740 });
    await page.waitForFunction(() => (document.querySelector('#cut svg')?.clientWidth ?? 0) > 400);
  });
});
