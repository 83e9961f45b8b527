/**
 * Takes the pictures of the explorer in docs/explorer: light, dark and on a phone. Needs a Chromium.
 *
 *   npm run screenshots
 */
import path from 'node:path';
import { open } from './browser.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'explorer');
const DESKTOP = { width: 1280, height: 900 };

const SHOTS = [
  { name: 'light', colorScheme: 'light', viewport: DESKTOP, search: '' },
  { name: 'dark', colorScheme: 'dark', viewport: DESKTOP, search: '?y=keep&sigma_b2=0.05' },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 }, search: '' },
] as const;

const { address, browser, close } = await open();
try {
  for (const { name, search, ...look } of SHOTS) {
    const page = await browser.newPage(look);
    await page.goto(`${address}/${search}`);
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: path.join(FOLDER, `${name}.png`), fullPage: true });
    await page.close();
  }
} finally {
  await close();
}
