import type { Stream } from './stream.ts';

/** Words made at a time. */
const POOL = 1024;

/**
 * Random words by the thousand, for noise that needs one or more an element and step: xoroshiro128+ as pure-rand has it
 * (Blackman and Vigna 2018, "Scrambled linear pseudorandom number generators"), with its state in local variables while a
 * pool is filled, which is twice as fast as a call for each word.
 *
 * @example
 * const pool = new WordPool(stream(1, 'noise'));
 * pool.refill();
 * pool.bytes[0];
 */
export class WordPool {
  readonly words = new Int32Array(POOL);
  /** The same memory as bytes. */
  readonly bytes = new Uint8Array(this.words.buffer);
  readonly #state: Int32Array;

  /** @param source four words of it are the state to start from */
  constructor(source: Stream) {
    this.#state = Int32Array.from({ length: 4 }, () => source.next());
  }

  /** Replaces all words by the next ones. */
  refill(): void {
    const words = this.words;
    // two halves each of the two numbers of the state
    let [high0, low0, high1, low1] = [...this.#state] as [number, number, number, number];
    for (let i = 0; i < POOL; i++) {
      words[i] = (low0 + low1) | 0;
      const low = low1 ^ low0;
      const high = high1 ^ high0;
      const before = low0;
      low0 = (low0 << 24) ^ (high0 >>> 8) ^ low ^ (low << 16);
      high0 = (high0 << 24) ^ (before >>> 8) ^ high ^ ((high << 16) | (low >>> 16));
      low1 = (high << 5) ^ (low >>> 27);
      high1 = (low << 5) ^ (high >>> 27);
    }
    this.#state.set([high0, low0, high1, low1]);
  }
}
