import type { PlaneMeasure } from '../../catalogue/queries.ts';
import type { Activation } from '../activation.ts';
import { poleRoot } from '../correlation.ts';
import { depthScale, depthScales } from '../depth-scales.ts';
import { changeKeep, type Network, readPlainLayer, varyNetwork } from '../network.ts';
import { type Mask, maskCorrelation, type Noise } from '../noise.ts';
import { computeGain, varianceLimit } from '../variance.ts';
import { AverageTable } from './table.ts';

/** A parameter that varies over a plane, and its values. */
export type PlaneAxis = {
  readonly name: 'sigma_w2' | 'sigma_b2' | 'keep';
  readonly values: readonly number[];
};

/** So many exact answers along each axis say where the variances of a plane lie. */
const SAMPLES = 6;

/** Points of the largest plane that is answered without tables: for fewer they do not pay. */
export const POINTS_WITHOUT_TABLES = 4 * SAMPLES * SAMPLES - 1;

/** How far beyond the sampled variances the tables reach. */
const MARGIN = 1.5;

/**
 * One measure over a plane of two parameters. A few exact answers find the range of q; then the averages of φ come from
 * tables over that range, and each point costs about a microsecond. Points where q does not settle, and activations whose
 * q can settle at several values or that are homogeneous (their answers are closed forms anyway), are answered exactly.
 *
 * @param network of equal layers; the axes take the place of two of its numbers
 * @param x the parameter that varies along a row
 * @param y the parameter that varies from row to row
 * @param measure what to compute
 * @param answered is told how many points there are already, after each: for who stops it before the end
 * @returns row-major [y.values.length, x.values.length]; NaN where `depthScales` answers null. The relative error is
 * below 1e-6, for a depth scale ξ below 1e-6 · max(1, ξ).
 * @throws ParameterError as `depthScales` does
 * @see Huang et al. 2019, figure 7, and Schoenholz et al. 2017, figure 5: the planes that trained networks are laid over
 * @example
 * const x = { name: 'sigma_w2', values: [1, 2] } as const;
 * const y = { name: 'keep', values: [0.9] } as const;
 * const network = plainNetwork({ activation: 'tanh', sigma_w2: 1, sigma_b2: 0.05, technique: 'bernoulli', mask: 'independent', q0: 1 });
 * plane(network, x, y, 'xi_2')
 * // [2.9532…, 4.6552…]
 */
export function plane(
  network: Network,
  x: PlaneAxis,
  y: PlaneAxis,
  measure: PlaneMeasure,
  answered: (points: number) => void = () => {},
): Float64Array {
  const { activation, batch_norm, noise, ...base } = readPlainLayer(network);
  const keeps = [x, y].find(({ name }) => name === 'keep')?.values;
  const noises = (keeps?.map((keep) => changeKeep(noise, { keep })) ?? [noise]).map((one) =>
    pointNoise(one.noise, network.mask),
  );
  const value = (name: PlaneAxis['name'], i: number, j: number) =>
    (x.name === name ? x.values[j] : y.name === name ? y.values[i] : base[name as 'sigma_w2']) as number;
  const point = (i: number, j: number) => {
    const noise = noises[x.name === 'keep' ? j : y.name === 'keep' ? i : 0] as PointNoise;
    return [value('sigma_w2', i, j), value('sigma_b2', i, j), noise] as const;
  };
  const exact = (i: number, j: number) =>
    depthScales(varyNetwork(network, { [x.name]: x.values[j], [y.name]: y.values[i] }))[measure];

  const { phi } = activation;
  const columns = x.values.length;
  const plane = new Float64Array(columns * y.values.length);
  // (the maps of the tables know a noise by s1 and s2 alone)
  const multiplies = noise.technique !== 'alpha' && !batch_norm;
  const table = multiplies ? tableFor(phi, point, columns, y.values.length) : undefined;
  const walker = table && new Walker(phi, table, measure);
  for (let i = 0; i < y.values.length; i++)
    for (let j = 0; j < columns; j++) {
      plane[i * columns + j] = walker?.at(...point(i, j)) ?? exact(i, j) ?? Number.NaN;
      answered(i * columns + j + 1);
    }
  return plane;
}

/** E[s²], E[s_a s_b] and their difference. */
type PointNoise = { readonly s2: number; readonly s12: number; readonly unshared: number };

function pointNoise({ s1, s2, variance }: Noise, mask: Mask): PointNoise {
  const shared = maskCorrelation(mask) * variance;
  const unshared = variance - shared;
  return { s2, s12: unshared === 0 ? s2 : s1 * s1 + shared, unshared };
}

/** Tables over the variances of a plane, or undefined where exact answers are needed. */
function tableFor(
  activation: Activation,
  point: (i: number, j: number) => readonly [sigma_w2: number, sigma_b2: number, noise: PointNoise],
  columns: number,
  rows: number,
): AverageTable | undefined {
  // Of an odd saturating φ E[φ²]/q falls, so that q settles at one value only.
  const { parity, homogeneous, asymptote, saturates = true } = activation;
  const unique = saturates && parity === 'odd' && !homogeneous && asymptote[1] === 0;
  if (!unique || columns * rows <= POINTS_WITHOUT_TABLES) return undefined;
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const i of spread(rows))
    for (const j of spread(columns)) {
      const [sigma_w2, sigma_b2, { s2 }] = point(i, j);
      const { q_star } = varianceLimit(activation, computeGain(activation, sigma_w2, s2), sigma_b2);
      if (q_star === null || q_star === 0) continue;
      low = Math.min(low, q_star);
      high = Math.max(high, q_star);
    }
  return high > 0 ? new AverageTable(activation, low / MARGIN, high * MARGIN) : undefined;
}

/** Indices from 0 to length − 1, both included, at most SAMPLES of them. */
function spread(length: number): number[] {
  const count = Math.min(SAMPLES, length);
  return Array.from({ length: count }, (_, k) => Math.round((k * (length - 1)) / Math.max(count - 1, 1)));
}

/** Answers points from tables, each starting from the solution of the one before. */
class Walker {
  readonly #activation: Activation;
  readonly #table: AverageTable;
  readonly #measure: PlaneMeasure;
  // the last solution and the one before it
  #q = 1;
  #qBefore = 1;
  #m = 0.5;
  #mBefore = 0.5;

  constructor(activation: Activation, table: AverageTable, measure: PlaneMeasure) {
    this.#activation = activation;
    this.#table = table;
    this.#measure = measure;
  }

  /** The measure at a point, or undefined where the tables do not serve. */
  at(sigma_w2: number, sigma_b2: number, { s2, s12, unshared }: PointNoise): number | undefined {
    const measure = this.#measure;
    const q = this.#variance(sigma_w2 * s2, sigma_b2);
    if (q === undefined) return undefined;
    if (measure === 'q_star') return q;
    if (measure === 'chi_1') return sigma_w2 * s2 * this.#table.slope2(q);
    if (measure === 'xi_1') return depthScale(sigma_w2 * s2 * this.#table.slope2(q)) ?? Number.NaN;
    const weight = sigma_w2 * s12;
    if (measure === 'chi_aligned') return weight * this.#table.slope2(q);

    // at the fixed point E[φ²] = (q − sigma_b2) / (sigma_w2 s2)
    const loss = unshared === 0 ? 0 : (unshared * (q - sigma_b2)) / (s2 * q);
    const aligned = loss === 0 && weight * this.#table.slope2(q) <= 1;
    if (aligned) return measure === 'c_star' ? 1 : this.#of(weight * this.#table.slope2(q));
    const unbiased = sigma_b2 === 0 && this.#activation.parity === 'odd';
    const m = unbiased ? 1 : this.#misalignment(q, weight, loss);
    return measure === 'c_star' ? 1 - m : this.#of(weight * this.#table.pair(q, m).slope);
  }

  #of(chi_c: number): number {
    return this.#measure === 'chi_c' ? chi_c : (depthScale(chi_c) ?? Number.NaN);
  }

  /** q* by Newton's method from where the last ones point; undefined where it leaves the tables or does not converge. */
  #variance(gain: number, bias: number): number | undefined {
    const guess = 2 * this.#q - this.#qBefore;
    let q = this.#table.holds(guess) ? guess : this.#table.holds(this.#q) ? this.#q : this.#table.middle;
    for (let step = 0; step < 30; step++) {
      const { value, slope } = this.#table.square(q);
      const fall = 1 - gain * slope;
      const next = Math.max(q + (gain * value + bias - q) / fall, q / 4);
      if (!this.#table.holds(next)) return undefined;
      const done = Math.abs(next - q) <= CLOSE * q;
      q = next;
      if (!done) continue;
      this.#qBefore = this.#q;
      this.#q = q;
      // An unstable or barely stable point is not for the tables.
      return fall > 1e-3 ? q : undefined;
    }
    return undefined;
  }

  /** m* = 1 − c* by Newton's method from where the last ones point. */
  #misalignment(q: number, weight: number, loss: number): number {
    const guess = 2 * this.#m - this.#mBefore;
    const m = poleRoot(
      loss,
      (at) => {
        const { value, slope } = this.#table.pair(q, Math.min(at, 1));
        return { value: weight * value - 1, slope: (weight * (slope - value)) / at };
      },
      guess > 0 && guess < 1 ? guess : this.#m,
      CLOSE,
    );
    this.#mBefore = this.#m;
    this.#m = Math.max(Math.min(m, 1), 1e-9);
    return Math.min(m, 1);
  }
}

/** A relative step of Newton's method this small is the last: the error after it is of the order of its square. */
const CLOSE = 3e-5;
