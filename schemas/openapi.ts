import * as z from 'zod';
import { batchAnswer, batchBody, MAX_BATCH } from './batch.ts';
import { type Contract, columnsOf, FORMATS, LIST_FORMATS, TAGS, usualColumns } from './endpoint.ts';
import { frontierAnswer, frontierContract, gridQuery } from './endpoints/frontier.ts';
import { ANSWERS, CONTRACTS, DESCRIBED } from './endpoints/index.ts';
import {
  NETWORK_ANSWERS,
  NETWORK_EXAMPLE,
  networkContract,
  networkTrajectoryContract,
} from './endpoints/network.ts';
import {
  gridRow,
  gridSchema,
  gridSummary,
  gridsAnswer,
  gridsQuery,
  publishedAnswer,
  versionRow,
  versionsAnswer,
  versionsQuery,
} from './grid.ts';
import { networkBody } from './network-body.ts';
import {
  content,
  contentOrPage,
  json,
  metaParameter,
  type Parameter,
  parameters,
  problems,
  reference,
  shareParameters,
  tableParameters,
} from './openapi-parts.ts';
import { gridId } from './plan.ts';
import { queryString } from './query-string.ts';
import { readinessAnswer, SOFTWARE_VERSION, VERSIONS } from './service.ts';
import { checkAnswer, checkQuery, collectAnswer, collectQuery } from './store-check.ts';

/** The path of an endpoint that answers a query with a table. */
function tablePath(contract: Contract) {
  const { name, tag, summary, description, formats, examples } = contract;
  return {
    get: {
      operationId: name.replace(/[-/](.)/g, (_, letter: string) => letter.toUpperCase()),
      tags: [tag],
      summary,
      description: `${description}\n\nFor example: ${examples.map((query) => `\`/v1/${name}?${queryString(query)}\``).join(', ')}`,
      parameters: [...parameters(contract), ...tableParameters(contract)],
      responses: {
        200: { description: 'A table', content: contentOrPage(ANSWERS[name] as z.ZodType, formats) },
        ...problems(400, 429),
      },
    },
  };
}

const TABLES = Object.fromEntries(
  CONTRACTS.map((contract) => [`/v1/${contract.name}`, tablePath(contract)] as const),
);

const BATCH = {
  post: {
    operationId: 'batch',
    tags: ['theory'],
    summary: 'Many queries of any kind in one call',
    description: `At most ${MAX_BATCH} queries; each is answered with rows or a problem of its own.`,
    parameters: [metaParameter],
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
};

/** The path of an answer about a network that is posted. */
function networkPath(contract: Contract) {
  const { name, tag, summary, description, formats } = contract;
  return {
    post: {
      operationId: name === 'network' ? 'askNetwork' : 'askNetworkTrajectory',
      tags: [tag],
      summary,
      description,
      parameters: tableParameters(contract),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: reference(networkBody), example: NETWORK_EXAMPLE } },
      },
      responses: {
        200: {
          description: 'A table',
          content: content(NETWORK_ANSWERS[name as keyof typeof NETWORK_ANSWERS], formats),
        },
        ...problems(400, 413, 422, 429),
      },
    },
  };
}

const NETWORK_PATHS = {
  '/v1/network': networkPath(networkContract),
  '/v1/network/trajectory': networkPath(networkTrajectoryContract),
};

/** A grid that ships with the software, and its version: what the examples ask for. */
const SHIPPED = {
  id: 'mnist-tanh-keep-095',
  sha256: '32f0c0270f55fb0d38908dc0b4241f394a6031731b2ccc210088c4115471cf67',
} as const;

const ID: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  description: 'id of a grid',
  schema: reference(gridId),
  example: SHIPPED.id,
};
const VERSION: Parameter = {
  name: 'sha256',
  in: 'path',
  required: true,
  description: 'SHA-256 of the uploaded bytes',
  schema: { type: 'string', pattern: '^[0-9a-f]{64}$' },
  example: SHIPPED.sha256,
};

/** Preconditions on what is current (RFC 9110, section 13.1). */
const IF_MATCH: Parameter = {
  name: 'If-Match',
  in: 'header',
  description:
    'The version that must be current, in quotes, or several, or *; else nothing is changed (412).',
  schema: { type: 'string' },
};
const IF_NONE_MATCH: Parameter = {
  name: 'If-None-Match',
  in: 'header',
  description: '*: only where there is no such grid; else nothing is changed (412).',
  schema: { type: 'string' },
};

// (a grid in JSON is the published file, so that there is nothing that meta could change)
const GRID_PARAMETERS = [
  ...parameters({ query: gridQuery, examples: [] }),
  ...tableParameters({ row: gridRow, field: 'train_accuracy', formats: FORMATS, plane: true }).filter(
    (parameter) => parameter !== metaParameter,
  ),
];

const GRID = {
  200: {
    description:
      'A grid. JSON is the published file, byte for byte; CSV has one row for each cell and seed; npy is the matrix of means over the seeds; pictures show it with the predicted curves and the measured frontier',
    content: contentOrPage(gridSchema, FORMATS),
  },
  ...problems(400, 404, 429, 500, 503),
};

const PAGE = 'A table; the header Link names the next page';

/** What changes or reads the store asks for the token. */
const TOKEN = [{ token: [] }];

const GRID_PATHS = {
  '/v1/grids': {
    get: {
      operationId: 'listGrids',
      tags: ['grids'],
      summary: 'All measured grids, page by page',
      parameters: [
        ...parameters({ query: gridsQuery, examples: [] }),
        ...tableParameters({ row: gridSummary, field: 'id', formats: LIST_FORMATS }),
      ],
      responses: {
        200: { description: PAGE, content: contentOrPage(gridsAnswer, LIST_FORMATS) },
        ...problems(400, 429, 503),
      },
    },
  },
  '/v1/grids/{id}': {
    parameters: [ID],
    get: {
      operationId: 'getGrid',
      tags: ['grids'],
      summary: 'The current version of a grid',
      parameters: GRID_PARAMETERS,
      responses: GRID,
    },
    put: {
      operationId: 'publishGrid',
      tags: ['grids'],
      summary: 'Publish a version of a grid',
      description:
        'For example: `curl -X PUT -H "Authorization: Bearer $TOKEN" --data-binary @runs/tiny.json …/v1/grids/tiny`. The same bytes again are the same version, and are written again, which mends them where they are missing or damaged. An older version is restored only where If-Match names the current one, or If-None-Match: * says that there is none; else 409.',
      security: TOKEN,
      parameters: [IF_MATCH, IF_NONE_MATCH],
      requestBody: { required: true, content: json(gridSchema) },
      responses: {
        200: { description: 'These bytes were published before', content: json(publishedAnswer) },
        201: { description: 'A new version', content: json(publishedAnswer) },
        ...problems(400, 401, 403, 409, 412, 413, 422, 429, 503),
      },
    },
    delete: {
      operationId: 'withdrawGrid',
      tags: ['grids'],
      summary: 'Take a grid off the list; its versions stay',
      description:
        'For example: `curl -X DELETE -H "Authorization: Bearer $TOKEN" …/v1/grids/tiny`. A grid that ships with the software stays (409). A PUT of its bytes restores it.',
      security: TOKEN,
      parameters: [IF_MATCH],
      responses: {
        204: { description: 'It is off the list' },
        ...problems(400, 401, 403, 404, 409, 412, 429, 503),
      },
    },
  },
  '/v1/grids/{id}/frontier': {
    get: {
      operationId: 'getFrontier',
      tags: [frontierContract.tag],
      summary: frontierContract.summary,
      description: frontierContract.description,
      parameters: [ID, ...parameters(frontierContract), ...tableParameters(frontierContract)],
      responses: {
        200: { description: 'A table', content: contentOrPage(frontierAnswer, frontierContract.formats) },
        ...problems(400, 404, 429, 503),
      },
    },
  },
  '/v1/grids/{id}/versions': {
    get: {
      operationId: 'listGridVersions',
      tags: ['grids'],
      summary:
        'What happened to a grid: every version that was published, withdrawn or restored, page by page',
      parameters: [
        ID,
        ...parameters({ query: versionsQuery, examples: [] }),
        ...tableParameters({ row: versionRow, field: 'version', formats: LIST_FORMATS }),
      ],
      responses: {
        200: { description: PAGE, content: contentOrPage(versionsAnswer, LIST_FORMATS) },
        ...problems(400, 404, 429, 503),
      },
    },
  },
  '/v1/grids/{id}/versions/{sha256}': {
    get: {
      operationId: 'getGridVersion',
      tags: ['grids'],
      summary: 'One immutable version of a grid',
      parameters: [ID, VERSION, ...GRID_PARAMETERS],
      responses: GRID,
    },
  },
  '/v1/store/check': {
    get: {
      operationId: 'checkStore',
      tags: ['store'],
      summary: 'Compare the history of the grids with their stored bytes, page by page',
      description: '`dropline fsck --to …` follows the pages.',
      security: TOKEN,
      parameters: parameters({ query: checkQuery, examples: [] }),
      responses: {
        200: { description: 'What was found', content: json(checkAnswer) },
        ...problems(400, 401, 429, 503),
      },
    },
  },
  '/v1/store/collect': {
    post: {
      operationId: 'collectObjects',
      tags: ['store'],
      summary: 'List, and with delete=true delete, what uploads that failed left behind, page by page',
      description: 'Only objects that nothing refers to, and that are older than a day.',
      security: TOKEN,
      parameters: parameters({ query: collectQuery, examples: [] }),
      responses: {
        200: { description: 'Objects that nothing refers to', content: json(collectAnswer) },
        ...problems(400, 401, 429, 503),
      },
    },
  },
};

/** An address of the service itself, whose answer is of one media type. */
const serviceGet = (operationId: string, summary: string, type: string, example?: object) => ({
  get: {
    operationId,
    tags: ['service'],
    summary,
    responses: {
      200: {
        description: summary,
        content: { [type]: { schema: { type: example ? 'object' : 'string' }, ...(example && { example }) } },
      },
      // (asking whether the program runs is not limited)
      ...(operationId !== 'healthz' && problems(429)),
    },
  },
});

const JSON_TYPE = 'application/json';

const SERVICE_PATHS = {
  '/openapi.json': serviceGet('openApi', 'This document', JSON_TYPE, { openapi: '3.1.0' }),
  '/versions': serviceGet('versions', 'Versions of software, API and schemas', JSON_TYPE, VERSIONS),
  '/healthz': serviceGet('healthz', 'Whether the program runs; it asks no other part', JSON_TYPE, {
    status: 'ok',
  }),
  '/readyz': {
    get: {
      operationId: 'readyz',
      tags: ['service'],
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
  '/docs': serviceGet('docs', 'This document as a page', 'text/html'),
  '/glossary.md': serviceGet('glossary', 'The words of the API, each with its one meaning', 'text/markdown'),
  '/llms.txt': serviceGet('llms', 'What this is and how to ask, for programs that read prose', 'text/plain'),
  '/dropline_check.py': serviceGet(
    'droplineCheck',
    'A script that reads a PyTorch model and says whether it is shallow enough to be trained',
    'text/x-python',
  ),
  '/robots.txt': serviceGet('robots', 'What crawlers may ask', 'text/plain'),
  '/': serviceGet('explorer', 'The explorer: a page that draws what the API answers', 'text/html'),
};

/** The schemas that have an id. Columns carry their unit and source, as answers with meta=full do. */
function componentSchemas() {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    uri: (id) => `#/components/schemas/${id}`,
    io: 'output',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const { unit: _, source: __, ...rest } = jsonSchema as Record<string, unknown>;
      for (const name of Object.keys(jsonSchema)) if (!(name in rest)) delete jsonSchema[name];
    },
  });
  for (const table of Object.values(DESCRIBED)) {
    const schema: z.core.JSONSchema.BaseSchema = schemas[z.globalRegistry.get(table.row)?.id as string] ?? {};
    const { properties = {}, required = [] } = schema;
    const usual = usualColumns(table);
    if (usual) schema.required = required.filter((name) => usual.includes(name));
    for (const [name, { unit, source }] of Object.entries(columnsOf(table)))
      Object.assign(properties[name] as object, {
        ...(unit !== undefined && { 'x-unit': unit }),
        ...(source !== undefined && { 'x-source': source }),
      });
  }
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, id: ___, ...schema }]) => [id, schema]),
  );
}

/**
 * The OpenAPI 3.1 document of the API, derived from the schemas that the Worker and the trainer validate with.
 *
 * @example openApi().paths['/v1/depth-scales'].get.operationId // 'depthScales'
 */
export function openApi() {
  const shared = shareParameters({
    ...TABLES,
    '/v1/batch': BATCH,
    ...NETWORK_PATHS,
    ...GRID_PATHS,
    ...SERVICE_PATHS,
  });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dropline',
      version: SOFTWARE_VERSION,
      description:
        'How deep can a dropout network be trained? Mean-field theory, and networks that were trained.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'the service that this document came from' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    // (what needs the token says so itself)
    security: [],
    paths: shared.paths,
    components: {
      schemas: componentSchemas(),
      parameters: shared.parameters,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'the token of the deployment' },
      },
    },
  };
}
