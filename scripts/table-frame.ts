/** Makes the frame of the pages that a browser gets in place of JSON (`worker/pages.ts`). */
import { createHash } from 'node:crypto';

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.55 system-ui, sans-serif; margin: 1.5rem; }
  input, button { font: inherit; }
  label { display: inline-block; margin: 0 0.8rem 0.4rem 0; }
  table { border-collapse: collapse; display: block; overflow-x: auto; }
  td, th { text-align: left; vertical-align: top; white-space: pre-wrap; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
`;

/** Its own style, by its digest, and nothing else: the page has no program, and asks for nothing but what its form asks. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/**
 * A page that lacks its title and its body, which the Worker puts in.
 *
 * @example TABLE_FRAME.replace('{{title}}', () => 'Grids')
 */
export const TABLE_FRAME = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
{{body}}
</main>
</body>
</html>
`;
