/** Makes the page at `/docs` of the Worker. */
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { columnsOf } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { openApi } from '../schemas/openapi.ts';
import { type Operation, operationsOf } from '../schemas/openapi-parts.ts';

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.55 system-ui, sans-serif; max-width: 52rem; margin: 3rem auto; padding: 0 1rem; }
  pre { overflow-x: auto; padding: 0.8rem 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; }
  code { font: 0.9em ui-monospace, monospace; }
  table { border-collapse: collapse; width: 100%; }
  td, th { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
`;

/** What a page of a table has besides: room for its columns, and text that keeps its lines. */
const TABLE_STYLE = `${STYLE}
  body { max-width: none; margin: 1.5rem; }
  table { display: block; overflow-x: auto; width: auto; }
  td { white-space: pre-wrap; }
  label { display: inline-block; margin: 0 0.8rem 0.4rem 0; }
`;

/** A page's own style, by its digest, and nothing else: it has no program, and asks for nothing. */
const policyOf = (style: string, forms: string) =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    `form-action '${forms}'`,
  ].join('; ');

type Html = ReturnType<typeof html>;

const page = (title: string, body: Html, style = STYLE, forms = 'none') => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policyOf(style, forms))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>
`;

/**
 * The page at `/docs`: every address with its parameters, and every column of the depth scales, from the schemas. It names
 * no host, so that one copy is right wherever it is served.
 *
 * @example await writeFile('docs.html', await docsPage())
 */
export async function docsPage(): Promise<string> {
  const document = page(
    'Dropline: documentation',
    html`<main>
<h1>Dropline: documentation</h1>
<p><a href="/">Home</a> · <a href="/openapi.json">OpenAPI 3.1 document</a></p>
<p>The format is chosen by extension (<code>.json</code>, <code>.csv</code>), then <code>?format=</code>, then the Accept
header. JSON is always <code>{"meta": …, "rows": […]}</code>. Errors are <code>application/problem+json</code>.
A null comes with a reason: <code>unbounded</code> means that the quantity is infinite.</p>
${operationsOf(openApi()).map(operationSection)}
${CONTRACTS.map(
  (contract) => html`<h2>Columns of <code>/v1/${contract.name}</code></h2>
<table>${Object.entries(columnsOf(contract)).map(
    ([column, { description, unit, source }]) =>
      html`<tr><td><code>${column}</code></td><td>${description}${unit && unit !== '1' ? `, in ${unit}` : ''}${source ? ` (${source})` : ''}</td></tr>`,
  )}</table>`,
)}
<h2>For example</h2>
<p><a href="${EXAMPLE}"><code>${EXAMPLE}</code></a></p>
</main>`,
  );
  return String(await document);
}

/**
 * The frame of the pages that a browser gets in place of JSON: the Worker puts a title and a body into it.
 *
 * @example await writeFile('table.html', await tableFrame())
 */
export async function tableFrame(): Promise<string> {
  return String(await page('{{title}}', html`<main>\n{{body}}\n</main>`, TABLE_STYLE, 'self'));
}

const EXAMPLE = '/v1/depth-scales?activation=tanh&sigma_w2=2.5&sigma_b2=0.05&keep=0.9';

function operationSection({ parameters, ...operation }: Operation): Html {
  const { method, path } = operation;
  return html`<h2 id="${method === 'GET' ? path : `${method}-${path}`}"><code>${method} ${path}</code></h2>
<p>${operation.summary}. ${operation.description ?? ''}</p>
${
  parameters.length > 0
    ? html`<table>${parameters.map(
        ({ name, description, required }) =>
          html`<tr><td><code>${name}</code>${required ? ' (required)' : ''}</td><td>${description ?? ''}</td></tr>`,
      )}</table>`
    : ''
}`;
}
