import type { Activation } from '../activation.ts';
import {
  type ChebyshevTable,
  chebyshevAt,
  chebyshevFit,
  chebyshevLength,
  chebyshevPoints,
  chebyshevTable,
  chebyshevValue,
} from '../averages/tables.ts';

/** Numbers of coefficients that are tried, over the variance and over the misalignment. */
const SIZES = [10, 14, 18, 22, 26, 32, 40, 64] as const;

/** How small the last coefficients must be beside the first. */
const TAIL = { smooth: 1e-8, kinked: 2e-9 } as const;

/** A value and its derivative. */
type Local = { value: number; slope: number };

/**
 * What a plane needs of an activation at any variance of an interval, from tables: a few hundred averages are taken once
 * and every point after that costs about a microsecond. The coordinates are chosen so that the averages are smooth in
 * them also where q is small or large and m = 1 − c is as small as 1/q: ln(1 + 4q) for the variance, and for the
 * misalignment u = ln(1 + 2qm) / ln(1 + 2q), or its square root where φ has kinks.
 */
export class AverageTable {
  /** the least and the largest variance */
  readonly low: number;
  readonly high: number;
  readonly #from: number;
  readonly #width: number;
  readonly #level2: number;
  readonly #kinked: boolean;
  readonly #ratio: Float64Array;
  readonly #slope2: Float64Array;
  readonly #gap: ChebyshevTable;
  readonly #row: Float64Array;
  readonly #out = new Float64Array(2);
  #q = 0;
  #scale = 0;

  /**
   * @param activation φ
   * @param low least variance, positive
   * @param high largest variance
   */
  constructor(activation: Activation, low: number, high: number) {
    this.low = low;
    this.high = high;
    this.#from = coordinate(low);
    this.#width = Math.max(coordinate(high) - this.#from, 1e-9);
    this.#level2 = activation.level ** 2;
    this.#kinked = activation.kinks.length > 0;
    const variancesOf = (count: number) =>
      Array.from(chebyshevPoints(count), (x) => Math.expm1(this.#from + x * this.#width) / 4);
    const rowOf = (q: number, count: number) => {
      const pair = activation.pair(q);
      return chebyshevFit(
        chebyshevPoints(count).map((u) => {
          const m = Math.expm1((this.#kinked ? u * u : u) * Math.log1p(2 * q)) / (2 * q);
          return pair(m).gap / m;
        }),
      );
    };
    const slopesOf = (count: number) =>
      chebyshevFit(variancesOf(count).map((q) => activation.moments(q).slope2));

    const tail = this.#kinked ? TAIL.kinked : TAIL.smooth;
    // One row at the largest variance, and one column, say how many coefficients the whole table needs.
    const columns = SIZES.find((count) => resolved(rowOf(high, count), tail)) ?? SIZES[7];
    const variances = variancesOf(SIZES.find((count) => resolved(slopesOf(count), tail)) ?? SIZES[7]);
    this.#slope2 = slopesOf(variances.length);
    this.#ratio = chebyshevFit(variances.map((q) => activation.moments(q).ratio));
    this.#gap = chebyshevTable(
      variances.map((q) => rowOf(q, columns)),
      (one, largest) => chebyshevLength(one, tail / 100, largest),
    );
    this.#row = new Float64Array(columns);
  }

  /** A variance in the middle of the table. */
  get middle(): number {
    return Math.expm1(this.#from + this.#width / 2) / 4;
  }

  /** Whether a variance lies in the table. */
  holds(q: number): boolean {
    return q >= this.low && q <= this.high;
  }

  /** E[φ²] at variance q, and its derivative by q. */
  square(q: number): Local {
    chebyshevAt(this.#ratio, this.#at(q), this.#out);
    const [ratio, change] = this.#out as unknown as [number, number];
    return {
      value: ratio * q + this.#level2,
      slope: ratio + (change / this.#width) * ((4 * q) / (1 + 4 * q)),
    };
  }

  /** E[φ′²] at variance q. */
  slope2(q: number): number {
    return chebyshevValue(this.#slope2, this.#at(q));
  }

  /** gap(m) / m at variance q, and E[φ′φ′], which is the derivative of gap by m. */
  pair(q: number, m: number): Local {
    if (q !== this.#q) {
      this.#gap.at(this.#at(q), this.#row);
      this.#q = q;
      this.#scale = Math.log1p(2 * q);
    }
    const smooth = Math.log1p(2 * q * m) / this.#scale;
    const u = this.#kinked ? Math.sqrt(smooth) : smooth;
    chebyshevAt(this.#row, u, this.#out);
    const [value, byU] = this.#out as unknown as [number, number];
    const change = (2 * q) / ((1 + 2 * q * m) * this.#scale * (this.#kinked ? 2 * u : 1)); // du/dm
    return { value, slope: value + m * byU * change };
  }

  #at(q: number): number {
    return (coordinate(q) - this.#from) / this.#width;
  }
}

/** Whether a series has converged, by its last two coefficients. */
function resolved(series: Float64Array, tail: number): boolean {
  const [last, before] = [series.at(-1) as number, series.at(-2) as number];
  return Math.abs(last) + Math.abs(before) <= tail * Math.abs(series[0] as number);
}

const coordinate = (q: number) => Math.log1p(4 * q);
