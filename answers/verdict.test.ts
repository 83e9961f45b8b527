import { expect, it } from 'vitest';
import type { Judgement } from '../theory/index.ts';
import type { FittedAnswer } from './rule.ts';
import { decide, measuredVerdict, reasonOf } from './verdict.ts';

const fitted = (outside: readonly string[] = []): FittedAnswer => ({
  depth: 150,
  low: 70,
  high: 320,
  learning_rate: 0.03,
  outside,
  limited_by: 'weak_updates',
});

const said = ({ verdict, by }: ReturnType<typeof decide>) => [verdict, by];

it('the more cautious of theory and rule decides', () => {
  expect([70, 71, 321].map((depth) => measuredVerdict(depth, fitted()))).toEqual([
    'trainable',
    'doubtful',
    'not_trainable',
  ]);
  expect(said(decide(321, 'trainable', fitted()))).toEqual(['not_trainable', 'measurements']);
  expect(said(decide(321, 'not_trainable', fitted()))).toEqual(['not_trainable', 'both']);
  expect(said(decide(70, 'doubtful', fitted()))).toEqual(['doubtful', 'theory']);
  expect(said(decide(321, 'trainable', null))).toEqual(['trainable', 'theory']);
});

it('where the theory names no limit the rule decides, and a guess or nothing leaves it open', () => {
  expect(said(decide(321, 'unknown', fitted()))).toEqual(['not_trainable', 'measurements']);
  expect(said(decide(3, 'unknown', fitted(['network'])))).toEqual(['doubtful', 'measurements']);
  expect(said(decide(321, 'unknown', null))).toEqual(['unknown', 'theory']);
});

it('a guess of the rule makes a depth doubtful at most, whatever it is a guess for', () => {
  expect(decide(1000, 'trainable', fitted(['steps', 'network'])).verdict).toBe('doubtful');
  expect(said(decide(1000, 'not_trainable', fitted(['network'])))).toEqual(['not_trainable', 'theory']);
  expect(decide(1000, 'trainable', fitted()).verdict).toBe('not_trainable');
});

it('both say the same where they do, and nowhere else', () => {
  const verdicts = ['trainable', 'doubtful', 'not_trainable', 'unknown'] as const;
  for (const theory of verdicts)
    for (const depth of [3, 100, 1000])
      for (const rule of [fitted(), fitted(['network']), fitted(['steps']), null]) {
        const { by, because, verdict } = decide(depth, theory, rule);
        const measured = measuredVerdict(depth, rule);
        const same = theory === measured && theory !== 'unknown' && !rule?.outside.length;
        expect([theory, depth, rule, because === 'Both say the same.', by === 'both']).toEqual([
          ...[theory, depth, rule, same, same],
        ]);
        if (because.includes('more cautious') && !because.includes('as a guess'))
          expect(verdicts.indexOf(verdict)).toBeGreaterThan(
            Math.min(verdicts.indexOf(theory), verdicts.indexOf(measured)),
          );
      }
});

it('the reason names causes that are there, and no interval of one end', () => {
  const judgement: Judgement = {
    recommended: {
      ...{ sigma_w2: 1.98306, sigma_b2: 0.1729, std: null, q_star: 3.56, stable: false },
      ...{ criterion: 'chi_1 = chi_q = 1', variance: 'half_stable' },
    },
    limits: { low: { depth: 121, limited_by: 'correlation' }, high: { depth: null, limited_by: null } },
    verdict: 'doubtful',
  };
  const asked = { depth: 500 };
  const reason = (rule: FittedAnswer | null, noisy: boolean, of = judgement) =>
    reasonOf(asked, of, rule, decide(500, of.verdict, rule), noisy);
  const silent = reason(null, false);
  expect(silent).toContain('two inputs become alike after about 121 layers; 500 layers are more');
  expect(silent).not.toMatch(/noise|between the two/);
  expect(silent).toContain('has no answer here');
  expect(silent).toMatch(/In the recommended network q is drawn to 3\.56 from one side only/);
  expect(reason(fitted(), true)).toContain('the noise makes all pairs of inputs alike');
  expect(reason(fitted(['network']), true)).toContain('a guess: no network much like this one was measured;');
  expect(reason(fitted(['width', 'steps', 'network']), true)).toContain(
    'a guess: width, steps lie beyond what was measured, and no network much like this one was measured;',
  );
  const endless = { ...fitted(), depth: Infinity, low: Infinity, high: Infinity };
  expect(reason(endless, true)).toContain('nothing limits the depth within 2000 layers.');
  expect(measuredVerdict(1000, endless)).toBe('trainable');
  expect(reason(null, true, { ...judgement, limits: null, recommended: null })).toMatch(
    /^No weight variance/,
  );
  expect(reason(null, true, { ...judgement, limits: null, verdict: 'unknown' })).toMatch(
    /^To follow the signals/,
  );
  const open = { low: { depth: null, limited_by: null }, high: { depth: null, limited_by: null } };
  expect(reason(null, false, { ...judgement, limits: open, verdict: 'unknown' })).toMatch(
    /gradients explode/,
  );
  const given = reasonOf({ ...asked, sigma_b2: 0.05 }, judgement, null, decide(500, 'doubtful', null), false);
  expect(given).toContain('With sigma_b2 0.05 there is no point');
  expect(given).toContain('recommended are sigma_w2 1.9831 and sigma_b2 0.1729.');
});
