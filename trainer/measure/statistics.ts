import type { ProbedLayer } from './measure-networks.ts';

/**
 * What is measured at a layer, in order. `single` ones are of one input, the others of a pair of inputs a and b, which see
 * the same weights and have noise of their own:
 * - q: mean of z² over units; c: z_a·z_b / (|z_a| |z_b|)
 * - gradient_1: mean of δ² over units; gradient_2: mean of δ_a δ_b
 * - weight_1: mean of (dE_a/dW)² over the layer's weights; weight_2: mean of (dE_a/dW)(dE_b/dW); weight_abs: mean of the
 *   absolute value of that product
 * @see Huang et al. 2019, figures 2 to 5 (the metrics of weights)
 */
export const METRICS = [
  { name: 'q', single: true },
  { name: 'c', single: false },
  { name: 'gradient_1', single: true },
  { name: 'gradient_2', single: false },
  { name: 'weight_1', single: true },
  { name: 'weight_2', single: false },
  { name: 'weight_abs', single: false },
] as const;

/** The name of a metric. */
export type MetricName = (typeof METRICS)[number]['name'];

/**
 * The sums of each metric over one network's inputs or pairs, and those of its squares. Inputs 2i and 2i + 1 are a pair.
 * The gradient of a weight matrix is the outer product of its signal and δ, so that its averages need no matrix.
 */
export function sumMetrics(layers: readonly ProbedLayer[], inputs: number): Float64Array {
  const sums = new Float64Array(layers.length * METRICS.length * 2);
  layers.forEach((layer, l) => {
    const z = products(layer.z, inputs);
    const delta = products(layer.delta, inputs);
    const signal = products(layer.signal, inputs);
    const add = (metric: number, value: number) => {
      const at = (l * METRICS.length + metric) * 2;
      sums[at] = (sums[at] as number) + value;
      sums[at + 1] = (sums[at + 1] as number) + value * value;
    };
    for (let pair = 0; pair < inputs / 2; pair++) {
      const [zs, deltas, signals] = [z(pair), delta(pair), signal(pair)];
      for (const which of ['aa', 'bb'] as const) {
        add(0, zs[which]);
        add(2, deltas[which]);
        add(4, deltas[which] * signals[which]);
      }
      add(1, zs.ab / Math.sqrt(zs.aa * zs.bb));
      add(3, deltas.ab);
      add(5, deltas.ab * signals.ab);
      add(6, deltas.abs * signals.abs);
    }
  });
  return sums;
}

/** Means over the units of the products of a pair's vectors. */
function products(data: Float32Array, inputs: number) {
  const units = data.length / inputs;
  return (pair: number) => {
    const from = 2 * pair * units;
    let [aa, bb, ab, abs] = [0, 0, 0, 0];
    for (let i = from; i < from + units; i++) {
      const a = data[i] as number;
      const b = data[i + units] as number;
      aa += a * a;
      bb += b * b;
      ab += a * b;
      abs += Math.abs(a * b);
    }
    return { aa: aa / units, bb: bb / units, ab: ab / units, abs: abs / units };
  };
}

/** A metric at a layer, over all networks. */
export type Statistic = {
  readonly mean: number;
  /** standard error of the mean, from the spread of the networks' own means */
  readonly error: number;
  /** over networks, and over the inputs or pairs of each */
  readonly variance: number;
};

/** The statistics of all networks. */
export function computeStatistics(networks: readonly Float64Array[], inputs: number): Statistic[][] {
  const layers = (networks[0]?.length ?? 0) / METRICS.length / 2;
  const count = networks.length;
  return Array.from({ length: layers }, (_, l) =>
    METRICS.map(({ single }, m) => {
      const samples = single ? inputs : inputs / 2;
      const at = (l * METRICS.length + m) * 2;
      const means = networks.map((sums) => (sums[at] as number) / samples);
      const mean = means.reduce((sum, one) => sum + one, 0) / count;
      const squares = networks.reduce((sum, sums) => sum + (sums[at + 1] as number), 0) / (count * samples);
      const between = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (count - 1);
      const all = count * samples;
      return {
        mean,
        error: Math.sqrt(between / count),
        variance: (Math.max(0, squares - mean * mean) * all) / (all - 1),
      };
    }),
  );
}
