/**
 * How long the page at `/` takes from opening to the verdict, from a move of a control to the frame that shows it, and how many frames a second
 * a drag has; beside the same answers over HTTP in the same run. Needs a Chromium. Writes its table of docs/performance.md.
 *
 *   npm run bench:page
 */

import { median } from 'd3-array';
import type { Page } from 'playwright-core';
import { writeTable } from '../../../scripts/tables.ts';
import { open } from './browser.ts';

const ROUNDS = 7;
const NETWORKS = [
  ['relu, default init', ''],
  ['tanh', '?activation=tanh&init=gaussian&sigma_w2=1.8&sigma_b2=0.05'],
  ['gelu', '?activation=gelu'],
  ['silu', '?activation=silu'],
  ['BERT-base', '?kind=bert_base'],
] as const;

/** Notes when the verdict is first shown, in milliseconds since the page was asked for. */
const WATCH = `
  addEventListener('DOMContentLoaded', () => {
    const title = document.querySelector('#verdict-title');
    const note = () => { if (title.textContent !== '…' && !window.shown) window.shown = performance.now(); };
    new MutationObserver(note).observe(title, { childList: true, characterData: true, subtree: true });
    note();
  });`;

/** Moves the slider of the dropout once in every frame for a second: milliseconds to the first frame that shows it, and frames a second. */
const drag = (page: Page) =>
  page.evaluate(async () => {
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const slider = document.querySelector('#network input[type=range]') as HTMLInputElement;
    const move = (value: number) => {
      slider.value = String(value);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    };
    // (a number that every drop changes)
    const shown = () => document.querySelector('#why .figure')?.textContent ?? '';
    await frame();
    const before = shown();
    const start = performance.now();
    move(0.3);
    while (shown() === before && performance.now() - start < 2000) await frame();
    const first = performance.now() - start;
    let frames = 0;
    const since = performance.now();
    while (performance.now() - since < 1000) {
      move(0.05 + 0.01 * (frames % 30));
      await frame();
      frames++;
    }
    return { first, rate: (1000 * frames) / (performance.now() - since) };
  });

/** The answer over HTTP, as "Take along" of the verdict has its address. */
const overHttp = (page: Page) =>
  page.evaluate(async () => {
    const address = (document.querySelector('#verdict .take a') as HTMLAnchorElement).href;
    const start = performance.now();
    await (await fetch(address, { cache: 'no-store' })).text();
    return performance.now() - start;
  });

const { address, browser, close } = await open();
const lines = [
  '| network | open to verdict, ms | move to frame, ms | the same over HTTP, ms | HTTP / frame | frames a second of a drag |',
  '| --- | ---: | ---: | ---: | ---: | ---: |',
];
try {
  for (const [name, search] of NETWORKS) {
    const [opened, first, http, ratios, rates]: number[][] = [[], [], [], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.addInitScript(WATCH);
      await page.goto(`${address}/${search}`);
      await page.waitForFunction('window.shown');
      opened?.push((await page.evaluate('window.shown')) as number);
      // (the plane and the measurements first, which are computed after the verdict)
      await page.waitForTimeout(2500);
      await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
      const [asked, dragged] = [await overHttp(page), await drag(page)];
      http?.push(asked);
      first?.push(dragged.first);
      ratios?.push(asked / dragged.first);
      rates?.push(dragged.rate);
      await page.close();
    }
    const show = (values: number[] | undefined) => (median(values ?? []) ?? Number.NaN).toFixed(1);
    lines.push(
      `| ${name} | ${show(opened)} | ${show(first)} | ${show(http)} | ${show(ratios)} | ${show(rates)} |`,
    );
    console.log(lines.at(-1));
  }
} finally {
  await close();
}
writeTable('page', lines);
