import { expect, test } from 'vitest';
import type { ActivationName } from '../../catalogue/activations.ts';
import type { TechniqueName } from '../../catalogue/techniques.ts';
import { type Attend, type Network, type Op, readActivation, readNoise, type SubLayer } from '../network.ts';
import {
  type BlocksMeasured,
  drawBlocks,
  type Simulation,
  simulateBlocks,
  simulateNetworks,
} from './block-network.ts';
import type { Matrix } from './differentiable.ts';
import { random } from './random.ts';
import { estimate } from './random-network.ts';

const act = (activation: ActivationName) => readActivation({ activation });
const linear = (sigma_w2: number, sigma_b2 = 0): Op => ({ op: 'linear', sigma_w2, sigma_b2 });
const drop = (keep: number, technique: TechniqueName = 'bernoulli') => readNoise({ technique, keep });
const attention: Attend = {
  ...{ op: 'attention', sigma_w2_query: 1, sigma_w2_key: 1, sigma_w2_value: 1, sigma_w2_output: 1 },
  noise: drop(0.9),
};
const networkOf = (layer: Partial<SubLayer>, more: Partial<Network> = {}): Network => ({
  ...{ stem: { q0: 1, c0: 0.5, ops: [] }, mask: 'independent', depth: 1 },
  blocks: [{ a2: 1, b2: 1, ops: [], ...layer }],
  ...more,
});

/** Compares a number of each network with what it should be, within 3 standard errors. */
function compare(
  networks: readonly BlocksMeasured[],
  read: (network: BlocksMeasured) => number | undefined,
  wanted: number,
  share = 0,
) {
  const { mean, error } = estimate(networks.map((network) => read(network) as number));
  expect(error).toBeLessThan(0.1 * Math.abs(wanted) + 0.01);
  expect(Math.abs(mean - wanted)).toBeLessThan(3 * error + share * Math.abs(wanted));
}

const dot = (x: Matrix, y: Matrix) => x.reduce((all, value, k) => all + value * (y[k] as number), 0);

const tanh = [linear(1, 0.1), act('tanh')];
const steps: [name: string, network: Network, options?: Simulation][] = [
  ['activation and weights', networkOf({ ops: [...tanh, linear(1, 0.1)], a2: 0.5, b2: 2 })],
  ['dropout', networkOf({ ops: [drop(0.5), ...tanh, drop(0.7), linear(1)] })],
  ['alpha dropout', networkOf({ ops: [...tanh, drop(0.7, 'alpha'), linear(1)] })],
  ['DropConnect', networkOf({ ops: [...tanh, drop(0.5, 'dropconnect'), linear(1)] })],
  ...(['layer', 'rms', 'batch'] as const).map((kind): [string, Network, Simulation] => [
    `${kind} norm`,
    networkOf({ ops: [{ op: 'norm', kind, eps: 0.1, gain2: 2, shift2: 0.5 }, ...tanh] }),
    { batch: 5 },
  ]),
  ...(['pre', 'post', 'sandwich', 'out'] as const).map((at): [string, Network] => [
    `norm ${at}`,
    networkOf({ norm: { at, kind: 'layer' }, ops: [...tanh, linear(1)], after: [drop(0.8)] }),
  ]),
  [
    'gate',
    networkOf({
      ops: [
        { op: 'gate', activation: act('silu'), sigma_w2_gate: 1, sigma_w2_value: 2, sigma_b2: 0.1 },
        linear(1),
      ],
    }),
  ],
  ['attention', networkOf({ ops: [attention] }, { tokens: 5 })],
  ['attention, causal', networkOf({ ops: [{ ...attention, causal: true, score_scale2: 4 }] }, { tokens: 5 })],
  ['attention, normalised', networkOf({ ops: [{ ...attention, qk_norm: 2 }] }, { tokens: 5 })],
  ['path', networkOf({ ops: [...tanh, { op: 'path', keep: 0.5 }] }, { tokens: 5 })],
  [
    'channels, a stem and a final norm',
    networkOf(
      { ops: [{ ...drop(0.5), channelwise: true }, ...tanh] },
      { tokens: 5, stem: { q0: 2, ops: [linear(1)] }, final_norm: { op: 'norm', kind: 'rms' } },
    ),
  ],
];

test.each(steps)('gradients are those of finite differences: %s', (_, network, options = {}) => {
  const { start, steps, top } = drawBlocks(network, { width: 8, hidden: 12, heads: 2, ...options }, 3);
  const run = (x: Matrix) => steps.reduce((y, step) => step(y).y, x);
  let [state, back] = [start, (gradient: Matrix) => gradient];
  for (const step of steps) {
    const [passed, before] = [step(state), back];
    state = passed.y;
    back = (gradient) => before(passed.back(gradient));
  }
  const gradient = back(top);
  const next = random(5);
  for (let i = 0; i < 5; i++) {
    const direction = start.map(() => next() - 0.5);
    const at = (h: number) => dot(run(start.map((x, k) => x + h * (direction[k] as number))), top);
    const wanted = (8 * (at(1e-3) - at(-1e-3)) - (at(2e-3) - at(-2e-3))) / 12e-3;
    expect(Math.abs(dot(gradient, direction) - wanted)).toBeLessThan(1e-8 * (1 + Math.abs(wanted)));
  }
});

test('norm pre with relu and dropout: variance, correlations and gradients of 12 blocks', () => {
  const ops = [linear(2), act('relu'), drop(0.9), linear(1), drop(0.9)];
  const network = networkOf({ norm: { at: 'pre', kind: 'layer' }, ops }, { depth: 12 });
  const started = performance.now();
  const networks = simulateNetworks(network, { width: 256, batch: 8 }, 1, 12);
  expect((performance.now() - started) / 12).toBeLessThan(5000);
  compare(networks, ({ forward }) => forward[12]?.v, 15.8148);
  // v grows by A = 1/.81 a block, and C by relu's kernel: the same sums as of the simulation, in closed form
  const kernel = (c: number) => (Math.sqrt(1 - c * c) + (Math.PI - Math.acos(c)) * c) / Math.PI;
  for (const [name, c0, growth] of [
    ['masks', 1, 1],
    ['inputs', 0.5, 1],
    ['shared', 0.5, 1 / 0.81],
  ] as const) {
    let [v, covariance] = [1, c0];
    for (let l = 0; l < 12; l++) {
      covariance += growth * kernel(covariance / v);
      v += 1 / 0.81;
    }
    compare(networks, ({ correlations }) => correlations[12]?.[name], covariance / v, 0.01);
  }
  compare(networks, ({ backward }) => backward[0]?.v, 15.8148, 0.02);
});

test('the start has the variance, the mean and the correlations that were asked for', () => {
  const network = networkOf({ ops: [] }, { stem: { q0: 2, c0: 0.6, mean: 0.5, ops: [] }, tokens: 4 });
  const networks = simulateNetworks(network, { width: 512, c_tokens: 0.4, top: 0.3 }, 1, 64);
  compare(networks, ({ forward }) => forward[0]?.v, 2);
  compare(networks, ({ forward }) => forward[0]?.mean, 0.5);
  compare(networks, ({ forward }) => forward[0]?.within, 2 * 0.4);
  compare(networks, ({ correlations }) => correlations[0]?.masks_across, 0.4);
  compare(networks, ({ correlations }) => correlations[0]?.inputs, 0.6);
  compare(networks, ({ correlations }) => correlations[0]?.shared_across, 0.24);
  compare(networks, ({ backward }) => backward[1]?.within, 0.3);
  expect(networks[0]?.correlations[0]?.masks).toBeCloseTo(1, 12);
  const batches = networkOf({ ops: [] }, { stem: { q0: 1, c0: 0.7, c_batch: 0.2, ops: [] } });
  const ofBatches = simulateNetworks(batches, { width: 512, batch: 8 }, 1, 16);
  compare(ofBatches, ({ forward }) => forward[0]?.within, 0.2);
  compare(ofBatches, ({ forward }) => forward[0]?.inputs, 0.7);
  compare(ofBatches, ({ forward }) => forward[0]?.shared_across, 0.2);
});

test('shared masks are the same, own masks are not; tokens of a pass share channels and paths', () => {
  const products = (ops: Op[], c0: number) => {
    const stem = { q0: 1, c0, ops: [] };
    const network = networkOf({ a2: 0, ops }, { tokens: 4, stem });
    return simulateNetworks(network, { width: 512, c_tokens: 1 }, 7, 40);
  };
  const unit = products([drop(0.5)], 1);
  compare(unit, ({ forward }) => forward[1]?.v, 2);
  compare(unit, ({ forward }) => forward[1]?.masks, 1);
  compare(unit, ({ forward }) => forward[1]?.shared, 2);
  compare(unit, ({ forward }) => forward[1]?.within, 1);
  const channel = products([{ ...drop(0.5), channelwise: true }], 1);
  compare(channel, ({ forward }) => forward[1]?.within, 2);
  compare(channel, ({ forward }) => forward[1]?.masks_across, 1);
  const path = products([{ op: 'path', keep: 0.5 }], 1);
  for (const { forward } of path) {
    expect(forward[1]?.within).toBeCloseTo(forward[1]?.v as number, 10);
    expect(forward[1]?.shared_across).toBeCloseTo(forward[1]?.shared as number, 10);
  }
});

test('uniform attention averages over the tokens that are seen; alone, a token copies itself', () => {
  const uniform = { ...attention, sigma_w2_query: 0 };
  const run = (op: Op, tokens: number) =>
    simulateNetworks(
      networkOf({ a2: 0, ops: [op] }, { tokens, stem: { q0: 1, c0: 0.25, ops: [] } }),
      { width: 256, pairs: ['masks'] },
      1,
      12,
    );
  const [T, keep] = [16, 0.9];
  // v = c + (1/keep − c)/T, and without noise between rows c = c + (1 − c)/T
  compare(run(uniform, T), ({ forward }) => forward[1]?.v, 0.25 + (1 / keep - 0.25) / T);
  compare(run(uniform, T), ({ forward }) => forward[1]?.within, 0.25 + 0.75 / T);
  let harmonic = 0;
  for (let t = 1; t <= T; t++) harmonic += 1 / t / T;
  const causal = run({ ...uniform, causal: true }, T);
  compare(causal, ({ forward }) => forward[1]?.v, 0.25 + (1 / keep - 0.25) * harmonic);
  compare(run(attention, 1), ({ forward }) => forward[1]?.masks, 1, 0.02);
});

test('a batch norm takes off what generic inputs have in common', () => {
  const network = networkOf(
    { norm: { at: 'post', kind: 'batch' } },
    { stem: { q0: 2, c0: 0.6, c_batch: 0.2, ops: [] } },
  );
  const networks = simulateNetworks({ ...network }, { width: 128, batch: 64 }, 1, 4);
  compare(networks, ({ forward }) => forward[1]?.v, 1);
  compare(networks, ({ forward }) => forward[1]?.inputs, 0.5, 0.02);
});

test('DropConnect acts on means over units as dropout does', () => {
  const network = networkOf({ a2: 0, ops: [drop(0.5, 'dropconnect'), linear(1)] });
  const networks = simulateNetworks(network, { width: 128 }, 1, 12);
  compare(networks, ({ forward }) => forward[1]?.v, 2);
  compare(networks, ({ forward }) => forward[1]?.masks, 1);
  compare(networks, ({ forward }) => forward[1]?.shared, 1);
  compare(networks, ({ backward }) => backward[0]?.v, 2);
});

test('a simulation repeats itself, and says what it does not know', () => {
  const network = networkOf({ ops: [drop(0.9), linear(1)] });
  expect(simulateBlocks(network, { width: 16 }, 4)).toEqual(simulateBlocks(network, { width: 16 }, 4));
  const { depth: _, ...endless } = network;
  expect(() => simulateBlocks(endless, {}, 1)).toThrow('depth');
  expect(() => simulateBlocks({ ...network, tokens: 4 }, { batch: 4 }, 1)).toThrow('not both');
  const odd = networkOf({ ops: [readNoise({ technique: 'uniform', noise_low: 0.1, noise_high: 1 })] });
  expect(() => simulateBlocks(odd, { width: 8 }, 1)).toThrow('uniform');
  expect(simulateBlocks(odd, { width: 8, draw: () => () => 2 }, 1).forward).toHaveLength(2);
});
