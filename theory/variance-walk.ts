import { type FixedPoint, growth, nextVariance, type VarianceMap } from './variance-map.ts';
import { grows } from './variance-scan.ts';

/** So many layers are followed to see where q settles. */
const LAYERS = 400;

/** So near to a stable fixed point, relative to it, q is in its basin. */
const NEAR = 1e-3;

/** A growth this small has no sign of its own: the middle of the interval between two fixed points tells which way q goes. */
const SIGNLESS = 1e-13;

/** Where q ends: at a fixed point, at infinity, or it is unknown where. */
export type End = FixedPoint | 'infinity' | undefined;

/**
 * Where q ends from q0. As long as the map rises between q and the fixed point ahead, q moves there and no further; where it falls on
 * the way, q is followed layer by layer.
 */
export function walk(map: VarianceMap, q0: number, points: readonly FixedPoint[]): End {
  let q = q0;
  for (let layer = 0; layer < LAYERS && q > 0 && q < Number.MAX_VALUE; layer++) {
    const near = points.find((point) => point.stable && Math.abs(q - point.q) <= NEAR * point.q);
    if (near) return near;
    const below = points.findLast((point) => point.q <= q);
    const above = points.find((point) => point.q > q);
    const up = rises(map, q, below?.q, above?.q);
    const ahead = up ? above : below;
    if (grows(map.activation, q, ahead?.q ?? (up ? Number.POSITIVE_INFINITY : 0)))
      return ahead ?? (up ? 'infinity' : undefined);
    q = nextVariance(map, q);
  }
  return undefined;
}

/** Whether q grows in the interval between two neighbouring fixed points in which it lies. */
function rises(map: VarianceMap, q: number, below = 0, above = Number.POSITIVE_INFINITY): boolean {
  const { value } = growth(map, q);
  if (Math.abs(value) > SIGNLESS) return value > 0;
  const low = below > 0 ? below : Math.min(1e-3 * above, q, 1);
  const high = above < Number.POSITIVE_INFINITY ? above : 1e3 * Math.max(low, 1);
  return growth(map, Math.sqrt(low) * Math.sqrt(high)).value > 0;
}
