import * as z from 'zod';
import { choices } from '../choices.ts';
import { COLUMN_TYPES } from '../endpoint.ts';

/** The contract of `GET /v1/columns`: what the columns of the tables of these names hold. */
export function makeColumnsContract<const Name extends string>(tables: readonly Name[]) {
  return {
    name: 'columns',
    tag: 'catalogues',
    summary: 'The columns of every table: what they hold, in which unit, from which source',
    description:
      'Answers in JSON carry the same with meta=full. grids, versions and frontier are the tables of the measured grids, grid is a grid itself.',
    query: z.strictObject({ endpoint: choices(tables, 'Whose columns (default all).').default([...tables]) }),
    row: z
      .object({
        endpoint: z.enum(tables).meta({ description: 'whose column' }),
        column: z.string().meta({ description: 'name' }),
        type: z
          .enum(COLUMN_TYPES)
          .meta({ description: 'what a cell holds, where it is not null; lists are in JSON only' }),
        unit: z.string().nullable().meta({ description: 'unit; 1 for a plain number, null for none' }),
        description: z.string().meta({ description: 'what the column holds' }),
        source: z
          .string()
          .nullable()
          .meta({ description: 'where its definition stands, or where the number comes from' }),
      })
      .meta({ id: 'ColumnsRow' }),
    formats: ['json', 'csv', 'txt'],
    field: 'description',
    notes: [],
    examples: [{ endpoint: 'depth-scales' }, {}],
  } as const;
}
