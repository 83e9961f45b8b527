/** Tasks that wait for a worker. What is not known yet can be added while others are at work. */
export class Queue<T> {
  readonly #tasks: T[] = [];
  readonly #waiting: ((task: T | undefined) => void)[] = [];
  #closed = false;

  /** Adds tasks at the end. */
  add(tasks: readonly T[]): void {
    for (const task of tasks) this.#tasks.push(task);
    while (this.#waiting.length > 0 && this.#tasks.length > 0) this.#waiting.shift()?.(this.#tasks.shift());
  }

  /** Says that no more tasks will come. */
  close(): void {
    this.#closed = true;
    for (const give of this.#waiting.splice(0)) give(undefined);
  }

  /** The next task, as soon as there is one; undefined when there will be none. */
  async take(): Promise<T | undefined> {
    if (this.#tasks.length > 0 || this.#closed) return this.#tasks.shift();
    return new Promise((give) => this.#waiting.push(give));
  }
}

/**
 * A queue of tasks that are all known.
 *
 * @param tasks in the order in which they are begun
 * @example await queueOf([1, 2]).take() // 1
 */
export function queueOf<T>(tasks: readonly T[]): Queue<T> {
  const queue = new Queue<T>();
  queue.add(tasks);
  queue.close();
  return queue;
}
