/**
 * A seeded generator of uniform numbers in [0, 1): mulberry32. The same seed gives the same numbers everywhere, so that what rests on them is
 * a function of the seed.
 *
 * @param seed a whole number
 * @see https://gist.github.com/tommyettinger/46a874533244883189143505d203312c (public domain)
 * @example random(1)() // 0.6270739405881613
 */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
