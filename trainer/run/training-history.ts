import type { GridRow } from '../../schemas/grid.ts';

/** Batches over which the last accuracy is taken. */
const LAST = 10;

/** What a row tells of how training went. */
export type TrainingHistoryDetails = Pick<GridRow, 'train_accuracy_last' | 'first_step_25' | 'first_step_50'>;

/** Follows the accuracy of the batches that a network is trained with, noise on, as they come. */
export class TrainingHistory {
  readonly #accuracies: number[] = [];
  #quarter: number | null = null;
  #half: number | null = null;
  #steps = 0;

  /** Takes the next batch. */
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
  details(): TrainingHistoryDetails {
    return { train_accuracy_last: this.last, first_step_25: this.#quarter, first_step_50: this.#half };
  }
}

/** How far a cell's training is. */
export type TrainingState = {
  /** Steps taken. */
  readonly steps: number;
  /** Of the last batch, in nats. */
  readonly loss: number;
  /** Mean over the last 10 batches; null for a regression. */
  readonly accuracy: number | null;
};

/**
 * How far a cell's training is, in words.
 *
 * @example describeState({ steps: 10, loss: 2.3, accuracy: 0.1 }) // 'step 10, loss 2.300, accuracy 0.10'
 */
export function describeState({ steps, loss, accuracy }: TrainingState): string {
  return `step ${steps}, loss ${loss.toFixed(3)}${accuracy === null ? '' : `, accuracy ${accuracy.toFixed(2)}`}`;
}
