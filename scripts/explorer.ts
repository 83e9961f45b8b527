/**
 * Makes the page at `/` of the Worker: worker/explorer/page.html with its style and its program, bundled, in one file.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { bundlePage, PAGES } from './bundle-page.ts';

/**
 * The page as one HTML document.
 *
 * @param isStatic whether it is for a static site, with the shipped grids as files and no API
 * @returns the document
 * @throws where the program cannot be bundled
 */
export async function explorerPage(isStatic = false): Promise<string> {
  const parts: Readonly<Record<string, string>> = await bundlePage(['main.ts', 'style.css'], isStatic);
  const page = await readFile(path.join(PAGES, 'page.html'), 'utf8');
  return page.replace(/<!-- (policy|style|script) -->/g, (_, name: string) => parts[name] as string);
}
