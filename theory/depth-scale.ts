/** A depth scale ξ is known to about 64 ε ξ of itself; where that leaves it no three digits it is infinite as far as anybody can tell. */
const UNBOUNDED = (64 * Number.EPSILON) / 1e-3;

/**
 * The depth scale of a deviation that every layer multiplies by a slope, 1 / |ln |chi||.
 *
 * @param chi the slope
 * @returns layers; null, for unbounded, where |chi| is 1 but for rounding (within 1.4e-11)
 * @see Schoenholz et al. 2017, "Deep information propagation"
 * @example depthScale(Math.exp(-0.5)) // 2
 */
export function depthScale(chi: number): number | null {
  const rate = Math.abs(Math.log(Math.abs(chi)));
  return rate <= UNBOUNDED ? null : 1 / rate;
}
