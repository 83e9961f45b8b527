import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { freePort, start, stop } from '../../../scripts/testing/api.ts';

/** Where systems keep a Chromium or a Chrome; CHROMIUM names another. */
const PLACES = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  chromium.executablePath(),
];

/** The browser of this system, if it has one. */
export const CHROMIUM = PLACES.find((place) => place !== '' && existsSync(place));

/**
 * Starts the API of this checkout and a browser.
 *
 * @returns both, and what ends them
 * @throws Error where the system has no browser
 */
export async function open(): Promise<{ address: string; browser: Browser; close: () => Promise<void> }> {
  if (!CHROMIUM) throw new Error('There is no Chromium here. CHROMIUM=/path/to/it names one.');
  const state = mkdtempSync(path.join(os.tmpdir(), 'dropline-browser-'));
  const port = await freePort();
  const [api, browser] = await Promise.all([
    start(port, state),
    chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }),
  ]);
  return {
    address: `http://localhost:${port}`,
    browser,
    close: async () => {
      await browser.close();
      await stop(api.child);
      rmSync(state, { recursive: true, force: true });
    },
  };
}
