import { normals, random } from './random.ts';

/** A random network of IC layers on a batch of pairs of inputs. */
export type IcNetwork = {
  readonly phi: (x: number) => number;
  readonly derivative: (x: number) => number;
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  /** probability that a unit is kept */
  readonly keep: number;
  /** units of every layer, a multiple of 4 */
  readonly width: number;
  /** pairs of inputs in the batch */
  readonly pairs: number;
  readonly depth: number;
  /** variance of the first pre-activations, correlation of the two inputs of a pair, and of generic inputs */
  readonly q0: number;
  readonly c0: number;
  readonly c_batch: number;
  /** a² and b² of y = a·x + b·block(x); 0 and 1 by default */
  readonly carry?: number;
  readonly branch?: number;
};

/** What was measured in one network, averaged over the batch: a number a layer. */
export type IcMeasured = {
  /** mean square of the pre-activations, and their product in a pair */
  readonly aa: number[];
  readonly ab: number[];
  /** product of generic inputs (neighbouring pairs) */
  readonly generic: number[];
  /** |δ|² and the product in a pair, over N */
  readonly gaa: number[];
  readonly gab: number[];
  /** mean square and product with the noise off and the statistics of the batch with noise */
  readonly evaluated_aa: number[];
  readonly evaluated_ab: number[];
};

type Matrix = Float64Array<ArrayBuffer>;

/** Adds scale · W x (or its transpose) to `out`, both with B columns; four rows at a time, for speed. */
function addProduct(out: Matrix, weights: Matrix, x: Matrix, scale: number, transposed: boolean): void {
  const N = Math.sqrt(weights.length);
  const B = x.length / N;
  for (let i = 0; i < N; i++) {
    const to = out.subarray(i * B, (i + 1) * B);
    for (let j = 0; j < N; j += 4) {
      const [at, step] = transposed ? [j * N + i, N] : [i * N + j, 1];
      const w0 = scale * (weights[at] as number);
      const w1 = scale * (weights[at + step] as number);
      const w2 = scale * (weights[at + 2 * step] as number);
      const w3 = scale * (weights[at + 3 * step] as number);
      for (let k = 0, from = j * B; k < B; k++, from++)
        to[k] =
          (to[k] as number) +
          w0 * (x[from] as number) +
          w1 * (x[from + B] as number) +
          w2 * (x[from + 2 * B] as number) +
          w3 * (x[from + 3 * B] as number);
    }
  }
}

/**
 * One random network with tied weights: a batch forward with the batch's own statistics and a mask an input, back through
 * weights, masks, normalisation (statistics included) and φ, and forward again in evaluation. Gradients start as a
 * random direction a pair, which both inputs share. It shares nothing with the theory but φ.
 */
export function icNetwork(network: IcNetwork, seed: number): IcMeasured {
  const { phi, derivative, sigma_w2, sigma_b2, keep, width: N, pairs, depth, q0, c0, c_batch } = network;
  const { carry = 0, branch = 1 } = network;
  const [a, b] = [Math.sqrt(carry), Math.sqrt(branch)];
  const next = random(seed);
  const normal = normals(next);
  const B = 2 * pairs; // column 2p and 2p + 1 are a pair
  const matrix = () => new Float64Array(N * B);

  const start = matrix();
  const inner = (c0 - c_batch) / (1 - c_batch);
  for (let i = 0; i < N; i++) {
    const shared = Math.sqrt(q0 * c_batch) * normal();
    for (let p = 0; p < pairs; p++) {
      const [x, y] = [normal(), normal()];
      const own = Math.sqrt(q0 * (1 - c_batch));
      start[i * B + 2 * p] = shared + own * x;
      start[i * B + 2 * p + 1] = shared + own * (inner * x + Math.sqrt(1 - inner * inner) * y);
    }
  }

  const layers = Array.from({ length: depth }, () => ({
    weights: Float64Array.from({ length: N * N }, () => Math.sqrt(sigma_w2 / N) * normal()),
    biases: Float64Array.from({ length: N }, () => Math.sqrt(sigma_b2) * normal()),
    masks: Float64Array.from({ length: N * B }, () => (next() < keep ? 1 / keep : 0)),
    means: new Float64Array(N),
    deviations: new Float64Array(N),
  }));
  type Drawn = (typeof layers)[number];

  /** W (mask ⊙ normalised φ(z)) + bias, with the skip connection. */
  const forward = (
    z: Matrix,
    { weights, biases, masks, means, deviations }: Drawn,
    train: boolean,
  ): Matrix => {
    const ready = matrix();
    for (let i = 0; i < N; i++) {
      const row = i * B;
      if (train) {
        let [sum, square] = [0, 0];
        for (let k = 0; k < B; k++) sum += phi(z[row + k] as number);
        means[i] = sum / B;
        for (let k = 0; k < B; k++) square += (phi(z[row + k] as number) - (means[i] as number)) ** 2;
        // (a unit that is silent throughout the batch stays so)
        deviations[i] = Math.sqrt(square / B) || 1;
      }
      for (let k = 0; k < B; k++)
        ready[row + k] =
          ((phi(z[row + k] as number) - (means[i] as number)) / (deviations[i] as number)) *
          (train ? (masks[row + k] as number) : 1);
    }
    const out = z.map((x, j) => a * x + b * (biases[Math.floor(j / B)] as number));
    addProduct(out, weights, ready, b, false);
    return out;
  };

  /** The gradients one layer down. */
  const back = (delta: Matrix, z: Matrix, { weights, masks, means, deviations }: Drawn): Matrix => {
    const onto = matrix();
    addProduct(onto, weights, delta, b, true);
    const out = matrix();
    for (let i = 0; i < N; i++) {
      const row = i * B;
      const hat = (k: number) =>
        (phi(z[row + k] as number) - (means[i] as number)) / (deviations[i] as number);
      let [mean, along] = [0, 0];
      for (let k = 0; k < B; k++) {
        const d = (onto[row + k] as number) * (masks[row + k] as number);
        mean += d / B;
        along += (d * hat(k)) / B;
      }
      for (let k = 0; k < B; k++) {
        const d = (onto[row + k] as number) * (masks[row + k] as number);
        const through = (d - mean - hat(k) * along) / (deviations[i] as number);
        out[row + k] = a * (delta[row + k] as number) + through * derivative(z[row + k] as number);
      }
    }
    return out;
  };

  /** Mean products over units and pairs of column 2p + i and column 2(p + apart) + j. */
  const product = (x: Matrix, i: number, j: number, apart = 0) => {
    let sum = 0;
    for (let p = 0; p < pairs; p++)
      for (let row = 0; row < N * B; row += B)
        sum += (x[row + 2 * p + i] as number) * (x[row + 2 * ((p + apart) % pairs) + j] as number);
    return sum / (N * pairs);
  };
  const both = (x: Matrix) => (product(x, 0, 0) + product(x, 1, 1)) / 2;

  const states = [start];
  for (const layer of layers) states.push(forward(states.at(-1) as Matrix, layer, true));
  const silent = [start];
  for (const layer of layers) silent.push(forward(silent.at(-1) as Matrix, layer, false));

  let delta = matrix();
  for (let j = 0; j < N * B; j += 2) delta[j] = delta[j + 1] = normal();
  const gradients = [delta];
  for (let l = depth - 1; l >= 0; l--) {
    delta = back(delta, states[l] as Matrix, layers[l] as Drawn);
    gradients.unshift(delta);
  }
  return {
    aa: states.map(both),
    ab: states.map((z) => product(z, 0, 1)),
    generic: states.map((z) => product(z, 0, 0, 1)),
    gaa: gradients.map(both),
    gab: gradients.map((d) => product(d, 0, 1)),
    evaluated_aa: silent.map(both),
    evaluated_ab: silent.map((z) => product(z, 0, 1)),
  };
}
