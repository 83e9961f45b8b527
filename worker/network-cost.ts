import { ACTIVATIONS, type ActivationName, plainSquare } from '../theory/index.ts';
import {
  APART,
  CLOSED_FORM,
  FAR_SHIFTED,
  icPrice,
  type Noisy,
  PLANE_POINT,
  PLANE_TABLES,
  priceOf,
  SHIFTED,
  SHIFTS_CLOSED,
} from './prices.ts';
import { MAX_WORK } from './work.ts';

/** What the price of a network depends on. */
type Priced = {
  readonly activation: string;
  readonly technique?: string;
  readonly mask?: unknown;
  readonly input_shift?: number | undefined;
  readonly input_scale?: number | undefined;
  readonly output_scale?: number | undefined;
  readonly output_shift?: number | undefined;
  readonly sigma_w2?: number | undefined;
  readonly sigma_b2?: number | undefined;
  readonly q0?: number | undefined;
  readonly keep?: number | undefined;
  readonly drop?: number | undefined;
};

/**
 * What the fixed points of a network cost, in microseconds.
 *
 * @param network its activation, technique and weights
 * @example networkCost({ activation: 'tanh', technique: 'bernoulli', sigma_b2: 0.05 }) // 50
 */
export function networkCost(network: Priced): number {
  const { activation, technique, mask, input_shift = 0, sigma_w2 = 1, sigma_b2 = 0, drop = 0 } = network;
  const { keep = 1 - drop } = network;
  const price = priceOf(activation);
  // (an affine map around φ is one around the weights)
  const { input_scale = 1, output_scale = 1, output_shift = 0 } = network;
  const gain = sigma_w2 * (input_scale * output_scale) ** 2;
  const bias = (sigma_b2 + sigma_w2 * (output_scale * output_shift) ** 2) * input_scale ** 2;
  const wide = gain > 10 * keep || bias > 10;
  const apart = 1 - keep >= APART && (mask === undefined || mask === 'independent');
  const noisy = (one: Noisy) => (apart ? one.apart : one.near);
  const shift = Math.abs(input_shift);
  const closed = SHIFTS_CLOSED.includes(activation);
  if (technique === 'ic') {
    const common = sigma_b2 === 0 ? 0 : sigma_b2 / (sigma_w2 / keep + sigma_b2);
    return (
      icPrice(Math.min(common, 0.9999), closed) +
      (shift > FAR_SHIFTED.beyond && !closed ? FAR_SHIFTED.row : 0)
    );
  }
  if (shift > 0 && !closed) {
    if (shift > FAR_SHIFTED.refused) return 2 * MAX_WORK;
    if (shift > FAR_SHIFTED.beyond) return FAR_SHIFTED.row;
    return wide ? SHIFTED.wide : noisy(SHIFTED.numeric);
  }
  if (shift > 0 && price === CLOSED_FORM) return SHIFTED.closed;
  if (wide) return price.wide;
  if (shift > 0) return Math.max(SHIFTED.closed, noisy(price.beyond));
  if (!staysInTables(network, keep)) return noisy(price.beyond);
  return apart || price.tables?.least === 0 ? price.row : price.beyond.near;
}

/** Techniques whose noise has the second moment 1/keep, or less, and does not shift. */
const USUAL: readonly string[] = ['none', 'bernoulli', 'dropconnect', 'gaussian', 'uniform'];

/** E[φ²] at the end of the tables, by activation. */
const squares = new Map<string, number>();

/** Whether q stays where averages of two inputs are tabulated, from any start there: E[φ²] rises with q. */
function staysInTables(network: Priced, keep: number): boolean {
  const { activation, technique = 'bernoulli', sigma_w2 = 1, sigma_b2 = 0, q0 = 1 } = network;
  const { reach } = priceOf(activation).tables ?? {};
  if (reach === undefined) return true;
  const given = Object.entries(network).some(
    ([name, value]) => value !== undefined && /^(noise|input|output)_|^(alpha|threshold)$/.test(name),
  );
  if (given || !USUAL.includes(technique) || sigma_b2 < 0.01 || q0 > reach) return false;
  const known = squares.get(activation) ?? plainSquare(ACTIVATIONS[activation as ActivationName], reach);
  squares.set(activation, known);
  return (sigma_w2 / keep) * known + sigma_b2 < reach;
}

/**
 * What a plane costs, in microseconds.
 *
 * @param network its activation and technique
 * @param cells number of points
 * @example planeWork({ activation: 'tanh', technique: 'bernoulli' }, 10_000) // 30000
 */
export function planeWork(network: Priced, cells: number): number {
  const { technique, input_shift = 0, output_shift = 0, activation } = network;
  // small planes are answered point by point, and so are shifted activations, which are no longer odd
  const single = technique === 'ic' || cells < 200 || input_shift !== 0 || output_shift !== 0;
  const table = single ? undefined : PLANE_TABLES[activation];
  return table === undefined ? cells * networkCost(network) : table + PLANE_POINT * cells;
}
