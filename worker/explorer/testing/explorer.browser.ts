import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, open } from './browser.ts';

if (!CHROMIUM)
  console.warn('No Chromium here: the explorer is not tested in a browser. CHROMIUM=/path/to/it names one.');

const PANELS = ['verdict', 'why', 'plane', 'layers', 'help', 'measured'];

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
  async function visit(
    search = '',
    viewport = { width: 1280, height: 900 },
    hasTouch = false,
  ): Promise<void> {
    const context = await opened.browser.newContext({
      viewport,
      hasTouch,
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
  const control = (name: string) => page.locator(`#network [data-state=${name}]:not([type=range])`);
  const verdict = () => page.locator('#verdict-title').textContent();
  const number = () => page.locator('#verdict .headline b').textContent();
  const search = () => page.evaluate(() => location.search);
  const picture = () => page.evaluate(() => document.querySelector('canvas')?.toDataURL());
  /** Until every panel has its answer. */
  const settled = () => page.waitForFunction(() => !document.querySelector('[aria-busy]'));
  const type = async (name: string, text: string) => {
    await control(name).fill(text);
    await page.keyboard.press('Tab');
    await settled();
  };

  it('answers the question that people have, as the API does', async () => {
    await visit();
    expect(await verdict()).toBe('20 layers are too deep to train');
    expect(await page.locator('#verdict').getAttribute('data-verdict')).toBe('not_trainable');
    const link = page.locator('#verdict .take a').first();
    const { rows } = await (
      await page.request.get(await link.evaluate((a: HTMLAnchorElement) => a.href))
    ).json();
    expect(rows[0]).toMatchObject({ verdict: 'not_trainable', activation: 'relu' });
    expect(await number()).toBe(`${Math.floor(rows[0].limit_low)} – ${Math.floor(rows[0].limit_high)}`);
    for (const id of PANELS) expect(await message(id).isVisible(), id).toBe(false);
    const colours = await page.evaluate(() => {
      const canvas = document.querySelector('canvas') as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) as ImageData;
      return new Set(new Uint32Array(data.buffer)).size;
    });
    expect(colours).toBeGreaterThan(50);
    expect(await page.locator('#layers svg[role=img]').count()).toBe(3);
    expect(await page.locator('#why .term').count()).toBe(7);
  });

  it('the change that helps most makes the network one that can be trained', async () => {
    await visit('?drop=0&depth=30');
    expect(await page.locator('#verdict').getAttribute('data-verdict')).toBe('not_trainable');
    await page.locator('#verdict .best button').click();
    await settled();
    expect(await verdict()).toBe('30 layers can be trained');
    expect(await control('sigma_w2').isVisible()).toBe(true);
    expect(await page.locator('#verdict').getAttribute('data-verdict')).toBe('trainable');
  });

  it('follows the circle as it is dragged, and Back goes back', async () => {
    await visit('?activation=tanh&init=gaussian&sigma_w2=1.5&sigma_b2=0.05&y=sigma_b2&w_low=1');
    const before = await number();
    await page.locator('#crosshair').scrollIntoViewIfNeeded();
    const box = await page.locator('#crosshair').boundingBox();
    if (!box) throw new Error('no crosshair');
    const to = (x: number, y: number) => [box.x + x * box.width, box.y + (1 - y) * box.height] as const;
    await page.mouse.move(...to(0.3, 0.2));
    await page.mouse.down();
    for (let i = 0; i <= 10; i++) await page.mouse.move(...to(0.3 + 0.03 * i, 0.2 + 0.04 * i));
    await page.mouse.up();
    await settled();
    expect(Number(await control('sigma_w2').inputValue())).toBeCloseTo(2.8, 1);
    expect(Number(await control('sigma_b2').inputValue())).toBeCloseTo(0.12, 2);
    expect(await number()).not.toBe(before);
    await page.waitForFunction(() => location.search.includes('sigma_w2=2.'));
    await page.waitForTimeout(400);
    const address = await search();
    const shown = await page.locator('#verdict .figure').textContent();
    await page.goBack();
    await page.waitForFunction(() => location.search.includes('sigma_w2=1.5'));
    await settled();
    expect(await number()).toBe(before);
    // the address opens the same view
    await page.goto(`${opened.address}/${address}`);
    await settled();
    await page.waitForTimeout(400);
    expect(await page.locator('#verdict .figure').textContent()).toBe(shown);
  });

  it('draws frames while it is dragged, and asks the API for none of them', async () => {
    await visit('?activation=tanh&init=gaussian&sigma_w2=1.5&sigma_b2=0.05');
    await page.waitForTimeout(1500);
    let asked = 0;
    page.on('request', () => asked++);
    const frames = await page.evaluate(async () => {
      const slider = document.querySelector('#network input[type=range]') as HTMLInputElement;
      const headline = document.querySelector('#verdict-title') as HTMLElement;
      const seen = new Set<string>();
      for (let i = 0; i < 30; i++) {
        slider.value = String(0.01 + 0.01 * i);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((resolve) => requestAnimationFrame(resolve));
        await new Promise((resolve) => requestAnimationFrame(resolve));
        seen.add(document.querySelector('#verdict .headline b')?.textContent ?? '');
      }
      return { seen: seen.size, headline: headline.textContent };
    });
    expect(frames.seen).toBeGreaterThan(8);
    expect(asked).toBe(0);
  });

  it('can be used with the keyboard alone, and says where the network lies', async () => {
    await visit('?activation=tanh&init=gaussian&sigma_w2=2&sigma_b2=0.05&y=sigma_b2&w_low=1&w_high=4');
    await page.locator('#crosshair').focus();
    await page.keyboard.press('ArrowRight');
    expect(await control('sigma_w2').inputValue()).toBe('2.05');
    await page.keyboard.press('Home');
    expect(await control('sigma_w2').inputValue()).toBe('1');
    await page.waitForFunction(() => document.querySelector('#where')?.textContent?.startsWith('σw² 1,'));
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('crosshair');
  });

  it('explains every symbol where it is pointed at, focused or tapped', async () => {
    await visit();
    const terms = page.locator('#why .term');
    for (let i = 0; i < (await terms.count()); i++) {
      const tip = terms.nth(i).locator('[role=tooltip]');
      expect(await tip.isVisible()).toBe(false);
      await terms.nth(i).focus();
      expect(await tip.isVisible()).toBe(true);
      expect((await tip.textContent())?.length).toBeGreaterThan(30);
      await page.keyboard.press('Escape');
      expect(await tip.isVisible()).toBe(false);
    }
  });

  it('clamps nothing silently: a value that is none is kept, and said to be', async () => {
    await visit();
    const before = await number();
    await type('drop', '90');
    expect(await control('drop').inputValue()).toBe('90');
    expect(await page.locator('#network .wrong').first().textContent()).toBe(
      'Between 0 and 0.95. (90 % is 0.9.)',
    );
    expect(await number()).toBe(before);
    await type('drop', '60 %');
    expect(await control('drop').inputValue()).toBe('0.6');
    expect(await page.locator('#network .wrong').first().textContent()).toBe('');
    expect(await number()).not.toBe(before);
    await type('depth', '3,5');
    expect(await page.locator('#network .wrong:not(:empty)').textContent()).toBe('A whole number, please.');
  });

  it('computes the plane anew as a control moves, with every measure', async () => {
    await visit();
    let before = await picture();
    for (const measure of ['xi_2', 'chi_1', 'q_star', 'fitted_low']) {
      await page.locator('#plane select[data-state=measure]').selectOption(measure);
      await page.waitForTimeout(50);
      await settled();
      const now = await picture();
      expect(now, measure).not.toBe(before);
      before = now;
    }
    await page.locator('#network [data-state=technique]').evaluate((select: HTMLSelectElement) => {
      select.value = 'none';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await settled();
    expect(await control('drop').isDisabled()).toBe(true);
    for (const id of PANELS) expect(await message(id).isVisible(), id).toBe(false);
  });

  it('answers for networks of blocks: one network on the whole page', async () => {
    await visit();
    await control('kind').selectOption('bert_base');
    await settled();
    expect(await verdict()).toBe('12 blocks can be trained');
    expect(await control('width').inputValue()).toBe('768');
    expect(await page.locator('#plane').isVisible()).toBe(false);
    expect(await page.locator('#layers-title').textContent()).toBe('Block by block');
    expect(await page.locator('#layers svg[role=img]').count()).toBe(2);
    await type('depth', '96');
    expect(await verdict()).not.toBe('12 blocks can be trained');
    await page.waitForFunction(() => location.search === '?kind=bert_base&depth=96');
    await control('kind').selectOption('post_norm');
    await settled();
    expect(await control('activation').inputValue()).toBe('relu');
    await control('kind').selectOption('plain');
    await settled();
    expect(await page.locator('#plane').isVisible()).toBe(true);
    for (const id of PANELS) expect(await message(id).isVisible(), id).toBe(false);
  });

  it('shows the nearest measurement, and where the network lies in it', async () => {
    await visit(
      '?activation=tanh&init=gaussian&sigma_w2=1.76&sigma_b2=0.05&drop=0.05&width=100&optimiser=sgd',
    );
    await page.waitForTimeout(600);
    await settled();
    expect(await page.locator('#measured .note').textContent()).toContain('all but the same as my network');
    expect(await page.locator('#measured .mine').count()).toBe(2);
    expect(await page.locator('#measured svg[role=img] rect title').count()).toBeGreaterThan(60);
    await page.locator('#measured [data-filter=data]').selectOption('cifar10');
    const titles = await page.locator('#measured [data-grid] option').allTextContents();
    expect(titles.slice(1).every((title) => title.includes('CIFAR-10'))).toBe(true);
    await page.locator('#measured [data-grid]').selectOption({ index: 1 });
    await page.waitForTimeout(400);
    await settled();
    expect(await page.locator('#measured .note').textContent()).toContain('Not the nearest to my network.');
    await page.locator('#measured rect:has(title)').nth(5).hover({ force: true });
    expect(await page.locator('#measured .readout').textContent()).toMatch(/%$/);
  });

  it('copies each panel’s query, links its data, and saves pictures and tables', async () => {
    await visit('?activation=tanh&init=gaussian&sigma_w2=2.5&sigma_b2=0.05');
    const copied = async (id: string, where: string) => {
      const take = page.locator(`#${id} .take`);
      if (!(await take.evaluate((details: HTMLDetailsElement) => details.open)))
        await take.locator('summary').click();
      await take.getByText(where, { exact: true }).click();
      await page.waitForFunction(
        (what) => document.querySelector('#said')?.textContent?.includes(what),
        where,
      );
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('why', 'curl')).toBe(
      `curl -s '${opened.address}/v1/depth-scales?activation=tanh&sigma_w2=2.5&sigma_b2=0.05&drop=0.1'`,
    );
    expect(await copied('plane', 'pandas')).toContain(`read_csv("${opened.address}/v1/phase-diagram.csv?`);
    for (const id of ['verdict', 'why', 'plane', 'layers', 'help', 'measured'])
      for (const link of await page.locator(`#${id} .take a`).all()) {
        const answer = await page.request.get(await link.evaluate((a: HTMLAnchorElement) => a.href));
        expect([id, answer.status()]).toEqual([id, 200]);
      }
    for (const [name, start] of [
      ['dropline-fitted_depth.svg', '<?xml'],
      ['dropline-fitted_depth.png', '\x89PNG'],
      ['dropline-fitted_depth.csv', 'sigma_w2,drop,fitted_depth'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.locator('#plane .take').getByText(`Save ${name}`).click(),
      ]);
      expect((await readFile(await download.path(), 'latin1')).slice(0, start.length)).toBe(start);
    }
  });

  it('fits a telephone: the answer is on the first screen, and a swipe over the plane scrolls', async () => {
    await visit('', { width: 360, height: 740 }, true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    const box = await page.locator('#verdict .best').boundingBox();
    expect((box?.y ?? 1e9) + (box?.height ?? 0)).toBeLessThan(740);
    const touch = (selector: string) =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).touchAction);
    expect(await touch('#crosshair')).toContain('pan-y');
    expect(await touch('#crosshair b')).toBe('none');
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).not.toBe(light);
  });
});
