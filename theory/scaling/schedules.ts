import type { ScheduleName } from '../../catalogue/techniques.ts';
import { ParameterError } from '../parameter-error.ts';
import { SCHEDULES } from '../trajectory/schedules.ts';

/** Schedules by name; `front_loaded` is another name of `step_early`. */
export type KeepScheduleName = ScheduleName | 'front_loaded';

/**
 * The keep of each layer for a named schedule under a fixed budget: the mean drop probability is `mean_drop` whatever
 * the name. (Equal budgets of drop are equal budgets of the field h only for weak noise, where h = a · drop.)
 *
 * @param name of the schedule
 * @param depth number of layers with dropout, a whole number above 0
 * @param mean_drop mean drop probability, in [0, 1)
 * @returns one keep a layer
 * @throws ParameterError for an unknown name, a depth or budget out of range, or where a layer would have to drop everything
 * @see Fernandez Sarmiento 2026, section 5 (schedules) and its public code
 * @example scheduleKeeps('front_loaded', 4, 0.1) // [0.8, 0.8, 1, 1]
 */
export function scheduleKeeps(name: KeepScheduleName, depth: number, mean_drop: number): number[] {
  const own = name === 'front_loaded' ? 'step_early' : name;
  if (!Object.hasOwn(SCHEDULES, own))
    throw new ParameterError(
      'schedule',
      'unknown_name',
      `Unknown schedule "${name}". Known: ${Object.keys(SCHEDULES).join(', ')}, front_loaded.`,
    );
  checkBudget(depth, mean_drop);
  const drops = SCHEDULES[own].drops(depth, mean_drop);
  if (Math.max(...drops) >= 1)
    throw new ParameterError(
      'schedule',
      'drops_whole_layer',
      `With a mean drop of ${mean_drop} the schedule "${name}" would drop a whole layer.`,
    );
  return drops.map((drop) => 1 - drop);
}

function checkBudget(depth: number, mean: number): void {
  if (!(Number.isInteger(depth) && depth > 0))
    throw new ParameterError('depth', 'out_of_range', 'depth must be a whole number above 0.', { min: 1 });
  if (!(mean >= 0 && mean < 1))
    throw new ParameterError('mean', 'out_of_range', 'The mean must lie between 0 and 1.', {
      min: 0,
      max: 1,
    });
}

/**
 * The saturated schedule: the largest allowed value in as many layers as the budget fills, the rest in the next, none
 * elsewhere. Of all schedules with this mean and maximum these have the largest local-stationary depth scale; `early` is
 * the one that maximises the reach as well.
 *
 * @param depth number of layers
 * @param mean mean over the layers (of drop or of the field h), in [0, 1)
 * @param max largest value of one layer, in [mean, 1]
 * @param end which end of the network is filled first
 * @returns one value a layer
 * @throws ParameterError for values out of range
 * @see Fernandez Sarmiento 2026, section 5 (optimal schedules under a budget)
 * @example saturatedSchedule(5, 0.1, 0.2) // [0.2, 0.2, 0.1, 0, 0]
 */
export function saturatedSchedule(
  depth: number,
  mean: number,
  max: number,
  end: 'early' | 'late' = 'early',
): number[] {
  checkBudget(depth, mean);
  if (!(max >= mean && max <= 1 && max > 0))
    throw new ParameterError('max', 'out_of_range', 'max must lie between the mean and 1.', {
      min: mean,
      max: 1,
    });
  // (a share that is a whole number but for rounding is a whole number)
  const share = (depth * mean) / max;
  const full = Math.floor(share + 1e-12 * depth);
  const rest = Math.max(depth * mean - full * max, 0);
  const values = Array.from({ length: depth }, (_, l) =>
    l < full ? max : l === full ? clean(rest, max) : 0,
  );
  return end === 'early' ? values : values.reverse();
}

const clean = (rest: number, max: number) => (rest < 1e-12 * max ? 0 : Number(rest.toPrecision(14)));

/**
 * The regularisation reach of a schedule, Σ h_l w_l with w_l = xi (1 − exp(−(L − l)/xi)): how many layers downstream feel
 * the noise of layer l. A heuristic for which of several schedules with the same depth scale to prefer; w falls with l, so
 * that filling the earliest layers maximises it.
 *
 * @param values h or drop of layers 1 … L
 * @param xi depth scale over which a perturbation is forgotten, positive
 * @throws ParameterError for xi not positive
 * @see Fernandez Sarmiento 2026, section 5 (reach)
 * @example reach([0.2, 0], 1) // 0.2 (1 − 1/e) = 0.1264241117657115
 */
export function reach(values: readonly number[], xi: number): number {
  if (!(xi > 0)) throw new ParameterError('xi', 'out_of_range', 'xi must be positive.', { min: 0 });
  const depth = values.length;
  return values.reduce((sum, value, i) => sum - value * xi * Math.expm1(-(depth - 1 - i) / xi), 0);
}

/**
 * The reach of the early saturated schedule over that of the constant one, for many layers:
 * R = [f − (e^{−τ(1−f)} − e^{−τ})/τ] / (f [1 − (1 − e^{−τ})/τ]). It is 2 − f in shallow and 1 in deep networks.
 *
 * @param tau depth in units of the depth scale, L/xi, positive
 * @param fraction f, the part of the layers that is filled: mean over maximum, in (0, 1]
 * @throws ParameterError for values out of range
 * @see derived here: docs/theory.md, with the limits of Fernandez Sarmiento 2026, section 5
 * @example reachRatio(1, 1 / 2) // 1.42083928…
 */
export function reachRatio(tau: number, fraction: number): number {
  if (!(tau > 0)) throw new ParameterError('tau', 'out_of_range', 'tau must be positive.', { min: 0 });
  if (!(fraction > 0 && fraction <= 1))
    throw new ParameterError('fraction', 'out_of_range', 'fraction must lie between 0 and 1.', {
      min: 0,
      max: 1,
    });
  const f = fraction;
  // For shallow networks both brackets are of order τ and cancel: their series, to relative order τ³.
  if (tau < 1e-3) {
    const bracket = (x: number) => x * x * (1 / 2 - (tau * x) / 6 + (tau * tau * x * x) / 24);
    return (bracket(1) - bracket(1 - f)) / (f * bracket(1));
  }
  const above = f - (Math.exp(-tau * (1 - f)) - Math.exp(-tau)) / tau;
  return above / (f * (1 + Math.expm1(-tau) / tau));
}
