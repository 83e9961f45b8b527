import { afterAll, describe, expect, test } from 'vitest';
import {
  ACTIVATIONS,
  activationAt,
  criticalPoints,
  depthScales,
  type Fault,
  halfStablePoints,
  onFault,
  TECHNIQUES,
  type VarianceLimit,
  varianceLimit,
} from './index.ts';
import { plainNetwork } from './network.ts';
import { normalMean } from './testing/averages.ts';
import { random } from './testing/random.ts';
import { checkLimit, type FixedPoint, growth } from './variance.ts';

const faults: Fault[] = [];
onFault((fault) => faults.push(fault));
afterAll(() => onFault(() => {}));

const names = Object.keys(ACTIVATIONS) as (keyof typeof ACTIVATIONS)[];
const STARTS = [1e-12, 1e-9, 1e-6, 1e-3, 0.1, 1, 30, 1e3, 1e6] as const;
const BASE = { technique: 'bernoulli', mask: 'independent' } as const;

describe('every critical point, to the last digit and from every start', () => {
  test.each(names)('%s', (activation) => {
    const entry = ACTIVATIONS[activation];
    const bounded = entry.asymptote.every((slope) => slope === 0);
    for (const keep of [1, 0.95, 0.9, 0.7, 0.5]) {
      const noise = TECHNIQUES.bernoulli.noise({ keep });
      const points = [
        ...[0, 0.05, 0.5].flatMap((sigma_b2) => criticalPoints(entry, noise, sigma_b2, 'chi_1').points),
        ...halfStablePoints(entry, noise).points,
      ];
      for (const { sigma_w2, sigma_b2, q_star, stable } of points)
        for (const q0 of [...STARTS, ...(q_star ? [q_star] : [])]) {
          const row = depthScales(plainNetwork({ ...BASE, activation, sigma_w2, sigma_b2, keep, q0 }));
          const place = JSON.stringify({ activation, sigma_w2, sigma_b2, keep, q0, row });
          if (bounded) expect(row.status, place).not.toBe('diverges');
          // (no attractor but this one: every start ends there)
          const only = row.fixed_points.filter((point) => point.stable).length === 1;
          if (stable && q_star && only && row.status === 'ok')
            expect(Math.abs((row.q_star as number) / q_star - 1), place).toBeLessThan(1e-9);
          for (const name of ['xi_q', 'xi_1', 'xi_2'] as const)
            if (row[name] !== null) expect(row[name] as number, place).toBeLessThan(1e11);
          if (row.q_star && Math.abs((row.chi_1 as number) - 1) < 1e-9)
            expect(row.phase, place).toBe(keep < 1 ? 'noisy' : 'critical');
        }
    }
  }, 120_000);
});

test('where the map is straight, near 0 or far away, at slope 1 every start has an answer, and rounding makes no fixed points', () => {
  for (const activation of names) {
    const { asymptote, ratio_at_zero, homogeneous } = ACTIVATIONS[activation];
    if (homogeneous) continue;
    const far = (asymptote[0] ** 2 + asymptote[1] ** 2) / 2;
    for (const slope of [ratio_at_zero, far].filter((value) => value > 0 && Number.isFinite(value)))
      for (const keep of [1, 0.9, 0.5])
        for (const q0 of STARTS) {
          const network = { ...BASE, activation, sigma_w2: keep / slope, sigma_b2: 0, keep, q0 };
          const row = depthScales(plainNetwork(network));
          const place = JSON.stringify({ network, row });
          expect(row.status, place).not.toBe('no_fixed_point');
          expect(row.fixed_points.length, place).toBeLessThan(4);
        }
  }
});

test('where q goes does not depend on the last digit of a critical weight variance', () => {
  for (const keep of [0.9, 0.7, 0.3])
    for (const activation of ['tanh', 'hard_tanh', 'softsign', 'relu', 'silu'] as const) {
      const limit = ACTIVATIONS[activation].ratio_at_zero;
      const statuses = [-1, 0, 1].map(
        (ulp) =>
          depthScales(
            plainNetwork({
              ...BASE,
              activation,
              sigma_w2: (keep / limit) * (1 + ulp * Number.EPSILON),
              sigma_b2: 0,
              keep,
              q0: 1e-3,
            }),
          ).status,
      );
      expect(new Set(statuses).size, `${activation} ${keep} ${statuses}`).toBe(1);
    }
});

describe('random networks with an affine map around φ', () => {
  test.each(names)('%s', (activation) => {
    const next = random(names.indexOf(activation) + 77);
    for (let i = 0; i < 12; i++) {
      const around = {
        input_shift: 4 * next() - 2,
        output_shift: i % 2 ? next() - 0.5 : 0,
        input_scale: (next() < 0.3 ? -1 : 1) * 0.3 * 6 ** next(),
      };
      const shaped = activationAt(activation, around);
      const [gain, bias] = [0.1 * 30 ** next(), next() < 0.3 ? 0 : next()];
      const map = { activation: shaped, gain, bias };
      const { fixed_points } = varianceLimit(shaped, gain, bias);
      const place = JSON.stringify({ activation, around, gain, bias, fixed_points });
      // the definition, by an independent quadrature
      for (const { q } of fixed_points.filter((point) => point.q > 1e-6 && point.q < 1e4)) {
        const at = (x: number) => shaped.phi(x) ** 2;
        const square = normalMean(at, 0, Math.sqrt(q), [
          ...shaped.kinks,
          ...shaped.features.map((f) => f.at),
        ]);
        expect(Math.abs((gain * square + bias) / q - 1), place).toBeLessThan(1e-9);
      }
      // the same end from every start of a basin, and one that the map's own sign points to
      const ends = STARTS.map((q0) => ({ q0, ...varianceLimit(shaped, gain, bias, q0) }));
      const thresholds = fixed_points.filter(({ stable, q }) => !stable && q > 0).map(({ q }) => q);
      const falls = STARTS.some((q) => shaped.moments(q).radial < 0);
      for (const [k, end] of ends.entries()) {
        const before = ends[k - 1];
        const parted = thresholds.some((q) => before && q >= before.q0 && q <= end.q0);
        if (before && !parted && !falls) expect(end.q_star, place).toBe(before.q_star);
        if (end.status === 'diverges') expect(growth(map, 1e12).value, place).toBeGreaterThan(-1e-9);
      }
    }
  }, 120_000);
});

test('nothing failed its check on the way', () => {
  expect(faults).toEqual([]);
});

describe('what does not hold is not given away, and is reported', () => {
  const map = { activation: ACTIVATIONS.silu, gain: 2.05, bias: 0.05 };
  const limit = varianceLimit(map.activation, map.gain, map.bias);
  const [low, high] = limit.fixed_points as [FixedPoint, FixedPoint];

  test.each<[string, VarianceLimit, number]>([
    ['the limit itself', limit, 0],
    [
      'a q* that is off by 1e-8',
      {
        ...limit,
        q_star: low.q * (1 + 1e-8),
        fixed_points: [{ ...low, q: low.q * (1 + 1e-8) }, high],
      } as VarianceLimit,
      1,
    ],
    [
      'one that repels, said to attract',
      { status: 'ok', q_star: high.q, fixed_points: [low, { ...high, stable: true }] },
      1,
    ],
    ['one beyond another', { status: 'ok', q_star: high.q * 10, fixed_points: [low, high] }, 1],
    ['the end of another basin', { status: 'collapses', q_star: 0, fixed_points: [low, high] }, 1],
  ])('%s', (_, claimed, count) => {
    const before = faults.length;
    const found = checkLimit(map, 1, claimed);
    expect(faults.length - before).toBe(count);
    expect(found).toEqual(count ? { status: 'no_fixed_point', q_star: null, fixed_points: [] } : claimed);
  });

  test('a bounded φ cannot make q grow without bound', () => {
    const tanh = { activation: ACTIVATIONS.tanh, gain: 3, bias: 0.05 };
    const claimed = { status: 'diverges', q_star: null, fixed_points: [] } as const;
    expect(checkLimit(tanh, 1, claimed).status).toBe('no_fixed_point');
  });
});
