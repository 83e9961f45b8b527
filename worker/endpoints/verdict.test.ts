import { expect, it } from 'vitest';
import type { FittedDepth, Judgement } from '../../theory/index.ts';
import { decide, measuredVerdict, reasonOf } from './verdict.ts';

const fitted = (outside: readonly string[] = []): FittedDepth => ({
  depth: 150,
  low: 70,
  high: 320,
  outside,
});

it('the more cautious of theory and rule decides', () => {
  expect([70, 71, 321].map((depth) => measuredVerdict(depth, fitted()))).toEqual([
    'trainable',
    'doubtful',
    'not_trainable',
  ]);
  expect(decide(321, 'trainable', fitted())).toEqual({ verdict: 'not_trainable', by: 'measurements' });
  expect(decide(321, 'not_trainable', fitted())).toEqual({ verdict: 'not_trainable', by: 'both' });
  expect(decide(70, 'doubtful', fitted())).toEqual({ verdict: 'doubtful', by: 'theory' });
  expect(decide(321, 'trainable', null)).toEqual({ verdict: 'trainable', by: 'theory' });
  expect(decide(321, 'unknown', null).verdict).toBe('unknown');
});

it('a guess of the rule makes a depth doubtful at most; a depth beyond those measured is no guess', () => {
  expect(decide(1000, 'trainable', fitted(['activation', 'depth'])).verdict).toBe('doubtful');
  expect(decide(1000, 'not_trainable', fitted(['activation']))).toEqual({
    verdict: 'not_trainable',
    by: 'theory',
  });
  expect(decide(1000, 'trainable', fitted(['depth'])).verdict).toBe('not_trainable');
});

it('the reason names causes that are there, and no interval of one end', () => {
  const judgement: Judgement = {
    recommended: null,
    limits: { low: { depth: 121, limited_by: 'correlation' }, high: { depth: null, limited_by: null } },
    verdict: 'doubtful',
  };
  const both = { verdict: 'doubtful', by: 'both' } as const;
  const silent = reasonOf(500, judgement, null, both, false);
  expect(silent).toContain('two inputs become alike after about 121 layers; 500 layers are more');
  expect(silent).not.toMatch(/noise|between the two/);
  expect(silent).toContain('has no answer here');
  expect(reasonOf(500, judgement, fitted(), both, true)).toContain(
    'the noise makes all pairs of inputs alike',
  );
  expect(reasonOf(500, judgement, fitted(['activation']), both, true)).toContain(
    'a guess: activation lies beyond what was measured',
  );
  expect(reasonOf(5, { ...judgement, limits: null }, null, both, true)).toMatch(/^No weight variance/);
});
