/**
 * Takes the pictures of docs/explorer, and writes its README.md: what three people ask the page in a minute, and what it answers. Needs a
 * Chromium.
 *
 *   npm run screenshots
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { open } from './browser.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'explorer');
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

type Step = {
  readonly name: string;
  /** what the person does, as a sentence */
  readonly does: string;
  readonly act?: (page: Page) => Promise<unknown>;
};

/** Three people, and what each does. */
const STORIES: readonly {
  readonly title: string;
  readonly search: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: 'light' | 'dark';
  readonly steps: readonly Step[];
}[] = [
  {
    title: 'relu, dropout 0.1, PyTorch’s default initialiser, 20 layers of 512 units, Adam',
    search: '',
    viewport: DESKTOP,
    colorScheme: 'light',
    steps: [
      { name: 'verdict', does: 'opens the page, which asks about this network.' },
      {
        name: 'better',
        does: 'presses “Try it” beside the change that would be enough.',
        act: (page) => page.locator('#verdict .best button').click(),
      },
    ],
  },
  {
    title: 'A network like BERT-base, on a telephone',
    search: '',
    viewport: PHONE,
    colorScheme: 'light',
    steps: [
      {
        name: 'bert',
        does: 'picks BERT-base.',
        act: (page) => page.locator('#network [data-state=kind]').selectOption('bert_base'),
      },
      {
        name: 'bert-deep',
        does: 'wants 96 blocks, with twice the dropout.',
        act: async (page) => {
          await page.locator('#network [data-state=depth]').fill('96');
          await page.locator('#network [data-state=drop]:not([type=range])').fill('0.2');
          await page.keyboard.press('Tab');
        },
      },
    ],
  },
  {
    title: 'A residual network for tables, in the dark',
    search: '',
    viewport: DESKTOP,
    colorScheme: 'dark',
    steps: [
      {
        name: 'tabular',
        does: 'picks the ResNet for tables, with a dropout of 0.5.',
        act: async (page) => {
          await page.locator('#network [data-state=kind]').selectOption('tabular_resnet');
          await page.locator('#network [data-state=drop]:not([type=range])').fill('0.5');
          await page.keyboard.press('Tab');
        },
      },
    ],
  },
];

/** Until everything is computed, and stays so. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(3000);
  await page.waitForFunction(() => !document.querySelector('[aria-busy]'));
}

const { address, browser, close } = await open();
const lines = [
  '# The page, in a minute',
  '',
  'What three people ask, and what they read. `npm run screenshots` takes these pictures and writes this text from what the page says.',
];
try {
  for (const { title, search, steps, ...look } of STORIES) {
    const page = await browser.newPage(look);
    await page.goto(`${address}/${search}`);
    await settle(page);
    lines.push('', `## ${title}`);
    for (const { name, does, act } of steps) {
      await act?.(page);
      await settle(page);
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
      const said = await page.evaluate(() => {
        const text = (selector: string) =>
          document.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
        return `**${text('#verdict-title')}.** ${text('#verdict .headline b')} ${text('#verdict .headline span')}.`;
      });
      lines.push('', `The reader ${does} ${said}`, '', `![${title}](${name}.png)`);
    }
    await page.close();
  }
} finally {
  await close();
}
await writeFile(path.join(FOLDER, 'README.md'), `${lines.join('\n')}\n`);
