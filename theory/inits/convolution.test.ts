import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { computeNoise } from '../techniques/index.ts';
import { layersOf } from '../testing/layers.ts';
import { normals, random } from '../testing/random.ts';
import { type Estimate, estimate } from '../testing/random-network.ts';
import { trajectory } from '../trajectory/trajectory.ts';
import { convolutionShape } from './convolution.ts';

const { tanh } = ACTIVATIONS;

const [CHANNELS, POSITIONS, KERNEL, DEPTH, NETWORKS] = [150, 12, 3, 5, 25];
const [SIGMA_W2, SIGMA_B2, KEEP, C0] = [1.8, 0.05, 0.9, 0.5];
const { fan_in } = convolutionShape({ in_channels: CHANNELS, kernel: [KERNEL] });

/** Pre-activations of two inputs, [input][position][channel]. */
type Layer = number[][][];

const grid = (value: (input: number, position: number, channel: number) => number): Layer =>
  [0, 1].map((input) =>
    Array.from({ length: POSITIONS }, (_, position) =>
      Array.from({ length: CHANNELS }, (__, channel) => value(input, position, channel)),
    ),
  );

/** One random network over one axis: its pre-activations in every layer. */
function network(padding: 'circular' | 'zero', seed: number): Layer[] {
  const next = random(seed);
  const normal = normals(next);
  const first = grid(() => normal());
  const common = Math.sqrt(1 - C0 * C0);
  let layer = grid((input, position, channel) => {
    const [one, other] = first.map((of) => of[position]?.[channel] as number) as [number, number];
    return input === 0 ? one : C0 * one + common * other;
  });
  const layers = [layer];
  for (let depth = 0; depth < DEPTH; depth++) {
    const kept = layer.map((input) =>
      input.map((position) => position.map((z) => (next() < KEEP ? Math.tanh(z) / KEEP : 0))),
    );
    const scale = Math.sqrt(SIGMA_W2 / fan_in);
    const after = grid(() => 0);
    for (let out = 0; out < CHANNELS; out++) {
      const weights = Array.from({ length: fan_in }, () => scale * normal());
      const bias = Math.sqrt(SIGMA_B2) * normal();
      for (const [input, positions] of kept.entries())
        for (let position = 0; position < POSITIONS; position++) {
          let sum = bias;
          for (let k = 0; k < KERNEL; k++) {
            const at = position + k - 1;
            const read = positions[padding === 'circular' ? (at + POSITIONS) % POSITIONS : at];
            if (read)
              for (let c = 0; c < CHANNELS; c++)
                sum += (read[c] as number) * (weights[k * CHANNELS + c] as number);
          }
          ((after[input] as number[][])[position] as number[])[out] = sum;
        }
    }
    layer = after;
    layers.push(layer);
  }
  return layers;
}

const noise = computeNoise('bernoulli', { keep: KEEP });
const predicted = trajectory(
  tanh,
  layersOf({ depth: DEPTH, sigma_w2: SIGMA_W2, sigma_b2: SIGMA_B2, noise }),
  { q0: 1, c0: C0 },
).rows;

/** E[z_a z_b] over the channels and the positions given. */
const product = (layer: Layer, a: number, b: number, positions: readonly number[]) =>
  positions.reduce(
    (sum, at) =>
      sum +
      (layer[a]?.[at] as number[]).reduce((inner, z, c) => inner + z * (layer[b]?.[at]?.[c] as number), 0),
    0,
  ) /
  (CHANNELS * positions.length);

/** Within four standard errors over networks, and 5/N for the width. */
function expectNear({ mean, error }: Estimate, value: number) {
  expect(Math.abs(mean - value)).toBeLessThanOrEqual(4 * error + (5 / CHANNELS) * Math.abs(value));
  expect(error).toBeLessThan(0.06 * Math.abs(value));
}

describe('random convolutions', () => {
  const every = Array.from({ length: POSITIONS }, (_, i) => i);

  test('with circular padding have the variance and correlation of fully connected layers', () => {
    const networks = Array.from({ length: NETWORKS }, (_, i) => network('circular', i + 1));
    for (let depth = 0; depth <= DEPTH; depth++) {
      const of = (a: number, b: number) =>
        estimate(networks.map((layers) => product(layers[depth] as Layer, a, b, every)));
      const { q, c } = predicted[depth] as { q: number; c: number };
      expectNear(of(0, 0), q);
      expectNear(of(0, 1), q * c);
    }
  });

  test('with zero padding lose variance at the border, by one position a layer inwards', () => {
    const networks = Array.from({ length: NETWORKS }, (_, i) => network('zero', i + 101));
    const at = (depth: number, position: number) =>
      estimate(networks.map((layers) => product(layers[depth] as Layer, 0, 0, [position])));
    const q = (depth: number) => predicted[depth]?.q as number;
    for (let depth = 0; depth <= DEPTH; depth++) expectNear(at(depth, DEPTH), q(depth));
    // (an edge of one axis has two of three inputs)
    expectNear(at(1, 0), ((q(1) - SIGMA_B2) * 2) / 3 + SIGMA_B2);
    expect(at(3, 0).mean).toBeLessThan(0.8 * q(3));
  });
});
