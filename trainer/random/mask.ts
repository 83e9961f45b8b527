import type { Stream } from './stream.ts';

/** Words made at a time. */
const POOL = 1024;

/**
 * Random words by the thousand, for noise that needs one or more an element and step: xoroshiro128+ as pure-rand has it
 * (Blackman and Vigna 2018, "Scrambled linear pseudorandom number generators"), with its state in local variables while a
 * pool is filled, which is twice as fast as a call for each word.
 */
export class WordPool {
  readonly words = new Int32Array(POOL);
  /** The same memory as bytes. */
  readonly bytes = new Uint8Array(this.words.buffer);
  readonly #state: Int32Array;

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

/** Fills an array with the next elements of a mask: one value where the unit is kept, 0 where it is dropped. */
export type MaskSource = (into: Uint8Array | Float32Array) => void;

/** Where the rarer bit is rarer than this, drawing the runs between is cheaper than drawing each bit. */
const RARE = 0.1;

/**
 * An endless sequence of independent bits, each 1 with probability `keep`. Where one of the two is rare, the lengths of
 * the runs between are drawn; else a byte is compared for each bit. The sequence goes on from one fill to the next: how it
 * is cut into arrays does not change it.
 */
export function createMaskSource(source: Stream, keep: number, kept = 1): MaskSource {
  if (!(keep > 0 && keep <= 1)) throw new Error(`keep is ${keep}, not in (0, 1]`);
  return Math.min(keep, 1 - keep) < RARE ? drawByRuns(source, keep, kept) : drawByBytes(source, keep, kept);
}

/**
 * The runs between the rarer bits are geometric (inversion: Devroye, Non-Uniform Random Variate Generation, 1986,
 * section X.2), which is exact and costs nothing for the units in between.
 */
function drawByRuns(source: Stream, keep: number, kept: number): MaskSource {
  const [common, rare, probability] = keep >= 0.5 ? [kept, 0, 1 - keep] : [0, kept, keep];
  const length = drawRunLengths(source, probability);
  // for a probability of 0 the runs are infinite, as they should be
  let run = probability > 0 ? length() : Number.POSITIVE_INFINITY;
  return (into) => {
    into.fill(common);
    let at = run;
    while (at < into.length) {
      into[at] = rare;
      at += 1 + length();
    }
    run = at - into.length;
  };
}

/** Bits of a number that choose its entry in the guide table, of the 27 that come first. */
const GUIDE_BITS = 12;

/**
 * How many common bits stand before the next rare one: ⌊ln u / ln(1 − p)⌋ of a uniform number u in (0, 1] of 53 bits. The first
 * bits of u decide it nearly always: a table spares the logarithm (Chen and Asau 1974, "On generating random variates from
 * an empirical distribution").
 */
function drawRunLengths(source: Stream, probability: number): () => number {
  const scale = 1 / Math.log1p(-probability);
  const exact = (u: number) => Math.log(u) * scale;
  const table = Int32Array.from({ length: 1 << GUIDE_BITS }, (_, i) => {
    const [longest, shortest] = [exact(i * 2 ** -GUIDE_BITS), exact((i + 1) * 2 ** -GUIDE_BITS)];
    // not so near a whole number that a rounding could decide
    const sure = Math.floor(longest + 1e-9) === Math.floor(shortest - 1e-9);
    return sure ? Math.floor(shortest) : -1;
  });
  return () => {
    const high = source.next() >>> 5;
    const low = source.next() >>> 6;
    const known = table[high >>> (27 - GUIDE_BITS)] as number;
    return known >= 0 ? known : Math.floor(exact((high * 2 ** 26 + low + 1) * 2 ** -53));
  };
}

/** A byte below 256 keep is a unit that is kept; where it equals the whole part of that, a further word decides by the rest. */
function drawByBytes(source: Stream, keep: number, kept: number): MaskSource {
  const pool = new WordPool(source);
  const { bytes } = pool;
  const edge = Math.floor(keep * 256);
  const rest = keep * 256 - edge;
  const values = Float32Array.from({ length: 256 }, (_, byte) => (byte < edge ? kept : 0));
  let used = bytes.length;
  return (into) => {
    for (let i = 0; i < into.length; ) {
      if (used === bytes.length) {
        pool.refill();
        used = 0;
      }
      const from = used - i;
      const end = Math.min(into.length, bytes.length - from);
      for (; i < end; i++) {
        const byte = bytes[from + i] as number;
        into[i] = values[byte] as number;
        if (byte === edge && (source.next() >>> 0) * 2 ** -32 < rest) into[i] = kept;
      }
      used = from + i;
    }
  };
}
