import type { Stream } from './stream.ts';
import { WordPool } from './words.ts';

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
 * @param source the stream to draw from
 * @param mean their mean
 * @param variance their variance
 * @returns a function that fills an array with the next numbers
 * @see Marsaglia and Tsang 2000, "The ziggurat method for generating random variables"; Doornik 2005, "An improved
 * ziggurat method to generate normal random samples" (the layer and the place must not share bits)
 * @example gaussianSource(stream(1, 'noise'), 1, 0.25)(new Float32Array(100))
 */
export function gaussianSource(source: Stream, mean: number, variance: number): (into: Float32Array) => void {
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
        into[i] = mean + deviation * (inside ? x : tried(source, x, layer));
      }
      used = from + i;
    }
  };
}

/** A number from a place that is not certain: in the wedge at the end of a layer, or in the tail. */
function tried(source: Stream, first: number, firstLayer: number): number {
  const unit = () => ((source.next() >>> 0) + 0.5) * 2 ** -32;
  let [x, layer] = [first, firstLayer];
  for (;;) {
    if (Math.abs(x) < (ends[layer + 1] as number)) return x;
    if (layer === 0) return tail(unit, x < 0);
    const [low, high] = [density(ends[layer] as number), density(ends[layer + 1] as number)];
    if (low + unit() * (high - low) < density(x)) return x;
    const word = source.next();
    layer = word & 255;
    x = (word >> 8) * (steps[layer] as number);
  }
}

/** A number beyond the edge (Marsaglia 1964, "Generating a variable from the tail of the normal distribution"). */
function tail(unit: () => number, negative: boolean): number {
  for (;;) {
    const x = -Math.log(unit()) / EDGE;
    if (-2 * Math.log(unit()) > x * x) return negative ? -(EDGE + x) : EDGE + x;
  }
}
