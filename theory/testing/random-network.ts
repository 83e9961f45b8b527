import { normals, random } from './random.ts';

/** A random network with two inputs, which see the same weights and masks of their own. */
export type RandomNetwork = {
  readonly phi: (x: number) => number;
  readonly derivative: (x: number) => number;
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  /** probability that a unit is kept, after every activation */
  readonly keep: number;
  /** draws the factor s and the shift t of one unit, in place of dropout with `keep` */
  readonly noise?: (next: () => number) => readonly [s: number, t: number];
  /** probability that the second input shares a unit's noise with the first one; 0 by default */
  readonly shared?: number;
  /** probability that a single weight is kept, each input with masks of its own (DropConnect); 1 by default */
  readonly keep_weights?: number;
  /** units of every layer */
  readonly width: number;
  /** layers of weights after the first pre-activations */
  readonly depth: number;
  /** variance and correlation of the normal variables that the first pre-activations are, one pair a unit */
  readonly q0: number;
  readonly c0: number;
  /** variance of the second input, if it differs */
  readonly q0_b?: number;
  /** `fixed`: a random direction, the same for both inputs, on which nothing else depends; `wide`: δ^L = z^L */
  readonly read_out: 'fixed' | 'wide';
};

/** What was measured in one network: a number a layer, from the first pre-activations (0) to the last (depth). */
export type Measured = {
  /** mean squares of the pre-activations, and their product */
  readonly aa: Float64Array;
  readonly bb: Float64Array;
  readonly ab: Float64Array;
  /** |δ|² / N of the gradients with respect to the pre-activations, and their product */
  readonly gaa: Float64Array;
  readonly gbb: Float64Array;
  readonly gab: Float64Array;
};

const mean = (x: Float64Array, y: Float64Array) => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number);
  return sum / x.length;
};

/**
 * A sampler of random networks with tied weights: each call draws weights, biases and masks anew and runs two inputs
 * forward and back. It shares nothing with the theory but φ.
 */
export function randomNetworks(network: RandomNetwork, seed: number): () => Measured {
  const { phi, derivative, sigma_w2, sigma_b2, keep, width: N, depth, q0, c0, read_out } = network;
  const { q0_b = q0, keep_weights = 1, shared = 0 } = network;
  const dropout = (draw: () => number) => [keep === 1 || draw() < keep ? 1 / keep : 0, 0] as const;
  const noise = network.noise ?? dropout;
  const next = random(seed);
  const normal = normals(next);
  const weights = Array.from({ length: depth }, () => new Float64Array(N * N));
  const arrays = () => Array.from({ length: depth + 1 }, () => new Float64Array(N));
  // the weights that each input meets: the same ones, unless they are dropped one by one
  const met = [0, 1].map(() =>
    keep_weights === 1 ? weights : Array.from({ length: depth }, () => new Float64Array(N * N)),
  ) as [Float64Array[], Float64Array[]];
  const [za, zb, ma, mb] = [arrays(), arrays(), arrays(), arrays()];
  const fill = (into: Float64Array, scale: number) => {
    for (let i = 0; i < into.length; i++) into[i] = scale * normal();
  };

  const start = () => {
    const [a, b] = [za[0] as Float64Array, zb[0] as Float64Array];
    const across = Math.sqrt(1 - c0 * c0);
    for (let i = 0; i < N; i++) {
      a[i] = Math.sqrt(q0) * normal();
      b[i] = Math.sqrt(q0_b / q0) * c0 * (a[i] as number) + Math.sqrt(q0_b) * across * normal();
    }
  };

  const forward = (l: number) => {
    const W = weights[l] as Float64Array;
    fill(W, Math.sqrt(sigma_w2 / N));
    if (keep_weights < 1)
      for (const kept of met)
        for (let k = 0; k < W.length; k++)
          (kept[l] as Float64Array)[k] = next() < keep_weights ? (W[k] as number) / keep_weights : 0;
    const [Wa, Wb] = [met[0][l] as Float64Array, met[1][l] as Float64Array];
    const firsts: (readonly [s: number, t: number])[] = [];
    const noisy = (z: Float64Array, mask: Float64Array, drawn: (i: number) => readonly [number, number]) =>
      z.map((x, i) => {
        const [s, t] = drawn(i);
        mask[i] = s;
        return phi(x) * s + t;
      });
    const ya = noisy(za[l] as Float64Array, ma[l] as Float64Array, (i) => {
      firsts[i] = noise(next);
      return firsts[i];
    });
    const yb = noisy(zb[l] as Float64Array, mb[l] as Float64Array, (i) =>
      shared > 0 && next() < shared ? (firsts[i] as readonly [number, number]) : noise(next),
    );
    const [outA, outB] = [za[l + 1] as Float64Array, zb[l + 1] as Float64Array];
    for (let i = 0; i < N; i++) {
      let [a, b] = [0, 0];
      for (let j = 0, k = i * N; j < N; j++, k++) {
        a += (Wa[k] as number) * (ya[j] as number);
        b += (Wb[k] as number) * (yb[j] as number);
      }
      const bias = sigma_b2 === 0 ? 0 : Math.sqrt(sigma_b2) * normal();
      outA[i] = a + bias;
      outB[i] = b + bias;
    }
  };

  const back = (W: Float64Array, delta: Float64Array, z: Float64Array, mask: Float64Array) => {
    const out = new Float64Array(N);
    for (let i = 0, k = 0; i < N; i++) {
      const d = delta[i] as number;
      for (let j = 0; j < N; j++, k++) out[j] = (out[j] as number) + d * (W[k] as number);
    }
    for (let j = 0; j < N; j++)
      out[j] = (out[j] as number) * (mask[j] as number) * derivative(z[j] as number);
    return out;
  };

  return () => {
    start();
    for (let l = 0; l < depth; l++) forward(l);
    const rows = () => new Float64Array(depth + 1);
    const found = { aa: rows(), bb: rows(), ab: rows(), gaa: rows(), gbb: rows(), gab: rows() };
    let da = new Float64Array(N);
    fill(da, 1);
    let db = da;
    if (read_out === 'wide')
      [da, db] = [za[depth] as Float64Array<ArrayBuffer>, zb[depth] as Float64Array<ArrayBuffer>];
    for (let l = depth; l >= 0; l--) {
      const [a, b] = [za[l] as Float64Array, zb[l] as Float64Array];
      if (l < depth) {
        da = back(met[0][l] as Float64Array, da, a, ma[l] as Float64Array);
        db = back(met[1][l] as Float64Array, db, b, mb[l] as Float64Array);
      }
      found.aa[l] = mean(a, a);
      found.bb[l] = mean(b, b);
      found.ab[l] = mean(a, b);
      found.gaa[l] = mean(da, da);
      found.gbb[l] = mean(db, db);
      found.gab[l] = mean(da, db);
    }
    return found;
  };
}

/** A mean over networks and its standard error. */
export type Estimate = { readonly mean: number; readonly error: number };

/** Mean and standard error of numbers. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b) / n;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt(variance / n) };
}

/** Covariance of two series and its standard error, from the spread of the products. */
export function covariance(x: readonly number[], y: readonly number[]): Estimate {
  const n = x.length;
  const [mx, my] = [estimate(x).mean, estimate(y).mean];
  const products = x.map((value, i) => ((value - mx) * ((y[i] as number) - my) * n) / (n - 1));
  return estimate(products);
}
