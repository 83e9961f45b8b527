import { describe, expect, test } from 'vitest';
import { depthScales } from './index.ts';
import { type PlainStack, plainNetwork } from './network.ts';
import { solve } from './testing/solve.ts';

const ask = (input: Partial<PlainStack>) =>
  depthScales(
    plainNetwork({
      activation: 'tanh',
      sigma_w2: 1,
      sigma_b2: 0,
      technique: 'bernoulli',
      mask: 'independent',
      q0: 1,
      ...input,
    }),
  );

test('a known chaotic network', () => {
  const row = ask({ sigma_w2: 2.5, sigma_b2: 0.05 });
  expect(row.q_star).toBeCloseTo(1.0639583774, 10);
  expect(row.c_star).toBeCloseTo(0.4468042323, 10);
  expect(row.chi_1).toBeCloseTo(1.1335156987, 10);
  expect(row.xi_2).toBeCloseTo(11.7955975159, 9);
  expect(row).toMatchObject({ gradient: 'exploding', phase: 'chaotic', status: 'ok', reason: null, keep: 1 });
  expect(row.max_depth_low).toBe(6 * (row.xi_2 as number));
  expect(row.max_depth_high).toBe(12 * (row.xi_2 as number));
});

describe('criticality', () => {
  test('tanh on the critical line', () => {
    const row = ask({ sigma_w2: 1.7609546396067393, sigma_b2: 0.05 });
    expect(Math.abs((row.chi_1 as number) - 1)).toBeLessThan(1e-13);
    expect(row).toMatchObject({ gradient: 'stable', phase: 'critical', status: 'ok' });
    expect(row.c_star).toBeGreaterThan(1 - 1e-12);
    expect(row.xi_2 ?? Number.POSITIVE_INFINITY).toBeGreaterThan(1e12);
  });

  test('relu at sigma_w2 = 2 and linear at sigma_w2 = 1, without bias: every q is fixed', () => {
    for (const [activation, sigma_w2] of [
      ['relu', 2],
      ['linear', 1],
    ] as const)
      expect(ask({ activation, sigma_w2 })).toMatchObject({
        status: 'neutral',
        q_star: null,
        c_star: 1,
        chi_1: 1,
        chi_c: 1,
        xi_q: null,
        xi_1: null,
        xi_2: null,
        max_depth_low: null,
        reason: 'unbounded',
        gradient: 'stable',
        phase: 'critical',
      });
  });

  test('relu with dropout at its critical sigma_w2 = 2 keep', () => {
    const row = ask({ activation: 'relu', sigma_w2: 1.8, keep: 0.9 });
    expect(row).toMatchObject({ status: 'neutral', phase: 'noisy', gradient: 'stable', reason: 'unbounded' });
    expect(row.c_star).toBeCloseTo(0.6271458849492068, 13);
    expect(row.max_depth_low).toBeCloseTo(6 * 2.274034321881939, 11);
  });

  test('no answer near the line misses the divergence', () => {
    for (const distance of [1e-3, 1e-6, 1e-9]) {
      const above = ask({ sigma_w2: 1.7609546396067393 + distance, sigma_b2: 0.05 });
      const below = ask({ sigma_w2: 1.7609546396067393 - distance, sigma_b2: 0.05 });
      // Landau: the slopes at the two stable points are as far below 1 on either side.
      expect((above.xi_2 as number) / (below.xi_2 as number)).toBeCloseTo(1, 2);
    }
  });
});

describe('no fixed point of q', () => {
  test('tanh collapsing: the linear limit', () => {
    const noisy = ask({ sigma_w2: 0.5, keep: 0.8 });
    expect(noisy.chi_c).toBeCloseTo(0.8, 14);
    expect(noisy).toMatchObject({
      status: 'collapses',
      q_star: 0,
      c_star: 0,
      chi_1: 0.625,
      chi_q: 0.625,
      chi_aligned: 0.5,
      reason: null,
    });
    const silent = ask({ sigma_w2: 0.5 });
    expect(silent).toMatchObject({ c_star: 1, chi_c: 1, xi_2: null, reason: 'unbounded', phase: 'ordered' });
    // The range of float32 is then what limits the depth: 87.3 / ln 2 layers from q = 1, less what tanh takes.
    expect(silent.max_depth_low).toBe(silent.max_depth_high);
    expect(silent.max_depth_high).toBeGreaterThan(120);
    expect(silent.max_depth_high).toBeLessThan(126);
    expect(ask({ sigma_w2: 1 })).toMatchObject({
      status: 'collapses',
      xi_q: null,
      xi_1: null,
      max_depth_low: null,
    });
  });

  test('relu collapsing and diverging: the normalised map does not know sigma_w2', () => {
    const [low, high, marginal] = [
      ask({ activation: 'relu', sigma_w2: 1, keep: 0.9 }),
      ask({ activation: 'relu', sigma_w2: 3, keep: 0.9 }),
      ask({ activation: 'relu', sigma_w2: 1.8, sigma_b2: 0.3, keep: 0.9 }),
    ];
    expect(low).toMatchObject({ status: 'collapses', q_star: 0, reason: null });
    expect(high).toMatchObject({ status: 'diverges', q_star: null, reason: 'unbounded' });
    expect(marginal).toMatchObject({ status: 'diverges', q_star: null, xi_q: null, xi_1: null });
    for (const row of [high, marginal]) {
      expect(row.c_star).toBeCloseTo(low.c_star as number, 14);
      expect(row.xi_2).toBeCloseTo(low.xi_2 as number, 13);
    }
  });

  test('linear diverging', () => {
    expect(ask({ activation: 'linear', sigma_w2: 2, sigma_b2: 1 })).toMatchObject({
      status: 'diverges',
      c_star: 1,
      chi_c: 1,
      xi_2: null,
    });
    const noisy = ask({ activation: 'linear', sigma_w2: 2, sigma_b2: 1, keep: 0.9 });
    expect(noisy.c_star).toBe(0);
    expect(noisy.chi_c).toBeCloseTo(0.9, 15);
  });

  test('the range of float32 caps the depth', () => {
    const row = ask({ activation: 'relu', sigma_w2: 4, keep: 0.999 });
    expect(row.max_depth_low).toBeCloseTo(6 * 14.244657899879659, 9);
    expect(row.max_depth_high).toBeCloseTo(Math.log(3.4028234663852886e38) / Math.log(2 / 0.999), 9);
  });
});

describe('sigma_w2 = 0', () => {
  test('with a bias', () => {
    for (const activation of ['linear', 'relu', 'tanh', 'erf'] as const)
      expect(ask({ activation, sigma_w2: 0, sigma_b2: 0.7, keep: 0.5 })).toMatchObject({
        status: 'ok',
        q_star: 0.7,
        c_star: 1,
        chi_1: 0,
        chi_c: 0,
        xi_q: 0,
        xi_1: 0,
        xi_2: 0,
        max_depth_high: 0,
        reason: null,
      });
  });

  test('without', () => {
    for (const activation of ['linear', 'relu', 'tanh', 'erf'] as const)
      expect(ask({ activation, sigma_w2: 0, keep: 0.5 })).toMatchObject({
        status: 'collapses',
        q_star: 0,
        xi_1: 0,
      });
  });
});

describe('noise', () => {
  test('no noise is keep = 1, is technique none, is drop = 0', () => {
    const { keep, ...plain } = ask({ sigma_w2: 2, sigma_b2: 0.1 });
    expect(keep).toBe(1);
    for (const other of [{ technique: 'none' }, { keep: 1 }, { drop: 0 }, { mask: 'shared' }] as const)
      expect(ask({ sigma_w2: 2, sigma_b2: 0.1, ...other })).toMatchObject(plain);
    expect(ask({ technique: 'none' }).keep).toBeNull();
  });

  test('a shared mask is a larger weight variance', () => {
    const shared = ask({ sigma_w2: 1.8, sigma_b2: 0.1, keep: 0.9, mask: 'shared' });
    const larger = ask({ sigma_w2: 1.8 / 0.9, sigma_b2: 0.1 });
    for (const name of ['q_star', 'c_star', 'chi_1', 'chi_aligned', 'chi_c', 'chi_q', 'xi_2'] as const)
      expect(shared[name]).toBeCloseTo(larger[name] as number, 12);
    expect(shared.phase).toBe(larger.phase);
  });

  test('a shared mask keeps equal inputs equal, exactly', () => {
    for (const keep of [0.0158, 0.3, 0.7, 0.999])
      for (const sigma_w2 of [0.01, 4.74])
        expect(ask({ activation: 'relu', sigma_w2, keep, mask: 'shared' })).toMatchObject({
          c_star: 1,
          chi_c: 1,
        });
  });

  test('a drop too small for keep to show', () => {
    const row = ask({ sigma_w2: 1.7609546396067393, sigma_b2: 0.05, drop: 1e-18 });
    expect(row).toMatchObject({ keep: 1, phase: 'noisy' });
    // xi = (2 g h)^(−1/2) at criticality, h = (1 − sigma_b2/q*) drop, g = .324089956
    const h = (1 - 0.05 / (row.q_star as number)) * 1e-18;
    expect((row.xi_2 as number) * Math.sqrt(2 * 0.324089956018 * h)).toBeCloseTo(1, 5);
  });

  test('keep nearly 0', () => {
    const row = ask({ sigma_w2: 1000, sigma_b2: 1000, keep: 0.001 });
    expect(row.q_star).toBeGreaterThan(1e6);
    expect(row.c_star).toBeCloseTo(0.001, 5);
  });
});

test('what is wrong is said', () => {
  for (const [input, message] of [
    [{ activation: 'swish' }, /activation "swish".*tanh/],
    [{ activation: 'toString' }, /activation/],
    [{ technique: 'gauss' }, /technique/],
    [{ mask: 'none' }, /mask/],
    [{ sigma_w2: -1 }, /sigma_w2/],
    [{ sigma_b2: Number.NaN }, /sigma_b2/],
    [{ q0: Number.POSITIVE_INFINITY }, /q0/],
    [{ q0: 0 }, /q0/],
    [{ keep: 0 }, /keep/],
    [{ keep: 1.1 }, /keep/],
    [{ drop: 1 }, /keep/],
    [{ keep: 0.5, drop: 0.5 }, /not both/],
    [{ technique: 'none', keep: 0.5 }, /takes no keep/],
  ] as [object, RegExp][])
    expect(() => ask(input as Partial<PlainStack>)).toThrow(message);
});

test('a partly shared mask lies between masks of their own and a shared one, which it meets at its ends', () => {
  const at = (mask: 'independent' | 'shared' | number) =>
    solve({ activation: 'tanh', sigma_w2: 1.8, sigma_b2: 0.05, keep: 0.9, mask });
  expect(at(0)).toEqual(at('independent'));
  expect(at(1)).toEqual(at('shared'));
  const correlations = [0, 0.25, 0.5, 0.75, 1].map((mask) => at(mask).c_star as number);
  expect(correlations).toEqual([...correlations].sort((a, b) => a - b));
  expect(at(0.5)).toMatchObject({ phase: 'noisy', q_star: at('shared').q_star });
  for (const mask of [-0.1, 1.1, Number.NaN]) expect(() => at(mask)).toThrow(RangeError);
});

test('knows no correlation where nothing comes out of φ', () => {
  // φ is 0 below 997: a small q stays there, and dies
  const answer = ask({ activation: 'relu', input_shift: -997, sigma_w2: 491 });
  expect(answer).toMatchObject({ q_star: 0, status: 'collapses', c_star: null, chi_c: null, xi_2: null });
  expect([answer.max_depth_high, answer.reason]).toEqual([null, 'unknown']);
});

test('selu with alpha dropout stays at q = 1, where it starts, with every keep rate', () => {
  for (let percent = 50; percent < 1000; percent += 5) {
    const keep = percent / 1000;
    const given = { technique: 'alpha', keep, mask: 'independent', q0: 1 } as const;
    const { q_star, xi_2 } = depthScales(
      plainNetwork({ activation: 'selu', ...given, sigma_w2: 1, sigma_b2: 0 }),
    );
    expect([keep, q_star]).toEqual([keep, expect.closeTo(1, 12)]);
    expect([keep, xi_2]).toEqual([keep, expect.any(Number)]);
  }
});

test('is critical within 1e-9 of chi_1 = 1, and not beyond', () => {
  const phase = (sigma_w2: number) =>
    ask({ activation: 'relu', technique: 'none', sigma_w2, sigma_b2: 0 }).phase;
  // (chi_1 of relu is sigma_w2 / 2)
  expect([2 * (1 - 9e-10), 2, 2 * (1 + 9e-10)].map(phase)).toEqual(['critical', 'critical', 'critical']);
  expect([2 * (1 - 1.1e-9), 2 * (1 + 1.1e-9)].map(phase)).toEqual(['ordered', 'chaotic']);
});
