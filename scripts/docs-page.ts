/** Makes the page at `/docs` of the Worker: a form for each address, from the OpenAPI document, and the glossary. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { html, raw } from 'hono/html';
import { type Contract, columnsOf, TAGS, type Tag, type ValuesSchema } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { openApi } from '../schemas/openapi.ts';
import { type Operation, operationsOf, type Parameter } from '../schemas/openapi-parts.ts';
import { queryString } from '../schemas/query-string.ts';
import { bundlePage } from './bundle-page.ts';

const ROOT = path.dirname(import.meta.dirname);

type Html = ReturnType<typeof html>;

/** The addresses that most people come for, before all others. */
const FIRST = [
  'trainable-depth',
  'diagnose',
  'advice',
  'blocks',
  'depth-scales',
  'phase-diagram',
  'trajectory',
];

/**
 * The page at `/docs`: every address as a form that builds a query and shows the answer, its parameters with their ranges and defaults, its
 * columns, and the glossary. It names no host, so that one copy is right wherever it is served.
 *
 * @example await writeFile('docs.html', await docsPage())
 */
export async function docsPage(): Promise<string> {
  const { policy, style, script } = await bundlePage(['docs.ts', 'style/docs.css']);
  const operations = sorted(operationsOf(openApi()));
  const glossary = await readGlossary();
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${raw(policy)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Dropline: documentation</title>
${raw(style)}
</head>
<body>
<a class="skip" href="#start">Skip to the text</a>
<nav aria-label="Contents">
<p><a href="/"><strong>Dropline</strong></a></p>
<ul>
<li><a href="#start">How to ask</a></li>
${operations.filter(isFirst).map(entry)}
</ul>
${(Object.keys(TAGS) as Tag[]).map((tag) => {
  const others = operations.filter((operation) => operation.tags.includes(tag) && !isFirst(operation));
  return others.length === 0
    ? ''
    : html`<details><summary>${tag}</summary><ul>${others.map(entry)}</ul></details>`;
})}
<ul><li><a href="#glossary">Glossary</a></li><li><a href="/openapi.json">OpenAPI 3.1 document</a></li></ul>
</nav>
<main>
<h1 id="start">Dropline: documentation</h1>
<p>Every address below is a form: fill it in, ask, and take the query along to curl, pandas, R, TypeScript, Excel, LibreOffice or Google
Sheets. Lists (<code>1,1.5,2</code>) and ranges (<code>1..4/31</code>: 31 values, both ends included) make a table, in which the last
parameter of the query varies fastest.</p>
<p>The format is chosen by extension (<code>.json</code>, <code>.csv</code>), then <code>?format=</code>, then the Accept
header. JSON is always <code>{"meta": …, "rows": […]}</code>. Errors are <code>application/problem+json</code>.
A null comes with a reason: <code>unbounded</code> means that the quantity is infinite.</p>
${operations.map(section)}
<h2 id="glossary">Glossary</h2>
${glossary.map(
  ({ heading, terms }) => html`<h3>${heading}</h3>
<dl>${terms.map(([word, meaning]) => html`<dt>${markdown(word)}</dt><dd>${markdown(meaning)}</dd>`)}</dl>`,
)}
</main>
<p id="said" role="status"></p>
${raw(script)}
</body>
</html>
`;
  return String(await document);
}

const nameOf = ({ path: address }: Operation) => address.replace(/^\/(v1\/)?/, '');
const contractOf = (operation: Operation): Contract | undefined =>
  CONTRACTS.find(({ name }) => name === nameOf(operation));
const isFirst = (operation: Operation) => FIRST.includes(nameOf(operation));
const idOf = ({ method, path: address }: Operation) =>
  `${method === 'GET' ? '' : `${method.toLowerCase()}-`}${
    address
      .replace(/^\/(v1\/)?/, '')
      .replaceAll(/[{}]/g, '')
      .replaceAll(/[^a-z0-9]+/gi, '-') || 'home'
  }`;

/** The first ones in their order, then the others by tag. */
function sorted(operations: readonly Operation[]): Operation[] {
  const tags = Object.keys(TAGS);
  const rank = (operation: Operation) => {
    const first = FIRST.indexOf(nameOf(operation));
    return first >= 0 ? first : FIRST.length + tags.indexOf(operation.tags[0] ?? '');
  };
  return [...operations].sort((a, b) => rank(a) - rank(b));
}

const entry = (operation: Operation): Html =>
  html`<li><a href="#${idOf(operation)}"><code>${operation.method === 'GET' ? '' : `${operation.method} `}${operation.path}</code></a></li>`;

function section(operation: Operation): Html {
  const { method, path: address, summary, description = '' } = operation;
  const contract = contractOf(operation);
  const id = idOf(operation);
  const [about] = description.split('\n\nFor example:');
  return html`<section aria-labelledby="${id}">
<h2 id="${id}"><a href="#${id}"><code>${method} ${address}</code></a></h2>
<p><strong>${summary}.</strong> ${markdown(about ?? '')}</p>
${method === 'GET' ? form(operation, contract) : parameterList(operation.parameters)}
${
  contract
    ? html`<details><summary>Columns</summary><table>${Object.entries(columnsOf(contract)).map(
        ([column, { description: what, unit, source }]) =>
          html`<tr><td><code>${column}</code></td><td>${what}${unit && unit !== '1' ? `, in ${unit}` : ''}${source ? ` (${source})` : ''}</td></tr>`,
      )}</table></details>`
    : ''
}
</section>`;
}

/** A form with the parameters of an address: those of its first example are shown, and the others on demand. */
function form(operation: Operation, contract: Contract | undefined): Html {
  const { path: address, parameters } = operation;
  const id = idOf(operation);
  const [example = {}] = contract?.examples ?? [];
  const shown = parameters.filter(
    ({ name, required, in: where }) => required || where === 'path' || name in example,
  );
  const others = parameters.filter((one) => !shown.includes(one) && one.in === 'query');
  const formats = contract?.formats ?? ['json'];
  const picture = formats.includes('svg');
  return html`<form data-path="${address}" data-formats="${formats.join(' ')}" autocomplete="off">
<div class="fields">${shown.map((one) => field(id, one, (example as Record<string, string>)[one.name]))}</div>
${
  others.length > 0
    ? html`<details><summary>${shown.length > 0 ? `${others.length} more parameters` : `${others.length} parameters`}</summary><div class="fields">${others.map((one) => field(id, one))}</div></details>`
    : ''
}
${
  contract && contract.examples.length > 1
    ? html`<p>Examples: ${contract.examples.map(
        (query, i) =>
          html`<button type="button" data-example="${queryString(query as Record<string, string>)}">${i + 1}</button> `,
      )}</p>`
    : ''
}
<p class="ask"><button type="submit">Ask</button>
<label>as <select data-view><option value="table">table</option>${picture ? html`<option value="picture">chart</option>` : ''}<option value="json">JSON</option></select></label>
<a class="address" href="${address}">${address}</a></p>
<p class="copies">Copy as: </p>
<div class="output" aria-live="polite"></div>
</form>`;
}

/** Names of a parameter that are so many stand in its list alone. */
const MANY = 8;

/** A parameter as a control: its name, what it is, its default and its range. */
function field(
  id: string,
  { name, description = '', required, schema, in: where }: Parameter,
  value = '',
): Html {
  const { names = [], usual } = describe(schema);
  const list = names.length > 0 ? `${id}-${name}` : undefined;
  return html`<label><code>${name}</code>
<input name="${name}" data-in="${where}" value="${value}" placeholder="${usual}"${list ? html` list="${list}"` : ''}>
${list ? html`<datalist id="${list}">${names.map((one) => html`<option value="${one}">`)}</datalist>` : ''}
<small>${markdown(shorten(description, names.length))}${required ? ' Required.' : ''}</small></label>`;
}

/** A description without what the page says once: that there may be lists and ranges. Long lists of names stand in the control's own list. */
const shorten = (description: string, names: number): string =>
  description
    .replace(/ A (whole )?number, a list `[^`]+` or a range `[^`]+` \([^)]+\)\./, '')
    .replace(names > MANY ? / One of .*?, or a list of them\./ : /, or a list of them/, '');

/** Names and default of a parameter, from its schema. */
function describe(schema: ValuesSchema): { names: readonly string[] | undefined; usual: string } {
  type Loose = {
    readonly enum?: readonly unknown[];
    readonly default?: unknown;
    readonly items?: Loose;
    readonly anyOf?: readonly Loose[];
  };
  const all: Loose[] = [];
  const walk = (one: Loose | undefined) => {
    if (!one) return;
    all.push(one);
    walk(one.items);
    for (const other of one.anyOf ?? []) walk(other);
  };
  walk(schema as Loose);
  const names = all.find((one) => one.enum)?.enum?.map(String);
  const usual = (schema as Loose).default;
  return {
    names,
    usual: usual === undefined ? '' : [usual].flat().join(','),
  };
}

const parameterList = (parameters: readonly Parameter[]): Html | '' =>
  parameters.length === 0
    ? ''
    : html`<details><summary>Parameters</summary><table>${parameters.map(
        ({ name, description = '' }) =>
          html`<tr><td><code>${name}</code></td><td>${markdown(description)}</td></tr>`,
      )}</table></details>`;

/** Code and links of a line of markdown; everything else is text. */
function markdown(text: string): Html[] {
  return text.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/).map((part) => {
    if (part.startsWith('`')) return html`<code>${part.slice(1, -1)}</code>`;
    const link = /^\[([^\]]+)\]\(/.exec(part);
    return html`${link ? link[1] : part}`;
  });
}

type Glossary = readonly {
  readonly heading: string;
  readonly terms: readonly (readonly [string, string])[];
}[];

/** docs/glossary.md: its headings, and the rows of the tables below them. */
async function readGlossary(): Promise<Glossary> {
  const text = await readFile(path.join(ROOT, 'docs', 'glossary.md'), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      const terms = lines
        .map((line) => /^\| (.+?) \| (.+) \|$/.exec(line))
        .flatMap((match) =>
          match && !/^(word|---)/.test(match[1] ?? '') ? [[match[1], match[2]] as const] : [],
        );
      return { heading, terms: terms as (readonly [string, string])[] };
    });
}
