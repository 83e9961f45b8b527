import type { Stream } from './stream.ts';
import { WordPool } from './words.ts';

/** Fills an array with the next elements of a mask: one value where the unit is kept, 0 where it is dropped. */
export type MaskSource = (into: Uint8Array | Float32Array) => void;

/** Where the rarer bit is rarer than this, drawing the runs between is cheaper than drawing each bit. */
const RARE = 0.1;

/**
 * An endless sequence of independent bits, each 1 with probability `keep`. Where one of the two is rare, the lengths of
 * the runs between are drawn; else a byte is compared for each bit. The sequence goes on from one fill to the next: how it
 * is cut into arrays does not change it.
 *
 * @param source the stream to draw from
 * @param keep probability that a unit is kept, in (0, 1]
 * @param kept what stands for a unit that is kept: 1 for bits, 1/keep for factors
 * @throws when keep is out of range
 * @example
 * const fill = maskSource(stream(1, 'masks'), 0.95);
 * const bits = new Uint8Array(100 * 100);
 * fill(bits);
 */
export function maskSource(source: Stream, keep: number, kept = 1): MaskSource {
  if (!(keep > 0 && keep <= 1)) throw new Error(`keep is ${keep}, not in (0, 1]`);
  return Math.min(keep, 1 - keep) < RARE ? byRuns(source, keep, kept) : byBytes(source, keep, kept);
}

/**
 * The runs between the rarer bits are geometric (inversion: Devroye, Non-Uniform Random Variate Generation, 1986,
 * section X.2), which is exact and costs nothing for the units in between.
 */
function byRuns(source: Stream, keep: number, kept: number): MaskSource {
  const [common, rare, probability] = keep >= 0.5 ? [kept, 0, 1 - keep] : [0, kept, keep];
  const length = runLengths(source, probability);
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
function runLengths(source: Stream, probability: number): () => number {
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
function byBytes(source: Stream, keep: number, kept: number): MaskSource {
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
