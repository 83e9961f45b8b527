import { WordPool } from './mask.ts';
import type { Stream } from './stream.ts';

/** Slices of equal probability that a distribution is cut into: as many as there are numbers of 16 bits. */
export const SLICES = 65_536;

/**
 * A source that fills arrays with independent numbers of a distribution, given by the middles of its slices: each is as likely, and
 * 16 bits choose one. A draw costs the same whatever the distribution, and what it costs to invert it is paid once. The
 * sequence goes on from one fill to the next: how it is cut into arrays does not change it.
 * @see Devroye 1986, Non-Uniform Random Variate Generation, section II.2, for inversion and III.2 for tables
 */
export function createQuantileSource(source: Stream, quantiles: Float32Array): (into: Float32Array) => void {
  if (quantiles.length !== SLICES) throw new Error(`${quantiles.length} quantiles, not ${SLICES}`);
  const pool = new WordPool(source);
  const choices = new Uint16Array(pool.words.buffer);
  let used = choices.length;
  return (into) => {
    for (let i = 0; i < into.length; ) {
      if (used === choices.length) {
        pool.refill();
        used = 0;
      }
      const from = used - i;
      const end = Math.min(into.length, choices.length - from);
      for (; i < end; i++) into[i] = quantiles[choices[from + i] as number] as number;
      used = from + i;
    }
  };
}

/** The middles of a distribution's slices. */
export function tabulateQuantiles(f: (u: number) => number, mean?: number): Float32Array {
  const values = Float64Array.from({ length: SLICES }, (_, i) => f((i + 0.5) / SLICES));
  const found = values.reduce((sum, one) => sum + one, 0) / SLICES;
  const scale = mean === undefined ? 1 : mean / found;
  return Float32Array.from(values, (one) => one * scale);
}

/** Points of the integral, and how far below its largest value the logarithm of the density may fall. */
const POINTS = 2 ** 18;
const DEPTH = 40;

/**
 * The inverse of the distribution function of Beta(a, b), for arguments that rise from call to call: the trapezoid rule over the logit
 * of the variable, whose density exp(a ln σ(y) + b ln σ(−y)) is smooth and falls exponentially on both sides whatever a and b.
 *
 * @see Abramowitz and Stegun 1964, 26.5.1, for the distribution; Trefethen and Weideman 2014 for the rule
 * @example createBetaInverse(0.5, 0.5)(0.25) // sin²(π/8) = 0.146446…
 */
export function createBetaInverse(a: number, b: number): (u: number) => number {
  const log = (y: number) => -a * softplus(-y) - b * softplus(y);
  const mode = Math.log(a / b);
  const top = log(mode);
  const reach = (side: number) => {
    let away = 2 ** -12;
    while (top - log(mode + side * away) < DEPTH) away *= 1.5;
    return away;
  };
  const start = mode - reach(-1);
  const step = (mode + reach(1) - start) / POINTS;
  const density = (k: number) => Math.exp(log(start + k * step) - top);
  const below = new Float64Array(POINTS + 1);
  for (let k = 1, before = density(0); k <= POINTS; k++) {
    const now = density(k);
    below[k] = (below[k - 1] as number) + (before + now) / 2;
    before = now;
  }
  const whole = below[POINTS] as number;
  let k = 1;
  return (u) => {
    while (k < POINTS && (below[k] as number) < u * whole) k++;
    const [left, right] = [below[k - 1] as number, below[k] as number];
    return 1 / (1 + Math.exp(-(start + (k - 1 + (u * whole - left) / (right - left)) * step)));
  };
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Layers of the ziggurat, and where its tail begins: the edge for which 256 layers have one area. */
const LAYERS = 256;
const EDGE = 3.6541528853610088;
const AREA = 0.00492867323399;

const density = (x: number) => Math.exp((-x * x) / 2);

/** The layers' right ends, from the base to the top; the base counts the tail as a rectangle. */
const ends = Float64Array.from({ length: LAYERS + 1 });
ends[0] = AREA / density(EDGE);
ends[1] = EDGE;
for (let i = 2; i < LAYERS; i++) {
  const below = ends[i - 1] as number;
  ends[i] = Math.sqrt(-2 * Math.log(AREA / below + density(below)));
}
/** What a signed 24-bit number is multiplied by in a layer, and up to which size it lies under the curve for certain. */
const steps = Float64Array.from({ length: LAYERS }, (_, i) => (ends[i] as number) * 2 ** -23);
const sure = Float64Array.from(
  { length: LAYERS },
  (_, i) => ((ends[i + 1] as number) / (ends[i] as number)) * 2 ** 23,
);

/**
 * A source that fills arrays with independent gaussian numbers, by the ziggurat: a word chooses one of 256 layers of equal area
 * under the curve and a place in it; 98.8 % of places are under the curve for certain, the others are tried.
 *
 * @see Marsaglia and Tsang 2000, "The ziggurat method for generating random variables"; Doornik 2005, "An improved
 * ziggurat method to generate normal random samples" (the layer and the place must not share bits)
 */
export function createGaussianSource(
  source: Stream,
  mean: number,
  variance: number,
): (into: Float32Array) => void {
  const deviation = Math.sqrt(variance);
  const pool = new WordPool(source);
  const { words } = pool;
  let used = words.length;
  return (into) => {
    for (let i = 0; i < into.length; ) {
      if (used === words.length) {
        pool.refill();
        used = 0;
      }
      const from = used - i;
      const end = Math.min(into.length, words.length - from);
      for (; i < end; i++) {
        const word = words[from + i] as number;
        const layer = word & 255;
        const place = word >> 8;
        const x = place * (steps[layer] as number);
        const inside = Math.abs(place) < (sure[layer] as number);
        into[i] = mean + deviation * (inside ? x : drawByRejection(source, x, layer));
      }
      used = from + i;
    }
  };
}

/** A number from a place that is not certain: in the wedge at the end of a layer, or in the tail. */
function drawByRejection(source: Stream, first: number, firstLayer: number): number {
  const unit = () => ((source.next() >>> 0) + 0.5) * 2 ** -32;
  let [x, layer] = [first, firstLayer];
  for (;;) {
    if (Math.abs(x) < (ends[layer + 1] as number)) return x;
    if (layer === 0) return drawTail(unit, x < 0);
    const [low, high] = [density(ends[layer] as number), density(ends[layer + 1] as number)];
    if (low + unit() * (high - low) < density(x)) return x;
    const word = source.next();
    layer = word & 255;
    x = (word >> 8) * (steps[layer] as number);
  }
}

/** A number beyond the edge (Marsaglia 1964, "Generating a variable from the tail of the normal distribution"). */
function drawTail(unit: () => number, negative: boolean): number {
  for (;;) {
    const x = -Math.log(unit()) / EDGE;
    if (-2 * Math.log(unit()) > x * x) return negative ? -(EDGE + x) : EDGE + x;
  }
}
