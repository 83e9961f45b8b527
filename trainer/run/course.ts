import type { GridRow } from '../../schemas/grid.ts';

/** Batches over which the last accuracy is taken. */
const LAST = 10;

/** What a row tells of how training went. */
export type CourseDetails = Pick<GridRow, 'train_accuracy_last' | 'first_step_25' | 'first_step_50'>;

/** Follows the accuracy of the batches that a network is trained with, noise on, as they come. */
export class Course {
  readonly #accuracies: number[] = [];
  #quarter: number | null = null;
  #half: number | null = null;
  #steps = 0;

  /**
   * Takes the next batch.
   *
   * @param accuracy share of its images that were right
   */
  add(accuracy: number): void {
    this.#steps++;
    if (accuracy >= 0.25) this.#quarter ??= this.#steps;
    if (accuracy >= 0.5) this.#half ??= this.#steps;
    this.#accuracies.push(accuracy);
    if (this.#accuracies.length > LAST) this.#accuracies.shift();
  }

  /** The mean over the last 10 batches, or over those that there were; null before the first. */
  get last(): number | null {
    const { length } = this.#accuracies;
    return length === 0 ? null : this.#accuracies.reduce((sum, one) => sum + one, 0) / length;
  }

  /** Whether the last 10 batches have reached an accuracy on average. */
  reached(accuracy: number): boolean {
    return this.#accuracies.length === LAST && (this.last as number) >= accuracy;
  }

  /** What a row tells of it. */
  details(): CourseDetails {
    return { train_accuracy_last: this.last, first_step_25: this.#quarter, first_step_50: this.#half };
  }
}
