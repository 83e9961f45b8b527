/**
 * Makes the page at `/` of the Worker: worker/explorer/page.html with its style and its program, bundled, in one file.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const FOLDER = path.join(import.meta.dirname, '..', 'worker', 'explorer');

/**
 * The page as one HTML document. Its security policy allows its own style and program, by their digests, and requests to its
 * own origin: nothing else could run, whatever found its way into it.
 *
 * @param isStatic whether it is for a static site, with the shipped grids as files and no API
 * @returns the document
 * @throws where the program cannot be bundled
 * @see W3C, "Content Security Policy Level 3"
 */
export async function explorerPage(isStatic = false): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: ['main.ts', 'style.css'],
    absWorkingDir: FOLDER,
    outdir: FOLDER,
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2022', 'safari16'],
    // </script> within the program would end it
    supported: { 'inline-script': false, 'inline-style': false },
    define: { STATIC_SITE: String(isStatic) },
    logLevel: 'silent',
  });
  const [program, style] = ['.js', '.css'].map(
    (end) => outputFiles.find((file) => file.path.endsWith(end))?.text ?? '',
  ) as [string, string];
  const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const policy = [
    "default-src 'none'",
    "connect-src 'self'",
    'img-src data:',
    `script-src ${digest(program)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts: Record<string, string> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    style: `<style>${style}</style>`,
    script: `<script>${program}</script>`,
  };
  const page = await readFile(path.join(FOLDER, 'page.html'), 'utf8');
  return page.replace(/<!-- (policy|style|script) -->/g, (_, name: string) => parts[name] as string);
}
