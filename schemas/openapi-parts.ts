import * as z from 'zod';
import { type Contract, type Format, metaOf } from './endpoint.ts';
import { problemSchema } from './problem.ts';

/**
 * A body in JSON.
 *
 * @param schema with an id
 * @example { 200: { description: 'A grid', content: json(gridSchema) } }
 */
export const json = (schema: z.ZodType) => ({ 'application/json': { schema: reference(schema) } });

/**
 * Error answers.
 *
 * @param statuses their HTTP statuses
 * @example { 200: …, ...problems(400, 429) }
 */
export const problems = (...statuses: number[]) =>
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
  403: 'The development token works from pages and addresses of this machine only',
  404: 'There is no such thing',
  409: 'The grid ships with the software, or the version was replaced and the request does not say by what',
  412: 'The grid is not as If-Match or If-None-Match says; nothing was changed',
  413: 'The body is too large',
  429: 'Too many requests; Retry-After says when to go on',
  422: 'The body is not what it should be (a grid: nothing was stored)',
  500: 'A fault: the stored bytes of the version are missing or damaged, for example',
  503: 'A part that this needs is down (Retry-After says when to ask again), or publishing is off: no token is set on the server',
};

/**
 * The parameter `format`.
 *
 * @param formats that the answer has
 * @example format(['json', 'csv'])
 */
export const format = (formats: readonly Format[]) => ({
  name: 'format',
  in: 'query',
  description: `Format of the answer; an extension of the path (${formats.map((name) => `.${name}`).join(', ')}) wins over it, it wins over Accept.`,
  schema: { type: 'string', enum: formats },
});

/** Besides its own parameters a plane takes `layout`. */
export const LAYOUT = {
  name: 'layout',
  in: 'query',
  description:
    'Of CSV: long, a row for each point (default), or wide, a row for each value along y and a column for each along x.',
  schema: { type: 'string', enum: ['long', 'wide'] },
};

/**
 * The parameter `field`.
 *
 * @param contract of the answer
 * @example field({ row: gridRow, field: 'train_accuracy' })
 */
export const field = ({ row, field }: Pick<Contract, 'row' | 'field'>) => ({
  name: 'field',
  in: 'query',
  description: `Columns to answer with, as a list; all by default. A bare number (txt) and a chart show ${field} where none is given. A picture or matrix of a plane has no columns.`,
  schema: { type: 'string' },
  example: Object.keys(row.shape).includes(field) ? field : undefined,
});

/**
 * The query parameters of an endpoint, from its schema, with the values of its first example.
 *
 * @param contract of the endpoint
 * @example parameters(depthScalesContract)[0].name // 'activation'
 */
export function parameters({ query, examples }: Pick<Contract, 'query' | 'examples'>) {
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

/**
 * An answer in JSON and in other formats.
 *
 * @param schema of the JSON
 * @param formats that there are
 * @example content(gridsAnswer, ['json', 'csv'])
 */
export function content(schema: z.ZodType, formats: readonly Format[]) {
  const others = formats.filter((format) => format !== 'json');
  return {
    ...json(schema),
    ...Object.fromEntries(others.map((format) => [MEDIA[format], { schema: { type: 'string' } }])),
  };
}

/**
 * A schema by its place among the components.
 *
 * @param schema with an id
 * @example reference(gridSchema) // { $ref: '#/components/schemas/Grid' }
 */
export function reference(schema: z.ZodType) {
  return { $ref: `#/components/schemas/${z.globalRegistry.get(schema)?.id}` };
}
