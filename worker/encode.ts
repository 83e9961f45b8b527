import type { Contract, Format } from '../schemas/endpoint.ts';
import { didYouMean } from '../schemas/problem.ts';
import { formatHeaders } from './format.ts';
import { encodeCsv } from './formats/csv.ts';
import type { Table } from './formats/table.ts';
import { HttpProblem } from './problem.ts';

/** What decides how a table is shown. */
type Showing = {
  readonly contract: Pick<Contract, 'field' | 'row' | 'summary'>;
  /** the columns asked for with `?field=`; all by default, in txt and charts the endpoint's usual one */
  readonly fields?: readonly string[] | undefined;
};

/**
 * A table in a format.
 *
 * @param table what to show
 * @param format how
 * @param showing the columns asked for
 * @throws HttpProblem 400 for a column that there is not
 * @example await encodeTable(table, 'csv', { contract }) // body "a\n1\n"
 */
export async function encodeTable(
  table: Table,
  format: Format,
  { contract, fields }: Showing,
): Promise<Response> {
  const known = Object.keys(contract.row.shape);
  for (const field of fields ?? [])
    if (!known.includes(field)) {
      const detail = `There is no column "${field.slice(0, 40)}".${didYouMean(field, known) || ` Columns: ${known.join(', ')}.`}`;
      throw new HttpProblem(400, detail, [{ pointer: '#/field', detail }]);
    }
  const shown = fields ? only(table, fields) : table;
  const body = await (ENCODERS[format] as Encoder)(shown, fields ?? [contract.field], table);
  return new Response(body, { headers: formatHeaders(format) });
}

type Encoder = (shown: Table, fields: readonly string[], whole: Table) => BodyInit | Promise<BodyInit>;

const ENCODERS: Partial<Record<Format, Encoder>> = {
  json: ({ meta, rows }) => `${JSON.stringify({ meta, rows })}\n`,
  csv: ({ columns, rows }) => encodeCsv(columns.filter(flat(rows)), rows),
};

/** Columns that hold lists or objects have no place in a flat table. */
const flat = (rows: Table['rows']) => (name: string) =>
  rows.every((row) => typeof row[name] !== 'object' || row[name] === null);

function only({ meta, columns, rows }: Table, fields: readonly string[]): Table {
  const kept = columns.filter((name) => fields.includes(name));
  return {
    meta: {
      ...meta,
      columns: Object.fromEntries(
        Object.entries(meta.columns as object).filter(([name]) => kept.includes(name)),
      ),
    },
    columns: kept,
    rows: rows.map((row) => Object.fromEntries(kept.map((name) => [name, row[name]]))),
  };
}
