import { FORMATS, LIST_FORMATS } from './endpoint.ts';
import { frontierAnswer, frontierContract, gridQuery } from './endpoints/frontier.ts';
import { gridRow, gridSchema, gridsAnswer, gridsQuery, publishedAnswer } from './grid.ts';
import { versionRow, versionsAnswer, versionsQuery } from './grid-versions.ts';
import { content, field, format, json, LAYOUT, parameters, problems, reference } from './openapi-parts.ts';
import { gridId } from './plan.ts';
import { checkAnswer, checkQuery, collectAnswer, collectQuery } from './store-check.ts';

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

const GRID_PARAMETERS = [
  ...parameters({ query: gridQuery, examples: [] }),
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
  ...problems(400, 404, 429, 500, 503),
};

/** Preconditions on what is current (RFC 9110, section 13.1). */
const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  description:
    'The version that must be current, in quotes, or several, or *; else nothing is changed (412).',
  schema: { type: 'string' },
};
const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  description: '*: only where there is no such grid; else nothing is changed (412).',
  schema: { type: 'string' },
};

/** The paths of the measured grids. */
export const GRID_PATHS = {
  '/v1/grids': {
    get: {
      operationId: 'listGrids',
      summary: 'All measured grids, page by page',
      parameters: [
        ...parameters({ query: gridsQuery, examples: [{ limit: '10', technique: 'bernoulli' }] }),
        format(LIST_FORMATS),
      ],
      responses: {
        200: {
          description: 'A table; the header Link names the next page',
          content: content(gridsAnswer, LIST_FORMATS),
        },
        ...problems(400, 429, 503),
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
        'For example: `curl -X PUT -H "Authorization: Bearer $TOKEN" --data-binary @runs/tiny.json …/v1/grids/tiny`. The same bytes again are the same version, and are written again, which mends them where they are missing or damaged. An older version is restored only where If-Match names the current one, or If-None-Match: * says that there is none; else 409.',
      security: [{ token: [] }],
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
      summary: 'Take a grid off the list; its versions stay',
      description:
        'For example: `curl -X DELETE -H "Authorization: Bearer $TOKEN" …/v1/grids/tiny`. A grid that ships with the software stays (409). A PUT of its bytes restores it.',
      security: [{ token: [] }],
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
        ...problems(400, 404, 429, 503),
      },
    },
  },
  '/v1/grids/{id}/versions': {
    get: {
      operationId: 'listGridVersions',
      summary:
        'What happened to a grid: every version that was published, withdrawn or restored, page by page',
      parameters: [
        ID,
        ...parameters({ query: versionsQuery, examples: [{ limit: '10' }] }),
        format(LIST_FORMATS),
        field({ row: versionRow, field: 'version' }),
      ],
      responses: {
        200: {
          description: 'A table; the header Link names the next page',
          content: content(versionsAnswer, LIST_FORMATS),
        },
        ...problems(400, 404, 429, 503),
      },
    },
  },
  '/v1/store/check': {
    get: {
      operationId: 'checkStore',
      summary: 'Compare the history of the grids with their stored bytes, page by page',
      description: '`dropline fsck --to …` follows the pages.',
      security: [{ token: [] }],
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
      summary: 'List, and with delete=true delete, what uploads that failed left behind, page by page',
      description: 'Only objects that nothing refers to, and that are older than a day.',
      security: [{ token: [] }],
      parameters: parameters({ query: collectQuery, examples: [] }),
      responses: {
        200: { description: 'Objects that nothing refers to', content: json(collectAnswer) },
        ...problems(400, 401, 429, 503),
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
