import { SingleEffort } from '../answers/effort.ts';
import { HttpProblem } from './problem.ts';

/** The most rows of one answer. */
export const MAX_ROWS = 10_000;

/** Work in evaluations: of reading a query, each character and each value of it; of making and writing a column of a row, and an entry of a problem. */
const COST = { query: 2000, character: 1, value: 10, column: 3, entry: 800 } as const;

/** The most values of all lists of a query together. Lists of more would make more rows than there may be. */
const MAX_VALUES = 2 * MAX_ROWS;

/** What one request may take, and what it has taken so far. */
export class Budget extends SingleEffort {
  #rows = MAX_ROWS;
  #combinations = 0;

  /** The work done so far, in evaluations. */
  get spent(): number {
    return this.meter.spent;
  }

  /**
   * Counts what it takes to read a query, whether it is answered or not.
   *
   * @param given names and values as they stand in an address
   * @throws HttpProblem 400 where its lists and ranges have more values than any answer; OutOfWork where the queries before have used it up
   */
  takeQuery(given: Iterable<[string, string]>): void {
    let [characters, values] = [0, 0];
    for (const [name, text] of given) {
      characters += name.length + text.length;
      values += valuesIn(text);
    }
    if (values > MAX_VALUES)
      throw new HttpProblem(
        400,
        `The lists and ranges of the query have ${values} values; one request has at most ${MAX_ROWS} rows. Ask for fewer values, or in several calls.`,
        [],
        { limit: { rows: MAX_ROWS } },
      );
    this.meter.take(COST.query + COST.character * characters + COST.value * values);
  }

  /**
   * Counts what it takes to say what is wrong with a query: to look for the name that a slip of the pen may have meant takes longer than to
   * read it.
   *
   * @param entries of the problem document
   */
  takeProblem(entries: number): void {
    this.meter.take(Math.min(COST.entry * entries, this.meter.left));
  }

  /**
   * Admits combinations of values, before anything of them is computed.
   *
   * @param combinations how many are asked for
   * @param rows of all of them
   * @throws HttpProblem 400 where that is more rows than a request may have
   */
  admit(combinations: number, rows: number): void {
    if (rows > this.#rows)
      throw new HttpProblem(
        400,
        `The query asks for ${rows} rows; one request has at most ${MAX_ROWS}. Ask for fewer values, or in several calls.`,
        [],
        { limit: { rows: MAX_ROWS } },
      );
    this.#rows -= rows;
    this.#combinations += combinations;
  }

  /** Whether at most one combination of values was asked for so far. */
  override get isOnly(): boolean {
    return this.#combinations <= 1;
  }

  /**
   * Counts rows that are answered.
   *
   * @param rows how many
   * @param columns of each
   * @throws OutOfWork where that is more than there is left, and other combinations were asked for
   */
  takeRows(rows: number, columns: number): void {
    this.take(COST.column * rows * columns);
  }

  /**
   * Counts work that is not the theory's.
   *
   * @param evaluations that take as long
   * @throws OutOfWork where that is more than there is left, and other combinations were asked for
   */
  take(evaluations: number): void {
    if (this.isOnly) this.meter.take(Math.min(evaluations, this.meter.left));
    else this.meter.take(evaluations);
  }
}

/** How many values a list or a range has, at least 1. A range that is malformed counts as one value; parsing refuses it. */
function valuesIn(text: string): number {
  let values = 0;
  for (const part of text.split(',')) {
    const count = part.includes('..') ? Number(part.slice(part.lastIndexOf('/') + 1)) : 1;
    values += count >= 1 ? count : 1;
  }
  return values;
}
