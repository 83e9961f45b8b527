import type { Table } from '../../figures/table.ts';
import { didYouMean } from '../../schemas/problem.ts';
import { ParameterError } from '../../theory/index.ts';
import { cellText } from './csv.ts';

/**
 * The bare values of one column, one a line: what a spreadsheet's `WEBSERVICE` or a shell script reads. Line n is row n, so
 * a null is an empty line and a line break within text becomes a space; the text of an only row keeps its lines if none
 * begins like a formula, so that a snippet of code can be run. There is no newline after the last line: a single
 * value is nothing but the value, which `NUMBERVALUE(WEBSERVICE("…"), ".")` needs. Text cannot act as a formula, see
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
  const only = rows.length === 1 ? rows[0]?.[field] : undefined;
  if (typeof only === 'string' && cellText(only) === only) return only;
  return rows.map((row) => cellText(row[field]).replace(/\s*[\r\n]+\s*/g, ' ')).join('\n');
}
