import type { Stream } from './stream.ts';

/** Fills an array with the next elements of a mask: one value where the unit is kept, 0 where it is dropped. */
export type MaskSource = (into: Uint8Array | Float32Array) => void;

/**
 * An endless sequence of independent bits, each 1 with probability `keep`. The lengths of the runs between the rarer
 * bits are geometric, so they are drawn instead of the bits (inversion: Devroye, Non-Uniform Random Variate
 * Generation, 1986, section X.2), which is exact and costs nothing for the units in between. The sequence goes on from
 * one fill to the next: how it is cut into arrays does not change it.
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
  const [common, rare, probability] = keep >= 0.5 ? [kept, 0, 1 - keep] : [0, kept, keep];
  // −∞ for a probability of 1 cannot be: the rarer bit has at most 1/2; for 0 the runs are infinite, as they should be
  const scale = 1 / Math.log1p(-probability);
  let run = probability > 0 ? runLength(source, scale) : Number.POSITIVE_INFINITY;
  return (into) => {
    into.fill(common);
    let at = run;
    while (at < into.length) {
      into[at] = rare;
      at += 1 + runLength(source, scale);
    }
    run = at - into.length;
  };
}

/** How many common bits stand before the next rare one. The uniform number in (0, 1] has 53 bits. */
function runLength(source: Stream, scale: number): number {
  const high = source.next() >>> 5;
  const low = source.next() >>> 6;
  return Math.floor(Math.log((high * 2 ** 26 + low + 1) * 2 ** -53) * scale);
}
