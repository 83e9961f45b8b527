import type { Cell } from './cells.ts';

/** Cells that wait to be trained. What is not known yet can be added while others are trained. */
export class CellQueue {
  readonly #cells: Cell[] = [];
  readonly #waiting: ((cell: Cell | undefined) => void)[] = [];
  #closed = false;

  /** Adds cells at the end. */
  add(cells: readonly Cell[]): void {
    this.#cells.push(...cells);
    while (this.#waiting.length > 0 && this.#cells.length > 0) this.#waiting.shift()?.(this.#cells.shift());
  }

  /** Says that no more cells will come. */
  close(): void {
    this.#closed = true;
    for (const give of this.#waiting.splice(0)) give(undefined);
  }

  /** The next cell, as soon as there is one; undefined when there will be none. */
  async take(): Promise<Cell | undefined> {
    if (this.#cells.length > 0 || this.#closed) return this.#cells.shift();
    return new Promise((give) => this.#waiting.push(give));
  }
}

/**
 * A queue of cells that are all known.
 *
 * @param cells in the order in which they are begun
 * @example await queueOf(planCells(plan)).take()
 */
export function queueOf(cells: readonly Cell[]): CellQueue {
  const queue = new CellQueue();
  queue.add(cells);
  queue.close();
  return queue;
}
