/** What is seen of a network at one moment of its training. */
export type CourseEntry = Readonly<Record<string, number | null | readonly (number | null)[]>>;

/** Digits that are kept: enough for a curve, and few enough for a grid of many networks. */
const DIGITS = 5;

/**
 * The course of a network's training: a list for each thing that is seen, all of one length.
 * @example
 * const course = new Course();
 * course.add({ step: 10, loss: 2.31 });
 * course.lists() // { step: [10], loss: [2.31] }
 */
export class Course {
  readonly #lists: Record<string, CourseEntry[string][]> = {};

  /** Adds an entry; each must have the names of the first one. */
  add(entry: CourseEntry): void {
    for (const [name, value] of Object.entries(entry)) {
      this.#lists[name] ??= [];
      this.#lists[name].push(roundAll(value));
    }
  }

  /** What was seen, by name. */
  lists(): Record<string, (number | null | (number | null)[])[]> {
    return this.#lists as ReturnType<Course['lists']>;
  }
}

const roundAll = (value: CourseEntry[string]): CourseEntry[string] =>
  typeof value === 'object' && value !== null ? value.map(round) : round(value);

const round = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
