/** Makes what programs read of the Worker besides its answers: `/llms.txt` and `/robots.txt`. */
import { FORMATS, LIST_FORMATS } from '../schemas/endpoint.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { queryString } from '../schemas/query-string.ts';

/** The endpoint that answers the question of the service. It comes first. */
const HEADLINE = 'trainable-depth';

/**
 * The service for programs that read prose, in the form of llmstxt.org: what it is, what it answers, how to ask.
 *
 * @see https://llmstxt.org
 * @example llmsText().startsWith('# Dropline')
 */
export function llmsText(): string {
  const sorted = [...CONTRACTS].sort((a, b) => Number(b.name === HEADLINE) - Number(a.name === HEADLINE));
  const lines = sorted.map(({ name, summary, examples: [example = {}] }) => {
    const query = queryString(example);
    return `- [/v1/${name}](/v1/${name}${query === '' ? '' : `?${query}`}): ${summary}`;
  });
  const [headline, ...others] = lines;
  return `# Dropline

> How deep can a dropout network be trained? Mean-field theory of networks with dropout over HTTP, and networks that were really trained. Every
> answer is a GET; numbers are right for the network asked about, or null with a reason.

- Formats: ${FORMATS.join(', ')} by extension (\`.csv\`), by \`?format=\` or by Accept; a browser gets a page. JSON is \`{"meta": …, "rows": […]}\`.
- A parameter is one value, a list \`1,1.5,2\` or a range \`1..4/31\`; several values make a table of all combinations.
- \`field=a,b\` keeps columns, \`field=all\` has all; \`digits=4\` rounds; \`meta=none\` leaves out what stands beside the rows.
- Errors are application/problem+json with what to do. Unknown parameters are errors.
- One request has at most 10,000 rows and some 250 ms of work.

## The question

${headline}

## The rest

${others.join('\n')}
- [/v1/grids](/v1/grids): the measured grids (${LIST_FORMATS.join(', ')}), each at /v1/grids/{id}, its frontier at /v1/grids/{id}/frontier

## Documents

- [OpenAPI 3.1](/openapi.json): every address, parameter and column
- [Documentation](/docs): the same as a page
- [Columns](/v1/columns): what every column holds, in which unit, from which source
- [Glossary](/glossary.md): the words, each with its one meaning
`;
}

/**
 * What crawlers may ask: everything but the queries, of which there is no end, and each of which is computed.
 *
 * @see RFC 9309
 */
export const ROBOTS = `User-agent: *
Disallow: /v1/*?
Allow: /v1/grids
Allow: /
`;

/**
 * The glossary as it is served: links to pages that are not are text.
 *
 * @param page docs/glossary.md
 * @example glossaryText('see [the theory](theory.md)') // 'see the theory'
 */
export const glossaryText = (page: string): string => page.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
