import * as z from 'zod';
import { batchAnswer, batchBody, MAX_BATCH } from './batch.ts';
import { type Contract, FORMATS, type Format, metaOf, queryString } from './endpoint.ts';
import { frontierAnswer, frontierContract, gridQuery } from './endpoints/frontier.ts';
import { ANSWERS, CONTRACTS } from './endpoints/index.ts';
import { gridRow, gridSchema, gridsAnswer, gridsQuery, publishedAnswer } from './grid.ts';
import { gridId } from './plan.ts';
import { problemSchema } from './problem.ts';
import { SOFTWARE_VERSION, VERSIONS } from './versions.ts';

const json = (schema: z.ZodType) => ({ 'application/json': { schema: reference(schema) } });

const problems = (...statuses: number[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: PROBLEMS[status],
        content: { 'application/problem+json': { schema: reference(problemSchema) } },
      },
    ]),
  );

const PROBLEMS: Record<number, string> = {
  400: 'The query is wrong; errors says where and what to do',
  401: 'The token is missing or wrong',
  404: 'There is no such thing',
  409: 'The grid ships with the software',
  413: 'The body is too large',
  429: 'Too many requests; Retry-After says when to go on',
  422: 'The body is not what it should be (a grid: nothing was stored)',
  503: 'No token is set on the server: publishing is off',
};

const format = (formats: readonly Format[]) => ({
  name: 'format',
  in: 'query',
  description: `Format of the answer; an extension of the path (${formats.map((name) => `.${name}`).join(', ')}) wins over it, it wins over Accept.`,
  schema: { type: 'string', enum: formats },
});

/** Besides its own parameters a plane takes `layout`. */
const LAYOUT = {
  name: 'layout',
  in: 'query',
  description:
    'Of CSV: long, a row for each point (default), or wide, a row for each value along y and a column for each along x.',
  schema: { type: 'string', enum: ['long', 'wide'] },
};

const field = ({ row, field }: Pick<Contract, 'row' | 'field'>) => ({
  name: 'field',
  in: 'query',
  description: `Columns to answer with, as a list; all by default. A bare number (txt) and a chart show ${field} where none is given.`,
  schema: { type: 'string' },
  example: Object.keys(row.shape).includes(field) ? field : undefined,
});

/** A grid that ships with the software, and its version: what the examples ask for. */
const SHIPPED = {
  id: 'mnist-tanh-keep-095',
  sha256: '27434c054f82f41d48cf67b92dbee7d6e711e49e64946c93d9dc37b2bad27668',
} as const;

const ID = { name: 'id', in: 'path', required: true, schema: reference(gridId), example: SHIPPED.id };
const VERSION = {
  name: 'sha256',
  in: 'path',
  required: true,
  description: 'SHA-256 of the uploaded bytes',
  schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  example: SHIPPED.sha256,
};

/** The query parameters of an endpoint, from its schema, with the values of its first example. */
function parameters({ query, examples }: Pick<Contract, 'query' | 'examples'>) {
  const example = examples[0] ?? {};
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    description: metaOf(schema).description,
    schema: { type: 'string' },
    ...(example[name] !== undefined && { example: example[name] }),
  }));
}

const MEDIA: Record<Exclude<Format, 'json'>, string> = {
  csv: 'text/csv',
  npy: 'application/octet-stream',
  txt: 'text/plain',
  svg: 'image/svg+xml',
  png: 'image/png',
};

/** An answer in JSON and in other formats. */
function content(schema: z.ZodType, formats: readonly Format[]) {
  const others = formats.filter((format) => format !== 'json');
  return {
    ...json(schema),
    ...Object.fromEntries(others.map((format) => [MEDIA[format], { schema: { type: 'string' } }])),
  };
}

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

/** A schema by its place among the components; every schema used here carries an id. */
function reference(schema: z.ZodType) {
  return { $ref: `#/components/schemas/${z.globalRegistry.get(schema)?.id}` };
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

const GRID_PARAMETERS = [
  ...parameters({ query: gridQuery, examples: [{ measure: 'train_accuracy' }] }),
  format(FORMATS),
  field({ row: gridRow, field: 'train_accuracy' }),
  LAYOUT,
];

const GRID = {
  200: {
    description:
      'A grid. JSON is the published file, byte for byte; CSV has one row for each cell and seed; npy is the matrix of means over the seeds; pictures show it with the predicted curves and the measured frontier',
    content: content(gridSchema, FORMATS),
  },
  ...problems(400, 404, 429),
};

/** The paths of the measured grids. */
const GRID_PATHS = {
  '/v1/grids': {
    get: {
      operationId: 'listGrids',
      summary: 'All measured grids, page by page',
      parameters: [
        ...parameters({ query: gridsQuery, examples: [{ limit: '10' }] }),
        format(['json', 'csv', 'txt']),
      ],
      responses: {
        200: {
          description: 'A table; the header Link names the next page',
          content: content(gridsAnswer, ['json', 'csv', 'txt']),
        },
        ...problems(400, 429),
      },
    },
  },
  '/v1/grids/{id}': {
    parameters: [ID],
    get: {
      operationId: 'getGrid',
      summary: 'The current version of a grid',
      parameters: GRID_PARAMETERS,
      responses: GRID,
    },
    put: {
      operationId: 'publishGrid',
      summary: 'Publish a version of a grid',
      description:
        'For example: `curl -X PUT -H "Authorization: Bearer $TOKEN" --data-binary @runs/tiny.json …/v1/grids/tiny`. The same bytes again are the same version.',
      security: [{ token: [] }],
      requestBody: { required: true, content: json(gridSchema) },
      responses: {
        200: { description: 'These bytes were published before', content: json(publishedAnswer) },
        201: { description: 'A new version', content: json(publishedAnswer) },
        ...problems(400, 401, 413, 422, 429, 503),
      },
    },
    delete: {
      operationId: 'withdrawGrid',
      summary: 'Take a grid off the list; its versions stay',
      description:
        'For example: `curl -X DELETE -H "Authorization: Bearer $TOKEN" …/v1/grids/tiny`. A grid that ships with the software stays (409).',
      security: [{ token: [] }],
      responses: { 204: { description: 'It is off the list' }, ...problems(400, 401, 404, 409, 429, 503) },
    },
  },
  '/v1/grids/{id}/frontier': {
    get: {
      operationId: 'getFrontier',
      summary: frontierContract.summary,
      description: frontierContract.description,
      parameters: [
        ID,
        ...parameters(frontierContract),
        format(frontierContract.formats),
        field(frontierContract),
      ],
      responses: {
        200: { description: 'A table', content: content(frontierAnswer, frontierContract.formats) },
        ...problems(400, 404, 429),
      },
    },
  },
  '/v1/grids/{id}/versions/{sha256}': {
    get: {
      operationId: 'getGridVersion',
      summary: 'One immutable version of a grid',
      parameters: [ID, VERSION, ...GRID_PARAMETERS],
      responses: GRID,
    },
  },
};

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
      '/healthz': { get: plain('healthz', 'Whether the service is up', { status: 'ok' }) },
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
