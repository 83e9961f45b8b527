/** A depth scale ξ is known to about 64 ε ξ of itself; where that leaves it no three digits it is infinite as far as anybody can tell. */
const UNBOUNDED = (64 * Number.EPSILON) / 1e-3;

/**
 * The depth scale of a deviation that every layer multiplies by a slope, 1 / |ln |chi||.
 *
 * @see Schoenholz et al. 2017, "Deep information propagation"
 */
export function depthScale(chi: number): number | null {
  const rate = Math.abs(Math.log(Math.abs(chi)));
  return rate <= UNBOUNDED ? null : 1 / rate;
}
