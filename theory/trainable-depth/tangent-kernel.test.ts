import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { computeNoise } from '../techniques/index.ts';
import { momentsOf, pairOf } from '../testing/averages.ts';
import { normals, random } from '../testing/random.ts';
import { estimate } from '../testing/random-network.ts';
import type { Layer } from '../trajectory/layer.ts';
import { NO_NOISE } from '../trajectory/layers.ts';
import { tangentKernel, type Updates } from './tangent-kernel.ts';

const { tanh, relu, linear, selu } = ACTIVATIONS;
const START = { mean_square: 0.9, cosine: 0.3 };
const dropout = (keep: number) => (keep === 1 ? NO_NOISE : computeNoise('bernoulli', { keep }));
const layerOf = (sigma_w2: number, sigma_b2: number, keep = 1): Layer => ({
  ...{ sigma_w2, sigma_b2, noise: dropout(keep) },
});
const updatesAt = (activation: typeof tanh, layer: Layer, depth: number, start = START): Updates => {
  const updates = tangentKernel(activation, layer, start).at(depth);
  if (!updates) throw new Error('out of range');
  return updates;
};

describe('networks of width 200', () => {
  const N = 200;
  const cases = [
    { activation: tanh, sigma_w2: 1.76, sigma_b2: 0.05, keep: 0.9, depth: 6 },
    { activation: tanh, sigma_w2: 2.5, sigma_b2: 0, keep: 1, depth: 12 },
    { activation: relu, sigma_w2: 1.8, sigma_b2: 0, keep: 0.95, depth: 6 },
    { activation: relu, sigma_w2: 2, sigma_b2: 0.1, keep: 1, depth: 12 },
  ];
  type Case = (typeof cases)[number];
  type Pass = { readonly inputs: Float64Array[]; readonly deltas: Float64Array[] };
  const dot = (x: Float64Array, y: Float64Array) =>
    x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);

  /** Matrices and biases of variance 1; the last matrix counts with its first row alone, which is the one output. */
  function drawn(seed: number) {
    const next = random(seed);
    const normal = normals(next);
    const vector = (length: number) => Float64Array.from({ length }, normal);
    const matrices = Array.from({ length: 13 }, () => vector(N * N));
    const biases = Array.from({ length: 13 }, () => vector(N));
    // inputs of exactly this mean square and cosine
    const scaled = (x: Float64Array) =>
      x.map((value) => value * Math.sqrt((N * START.mean_square) / dot(x, x)));
    const a = scaled(vector(N));
    const free = vector(N);
    const across = scaled(free.map((value, i) => value - ((a[i] as number) * dot(free, a)) / dot(a, a)));
    const sine = Math.sqrt(1 - START.cosine ** 2);
    const b = a.map((value, i) => START.cosine * value + sine * (across[i] as number));
    return { next, matrices, biases, a, b };
  }

  /** What goes into each matrix, and the gradient of the output by what comes out of it, by back-propagation. */
  function passed({ next, matrices, biases }: ReturnType<typeof drawn>, x: Float64Array, one: Case): Pass {
    const { activation, keep, depth } = one;
    const [w, b] = [Math.sqrt(one.sigma_w2 / N), Math.sqrt(one.sigma_b2)];
    const inputs = [x];
    const slopes: Float64Array[] = [];
    for (let l = 0; l < depth; l++) {
      const [W, bias, into] = [matrices[l], biases[l], inputs[l]] as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const [y, slope] = [new Float64Array(N), new Float64Array(N)];
      for (let i = 0; i < N; i++) {
        let z = 0;
        for (let j = 0; j < N; j++) z += (W[i * N + j] as number) * (into[j] as number);
        z = w * z + b * (bias[i] as number);
        const s = keep === 1 ? 1 : next() < keep ? 1 / keep : 0;
        y[i] = s * activation.phi(z);
        slope[i] = s * activation.derivative(z);
      }
      inputs.push(y);
      slopes.push(slope);
    }
    const deltas = [Float64Array.of(1)];
    for (let l = depth; l > 0; l--) {
      const [W, slope, above] = [matrices[l], slopes[l - 1], deltas[0]] as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const delta = new Float64Array(N);
      for (let i = 0; i < above.length; i++)
        for (let j = 0; j < N; j++)
          delta[j] = (delta[j] as number) + (W[i * N + j] as number) * (above[i] as number);
      deltas.unshift(delta.map((value, j) => w * value * (slope[j] as number)));
    }
    return { inputs, deltas };
  }

  /** Gradients of two passes by all matrices, multiplied and summed, over the width. */
  const product = (one: Pass, other: Pass) =>
    one.inputs.reduce(
      (sum, into, l) =>
        sum +
        (dot(into, other.inputs[l] as Float64Array) *
          dot(one.deltas[l] as Float64Array, other.deltas[l] as Float64Array)) /
          N,
      0,
    );

  const found = cases.map(() => ({ size: [] as number[], signal: [] as number[], logs: [] as number[] }));
  for (let seed = 1; seed <= 50; seed++) {
    const network = drawn(seed);
    cases.forEach((one, i) => {
      const first = passed(network, network.a, one);
      const again = passed(network, network.a, one);
      const other = passed(network, network.b, one);
      const size = product(first, first);
      found[i]?.size.push(size);
      found[i]?.signal.push(product(first, again) - product(first, other));
    });
  }

  test.each(cases.map((one, i) => [`${one.activation.name}, keep ${one.keep}`, one, i] as const))('%s', (_, {
    activation,
    sigma_w2,
    sigma_b2,
    keep,
    depth,
  }, i) => {
    const updates = updatesAt(activation, layerOf(sigma_w2, sigma_b2, keep), depth);
    for (const name of ['size', 'signal'] as const) {
      const { mean, error } = estimate(found[i]?.[name] as number[]);
      const expected = Math.exp(updates[name]);
      expect(Math.abs(mean - expected), name).toBeLessThan(4 * error + (depth / N) * expected);
      expect(error / expected).toBeLessThan(0.15);
    }
  });
});

/** Θ by its definition: one sum for each pair of passes, with averages by independent quadrature. */
function defined(activation: typeof tanh, { sigma_w2, sigma_b2, noise }: Layer, depth: number) {
  const { mean_square, cosine } = START;
  const { s1, s2 } = noise;
  let q = sigma_w2 * mean_square + sigma_b2;
  const kernels = { one: mean_square, same: mean_square, other: cosine * mean_square };
  let [same, other] = [q, sigma_w2 * cosine * mean_square + sigma_b2];
  for (let l = 0; l < depth; l++) {
    const one = momentsOf(activation, q);
    const square = q * one.ratio + activation.phi(0) ** 2;
    const of = (covariance: number) => {
      if (covariance === q) return { into: s1 * s1 * square, chi: sigma_w2 * s1 * s1 * one.slope2 };
      const { gap, slope } = pairOf(activation, q, 1 - covariance / q);
      return { into: s1 * s1 * (square - q * gap), chi: sigma_w2 * s1 * s1 * slope };
    };
    const [a, b] = [of(same), of(other)];
    kernels.one = s2 * square + sigma_w2 * s2 * one.slope2 * kernels.one;
    kernels.same = a.into + a.chi * kernels.same;
    kernels.other = b.into + b.chi * kernels.other;
    [same, other] = [sigma_w2 * a.into + sigma_b2, sigma_w2 * b.into + sigma_b2];
    q = sigma_w2 * s2 * square + sigma_b2;
  }
  return { size: Math.log(kernels.one), signal: Math.log(kernels.same - kernels.other) };
}

test.each([
  ['tanh', tanh, layerOf(1.76, 0.05, 0.95), 20],
  ['tanh without noise', tanh, layerOf(2.5, 0.05), 30],
  ['relu', relu, layerOf(1.6, 0.02, 0.8), 15],
  ['gelu', ACTIVATIONS.gelu, layerOf(2, 0, 0.9), 5],
  ['softplus, which is not 0 at 0', ACTIVATIONS.softplus, layerOf(1, 0.1, 0.9), 8],
] as const)('%s: the sums of its definition', (_, activation, layer, depth) => {
  const [{ size, signal }, expected] = [
    updatesAt(activation, layer, depth),
    defined(activation, layer, depth),
  ];
  expect(Math.abs(size - expected.size)).toBeLessThan(1e-11);
  // (the sums themselves are exact to rounding, which is more of a smaller difference)
  expect(Math.abs(signal - expected.signal)).toBeLessThan(1e-10 + 1e-14 * Math.exp(size - signal));
});

describe('closed forms', () => {
  test.each([
    [1, 1, 9],
    [1.3, 1, 40],
    [0.8, 0.9, 40],
    [2, 0.5, 30],
  ])('linear, sigma_w2 %d, keep %d, depth %d', (sigma_w2, keep, depth) => {
    const { size, signal, variance } = updatesAt(linear, layerOf(sigma_w2, 0, keep), depth);
    const { mean_square, cosine } = START;
    // Θ = (depth + 1) (sigma_w2 s2)^depth |x|²/n, and of two passes (depth + 1) sigma_w2^depth ⟨x, x′⟩/n
    expect(size).toBeCloseTo(Math.log((depth + 1) * mean_square) + depth * Math.log(sigma_w2 / keep), 10);
    const D = Math.log((depth + 1) * mean_square * (1 - cosine)) + depth * Math.log(sigma_w2);
    expect(Math.abs(signal - D)).toBeLessThan(1e-12 + 1e-15 * Math.exp(size - signal) * depth);
    // of fixed read-outs S′/S = 1 + (3 s4/s2² − 1)/N
    expect(variance).toBeCloseTo(depth * (3 / keep - 1), 10);
  });

  test.each([
    [2, 1, 30],
    [1.8, 0.9, 30],
    [3.2, 0.7, 12],
    [0.7, 0.8, 15],
  ])('relu without biases, sigma_w2 %d, keep %d, depth %d', (sigma_w2, keep, depth) => {
    const { size, signal, variance } = updatesAt(relu, layerOf(sigma_w2, 0, keep), depth);
    const factor = sigma_w2 / (2 * keep);
    expect(size).toBeCloseTo(Math.log((depth + 1) * START.mean_square) + depth * Math.log(factor), 10);
    expect(variance).toBeCloseTo(depth * (6 / keep - 1), 10);
    // the arc-cosine kernels of Cho and Saul 2009, in units in which the variance is 1
    const kernel = (cosine: number) => {
      let [c, sum, chi] = [cosine, cosine, 0];
      for (let l = 0; l < depth; l++) {
        const angle = Math.acos(c);
        chi = keep * (1 - angle / Math.PI);
        c = (keep * (Math.sin(angle) + (Math.PI - angle) * c)) / Math.PI;
        sum = c + chi * sum;
      }
      return sum;
    };
    const D = Math.log((kernel(1) - kernel(START.cosine)) * START.mean_square) + depth * Math.log(factor);
    expect(signal).toBeCloseTo(D, 7);
  });

  test('a depth of 0 is the read-out of the data; two masks are one where they are shared', () => {
    const { size, signal, variance } = updatesAt(tanh, layerOf(1.5, 0.3, 0.8), 0);
    expect([Math.exp(size), Math.exp(signal), variance]).toEqual([
      expect.closeTo(0.9, 14),
      expect.closeTo(0.63, 14),
      0,
    ]);
    const shared = { ...layerOf(1.76, 0.05, 0.9), mask_correlation: 1 };
    const depth = 12;
    const exact = Math.exp(updatesAt(tanh, shared, depth).size);
    // Θ(x, x) of a shared mask is that of one pass; the second input is then all that D takes off it
    const apart = updatesAt(tanh, shared, depth, { ...START, cosine: 1 - 1e-9 });
    expect(Math.exp(apart.signal) / exact).toBeLessThan(1e-5);
    expect(Math.exp(updatesAt(tanh, shared, depth).signal)).toBeGreaterThan(
      Math.exp(updatesAt(tanh, layerOf(1.76, 0.05, 0.9), depth).signal),
    );
  });
});

describe('at the ends of what there is', () => {
  test('weights that are tiny beside the biases keep their digits', () => {
    for (const sigma_w2 of [1e-3, 1e-8, 1e-16, 1e-100]) {
      const { size, signal } = updatesAt(tanh, layerOf(sigma_w2, 0.05, 0.9), 0);
      expect([size, signal]).toEqual([Math.log(0.9), expect.closeTo(Math.log(0.63), 14)]);
    }
    // depth 1: E[y²] and next to nothing from below; of the signal only the first layer's weights know the input
    const { size, signal } = updatesAt(tanh, layerOf(1e-4, 0.05, 0.9), 1);
    const { ratio, slope2 } = momentsOf(tanh, 0.05 + 0.9e-4);
    expect(size).toBeCloseTo(Math.log(((0.05 + 0.9e-4) * ratio + 1e-4 * slope2 * 0.9) / 0.9), 10);
    expect(Math.exp(signal)).toBeCloseTo(2 * 1e-4 * slope2 * 0.63, 7);
  });

  test.each([
    ['relu that vanishes', relu, layerOf(0.01, 0, 0.9)],
    ['relu that explodes', relu, layerOf(1e4, 0, 0.9)],
    ['relu_squared', ACTIVATIONS.relu_squared, layerOf(4, 0.1, 0.9)],
    ['hardshrink', ACTIVATIONS.hardshrink, layerOf(0.5, 0, 0.9)],
    ['tanh', tanh, layerOf(1.76, 0.05, 0.95)],
    ['tanh, chaotic', tanh, layerOf(100, 0.05)],
    [
      'IC layers',
      relu,
      { sigma_w2: 2, sigma_b2: 0.1, noise: computeNoise('ic', { keep: 0.95 }), batch_norm: true as const },
    ],
    ['alpha dropout', selu, { sigma_w2: 1, sigma_b2: 0, noise: computeNoise('alpha', { keep: 0.9 }) }],
    [
      'noise without a fourth moment',
      tanh,
      { sigma_w2: 1.5, sigma_b2: 0, noise: { s1: 1, s2: 1.25, variance: 0.25 } },
    ],
    ['no weights', tanh, layerOf(0, 0.1, 0.9)],
  ])('%s: numbers, and none from some depth on', (_, activation, layer) => {
    const kernel = tangentKernel(activation, layer, START);
    let ended = false;
    for (let depth = 0; depth < 120; depth++) {
      const updates = kernel.at(depth);
      if (!updates) {
        ended = true;
        continue;
      }
      expect(ended).toBe(false);
      for (const value of Object.values(updates)) expect(Number.isFinite(value)).toBe(true);
      expect(updates.signal).toBeLessThanOrEqual(updates.size + 1e-12);
      expect(updates.signal - updates.size).toBeGreaterThan(Math.log(1e-11));
    }
    expect(kernel.at(2000) === null || !ended).toBe(true);
  });

  test('2000 layers', () => {
    const { size } = updatesAt(relu, layerOf(2, 0), 2000);
    expect(size).toBeCloseTo(Math.log(2001 * START.mean_square), 8);
    // beyond the range of what sums would hold
    expect(updatesAt(linear, layerOf(1.3, 0), 2000).size).toBeCloseTo(
      Math.log(2001 * 0.9) + 2000 * Math.log(1.3),
      6,
    );
    expect(tangentKernel(tanh, layerOf(1.76, 0.05, 0.95), START).at(2000)).toBeNull();
  });

  test('alpha dropout: what noise that shifts adds goes into the weights', () => {
    const noise = computeNoise('alpha', { keep: 0.9 });
    const { size } = updatesAt(selu, { sigma_w2: 1, sigma_b2: 0, noise }, 1, { mean_square: 1, cosine: 0 });
    const { ratio, slope2, lift } = momentsOf(selu, 1);
    const { s2, t2 = 0, st = 0 } = noise;
    expect(Math.exp(size)).toBeCloseTo(s2 * ratio + 2 * st * lift + t2 + s2 * slope2, 12);
  });
});
