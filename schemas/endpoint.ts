import * as z from 'zod';
import type { Bounds } from './parameters.ts';

/** The formats of answers, by the name that an extension or `?format=` gives; the first is the usual one. */
export const FORMATS = ['json', 'csv', 'npy', 'txt', 'svg', 'png'] as const;

/** The name of a format. */
export type Format = (typeof FORMATS)[number];

/** The formats of lists: of grids, and of the versions of a grid. */
export const LIST_FORMATS = ['json', 'csv', 'txt'] as const satisfies readonly Format[];

/**
 * An endpoint of the API as data: how it is asked, what it answers. The routes, the OpenAPI document, the page at /docs,
 * `POST /v1/batch` and the client are made from it.
 */
export type Contract = {
  /** the last part of the path: `depth-scales` is `GET /v1/depth-scales` */
  readonly name: string;
  /** under which heading the OpenAPI document lists it */
  readonly tag: Tag;
  readonly summary: string;
  /** what a user needs to know beyond the parameters and columns */
  readonly description: string;
  /** every parameter is a string and parses to a list of values (which vary) or to one value; unknown ones are errors */
  readonly query: z.ZodObject;
  /** one row of the answer: its members are the columns, in order; optional ones are left out where the query has them not */
  readonly row: z.ZodObject;
  readonly formats: readonly Format[];
  /** the column that a bare number (txt) and a chart show unless `field` says another */
  readonly field: string;
  /** the columns that answer the question: a row in JSON begins with them. CSV has the order of the row */
  readonly answer?: readonly string[];
  /** the columns that come without `field`, besides the answer and the parameters that the query gives; all if left out */
  readonly usual?: { readonly parameters: readonly string[]; readonly rest: readonly string[] };
  /** the column along x of a chart; by default the parameter with the most values */
  readonly x?: string;
  /** whether the rows are a plane: npy is a matrix, pictures are heat maps, and csv may be wide */
  readonly plane?: true;
  /** what the answer rests on that is approximate, unverified or a choice */
  readonly notes: readonly Note[];
  /** queries that work, for the documents; a test asks each of them */
  readonly examples: readonly Readonly<Record<string, string>>[];
};

/** The headings of the OpenAPI document, in order, and what stands below them. */
export const TAGS = {
  theory: 'Mean-field theory of a network: fixed points, depth scales, layers, critical lines',
  depth: 'How deep a network can be trained, and how to initialise it',
  catalogues: 'What there is: activations, techniques, initialisers, claims of papers, columns',
  grids: 'Networks that were trained',
  store: 'Looking after the published grids',
  service: 'Pages, versions and health',
} as const;

/** A heading of the OpenAPI document. */
export type Tag = keyof typeof TAGS;

/** What an answer rests on; where it concerns some columns only, which. */
export type Note = string | { readonly text: string; readonly columns: readonly string[] };

/** How much an answer in JSON says beside its rows. */
export const META_LEVELS = ['none', 'brief', 'full'] as const;

/** See {@link META_LEVELS}. */
export type MetaLevel = (typeof META_LEVELS)[number];

/** Where the definition of a column stands that names no paper: the notes of the theory say how it is derived. */
const OWN = 'docs/theory.md';

/** A computed column, which may be null; `more` has its unit, and where its definition comes from. */
export function quantity(description: string, more: { unit?: string; source?: string } = {}) {
  return z
    .number()
    .nullable()
    .meta({ description, source: OWN, ...more });
}

/** What `meta.columns` says of a column. */
export const columnSchema = z
  .object({ description: z.string(), unit: z.string().optional(), source: z.string().optional() })
  .meta({ id: 'Column' });

/** See {@link columnSchema}. */
export type Column = z.infer<typeof columnSchema>;

/**
 * What the columns of a row hold. A number without a unit of its own has the unit 1; a column with the name of a parameter
 * comes from the query.
 */
export function columnsOf({ row, query }: Pick<Contract, 'row' | 'query'>): Record<string, Column> {
  return Object.fromEntries(
    Object.entries(row.shape).map(([name, schema]) => {
      const {
        description = name,
        unit = columnType(schema) === 'number' ? '1' : undefined,
        source: own,
      } = metaOf(schema);
      const source = own ?? (name in query.shape ? 'the query' : undefined);
      return [
        name,
        { description, ...(unit !== undefined && { unit }), ...(source !== undefined && { source }) },
      ];
    }),
  );
}

/** The value of `field` that stands for all columns. */
export const ALL_COLUMNS = 'all';

/**
 * The columns that come without `field`, in the order that they have in JSON: the answer, the parameters that the query gives, the rest.
 *
 * @param contract of the endpoint
 * @param given the parameters that the query gives
 * @param also further columns for this query
 * @returns undefined for all
 * @example usualColumns(trainableDepthContract, ['width'])?.includes('width')
 */
export function usualColumns(
  { row, answer = [], usual }: Pick<Contract, 'row' | 'answer' | 'usual'>,
  given: readonly string[] = [],
  also: readonly string[] = [],
): readonly string[] | undefined {
  if (!usual) return undefined;
  const named = Object.keys(row.shape).filter((name) => [...given, ...usual.parameters].includes(name));
  return [...new Set([...answer, ...named, ...also, ...usual.rest])];
}

/** What a cell of a column may hold, where it is not null. */
export const COLUMN_TYPES = ['number', 'boolean', 'text', 'list'] as const;

/** What the cells of a column hold, also where an optional or a nullable is wrapped around its schema. */
export function columnType({ _zod: { def } }: z.core.$ZodType): (typeof COLUMN_TYPES)[number] {
  const { innerType } = def as { innerType?: z.core.$ZodType };
  if (innerType) return columnType(innerType);
  if (def.type === 'number' || def.type === 'boolean') return def.type;
  return ['array', 'object', 'record'].includes(def.type) ? 'list' : 'text';
}

/** The columns that hold numbers or truth values, whatever the rows of an answer: those that a NumPy array has. */
export function numericColumns({ shape }: z.ZodObject, columns: readonly string[]): string[] {
  return columns.filter((name) => {
    const schema = shape[name];
    return schema !== undefined && ['number', 'boolean'].includes(columnType(schema));
  });
}

/** What schemas of columns and parameters say of themselves. */
export type About = {
  description?: string;
  /** of a column */
  unit?: string;
  source?: string;
  /** the range of a numeric parameter, ends included */
  bounds?: Bounds;
  /** the names that a parameter may have */
  names?: readonly string[];
  /** whether one value of the parameter is a list */
  list?: boolean;
  /** of a parameter: what the OpenAPI document says of its values */
  values?: ValuesSchema;
};

/** The values of a parameter as JSON Schema; lists are written with commas. */
export type ValuesSchema = z.core.JSONSchema.BaseSchema;

/** What a schema says of itself, also where a default, an optional or a nullable is wrapped around it. */
export function metaOf(schema: z.core.$ZodType): About {
  const own = z.globalRegistry.get(schema);
  if (own?.description !== undefined) return own as About;
  const inner = (schema._zod.def as { innerType?: z.core.$ZodType }).innerType;
  return inner ? metaOf(inner) : {};
}

/** What stands beside the rows of an answer, as the parameter `meta` asks. */
export const metaSchema = z
  .object({
    query: z.string().describe('the query that this answers'),
    count: z.int().describe('the number of rows'),
    units: z
      .record(z.string(), z.string())
      .optional()
      .describe('with meta=brief: the units of the columns that are no plain numbers'),
    columns: z.record(z.string(), columnSchema).optional().describe('with meta=full: what each column holds'),
    notes: z
      .array(z.string())
      .describe(
        'on what approximation or unverified attribution the answer rests; with meta=brief those that concern its columns',
      ),
    version: z.string().describe('version of the software that answered'),
    columns_url: z.string().describe('where the columns are described'),
  })
  .meta({ id: 'Meta' });

/** The answer of a table in JSON. */
export const tableSchema = <Row extends z.ZodObject>(row: Row) =>
  z.object({ meta: metaSchema.optional().describe('left out with meta=none'), rows: z.array(row) });
