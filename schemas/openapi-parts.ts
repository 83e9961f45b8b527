/** What the paths of the OpenAPI document are made of. */
import * as z from 'zod';
import {
  ALL_COLUMNS,
  type Contract,
  type Format,
  META_LEVELS,
  metaOf,
  type Tag,
  usualColumns,
  type ValuesSchema,
} from './endpoint.ts';
import { digits } from './parameters.ts';
import { problemSchema } from './problem.ts';

/** A parameter of an operation. Lists are written with commas: style form, not exploded. */
export type Parameter = {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly required?: boolean;
  readonly description?: string | undefined;
  readonly style?: 'form';
  readonly explode?: false;
  readonly schema: ValuesSchema;
  readonly example?: unknown;
};

/** A schema by its place among the components. */
export function reference(schema: z.ZodType) {
  return { $ref: `#/components/schemas/${z.globalRegistry.get(schema)?.id}` };
}

/** A body in JSON, by a schema that has an id. */
export const json = (schema: z.ZodType) => ({ 'application/json': { schema: reference(schema) } });

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

/** Error answers, by HTTP status. */
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

const MEDIA: Record<Exclude<Format, 'json'>, string> = {
  csv: 'text/csv',
  npy: 'application/octet-stream',
  txt: 'text/plain',
  svg: 'image/svg+xml',
  png: 'image/png',
};

/** An answer in JSON and in other formats. */
export function content(schema: z.ZodType, formats: readonly Format[]) {
  const others = formats.filter((format) => format !== 'json');
  return {
    ...json(schema),
    ...Object.fromEntries(others.map((format) => [MEDIA[format], { schema: { type: 'string' } }])),
  };
}

/** The same where a browser gets a page. */
export const contentOrPage = (schema: z.ZodType, formats: readonly Format[]) => ({
  ...content(schema, formats),
  'text/html': { schema: { type: 'string' } },
});

/** A query parameter; what is a list is one in the address too. */
const queryParameter = (name: string, schema: ValuesSchema, more: Partial<Parameter>): Parameter => ({
  name,
  in: 'query',
  ...more,
  ...(mayBeList(schema) && { style: 'form', explode: false }),
  schema,
});

const mayBeList = ({ type, anyOf = [] }: ValuesSchema): boolean =>
  type === 'array' || anyOf.some((one) => typeof one === 'object' && one.type === 'array');

/** How much an answer in JSON says beside its rows. */
export const metaParameter = queryParameter(
  'meta',
  { type: 'string', enum: [...META_LEVELS], default: 'brief' },
  {
    description:
      'Of JSON: how much stands beside the rows. none: nothing; brief: units, and notes that concern these columns; full: what every column holds.',
  },
);

const { values: digitValues = {}, description: aboutDigits } = metaOf(digits);
const digitsParameter = queryParameter('digits', digitValues, { description: aboutDigits });

/** Which columns come without `field`, as a sentence. */
function describeUsual(contract: Pick<Contract, 'row' | 'answer' | 'usual'>): string {
  const columns = usualColumns(contract);
  return columns
    ? `By default ${columns.join(', ')}, and the parameters that the query gives.`
    : 'All by default.';
}

/** The parameters that every table takes besides its own. */
export const tableParameters = ({
  row,
  field,
  formats,
  plane,
  ...more
}: Pick<Contract, 'row' | 'field' | 'formats' | 'plane' | 'answer' | 'usual'>): Parameter[] => [
  queryParameter(
    'format',
    { type: 'string', enum: [...formats] },
    {
      description: `Format of the answer; an extension of the path (${formats.map((name) => `.${name}`).join(', ')}) wins over it, it wins over Accept. A browser, which accepts text/html above all, gets a page from a GET.`,
    },
  ),
  queryParameter(
    'field',
    { type: 'array', items: { type: 'string', enum: [...Object.keys(row.shape), ALL_COLUMNS] }, minItems: 1 },
    {
      description: `Columns to answer with, or ${ALL_COLUMNS}. ${describeUsual({ row, ...more })} A bare number (txt) and a chart show ${field} where none is given. A picture or matrix of a plane has no columns.`,
    },
  ),
  metaParameter,
  digitsParameter,
  ...(plane
    ? [
        queryParameter(
          'layout',
          { type: 'string', enum: ['long', 'wide'], default: 'long' },
          {
            description:
              'Of CSV: long, a row for each point, or wide, a row for each value along y and a column for each along x.',
          },
        ),
      ]
    : []),
];

/**
 * The query parameters of an endpoint, from its schema. Those that its first example cannot do without have their values there: the first
 * of several where one will do.
 */
export function parameters({ query, examples }: Pick<Contract, 'query' | 'examples'>): Parameter[] {
  const [example = {}] = examples;
  const isNeeded = (name: string) => {
    const { [name]: value, ...others } = example;
    return value !== undefined && !query.safeParse(others).success;
  };
  const shortest = (name: string) => {
    const value = example[name] as string;
    const [first = value] = value.split(/,|\.\./);
    return query.safeParse({ ...example, [name]: first }).success ? first : value;
  };
  return Object.entries(query.shape).map(([name, schema]) => {
    const { description, values = plainSchema(schema) } = metaOf(schema);
    const usual = defaultOf(schema);
    return queryParameter(
      name,
      { ...values, ...(usual !== undefined && { default: usual }) },
      {
        ...(isRequired(schema) && { required: true }),
        description,
        ...(isNeeded(name) && { example: exampleOf(shortest(name), values) }),
      },
    );
  });
}

const isRequired = (schema: z.core.$ZodType) => !z.safeParse(schema, undefined).success;

/** The JSON Schema of a parameter that is plain text. */
function plainSchema(schema: z.core.$ZodType): ValuesSchema {
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  if (innerType) return plainSchema(innerType);
  const { id } = z.globalRegistry.get(schema) ?? {};
  if (id !== undefined) return { $ref: `#/components/schemas/${id}` };
  const { $schema: _, description: __, ...values } = z.toJSONSchema(schema, { io: 'input' });
  return values;
}

/** What stands for a parameter that is left out, where that is one value or a list of values. */
function defaultOf(schema: z.core.$ZodType): z.core.util.JSONType | undefined {
  const { def } = schema._zod as { def: { type: string; defaultValue?: z.core.util.JSONType } };
  return def.type === 'default' ? def.defaultValue : undefined;
}

/** An example as the schema has it: a list unless it is a range. */
function exampleOf(text: string, schema: ValuesSchema): unknown {
  if (!mayBeList(schema)) return schema.type === 'string' ? text : Number(text);
  if (text.includes('..')) return text;
  return text.split(',').map((one) => (Number.isNaN(Number(one)) ? one : Number(one)));
}

const isOne = (example: unknown) => Array.isArray(example) && example.length === 1;

type Paths = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Reference = { readonly $ref: string };

/** The parameters of an operation, or those that a path has for all of its operations. */
const parametersOf = (operation: unknown): readonly Parameter[] =>
  (Array.isArray(operation)
    ? operation
    : ((operation as { parameters?: readonly Parameter[] }).parameters ?? [])) as readonly Parameter[];

/** Moves parameters that stand in several operations to the components. One value of what must be given is good for all of them. */
export function shareParameters(paths: Paths) {
  const keyOf = ({ example, ...rest }: Parameter) =>
    JSON.stringify({ ...rest, ...(!(rest.required && isOne(example)) && { example }) });
  const all = Object.values(paths).flatMap((item) => Object.values(item).flatMap(parametersOf));
  const seen = new Map<string, Parameter>();
  const shared = new Set<Parameter>();
  for (const parameter of all) {
    const first = seen.get(keyOf(parameter));
    if (first) shared.add(first);
    else seen.set(keyOf(parameter), parameter);
  }
  const nameOf = (parameter: Parameter) => {
    const others = [...shared].filter(({ name }) => name === parameter.name);
    const suffix = parameter.schema.enum?.join('-') ?? others.indexOf(parameter) + 1;
    return others.length > 1 ? `${parameter.name}-${suffix}` : parameter.name;
  };
  const named = [...shared].map((parameter) => [nameOf(parameter), parameter] as const);
  const references = new Map(
    named.map(([name, parameter]) => [keyOf(parameter), { $ref: `#/components/parameters/${name}` }]),
  );
  const share = (list: readonly Parameter[]) => list.map((one) => references.get(keyOf(one)) ?? one);
  const sharePath = (item: Paths[string]) =>
    mapValues(item, (operation) =>
      Array.isArray(operation)
        ? share(operation)
        : { ...(operation as object), parameters: share(parametersOf(operation)) },
    );
  return { paths: mapValues(paths, sharePath), parameters: Object.fromEntries(named) };
}

const mapValues = <From, To>(from: Readonly<Record<string, From>>, to: (value: From) => To) =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value)]));

/** One operation of a document, with the parameters of its path and those that it shares with others. */
export type Operation = {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly summary: string;
  readonly tags: readonly Tag[];
  readonly description?: string;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};

type Content = Readonly<Record<string, { readonly schema: ValuesSchema; readonly example?: object }>>;

/** The operations of a document, one by one. */
export function operationsOf(document: {
  readonly paths: Paths;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}): Operation[] {
  const resolve = (one: Parameter | Reference) =>
    '$ref' in one ? (document.components.parameters[one.$ref.split('/').at(-1) ?? ''] as Parameter) : one;
  return Object.entries(document.paths).flatMap(([path, { parameters: common = [], ...methods }]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...(operation as Omit<Operation, 'method' | 'path' | 'parameters'>),
      method: method.toUpperCase(),
      path,
      parameters: [...parametersOf(common), ...parametersOf(operation)].map(resolve),
    })),
  );
}
