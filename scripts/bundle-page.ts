import { createHash } from 'node:crypto';
import path from 'node:path';
import { build } from 'esbuild';

/** Where the programs and the styles of the pages are. */
export const PAGES = path.join(import.meta.dirname, '..', 'worker', 'explorer');

/** What a page of its own program is made of: markup to put into its document. */
export type PageParts = {
  /** the security policy: the page's own style and program, by their digests, and requests to its own origin */
  readonly policy: string;
  readonly style: string;
  readonly script: string;
};

/**
 * Bundles the program and the style of a page, and writes the policy under which nothing else can run, whatever found its way into it.
 *
 * @param entry the program and the style, in the folder of the pages
 * @param isStatic whether it is for a static site, with the shipped grids as files and no API
 * @throws where the program cannot be bundled
 * @see W3C, "Content Security Policy Level 3"
 * @example (await bundlePage(['docs.ts', 'style/docs.css'])).policy
 */
export async function bundlePage(
  entry: readonly [program: string, style: string],
  isStatic = false,
): Promise<PageParts> {
  const { outputFiles } = await build({
    entryPoints: [...entry],
    absWorkingDir: PAGES,
    outdir: PAGES,
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
  return {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    style: `<style>${style}</style>`,
    script: `<script>${program}</script>`,
  };
}
