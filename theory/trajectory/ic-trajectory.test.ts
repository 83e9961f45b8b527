import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { type IcState, icEvaluation, icLimit, icStep } from '../ic/ic.ts';
import { computeNoise } from '../techniques/index.ts';
import { type IcNetwork, icNetwork } from '../testing/ic-network.ts';
import { layersOf } from '../testing/layers.ts';
import { estimate } from '../testing/random-network.ts';
import { estimateDepth } from '../trainable-depth/estimate.ts';
import { NO_NOISE } from './layers.ts';
import { trajectory } from './trajectory.ts';

const { erf, linear, relu, sin, tanh } = ACTIVATIONS;
const stackOf = (depth: number, sigma_w2: number, sigma_b2: number, keep: number) =>
  ({ depth, sigma_w2, sigma_b2, noise: computeNoise('ic', { keep }), batch_norm: true }) as const;

describe('rows are those of the steps', () => {
  test.each([
    ['relu', relu, 2, 0, 0.8, 0.9, 0.5],
    ['tanh', tanh, 1.5, 0.5, 0.9, 0.7, 0.2],
  ] as const)('%s', (_, activation, sigma_w2, sigma_b2, keep, c0, c_batch) => {
    const stack = stackOf(5, sigma_w2, sigma_b2, keep);
    const { rows, leaves_float32 } = trajectory(activation, layersOf(stack), { q0: 1, c0, c_batch });
    let state: IcState = { q: 1, c0: c_batch, misalignments: [1 - c0] };
    rows.forEach((row, l) => {
      expect(row.q).toBeCloseTo(state.q, 13);
      expect(row.c).toBeCloseTo(1 - (state.misalignments[0] as number), 13);
      const next = icStep(activation, stack, state);
      if (l < 5) expect(row.chi_1).toBeCloseTo(next.chi_1, 12);
      state = next;
    });
    expect(leaves_float32).toBeNull();
    // the factor of two inputs' gradients is the slope of the covariance map
    const at = (c: number) => {
      const [, to] = trajectory(activation, layersOf({ ...stack, depth: 1 }), {
        q0: 1,
        c0: c,
        c_batch,
      }).rows;
      return (to?.q as number) * (to?.c as number);
    };
    expect(rows[0]?.chi_c).toBeCloseTo((at(c0 + 1e-5) - at(c0 - 1e-5)) / 2e-5, 6);
  });
});

test('it ends at the fixed point of IC layers', () => {
  const stack = stackOf(200, 1.5, 0.3, 0.9);
  const { q_star, c_star, chi_1, chi_c } = icLimit(tanh, stack);
  const { rows } = trajectory(tanh, layersOf(stack), { q0: 3, c0: 0.9, c_batch: 0.4 });
  expect(rows[200]?.q).toBeCloseTo(q_star, 14);
  expect(rows[200]?.c).toBeCloseTo(c_star, 12);
  expect(rows[199]?.chi_1).toBeCloseTo(chi_1, 12);
  expect(rows[199]?.chi_c).toBeCloseTo(chi_c, 12);
});

test('stacks that mix layers: what ordinary layers make common, the next IC layer takes away', () => {
  // relu makes unrelated inputs alike: c′ = keep / π from c = 0, which then is what all of them share
  const [dropout, ic] = [computeNoise('bernoulli', { keep: 0.9 }), computeNoise('ic', { keep: 0.9 })];
  const layers = layersOf({
    depth: 2,
    sigma_w2: 1.8,
    sigma_b2: 0,
    noise: [dropout, ic],
    batch_norm: [false, true],
  });
  const [, middle, last] = trajectory(relu, layers, { q0: 1, c0: 0.6 }).rows;
  const c0 = 0.9 / Math.PI;
  expect(trajectory(relu, layers, { q0: 1, c0: 0 }).rows[1]?.c).toBeCloseTo(c0, 14);
  const { q, misalignments } = icStep(
    relu,
    { sigma_w2: 1.8, sigma_b2: 0, noise: ic },
    { q: 1, c0, misalignments: [1 - (middle?.c as number), 1 - c0] },
  );
  expect(last?.q).toBeCloseTo(q, 13);
  expect(last?.c).toBeCloseTo(1 - (misalignments[0] as number), 13);
  // generic inputs end up unrelated
  expect(trajectory(relu, layers, { q0: 1, c0: 0 }).rows[2]?.c).toBeCloseTo(0, 10);
});

test('the layer that reads the data has no IC layer, unless asked for', () => {
  const stack = { ...stackOf(2, 1.5, 0, 0.8), start: 'input' as const };
  const start = { q0: 0.5, c0: 0.7, c_batch: 0.4 };
  expect(trajectory(relu, layersOf(stack), start).rows[1]).toMatchObject({ q: 0.75, c: 0.7 });
  const [, first] = trajectory(relu, layersOf({ ...stack, input_noise: true }), start).rows;
  expect(first?.q).toBeCloseTo(1.5 / 0.8, 14);
  expect(first?.c).toBeCloseTo(0.8 * ((0.7 - 0.4) / 0.6), 12);
});

test('evaluation: the variance shift, and none where there is no dropout', () => {
  for (const keep of [0.95, 0.8]) {
    const layers = layersOf({ ...stackOf(11, 2, 0, keep), mode: 'eval' });
    const { rows } = trajectory(relu, layers, { q0: 2 / keep, c0: 0.5 });
    icEvaluation(relu, 2, computeNoise('ic', { keep }), 11).forEach((square, l) => {
      // (icEvaluation starts a layer later: there the first second moment is 1)
      if (l < 10) expect(rows[l + 2]?.q).toBeCloseTo(2 * square, 12);
    });
    expect(rows[1]?.q).toBeCloseTo(2, 13);
  }
  const start = { q0: 1, c0: 0.7, c_batch: 0.2 };
  const quiet = stackOf(4, 1.5, 0.3, 1);
  const evaluated = trajectory(tanh, layersOf({ ...quiet, mode: 'eval' }), start).rows;
  trajectory(tanh, layersOf(quiet), start).rows.forEach((row, l) => {
    expect(evaluated[l]?.q).toBeCloseTo(row.q as number, 11);
    expect(evaluated[l]?.c).toBeCloseTo(row.c, 11);
    expect(evaluated[l]?.gradient_2).toBeCloseTo(row.gradient_2 as number, 11);
  });
});

describe('whole networks of width 1000 and batches of 120, within four standard errors and 5/N + 2/B', () => {
  const cases: [string, IcNetwork][] = [
    [
      'tanh with biases',
      {
        ...tanh,
        ...{ sigma_w2: 1.5, sigma_b2: 0.5, keep: 0.8, depth: 2, width: 1000, pairs: 60 },
        ...{ q0: 1, c0: 0.8, c_batch: 0.3 },
      },
    ],
    [
      'relu with skip connections',
      {
        ...relu,
        ...{ sigma_w2: 2, sigma_b2: 0.3, keep: 0.7, depth: 2, width: 1000, pairs: 60 },
        ...{ q0: 1, c0: 0.7, c_batch: 0, carry: 0.7, branch: 0.5 },
      },
    ],
  ];
  test.each(cases)('%s', (name, network) => {
    const { depth, width, pairs, keep } = network;
    const found = [1, 2, 3, 4].map((seed) => icNetwork(network, seed));
    const layersIn = (mode: 'train' | 'eval') =>
      layersOf({ ...network, noise: computeNoise('ic', { keep }), batch_norm: true, mode });
    const activation = name.startsWith('tanh') ? tanh : relu;
    const { rows } = trajectory(activation, layersIn('train'), network);
    const evaluated = trajectory(activation, layersIn('eval'), network).rows;
    const bias = 5 / width + 2 / (2 * pairs);
    type Found = (typeof found)[number];
    for (let l = 0; l <= depth; l++) {
      const check = (what: string, of: (one: Found) => number, wanted: number) => {
        const { mean, error } = estimate(found.map(of));
        expect(Math.abs(mean - wanted), `${what} ${l}: ${mean} for ${wanted}`).toBeLessThan(
          4 * error + bias * Math.abs(wanted),
        );
      };
      const [row, quiet] = [rows[l], evaluated[l]] as [(typeof rows)[0], (typeof rows)[0]];
      check('q', ({ aa }) => aa[l] as number, row.q as number);
      check('c', ({ aa, ab }) => (ab[l] as number) / (aa[l] as number), row.c);
      check('single', ({ gaa }) => (gaa[l] as number) / (gaa[depth] as number), row.gradient_1 as number);
      check('pair', ({ gab }) => (gab[l] as number) / (gab[depth] as number), row.gradient_2 as number);
      check('q in evaluation', (one) => one.evaluated_aa[l] as number, quiet.q as number);
      check(
        'c in evaluation',
        (one) => (one.evaluated_ab[l] as number) / (one.evaluated_aa[l] as number),
        quiet.c,
      );
    }
  });
});

describe('trainable depth', () => {
  test('plain relu: some 6 xi_2, with or without dropout; skip connections mend it', () => {
    const at = (keep: number, more = {}) =>
      estimateDepth(relu, { ...stackOf(1, 2, 0, keep), ...more }, { c_diff: 0.27, ...more }).depth as number;
    const xi_2 = (keep: number) => -1 / Math.log(icLimit(relu, stackOf(1, 2, 0, keep)).chi_c);
    expect(at(0.95) / (6 * xi_2(0.95))).toBeGreaterThan(1);
    expect(at(0.95) / (6 * xi_2(0.95))).toBeLessThan(1.5);
    // without dropout equal inputs stay equal, those of one class do not
    expect(at(1, { max_layers: 100 })).toBeNull();
    expect(at(1, { c_same: 0.9 }) / (6 * xi_2(1))).toBeLessThan(1.5);
    // (with a skip connection q grows by the same amount a layer, so that branches matter less and less)
    expect(at(0.95, { carry: 1, branch: 0.1, max_layers: 300 })).toBeNull();
  });

  test('linear without noise: the common part goes at once, the rest stays', () => {
    expect(
      estimateDepth(linear, { ...stackOf(1, 1, 0, 1), batch_norm: true }, { c_diff: 0.27, max_layers: 300 })
        .depth,
    ).toBeNull();
  });
});

test('unrelated inputs stay so through layers of odd activations, to rounding; no weights, no correlation', () => {
  const noise = computeNoise('ic', { keep: 0.9 });
  const batch_norm = [false, false, false, true];
  const layers = layersOf({ depth: 4, sigma_w2: 1.7, sigma_b2: 0, noise, batch_norm });
  const rows = [tanh, erf, sin].map((phi) => trajectory(phi, layers, { q0: 0.9, c0: 0.5 }).rows[4]);
  for (const row of rows) expect(row?.c).toBeGreaterThan(0);
  const nothing = layersOf(stackOf(1, 0, 0, 0.9));
  expect(trajectory(relu, nothing, { q0: 1, c0: 0.5 }).rows[1]).toMatchObject({ q: 0, c: 0.5 });
});

test('what is refused', () => {
  const layers = layersOf(stackOf(2, 1, 0, 0.9));
  expect(() => trajectory(relu, layers, { q0: 1, c0: 0, c_batch: -0.1 })).toThrow('c_batch');
  expect(() => trajectory(relu, layers, { q0: 1, c0: 0, c_batch: 0.999 })).toThrow('too much');
  expect(() => trajectory(relu, layersOf(stackOf(2, 0, 0, 0.9)), { q0: 1, c0: 0 })).toThrow('q is 0');
  const mixed = { ...stackOf(2, 1, 0, 0.9), batch_norm: [true, false] } as const;
  expect(() => layersOf({ ...mixed, mode: 'eval' })).toThrow('Evaluation is only known');
  expect(() => estimateDepth(relu, { ...stackOf(1, 1, 0, 0.9), batch_norm: true }, { c_diff: -0.2 })).toThrow(
    'common',
  );
  expect(layersOf({ ...mixed, noise: NO_NOISE })[1]).not.toHaveProperty('batch_norm');
});
