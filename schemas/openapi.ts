import * as z from 'zod';
import { batchAnswer, batchBody, MAX_BATCH } from './batch.ts';
import { type Contract, queryString } from './endpoint.ts';
import { ANSWERS, CONTRACTS } from './endpoints/index.ts';
import { GRID_PATHS } from './openapi-grids.ts';
import { content, field, format, json, LAYOUT, parameters, problems, reference } from './openapi-parts.ts';
import { readinessAnswer } from './readiness.ts';
import { SOFTWARE_VERSION, VERSIONS } from './versions.ts';

/** The path of an endpoint that answers a query with a table. */
function tablePath(contract: Contract) {
  const { name, summary, description, formats, examples } = contract;
  return {
    get: {
      operationId: name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      summary,
      description: `${description}\n\nFor example: ${examples.map((query) => `\`/v1/${name}?${queryString(query)}\``).join(', ')}`,
      parameters: [
        ...parameters(contract),
        format(formats),
        field(contract),
        ...(contract.plane ? [LAYOUT] : []),
      ],
      responses: {
        200: { description: 'A table', content: content(ANSWERS[name] as z.ZodType, formats) },
        ...problems(400, 429),
      },
    },
  };
}

function components() {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    uri: (id) => `#/components/schemas/${id}`,
    io: 'output',
    unrepresentable: 'any',
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, id: ___, ...schema }]) => [id, schema]),
  );
}

const TABLES: Record<string, ReturnType<typeof tablePath>> = Object.fromEntries(
  CONTRACTS.map((contract) => [`/v1/${contract.name}`, tablePath(contract)]),
);

/**
 * The OpenAPI 3.1 document of the API, derived from the schemas that the Worker and the trainer validate with.
 *
 * @example openApi().paths['/v1/depth-scales'].get.operationId // 'depthScales'
 */
export function openApi() {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dropline',
      version: SOFTWARE_VERSION,
      description:
        'How deep can a dropout network be trained? Mean-field theory, and networks that were trained.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: {
      ...TABLES,
      '/v1/batch': {
        post: {
          operationId: 'batch',
          summary: 'Many queries of any kind in one call',
          description: `At most ${MAX_BATCH} queries; each is answered with rows or a problem of its own.`,
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: reference(batchBody),
                example: {
                  queries: CONTRACTS.slice(0, 2).map(({ name, examples }) => ({
                    endpoint: name,
                    query: examples[0],
                  })),
                },
              },
            },
          },
          responses: {
            200: { description: 'One row a query, in order', content: json(batchAnswer) },
            ...problems(400, 413, 422, 429),
          },
        },
      },
      ...GRID_PATHS,
      '/openapi.json': { get: plain('openApi', 'This document', { openapi: '3.1.0' }) },
      '/versions': { get: plain('versions', 'Versions of software, API and schemas', VERSIONS) },
      '/healthz': {
        get: plain('healthz', 'Whether the program runs; it asks no other part', { status: 'ok' }),
      },
      '/readyz': {
        get: {
          operationId: 'readyz',
          summary: 'Which parts of the service are up',
          description:
            'For monitoring: where a part is down the API goes on answering what it can without it, and says so in the header Degraded.',
          responses: {
            200: { description: 'All parts are up', content: json(readinessAnswer) },
            503: { description: 'A part is down', content: json(readinessAnswer) },
            ...problems(429),
          },
        },
      },
      '/docs': { get: pageAt('docs', 'This document as a page') },
      '/': { get: pageAt('explorer', 'The explorer: a page that draws what the API answers') },
    },
    components: {
      schemas: components(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function pageAt(operationId: string, summary: string) {
  return {
    operationId,
    summary,
    responses: { 200: { description: summary, content: { 'text/html': { schema: { type: 'string' } } } } },
  };
}

function plain(operationId: string, summary: string, example: object) {
  return {
    operationId,
    summary,
    responses: {
      200: { description: summary, content: { 'application/json': { schema: { type: 'object' }, example } } },
    },
  };
}
