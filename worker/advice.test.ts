import { describe, expect, it } from 'vitest';
import rule from '../fixtures/depth-rule.json' with { type: 'json' };
import { call } from './testing/api.ts';

type Change = {
  change: string;
  enough: boolean;
  what: string;
  drop?: number;
  activation?: string;
  fan_in?: number;
  sigma_b2?: number;
};
type Advice = Record<string, unknown> & {
  verdict: string;
  reason: string;
  changes: Change[];
  limit_low: number | null;
  limit_high: number | null;
  fitted_low: number | null;
  fitted_high: number | null;
};

async function ask(query: string): Promise<Advice> {
  const response = await call(`/v1/advice?${query}`);
  expect([query, response.status]).toEqual([query, 200]);
  return ((await response.json()) as { rows: [Advice] }).rows[0];
}

/** A depth that both allow, and one that both exclude. */
async function depthsOf(query: string): Promise<{ shallow: number; deep: number }> {
  const { limit_low, limit_high, fitted_low, fitted_high } = await ask(`${query}&depth=400`);
  const low = Math.min(limit_low ?? Infinity, fitted_low ?? Infinity);
  const high = Math.max(limit_high ?? 0, fitted_high ?? 0);
  return { shallow: Math.floor(low), deep: Math.min(Math.ceil(high) + 1, 1000) };
}

describe('the verdict of advice', () => {
  it.each([
    'activation=tanh&keep=1&depth=1000&fan_in=100',
    'activation=scaled_erf&keep=1&depth=1000&fan_in=100',
  ])('is that of the measurements where they are the more cautious: %s', async (query) => {
    const row = await ask(query);
    expect(row).toMatchObject({
      verdict: 'not_trainable',
      trainable: false,
      fitted_verdict: 'not_trainable',
    });
    expect(row.theory_verdict).not.toBe('not_trainable');
    expect(row.reason).toMatch(/^By the rule fitted to measurements .* The measurements decide/);
    expect(await (await call(`/v1/advice.txt?${query}`)).text()).toBe('not_trainable');
    expect(row.changes.length).toBeGreaterThan(0);
  });

  it('is that of the theory where it is the more cautious, or the rule a guess', async () => {
    const wide = 'activation=tanh&keep=0.9&fan_in=1000';
    const { deep } = await depthsOf(wide);
    const row = await ask(`${wide}&depth=${deep}`);
    expect(row).toMatchObject({ verdict: 'not_trainable', theory_verdict: 'not_trainable' });
    expect(row.reason).toMatch(/^By the theory .* a guess: width .* The theory decides/);
    // (the theory knows no limit of tanh without noise)
    const guessed = await ask('activation=tanh&keep=1&depth=1000&fan_in=1000');
    expect(guessed).toMatchObject({
      theory_verdict: 'trainable',
      fitted_extrapolates: expect.stringContaining('width'),
    });
    expect(guessed.verdict).toBe(guessed.fitted_verdict === 'trainable' ? 'trainable' : 'doubtful');
  });

  it('names no noise where there is none', async () => {
    for (const query of ['keep=1', 'technique=none', 'technique=gaussian&keep=1', 'technique=alpha&keep=1'])
      expect((await ask(`activation=relu&depth=500&${query}`)).reason).toContain('two inputs become alike');
    expect((await ask('activation=relu&depth=500&keep=0.9')).reason).toContain('the noise makes');
  });
});

describe('the variances that advice recommends', () => {
  it('are those of the half-stable point where q runs away from all with the bias variance asked for', async () => {
    const row = await ask('activation=gelu&keep=1&sigma_b2=0.05&depth=10&fan_in=64');
    expect(row).toMatchObject({ variance: 'half_stable', stable: false, criterion: 'chi_1 = chi_q = 1' });
    expect(row.sigma_b2).toBeCloseTo(0.17292239, 7);
    expect(row.reason).toContain('With sigma_b2 0.05 there is no point');
    expect(row.reason).toMatch(/recommended are sigma_w2 1\.9831 and sigma_b2 0\.17292\..*half-stable/);
  });

  it('have the usual bias variance behind the factor before φ', async () => {
    const plain = await ask('activation=sin&keep=0.95&depth=20');
    const scaled = await ask('activation=sin&input_scale=30&keep=0.95&depth=20');
    for (const name of ['sigma_w2', 'sigma_b2', 'q_star'])
      expect(900 * (scaled[name] as number)).toBeCloseTo(plain[name] as number, 10);
    expect(plain.sigma_b2).toBe(0.05);
  });

  it('come with what q does there', async () => {
    expect((await ask('activation=relu&keep=0.9&sigma_b2=0.05&depth=10')).reason).toContain(
      'In the recommended network q grows by 0.05 a layer.',
    );
    expect(await ask('activation=tanh&keep=0.9&sigma_b2=0&depth=10')).toMatchObject({
      variance: 'collapses',
    });
  });

  it('leave open what exploding gradients limit: IC layers without noise', async () => {
    const row = await ask('activation=relu&technique=ic&keep=1&depth=60');
    expect(row).toMatchObject({ theory_verdict: 'unknown', limit_low: null });
    expect(row.reason).toMatch(/gradients explode/);
    expect(row.reason).toContain('The theory names no limit');
    expect(row.reason).not.toMatch(/Both say|distinguishable/);
  });
});

describe('the changes that advice offers', () => {
  it.each([
    'activation=tanh&keep=0.95&fan_in=100',
    'activation=tanh&keep=0.9&fan_in=200',
    'activation=relu&keep=0.9&fan_in=200',
  ])('are enough by the same judgement, asked again: %s', async (network) => {
    const { shallow, deep } = await depthsOf(network);
    expect((await ask(`${network}&depth=${shallow}`)).changes).toEqual([]);
    const query = `${network}&depth=${deep}`;
    const { changes, changes_complete } = await ask(query);
    expect(changes_complete).toBe(true);
    const known = changes.filter(({ change }) => change !== 'schedule' && change !== 'residual');
    // (where not even no dropout would be enough, less of it is not offered)
    const without = await ask(query.replace(/keep=[\d.]+/, 'keep=1'));
    expect(known.some(({ change }) => change === 'less_drop')).toBe(without.verdict === 'trainable');
    for (const { change, enough, drop, activation, sigma_b2, fan_in } of known) {
      const parameters = new URLSearchParams(query);
      if (fan_in !== undefined) parameters.set('fan_in', String(fan_in));
      if (activation) parameters.set('activation', activation);
      if (drop !== undefined) parameters.delete('keep');
      if (drop !== undefined) parameters.set('drop', String(drop));
      if (sigma_b2 !== undefined) parameters.set('sigma_b2', String(sigma_b2));
      const { verdict } = await ask(String(parameters));
      expect([change, activation, verdict === 'trainable']).toEqual([change, activation, enough]);
    }
  });

  it('are not enough by the theory alone where it was satisfied already', async () => {
    const row = await ask('activation=tanh&keep=1&depth=1000&fan_in=100');
    expect(row.theory_verdict).toBe('trainable');
    expect(row.changes.filter(({ enough }) => enough)).toEqual([]);
    for (const { what } of row.changes.filter(({ change }) => change === 'residual'))
      expect(what).toContain('by the theory alone');
  });

  it('are wider layers where the width is what the measurements are short of, as wide as any measured', async () => {
    const wider = async (query: string) =>
      (await ask(query)).changes.filter(({ change }) => change === 'wider');
    // (the theory has no limit without noise)
    const network = 'activation=tanh&keep=1';
    const [narrow, wide] = await Promise.all(
      [100, 200].map((width) => ask(`${network}&depth=1000&fan_in=${width}`)),
    );
    const between = Math.floor(wide?.fitted_low as number);
    expect(between).toBeGreaterThan(narrow?.fitted_low as number);
    expect(await wider(`${network}&depth=${between}&fan_in=100`)).toEqual([
      { change: 'wider', enough: true, fan_in: 200, what: 'Take layers of 200 units.' },
    ]);
    // (twice the widest were not measured)
    const [, widest] = rule.ranges.width as [number, number];
    const there = await ask(`${network}&depth=1000&fan_in=${widest}`);
    expect(await wider(`${network}&depth=${Math.ceil(there.fitted_low as number)}&fan_in=${widest}`)).toEqual(
      [],
    );
  });

  it('are no linear network, which any depth keeps and which computes nothing', async () => {
    for (const query of [
      'activation=relu&keep=0.9',
      'activation=tanh&keep=0.9',
      'activation=relu&technique=ic&keep=0.9',
    ])
      expect((await ask(`${query}&depth=60`)).changes.map(({ activation }) => activation)).not.toContain(
        'linear',
      );
  });
});
