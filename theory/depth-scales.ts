import { farAway } from './activations/piecewise-quadratic.ts';
import { alignedSlope } from './averages/one-input.ts';
import { type CorrelationLimit, correlationLimit } from './correlation.ts';
import { type IcLimit, icLimit, icVariances } from './ic/ic.ts';
import { type Network, readPlainLayer } from './network.ts';
import { keepEffective, maskCorrelation } from './noise.ts';
import { ParameterError } from './parameter-error.ts';
import { rangeLimit } from './range.ts';
import { absorbShift } from './techniques/index.ts';
import { noisyAverages } from './trajectory/averages.ts';
import { computeGain, type FixedPoint, varianceLimit } from './variance.ts';
import { count, type GoesOn, never } from './work.ts';

/** What `depthScales` answers; null is explained by `status` and `reason`. Depths are in layers. */
export type DepthScales = {
  keep: number | null;
  s1: number;
  s2: number;
  keep_effective: number;
  q_star: number | null;
  /** all fixed points of the variance map in rising order; q_star is the one that q approaches from q0 */
  fixed_points: readonly FixedPoint[];
  c_star: number | null;
  chi_q: number | null;
  chi_1: number | null;
  chi_aligned: number | null;
  chi_c: number | null;
  xi_q: number | null;
  xi_1: number | null;
  xi_2: number | null;
  gradient: 'vanishing' | 'stable' | 'exploding' | null;
  phase: 'ordered' | 'chaotic' | 'critical' | 'noisy' | null;
  status: 'ok' | 'neutral' | 'bistable' | 'diverges' | 'collapses' | 'no_fixed_point';
  reason: 'unbounded' | 'unknown' | null;
  max_depth_low: number | null;
  max_depth_high: number | null;
};

/** What averages of two inputs give, or what stands for it where they are left out: as where nothing comes out of φ. */
function fallBack<T>(goesOn: GoesOn, ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch (thrown) {
    if (!goesOn(thrown)) throw thrown;
    return otherwise;
  }
}

/** A correlation that is left out. */
const UNCORRELATED: CorrelationLimit = { c_star: Number.NaN, chi_c: Number.NaN };

/** The work of reading a network and writing its answer, in evaluations. */
const NETWORK = 40;

/** How near to 1 chi_1 counts as critical. */
const CRITICAL = 1e-9;

/** Depths of trainable networks in units of xi_2: the lower and the upper line. */
const DEPTHS = { low: 6, high: 12 } as const;

/**
 * The mean-field answer for a wide fully connected network with noise: the fixed points of variance and correlation,
 * the factors per layer, and the depth scales that follow from them.
 *
 * Where q collapses or grows without bound, chi_q, chi_1 and chi_aligned are the limits of their definitions, and
 * c_star, chi_c and xi_2 are those of the normalised map q_ab / q_aa, at q → 0 or with a negligible bias.
 *
 * An IC layer has maps of its own (`theory/ic`): its q* is reached in one layer, so that chi_q and xi_q are 0.
 *
 * @param network of equal layers without skip connections; of its stem q0 is looked at, which chooses among fixed points
 * @param goesOn called where averages of two inputs take more work than they may (`Meter`): true to leave c_star, chi_c, xi_2 and the depths
 * null, with the reason `unknown` (of an IC layer all but q*, whose other averages are of two inputs); false (the default) to throw
 * @throws ParameterError for a network whose layers differ, or have skip connections
 * @see Schoenholz et al. 2017, "Deep information propagation" (fixed points, depth scales, 6 xi); Huang et al. 2019,
 * "Mean field theory for deep dropout networks: digging up gradient backpropagation deeply" (chi_1 with 1/keep; the
 * public code of its figures draws 6 xi_2 and 12 xi_2)
 * @example
 * depthScales(plainNetwork({ activation: 'tanh', sigma_w2: 2.5, sigma_b2: 0.05, technique: 'none', mask: 'independent', q0: 1 }))
 * // { q_star: 1.0639583774, c_star: 0.4468042323, chi_1: 1.1335156987, xi_2: 11.7955975159, … }
 */
export function depthScales(network: Network, goesOn: GoesOn = never): DepthScales {
  count(NETWORK);
  const { activation: act, batch_norm, noise: own, sigma_w2, ...layer } = readPlainLayer(network);
  if (layer.carry !== 0 || layer.branch !== 1)
    throw new ParameterError(
      'carry',
      'not_applicable',
      'Networks with skip connections have no depth scales: ask for a trajectory.',
    );
  const { phi: plain } = act;
  const { noise, keep } = own;
  const { mask } = network;
  const { q0 } = network.stem;
  const { s1, s2, variance } = noise;
  const unshared = (1 - maskCorrelation(mask)) * variance; // E[s²] − E[s_a s_b]
  // Exactly s2 where the inputs share all noise, so that c = 1 is a fixed point exactly.
  const s12 = unshared === 0 ? s2 : s1 * s1 + maskCorrelation(mask) * variance;
  const noiseColumns = { keep, s1, s2, keep_effective: keepEffective(noise) };
  if (batch_norm) {
    const weights = { sigma_w2, sigma_b2: layer.sigma_b2, noise, mask };
    const unknown = {
      ...icVariances(weights),
      chi_1: Number.NaN,
      chi_aligned: Number.NaN,
      chi_c: Number.NaN,
    };
    const limit = fallBack(goesOn, () => icLimit(plain, weights), unknown);
    return { ...noiseColumns, ...describeIcLimit(limit, unshared > 0) };
  }

  // Noise that also shifts is noise that multiplies a shifted φ, and a bias.
  const { activation: shifted, bias } = absorbShift(plain, noise);
  const sigma_b2 = layer.sigma_b2 + sigma_w2 * bias;
  const gain = computeGain(shifted, sigma_w2, s2);
  const { status, q_star, fixed_points } = varianceLimit(shifted, gain, sigma_b2, q0);
  if (status === 'no_fixed_point') return { ...noiseColumns, ...NO_FIXED_POINT, fixed_points };
  const fixed = status === 'ok' || status === 'bistable';
  // A growing q sees the asymptotes of φ alone, a collapsing one the neighbourhood of 0; homogeneous φ are both.
  const activation = status === 'diverges' ? farAway(shifted) : shifted;
  const q = Math.max(q_star ?? 1, NEAR_ZERO);
  const moments = activation.moments(q);
  const level2 = activation.level ** 2;
  const square = moments.ratio + (level2 && level2 / (fixed && sigma_w2 > 0 ? q_star : q)); // E[φ²] / q

  const apart = noise.t2 ? noisyAverages(plain, q, noise, maskCorrelation(mask)).unshared : unshared * square;

  const neutral = status === 'neutral';
  const bounded = neutral || (fixed && !shifted.homogeneous);
  const cap = bounded ? null : rangeLimit(shifted, gain, sigma_b2, q0);

  // (where φ grows as x² its slopes grow with q, and where φ′(0) = 0 they vanish with it)
  const runaway = status === 'diverges' && !Number.isFinite(shifted.asymptote[0] + shifted.asymptote[1]);
  const fading = status === 'collapses' && shifted.ratio_at_zero === 0;
  const limiting = runaway ? Number.POSITIVE_INFINITY : fading ? 0 : 1;
  const chi_q = gain * moments.radial * limiting;
  const chi_1 = gain * moments.slope2 * limiting;
  const aligned = sigma_w2 * s12 * (fading ? 0 : alignedSlope(shifted, moments.slope2 * limiting));
  const limit = fallBack(
    goesOn,
    () =>
      correlationLimit(activation, moments, {
        weight: fixed ? sigma_w2 * s12 : s12 / s2 / square,
        loss: fixed ? sigma_w2 * apart : unshared / s2,
        q,
        centred: !fixed || sigma_b2 === 0,
      }),
    UNCORRELATED,
  );

  // Where nothing at all comes out of φ, two inputs have no correlation; one that fails its check is not returned.
  const silent = !Number.isFinite(limit.chi_c);
  const [c_star, chi_c] = [toFinite(limit.c_star), toFinite(limit.chi_c)];

  const xi_2 = chi_c === null ? null : depthScale(chi_c);
  const answer = {
    ...noiseColumns,
    q_star,
    fixed_points,
    c_star,
    chi_q: toFinite(chi_q),
    chi_1: toFinite(chi_1),
    chi_aligned: toFinite(aligned),
    chi_c,
    xi_q: neutral ? null : depthScale(chi_q),
    xi_1: neutral ? null : depthScale(chi_1),
    xi_2,
  };
  const depths = {
    max_depth_low: silent ? null : capDepth(DEPTHS.low, xi_2, cap),
    max_depth_high: silent ? null : capDepth(DEPTHS.high, xi_2, cap),
  };
  const { chi_aligned, xi_q, xi_1 } = answer;
  const unbounded = [q_star, chi_aligned, xi_q, xi_1, xi_2, depths.max_depth_low].includes(null);
  return {
    ...answer,
    ...findPhase(chi_1, unshared > 0, aligned),
    status,
    reason: silent ? 'unknown' : unbounded ? 'unbounded' : null,
    ...depths,
  };
}

/** The answer for an IC layer, whose q does not depend on the layer before. */
function describeIcLimit(
  limit: IcLimit,
  noisy: boolean,
): Omit<DepthScales, 'keep' | 's1' | 's2' | 'keep_effective'> {
  const { q_star, c_star, chi_1, chi_aligned, chi_c } = limit;
  const first = { q_star, c_star, fixed_points: [{ q: q_star, chi_q: 0, stable: true }], chi_q: 0, xi_q: 0 };
  const status = q_star > 0 ? 'ok' : 'collapses';
  if (Number.isNaN(chi_1)) return { ...NO_FIXED_POINT, ...first, status };
  const [xi_1, xi_2] = [depthScale(chi_1), depthScale(chi_c)];
  return {
    ...first,
    chi_1,
    chi_aligned: toFinite(chi_aligned),
    chi_c,
    xi_1,
    xi_2,
    ...findPhase(chi_1, noisy, chi_aligned),
    status,
    reason: [xi_1, xi_2, toFinite(chi_aligned)].includes(null) ? 'unbounded' : null,
    max_depth_low: capDepth(DEPTHS.low, xi_2, null),
    max_depth_high: capDepth(DEPTHS.high, xi_2, null),
  };
}

/** The averages of a collapsing q are taken here: far below all that bends, far above underflow. */
const NEAR_ZERO = 1e-40;

/** The answer where q neither settles nor grows nor falls. */
const NO_FIXED_POINT = {
  q_star: null,
  c_star: null,
  chi_q: null,
  chi_1: null,
  chi_aligned: null,
  chi_c: null,
  xi_q: null,
  xi_1: null,
  xi_2: null,
  gradient: null,
  phase: null,
  status: 'no_fixed_point',
  reason: 'unknown',
  max_depth_low: null,
  max_depth_high: null,
} as const;

function capDepth(multiple: number, xi: number | null, cap: number | null): number | null {
  if (xi === null) return cap;
  return cap === null ? multiple * xi : Math.min(multiple * xi, cap);
}

const toFinite = (x: number): number | null => (Number.isFinite(x) ? x : null);

/**
 * On which side of criticality a network is. Noise of their own keeps two inputs apart: no sharp transition then. A φ that jumps
 * is chaotic whatever its gradients do.
 */
function findPhase(chi_1: number, noisy: boolean, aligned: number): Pick<DepthScales, 'gradient' | 'phase'> {
  const [gradient, phase] =
    Math.abs(chi_1 - 1) <= CRITICAL
      ? (['stable', 'critical'] as const)
      : chi_1 < 1
        ? (['vanishing', 'ordered'] as const)
        : (['exploding', 'chaotic'] as const);
  return { gradient, phase: noisy ? 'noisy' : aligned === Number.POSITIVE_INFINITY ? 'chaotic' : phase };
}

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
