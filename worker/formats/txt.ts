import type { Table } from '../../figures/table.ts';
import { didYouMean } from '../../schemas/problem.ts';
import { ParameterError } from '../../theory/index.ts';
import { cellText } from './csv.ts';

/**
 * The bare values of one column, one a line: what a spreadsheet's `WEBSERVICE` or a shell script reads. Line n is row n, so
 * a line break within text becomes a space. In place of a null a row says its reason, or its status; the line is empty where it has
 * neither. The text of an only row keeps its lines if none begins like a formula, so that a snippet of code can be run. There is no
 * newline after the last line: a single value is nothing but the value, which `NUMBERVALUE(WEBSERVICE("…"), ".", ",")` needs. Text cannot act as a formula, see
 * {@link cellText}.
 *
 * @param table where the column is
 * @param field its name
 * @throws ParameterError if there is no such column; the message lists those there are
 * @example encodeTxt({ meta: {}, columns: ['xi_2'], rows: [{ xi_2: 5 }, { xi_2: null }] }, 'xi_2') // '5\n'
 */
export function encodeTxt({ columns, rows }: Table, field: string): string {
  if (!columns.includes(field))
    throw new ParameterError(
      'field',
      'unknown_name',
      `There is no column "${field.slice(0, 40)}".${didYouMean(field, columns)} Columns: ${columns.join(', ')}.`,
    );
  const cells = rows.map((row) => said(row, field));
  const [only] = cells;
  if (cells.length === 1 && typeof only === 'string' && cellText(only) === only) return only;
  return cells.map((cell) => cellText(cell).replace(/\s*[\r\n]+\s*/g, ' ')).join('\n');
}

/** A cell, or in place of an empty one why it is empty. */
const said = (row: Table['rows'][number], field: string): unknown => row[field] ?? row.reason ?? row.status;
