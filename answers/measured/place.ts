/** Where a network lies among those of one activation and technique; its keep is the effective one, E[s]² / E[s²]. */
export type Place = { readonly sigma_w2: number; readonly sigma_b2: number; readonly keep: number };

/**
 * The coordinates in which networks are compared: ln sigma_w2, √sigma_b2 and ln(1.01 − keep).
 *
 * @example coordinates({ sigma_w2: 1, sigma_b2: 0, keep: 0.01 }) // [0, 0, 0]
 */
export function coordinates({ sigma_w2, sigma_b2, keep }: Place): readonly [number, number, number] {
  return [Math.log(Math.max(sigma_w2, 1e-6)), Math.sqrt(sigma_b2), Math.log(1.01 - keep)];
}

/**
 * A distance between networks of one activation and technique: Euclidean over {@link coordinates}. That is a choice: a factor in the
 * weight variance counts as a factor in the drop probability.
 *
 * @example distanceBetween({ sigma_w2: 1, sigma_b2: 0, keep: 1 }, { sigma_w2: Math.E, sigma_b2: 0, keep: 1 }) // 1
 */
export function distanceBetween(a: Place, b: Place): number {
  const [from, to] = [coordinates(a), coordinates(b)];
  return Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]);
}
