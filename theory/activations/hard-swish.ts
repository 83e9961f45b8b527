import { bentSlopes } from '../averages/bends.ts';
import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';

/** φ′ and φ″ jump at ±3. */
const CURVATURE = { kinks: [-3, 3], jumps: [-1 / 2, -1 / 2], turns: [1 / 3, -1 / 3] } as const;

const exact = numeric({
  name: 'hard_swish',
  formula: 'x min(max(x + 3, 0), 6) / 6',
  reference: 'Howard et al. 2019; Gauss–Legendre panels split at ±3, tabulated',
  parity: 'none',
  asymptote: [0, 1],
  kinks: CURVATURE.kinks,
  features: [{ at: 0, width: 4 }],
  phi: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  derivative: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
});

/**
 * φ(x) = x min(max(x + 3, 0), 6) / 6: 0, a parabola and x, with kinks at ±3.
 *
 * @see Howard et al. 2019, "Searching for MobileNetV3"
 * @example hard_swish.moments(1e-4).ratio // 0.2500…
 */
export const hard_swish = tabulated(exact, { slopes: bentSlopes(CURVATURE, exact.moments), last: 1 });
